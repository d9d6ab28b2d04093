package gatewaytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/internal/etf"
	"github.com/chorus-go/chorus/types"
)

// TestTermOfMessage compares the term of a message, of which d was translated by itself, with that of the whole.
func TestTermOfMessage(t *testing.T) {
	for _, profile := range []Profile{Spacebar, Discord} {
		for _, m := range []Outgoing{
			{Op: types.OpcodeHeartbeatAck},
			{Op: types.OpcodeInvalidSession, Data: json.RawMessage("false")},
			{Op: types.OpcodeHeartbeat, Data: json.RawMessage("null")},
			{Event: "A", Seq: 7, HasSeq: true, Data: json.RawMessage(`{"a":[1,"b",null],"id":"1"}`)},
			{Event: "A", Data: json.RawMessage(`[]`), source: pubsub.Event{Payload: &struct{}{}}.Shared()},
		} {
			text := m.payload(nil, profile, encodingJSON)
			want, err := etf.Append(nil, text)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.payload(nil, profile, encodingETF); !bytes.Equal(got, want) {
				t.Errorf("%s: the term of %s is %q, want %q", profile, text, got, want)
			}
		}
	}
	broken := Outgoing{Event: "A", Data: json.RawMessage(`{"a":`)}
	if got := broken.payload(nil, Spacebar, encodingETF); string(got) != `{"op":0,"t":"A","d":{"a":}` {
		t.Errorf("a broken payload is sent as %q", got)
	}
}

// countedPayload counts how often it is encoded, and is one that names a session of Spacebar.
type countedPayload struct {
	times   atomic.Int64
	session string
}

func (c *countedPayload) MarshalJSON() ([]byte, error) {
	c.times.Add(1)
	return fmt.Appendf(nil, `{"session_id":%q}`, c.session), nil
}

// TestEncodedOnce dispatches one event to sessions of all encodings, some twice, and looks for the same bytes in their
// logs.
func TestEncodedOnce(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
		id := strings.Repeat("0a", sessionIDLength/2)
		payload := &countedPayload{session: id + "~12"}
		queries := []string{"", "?encoding=etf", "?compress=zlib-stream", "?encoding=etf&compress=zstd-stream", ""}
		for _, query := range queries {
			c := dialURL(t, server, server.URL()+"/"+query, nil)
			c.send(fmt.Sprintf(`{"op":2,"d":{"token":%q}}`, aliceToken))
			for range 3 {
				c.next()
			}
		}
		server.Inject(Duplicate().Event("A"))
		_, err := world.users.Dispatch(aliceID, pubsub.Event{Type: "A", Payload: payload}.Shared(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var first []byte
		for _, p := range server.Peers() {
			(&rawClient{t: t}).wantEventually(p, fmt.Sprintf("out message op 0 A s %d (duplicate)", 2))
			log := p.Log()
			data := log[len(log)-1].Data
			if want := fmt.Sprintf(`{"session_id":%q}`, id); string(data) != want {
				t.Errorf("got %s, want %s", data, want)
			}
			if first == nil {
				first = data
			}
			if &first[0] != &data[0] {
				t.Error("two recipients do not share the bytes")
			}
		}
		if got := payload.times.Load(); got != 1 {
			t.Errorf("encoded %d times", got)
		}
	})
}
