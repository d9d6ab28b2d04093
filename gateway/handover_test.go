package gateway

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// What a server sends right behind its answer to the upgrade is in the hands of the websocket package, of which some may
// be a part of a message that arrives later.
func TestWhatCameBehindTheUpgradeIsNotLost(t *testing.T) {
	later := frame([]byte("third"))
	for _, behind := range []string{"", "\x81\x05first", "\x81\x05first\x81\x06sec", "\x81\x05first\x89\x01p\x81\x06second\x81"} {
		whole := "\x81\x05first\x81\x06second"
		if len(behind) > len("\x81\x05first\x81\x06second") {
			whole, later = "\x81\x05first\x89\x01p\x81\x06second\x81", later[1:]
		}
		f := &flood{behind: []byte(behind), traffic: append([]byte(whole[len(behind):]), later...), rounds: 1}
		s := unconnected(t)
		s.receiveFrom(f.open(t))
		for _, want := range []string{"first", "second", "third"} {
			if _, got, err := s.frames.message(); string(got) != want || err != nil {
				t.Fatalf("behind %q: %q, %v; want %q", behind, got, err, want)
			}
		}
		f.traffic, f.rounds = frame([]byte("fourth")), 1
		if _, got, err := s.frames.message(); string(got) != "fourth" || err != nil || s.frames.ws != nil {
			t.Fatalf("behind %q: %q, %v; the websocket package still reads: %v", behind, got, err, s.frames.ws != nil)
		}
	}
}

// Should a release of the websocket package keep it elsewhere, this fails, and all is read by that package.
func TestAheadTellsWhatTheWebsocketPackageHasRead(t *testing.T) {
	if ws, _ := floodedBy(t, nil); ahead(ws) {
		t.Error("something was read ahead of nothing")
	}
	f := &flood{behind: frame([]byte("x"))}
	ws := f.open(t)
	if !ahead(ws) {
		t.Error("nothing was read ahead")
	}
	if _, got, err := ws.ReadMessage(); string(got) != "x" || err != nil || ahead(ws) {
		t.Errorf("%q, %v; something is left: %v", got, err, ahead(ws))
	}
	if !ahead(new(websocket.Conn)) {
		t.Error("a websocket without a buffer has read nothing ahead")
	}
}

func TestTheWebsocketPackageReadsWhatItMust(t *testing.T) {
	message := make([]byte, 3*firstBuffer)
	f := &flood{behind: frame(message)[:200], traffic: frame(message)[200:], rounds: 1}
	s := unconnected(t)
	s.receiveFrom(f.open(t))
	if kind, got, err := s.frames.message(); kind != websocket.TextMessage || len(got) != len(message) || err != nil {
		t.Errorf("%d bytes of kind %d, %v", len(got), kind, err)
	}
	for _, end := range []struct{ sent, want string }{
		{"\x88\x05\x0f\xa4bad", "websocket: close 4004: bad"},
		{"\x81\x05par", fmt.Sprint(errCut)},
	} {
		f := &flood{behind: []byte(end.sent)}
		s := unconnected(t)
		s.receiveFrom(f.open(t))
		if _, _, err := s.frames.message(); err == nil || err == io.EOF || err.Error() != end.want {
			t.Errorf("%q ends with %v, want %v", end.sent, err, end.want)
		}
	}
}

// Over TLS the websocket package has a connection of its own making, which gives one record at a time.
func TestFramesReadOverTLS(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var sent [][]byte
	for range 300 {
		sent = append(sent, noise(r, r.IntN(4<<r.IntN(15))))
	}
	var upgrader websocket.Upgrader
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		for _, message := range sent {
			if err := ws.WriteMessage(websocket.BinaryMessage, message); err != nil {
				t.Error(err)
			}
		}
		_ = ws.Close()
	}))
	defer server.Close()
	var opened tether
	dialer := opened.dialer(context.Background(), &websocket.Dialer{
		TLSClientConfig: server.Client().Transport.(*http.Transport).TLSClientConfig,
	})
	ws, _, err := dialer.Dial(strings.Replace(server.URL, "https", "wss", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := unconnected(t)
	s.receiveFrom(ws)
	for i, want := range sent {
		if _, got, err := s.frames.message(); !bytes.Equal(got, want) || err != nil {
			t.Fatalf("message %d is %d bytes, %v; want %d", i, len(got), err, len(want))
		}
	}
	if _, _, err := s.frames.message(); err == nil {
		t.Error("there is no end")
	}
}
