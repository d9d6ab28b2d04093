package main

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
)

// TestGeneratedDecodersShareNothing decodes events of all kinds at once, good and cut off, with cursors that go from
// one to the other. What was decoded before stays as it is, whatever is decoded later and written over its input.
func TestGeneratedDecodersShareNothing(t *testing.T) {
	t.Parallel()
	payloads := map[string][][]byte{}
	for name, made := range sampled(t) {
		payloads[name] = made[:2]
	}
	for _, d := range recorded(t) {
		if eventDecoders[d.Name] != nil && len(payloads[d.Name]) < 5 {
			payloads[d.Name] = append(payloads[d.Name], d.Data)
		}
	}
	names := slices.Sorted(maps.Keys(payloads))
	type kept struct {
		name        string
		payload     []byte
		value, want any
	}
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(5, uint64(worker)))
			var all []kept
			for range 10 * mutations {
				name := names[r.IntN(len(names))]
				payload := payloads[name][r.IntN(len(payloads[name]))]
				input := bytes.Clone(payload)
				_, _ = eventDecoders[name](input[:r.IntN(len(input))])
				value, err := eventDecoders[name](input)
				want := reflect.New(eventTypes[name]).Interface()
				if jsonErr := json.Unmarshal(payload, want); err != nil || jsonErr != nil {
					t.Errorf("%s: %v, %v", name, err, jsonErr)
					return
				}
				for i := range input {
					input[i] = '#'
				}
				all = append(all, kept{name, payload, value, want})
			}
			for _, k := range all {
				if !reflect.DeepEqual(k.value, k.want) {
					t.Errorf("%s: what was decoded changed: %s", k.name, k.payload)
				}
			}
		})
	}
	group.Wait()
}
