package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/clienttest"
	"github.com/chorus-go/chorus/internal/bench/control"
	"github.com/chorus-go/chorus/internal/bench/corpus"
)

func TestMain(m *testing.M) { clienttest.Main(m, main) }

func TestItSeesWhatItObserves(t *testing.T) { clienttest.SeesWhatItObserves(t, client.Chorus) }

func TestItLinksNoOtherLibrary(t *testing.T) { clienttest.LinksNoOtherLibrary(t, client.Chorus) }

func TestFurtherObserversSeeEachMessage(t *testing.T) {
	t.Parallel()
	want := int64(3 * clienttest.Events * corpus.Share("MESSAGE_CREATE") / 100)
	address := clienttest.Serve(t, "-events", fmt.Sprint(clienttest.Events))
	if got := clienttest.Ask(t, address, "-observe", "messages", "-observers", "3").Observed; got != want {
		t.Errorf("%d calls instead of %d", got, want)
	}
}

// A heartbeat has to be answered in the middle of a flood, and its arrival noted.
func TestHeartbeatsAreNoted(t *testing.T) {
	t.Parallel()
	address := clienttest.Serve(t, "-events", "1000", "-loop", "1s", "-interval", "100")
	result := clienttest.Ask(t, address, "-observe", "all")
	conn, err := control.Dial(address.Control)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	beats, err := conn.Beats()
	if err != nil {
		t.Fatal(err)
	}
	if len(beats) == 0 || !slices.IsSorted(beats) || result.Observed == 0 {
		t.Errorf("heartbeats at %v during %d events", beats, result.Observed)
	}
}
