package gatewaytest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/etf"
	"github.com/chorus-go/chorus/internal/recording"
	"github.com/chorus-go/chorus/internal/wire"
)

// carriage is a way in which frames can be asked for.
type carriage struct {
	encoding, compress string
	oneFrame           bool
}

func (c carriage) query() string {
	query := "/?v=9&encoding=" + c.encoding
	if c.compress != "" {
		query += "&compress=" + c.compress
	}
	return query
}

func carriages() []carriage {
	var all []carriage
	for _, encoding := range []string{"json", "etf"} {
		for _, compress := range []string{"", "zlib-stream", "zstd-stream"} {
			all = append(all, carriage{encoding, compress, false})
		}
		all = append(all, carriage{encoding, "zstd-stream", true})
	}
	return all
}

// identify is what a client of this kind sends.
func (c carriage) identify(t *testing.T) (int, []byte) {
	if c.encoding == "json" {
		return websocket.TextMessage, []byte(identify)
	}
	term, err := etf.Append(nil, []byte(identify))
	if err != nil {
		t.Fatal(err)
	}
	return websocket.BinaryMessage, term
}

// normal returns JSON in one form.
func normal(t *testing.T, data []byte) string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v in %.200s", err, data)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// events returns the recorded events of a connection, each in one form.
func events(t *testing.T, rec *gatewaytest.Recording, conn string) []string {
	t.Helper()
	var all []string
	for _, d := range rec.Dispatches(conn) {
		all = append(all, fmt.Sprint(d.Name, " ", d.Seq, " ", d.HasSeq, " ", normal(t, d.Data)))
	}
	return all
}

// rerecord plays a connection to a client of a kind, and records its frames as they cross the socket.
func rerecord(t *testing.T, rec *gatewaytest.Recording, conn string, as carriage) []byte {
	t.Helper()
	var file []byte
	add := func(dir recording.Direction, kind recording.Kind, data []byte) {
		file = recording.Record{Conn: conn, Dir: dir, Kind: kind, Data: data}.Append(file)
	}
	synctest.Test(t, func(t *testing.T) {
		server := serve(t, rec, gatewaytest.ReplayOptions{Network: &gatewaytest.Network{}, OneZstdFrame: as.oneFrame})
		c := newClient(t, server, server.URLFor(conn)+as.query()[1:])
		add(recording.Out, recording.Open, []byte("ws://gateway"+as.query()))
		kind, frame := as.identify(t)
		if err := c.ws.WriteMessage(kind, frame); err != nil {
			t.Fatal(err)
		}
		got, _ := c.rest()
		for i, m := range got {
			if i == 1 {
				add(recording.Out, map[int]recording.Kind{1: recording.Text, 2: recording.Binary}[kind], frame)
			}
			if binary := as.encoding == "etf" || as.compress != ""; binary != (m.kind == websocket.BinaryMessage) {
				t.Fatalf("%v: a frame of kind %d", as, m.kind)
			}
			add(recording.In, map[int]recording.Kind{1: recording.Text, 2: recording.Binary}[m.kind], []byte(m.data))
		}
	})
	return recording.Record{Conn: conn, Dir: recording.In, Kind: recording.Close, Code: 1000}.Append(file)
}

// TestReplayTranscodesAnythingToAnything makes of each sample recordings in all encodings and compressions, with their
// frames as they crossed the socket, and of each of these again all others.
func TestReplayTranscodesAnythingToAnything(t *testing.T) {
	for name, rec := range map[string]*gatewaytest.Recording{"sample": gatewaytest.Sample(), "sample-zlib": gatewaytest.SampleZlib()} {
		conn := rec.Connections()[len(rec.Connections())-1]
		want := events(t, rec, conn)
		for _, first := range carriages() {
			once := parse(t, rerecord(t, rec, conn, first))
			compareEvents(t, fmt.Sprint(name, first), events(t, once, conn), want)
			for _, second := range carriages() {
				twice := parse(t, rerecord(t, once, conn, second))
				compareEvents(t, fmt.Sprint(name, first, second), events(t, twice, conn), want)
			}
		}
	}
}

func compareEvents(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%s: %d events, not %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if replaced(got[i]) != replaced(want[i]) {
			t.Errorf("%s: event %d is\n%.300s, not\n%.300s", what, i, got[i], want[i])
		}
	}
}

// replaced is text without the escapes of lone surrogates, which a term cannot hold.
func replaced(text string) string { return strings.ReplaceAll(text, `\ufffd`, "\ufffd") }

// TestReplayIsVerbatimInEveryForm: who asks for what was recorded gets it byte for byte.
func TestReplayIsVerbatimInEveryForm(t *testing.T) {
	rec := gatewaytest.SampleZlib()
	conn := rec.Connections()[0]
	for _, as := range carriages() {
		file := rerecord(t, rec, conn, as)
		as.oneFrame = !as.oneFrame // has no meaning for what is served as it is
		if again := rerecord(t, parse(t, file), conn, as); !bytes.Equal(again, file) {
			t.Errorf("%v: %d bytes were recorded, and then %d", as, len(file), len(again))
		}
	}
}

// TestReplayAnswersHeartbeatsInRecordedStreams: the answer and what follows it are compressed anew, behind what was sent
// before, in every form.
func TestReplayAnswersHeartbeatsInRecordedStreams(t *testing.T) {
	s := newScript(plainQuery).in(0, hello).out(0, identify).in(0, ready).in(0, ready).close(0, 1000, "")
	for _, as := range carriages() {
		rec := parse(t, rerecord(t, parse(t, s.data), "c", as))
		synctest.Test(t, func(t *testing.T) {
			server := serve(t, rec, gatewaytest.ReplayOptions{Network: &gatewaytest.Network{}, OneZstdFrame: as.oneFrame})
			c := newClient(t, server, server.URL()+as.query())
			got := []message{c.receive()}
			kind, frame := as.identify(t)
			beat := []byte(heartbeat)
			if as.encoding == "etf" {
				beat = []byte(etfHeartbeat)
			}
			for range 2 {
				if err := c.ws.WriteMessage(kind, beat); err != nil {
					t.Fatal(err)
				}
				got = append(got, c.receive())
			}
			if err := c.ws.WriteMessage(kind, frame); err != nil {
				t.Fatal(err)
			}
			rest, err := c.rest()
			closed(t, err, 1000, "")
			if plain := as.unpack(t, append(got, rest...)); plain != hello+acknowledge+acknowledge+ready+ready {
				t.Errorf("%v: got %s", as, plain)
			}
			if as.compress == "zstd-stream" {
				unpackStrictly(t, append(got, rest...))
			}
		})
	}
}

// unpack reads what came.
func (c carriage) unpack(t *testing.T, messages []message) string {
	t.Helper()
	zlib, zstd := wire.NewInflater(0), wire.NewZstd(0)
	var all strings.Builder
	for _, m := range messages {
		payload, err := []byte(m.data), error(nil)
		switch c.compress {
		case "zlib-stream":
			payload, _, err = zlib.Next(nil, payload)
		case "zstd-stream":
			payload, _, err = zstd.Next(nil, payload)
		}
		if err == nil && c.encoding == "etf" {
			payload, err = etf.AppendJSON(nil, payload)
		}
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		all.Write(payload)
	}
	return all.String()
}
