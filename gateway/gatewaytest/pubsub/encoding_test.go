package pubsub_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
)

// counted is a payload that counts how often it is encoded.
type counted struct {
	times atomic.Int64
	text  string
}

func (c *counted) MarshalJSON() ([]byte, error) {
	c.times.Add(1)
	if c.text == "" {
		return nil, errors.New("nothing to encode")
	}
	return []byte(strconv.Quote(c.text)), nil
}

type formKey struct{}

// TestSharedEncoding dispatches one event to a hundred states whose sinks all ask for its JSON and a form of it, at the
// same time.
func TestSharedEncoding(t *testing.T) {
	const n = 100
	payload, derived := &counted{text: "<a>"}, atomic.Int64{}
	var work sync.WaitGroup
	sink := func(e Event) error {
		work.Go(func() {
			data, err := e.JSON()
			if err != nil || string(data) != `"<a>"` {
				t.Error(string(data), err)
			}
			form, err := e.Derive(formKey{}, func(data json.RawMessage) any {
				derived.Add(1)
				return len(data)
			})
			if err != nil || form != 5 {
				t.Error(form, err)
			}
		})
		return nil
	}
	base := NewBase[int]("base", NewStateManager())
	var states []*State
	for range n {
		state, err := NewState(StateOptions{SessionID: "one", Sink: sink})
		must(t, err)
		states = append(states, state)
	}
	reached, err := base.DispatchStates(states, Event{Type: "A", Payload: payload}.Shared(), nil)
	must(t, err)
	work.Wait()
	if len(reached) != n || payload.times.Load() != 1 || derived.Load() != 1 {
		t.Errorf("%d states, encoded %d times, derived %d times", len(reached), payload.times.Load(), derived.Load())
	}
	kept, err := states[0].Replay(0)
	must(t, err)
	again, err := kept[0].JSON()
	must(t, err)
	first, err := reached[1].Replay(0)
	must(t, err)
	if other, err := first[0].JSON(); err != nil || &again[0] != &other[0] {
		t.Error("two replay buffers do not share the bytes", err)
	}
}

// TestReplacedPayload replaces the payload of a shared event, as a Prepare may.
func TestReplacedPayload(t *testing.T) {
	event := Event{Payload: &counted{text: "before"}}.Shared()
	for payload, want := range map[any]string{&counted{text: "after"}: `"after"`, 7: "7"} {
		event.Payload = payload
		if data, err := event.JSON(); err != nil || string(data) != want {
			t.Errorf("got %s, %v, want %s", data, err, want)
		}
	}
	event.Payload = map[string]int{"a": 1} // which cannot be compared
	if data, err := event.JSON(); err != nil || string(data) != `{"a":1}` {
		t.Error(string(data), err)
	}
}

// TestUnsharedJSON is what is no pointer, and what cannot be encoded.
func TestUnsharedJSON(t *testing.T) {
	for _, payload := range []any{json.RawMessage(`{"a":"<"}`), []byte(`{"a":"<"}`), map[string]string{"a": "<"}} {
		event := Event{Payload: payload}.Shared()
		if data, err := event.JSON(); err != nil || string(data) != `{"a":"<"}` {
			t.Errorf("%T: %s, %v", payload, data, err)
		}
	}
	broken := Event{Payload: &counted{}}.Shared()
	for range 2 {
		if _, err := broken.Derive(formKey{}, func(json.RawMessage) any { return 1 }); err == nil {
			t.Error("no error")
		}
	}
}
