package clienttest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/corpus"
)

// Events is the length of the floods of tests.
const Events = 300

// SeesWhatItObserves tests that a client sees every event that it observes, once, and nothing else.
func SeesWhatItObserves(t *testing.T, library string) {
	messages := int64(Events * corpus.Share("MESSAGE_CREATE") / 100)
	wants := map[client.Observe]int64{client.Nothing: 0, client.Messages: messages, client.All: Events}
	for _, compression := range []string{"none", "zlib-stream", "zstd-stream"} {
		requested := strings.TrimPrefix(compression, "none")
		if !client.Supports(library, requested) {
			continue
		}
		t.Run(compression, func(t *testing.T) {
			t.Parallel()
			// A server's floods begin for all its clients at once.
			address := Serve(t, "-events", fmt.Sprint(Events), "-guilds", "10", "-compressions", compression)
			for what, want := range wants {
				if library == client.Floor && what != client.Nothing {
					continue
				}
				until := fmt.Sprint(client.Until)
				if library == client.Discordgo {
					until = fmt.Sprint(want) // its handlers may run after that of a later event
				}
				result := Ask(t, address, "-compression", requested, "-observe", string(what), "-want", until)
				if result.Library != library || result.Observed != want {
					t.Errorf("%s: %d events of %s instead of %d", what, result.Observed, result.Library, want)
				}
				if result.CPU <= 0 || result.Peak <= 0 {
					t.Errorf("%s: nothing is measured: %+v", what, result)
				}
			}
		})
	}
}
