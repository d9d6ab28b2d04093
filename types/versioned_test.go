package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

type readState struct {
	ID               types.Snowflake `json:"id"`
	LastPinTimestamp types.Timestamp `json:"last_pin_timestamp"`
}

func TestVersionedReads(t *testing.T) {
	entry := readState{ID: 1573868339510491164}
	list := `[{"id":"1573868339510491164","channel_id":"1573868339510491164","last_message_id":"1573868340680702161","mention_count":0,"last_pin_timestamp":null}]`
	// Spacebar, READY read_state
	reads(t, `{"entries":`+list+`,"partial":false,"version":0}`, types.Versioned[readState]{Entries: []readState{entry}})
	reads(t, `{"version":7,"partial":true,"entries":`+list+`}`, types.Versioned[readState]{Entries: []readState{entry}, Partial: true, Version: 7})
	reads(t, list, types.Versioned[readState]{Entries: []readState{entry}})
	reads(t, `[]`, types.Versioned[readState]{Entries: []readState{}})
	reads(t, `{}`, types.Versioned[readState]{})
	reads(t, `null`, types.Versioned[readState]{})
	reads(t, `{"entries":null,"partial":null,"version":null,"new":1}`, types.Versioned[readState]{})
	reads(t, `{"version":"12","partial":1}`, types.Versioned[readState]{Partial: true, Version: 12})
	reads(t, `[[1],[2,3]]`, types.Versioned[[]int]{Entries: [][]int{{1}, {2, 3}}})
	for _, in := range []string{`1`, `"x"`, `true`, `{"version":"x"}`, `[{"id":"x"}]`, `{"entries":[{"id":"x"}]}`} {
		refuses(t, in, types.Versioned[readState]{Version: 7})
	}
}

func TestVersionedWrites(t *testing.T) {
	writes(t, types.Versioned[types.Snowflake]{Entries: []types.Snowflake{1}, Partial: true, Version: 3}, `{"entries":["1"],"partial":true,"version":3}`)
	writes(t, types.Versioned[string]{Entries: []string{"<"}}, `{"entries":["<"],"partial":false,"version":0}`)
	writes(t, types.Versioned[int]{}, `{"entries":[],"partial":false,"version":0}`)
	omits(t, types.Versioned[int]{}, true)
	omits(t, types.Versioned[int]{Version: 1}, false)
}

func ExampleVersioned() {
	type ready struct {
		ReadState types.Versioned[readState] `json:"read_state"`
	}
	for _, in := range []string{`{"read_state":{"entries":[{"id":"5"}],"partial":false,"version":2}}`, `{"read_state":[{"id":"5"}]}`} {
		var r ready
		err := gojson.Unmarshal([]byte(in), &r)
		fmt.Println(r.ReadState.Entries[0].ID, r.ReadState.Version, err)
	}
	// Output:
	// 5 2 <nil>
	// 5 0 <nil>
}
