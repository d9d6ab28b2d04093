package gateway_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// TestARecordingOfAReplayIsAsGoodAsTheRecording: what clients of every encoding and compression record is played again to
// clients of another one, which see the same events.
func TestARecordingOfAReplayIsAsGoodAsTheRecording(t *testing.T) {
	all := transports()
	for i, first := range all {
		t.Run(first.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				original := gatewaytest.Sample()
				again := recordReplay(t, original, first)
				if got, want := len(again.Connections()), len(original.Connections()); got != want {
					t.Fatalf("%d connections were recorded, want %d", got, want)
				}
				second := all[(i+3)%len(all)]
				server, err := gatewaytest.Replay(again, second.replay(new(gatewaytest.Network)))
				if err != nil {
					t.Fatal(err)
				}
				defer server.Close()
				for n, connection := range again.Connections() {
					want := original.Dispatches(original.Connections()[n])
					compareDispatches(t, again.Dispatches(connection), want)
					playback(t, server, again.Dispatches(connection), server.URLFor(connection), second)
				}
			})
		})
	}
}

// recordReplay plays all connections to clients that record them.
func recordReplay(t *testing.T, original *gatewaytest.Recording, as transport) *gatewaytest.Recording {
	t.Helper()
	server, err := gatewaytest.Replay(original, as.replay(new(gatewaytest.Network)))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var file bytes.Buffer
	recorder := gateway.NewRecorder(&file)
	options := gateway.Options{
		NoReconnect: true,
		Encoding:    as.encoding, Compression: as.compression, Dialer: server.Dialer(), Recorder: recorder,
	}
	for _, connection := range original.Connections() {
		handle, err := gateway.Spawn(t.Context(), server.URLFor(connection), options)
		if err != nil {
			t.Fatal(err)
		}
		if err := handle.SendIdentify(t.Context(), types.Identify{Token: "recorded"}); err != nil {
			t.Fatal(err)
		}
		<-handle.Done()
		var closed *gateway.CloseError
		if !errors.As(handle.Err(), &closed) || closed.Code != 1000 {
			t.Errorf("the recording ended with %v", handle.Err())
		}
	}
	if err := recorder.Close(); err != nil {
		t.Fatal(err)
	}
	recorded, err := gatewaytest.ReadRecording(&file)
	if err != nil {
		t.Fatal(err)
	}
	return recorded
}

func compareDispatches(t *testing.T, got, want []gatewaytest.Dispatch) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i, g := range got {
		w := want[i]
		is, was := fmt.Sprint(g.Name, g.Seq, g.HasSeq, compact(t, g.Data)), fmt.Sprint(w.Name, w.Seq, w.HasSeq, compact(t, w.Data))
		// A recorder overwrites the secrets in a term, also those that somebody has taken out before.
		if strings.ReplaceAll(is, "RRRRRRRR", "REDACTED") != was {
			t.Errorf("event %d is\n%.300s, want\n%.300s", i, is, was)
		}
	}
}
