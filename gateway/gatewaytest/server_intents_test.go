package gatewaytest

import (
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/protocol"
	"github.com/chorus-go/chorus/types"
)

// TestIntentsOfEvents compares the table of intents with that of the protocol.
func TestIntentsOfEvents(t *testing.T) {
	table, err := protocol.Load()
	if err != nil {
		t.Fatal(err)
	}
	bits := map[string]types.Intents{}
	for _, value := range table.Enum("GatewayIntents").Values {
		bits[value.Name] = types.Intents(1) << value.Number
	}
	seen := 0
	for _, event := range table.Events {
		var want types.Intents
		for _, name := range event.Intents {
			want |= bits[name]
		}
		if got := asking[event.Name]; got != want {
			t.Errorf("%s: %b, want %b (%s)", event.Name, got, want, strings.Join(event.Intents, ", "))
		}
		if want != 0 {
			seen++
		}
	}
	if seen == 0 || seen != len(asking) {
		t.Errorf("%d events of %d are in the table", seen, len(asking))
	}
}
