package main

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/recording"
	"github.com/chorus-go/chorus/internal/wire"
	"github.com/chorus-go/chorus/types"
)

// dispatch is a recorded payload: an event, unless its opcode is another one.
type dispatch struct {
	Op   int                `json:"op"`
	Name string             `json:"t"`
	Data stdjson.RawMessage `json:"d"`
}

// recorded returns the events of a real Spacebar server: those of all captures if these are here, else those that the test
// server ships with.
func recorded(t testing.TB) []dispatch {
	t.Helper()
	return slices.DeleteFunc(recordedPayloads(t), func(d dispatch) bool { return d.Op != 0 })
}

// recordedPayloads is recorded with all payloads of both sides, apart from what is no JSON.
func recordedPayloads(t testing.TB) []dispatch {
	t.Helper()
	for _, pattern := range []string{
		filepath.Join(root, "..", "shared", "captures", "*.jsonl"), filepath.Join(root, "gateway", "gatewaytest", "testdata", "*.jsonl"),
	} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		var all []dispatch
		for _, file := range files {
			all = append(all, readPayloads(t, file)...)
		}
		if len(all) > 0 {
			return all
		}
	}
	t.Fatal("there are no recordings")
	return nil
}

// captured returns the events of the captures; it skips the test if these are not here.
func captured(t testing.TB) []dispatch {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, "..", "shared", "captures")); err != nil {
		t.Skip("the captures are not here: ", err)
	}
	return recorded(t)
}

// readPayloads returns the payloads in a recording, inflated where the connection is compressed.
func readPayloads(t testing.TB, path string) []dispatch {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var dispatches []dispatch
	inflaters := map[string]*wire.Inflater{}
	for reader := recording.NewReader(file); ; {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return dispatches
		}
		if err != nil {
			t.Fatal(err)
		}
		payload := record.Data
		switch {
		case record.Kind == recording.Open:
			inflaters[record.Conn] = wire.NewInflater(0)
			continue
		case record.Kind != recording.Text && record.Kind != recording.Binary:
			continue
		case record.Kind == recording.Binary && record.Dir == recording.In:
			if payload, _, err = inflaters[record.Conn].Next(nil, record.Data); err != nil {
				t.Fatal(err)
			}
		}
		var d dispatch
		if err := stdjson.Unmarshal(payload, &d); err == nil {
			dispatches = append(dispatches, d)
		} else if record.Dir == recording.In {
			t.Fatal(err)
		}
	}
}

// TestCapturesDecode decodes every recorded event with the decoder of the gateway and with the standard one, which must
// agree, and encodes it again without loss.
func TestCapturesDecode(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, d := range recorded(t) {
		seen[d.Name] = true
		typ := eventTypes[d.Name]
		if typ == nil {
			t.Errorf("no type for %s", d.Name)
			continue
		}
		value, standard, again := reflect.New(typ), reflect.New(typ), reflect.New(typ)
		if err := json.Unmarshal(d.Data, value.Interface()); err != nil {
			t.Errorf("%s: %v", d.Name, err)
			continue
		}
		if err := stdjson.Unmarshal(d.Data, standard.Interface()); err != nil {
			t.Errorf("%s with encoding/json: %v", d.Name, err)
		}
		if !reflect.DeepEqual(value.Interface(), standard.Interface()) {
			t.Errorf("%s: the two decoders differ", d.Name)
		}
		encoded, err := json.Marshal(value.Interface())
		if err != nil {
			t.Errorf("%s: %v", d.Name, err)
			continue
		}
		if err := json.Unmarshal(encoded, again.Interface()); err != nil {
			t.Errorf("%s, encoded again: %v", d.Name, err)
		}
		if !reflect.DeepEqual(value.Interface(), again.Interface()) {
			t.Errorf("%s loses something when it is encoded again", d.Name)
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d kinds of events were recorded", len(seen))
	}
}

// TestRecordedOpcodesDecode does with both decoders what is sent with the other opcodes, refused payloads among it.
func TestRecordedOpcodesDecode(t *testing.T) {
	seen := map[int]bool{}
	for _, d := range recordedPayloads(t) {
		if typ := sentTypes[fmt.Sprintf("op %d", d.Op)]; typ != nil && len(d.Data) > 0 {
			seen[d.Op] = true
			agree(t, typ, d.Data)
		}
	}
	if len(seen) < 5 {
		t.Errorf("only the opcodes %v were recorded", seen)
	}
}

// TestCapturedDeviationsAreRead looks at what Spacebar sends otherwise than documented.
func TestCapturedDeviationsAreRead(t *testing.T) {
	found := map[string]bool{}
	for _, d := range captured(t) {
		switch d.Name {
		case "MESSAGE_CREATE":
			message := decoded[types.MessageCreate](t, d)
			if message.ID == 0 || message.ChannelID == 0 || message.Timestamp.IsZero() {
				t.Errorf("a message without id, channel or time: %s", d.Data)
			}
			if message.Type == types.MessageTypeChatInputCommand && message.Member != nil && len(message.Member.Roles) > 0 {
				found["roles as objects"] = message.Member.Roles[0] != 0
			}
		case "MESSAGE_POLL_VOTE_ADD":
			found["answer as string"] = decoded[types.MessagePollVoteAdd](t, d).AnswerID > 0
		case "USER_CONNECTIONS_UPDATE":
			update := decoded[types.UserConnectionsUpdate](t, d)
			found["connection"] = found["connection"] || update.Type != "" && update.ID != ""
		case "READY":
			ready := decoded[types.Ready](t, d)
			if ready.SessionID == "" || ready.User.ID == 0 || ready.User.Username == "" {
				t.Errorf("READY without session or user: %s", d.Data)
			}
			found["rights"] = found["rights"] || ready.User.Rights != 0
			found["guild"] = found["guild"] || len(ready.Guilds) > 0 && ready.Guilds[0].ID != 0
			found["properties"] = found["properties"] || len(ready.Guilds) > 0 && ready.Guilds[0].Properties != nil
		case "PRESENCE_UPDATE":
			presence := decoded[types.PresenceUpdate](t, d)
			found["presence without status"] = found["presence without status"] || !presence.Status.IsPresent()
		case "SESSIONS_REPLACE":
			found["sessions"] = len(*decoded[types.SessionsReplace](t, d)) > 0
		}
	}
	for _, what := range []string{
		"roles as objects", "answer as string", "connection", "guild", "properties", "presence without status", "sessions",
	} {
		if !found[what] {
			t.Errorf("%s: not read, or not captured", what)
		}
	}
}

func decoded[T any](t *testing.T, d dispatch) *T {
	t.Helper()
	value := new(T)
	if err := json.Unmarshal(d.Data, value); err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	return value
}
