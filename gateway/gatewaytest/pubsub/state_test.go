package pubsub_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
)

// newState returns a state that appends what it gets to a list.
func newState(t *testing.T, o StateOptions, got *[]Event) *State {
	t.Helper()
	if o.SessionID == "" {
		o.SessionID = "s"
	}
	if got != nil {
		o.Sink = appendTo(got)
	}
	state, err := NewState(o)
	must(t, err)
	return state
}

func appendTo(got *[]Event) Sink {
	return func(e Event) error {
		*got = append(*got, e)
		return nil
	}
}

func sequences(events []Event) []int64 {
	list := make([]int64, 0, len(events))
	for _, e := range events {
		list = append(list, e.Sequence)
	}
	return list
}

func TestStateNumbersEvents(t *testing.T) {
	var got []Event
	state := newState(t, StateOptions{Prepare: func(e Event) (Event, bool) {
		e.Payload = fmt.Sprint(e.Payload, "!")
		return e, e.Type != "REFUSED"
	}}, &got)
	for _, eventType := range []string{"A", "REFUSED", "B"} {
		must(t, state.Dispatch(eventType, "x"))
	}
	want := []Event{{Sequence: 1, Type: "A", Payload: "x!"}, {Sequence: 2, Type: "B", Payload: "x!"}}
	if !slices.Equal(got, want) || state.Sequence() != 2 {
		t.Errorf("got %v and sequence %d, want %v and 2: what Prepare refuses has no sequence", got, state.Sequence(), want)
	}
}

func TestStateSinkMayDispatchToItself(t *testing.T) {
	var got []Event
	var state *State
	state, err := NewState(StateOptions{SessionID: "s", Sink: func(e Event) error {
		if e.Type == "FIRST" {
			if err := state.Dispatch("NESTED", nil); err != nil {
				t.Error(err)
			}
			got = append(got, Event{Type: "the sink returns"})
		}
		got = append(got, e)
		return nil
	}})
	must(t, err)
	must(t, state.Dispatch("FIRST", nil))
	want := []Event{{Type: "the sink returns"}, {Sequence: 1, Type: "FIRST"}, {Sequence: 2, Type: "NESTED"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestStateFailures(t *testing.T) {
	broken := errors.New("broken pipe")
	fail := func(e Event) error {
		switch e.Payload {
		case "panic":
			panic(broken)
		case "fail":
			return broken
		}
		return nil
	}
	state, err := NewState(StateOptions{SessionID: "s", Sink: fail})
	must(t, err)
	var failure *StateError
	if err := state.Dispatch("A", "fail"); !errors.As(err, &failure) || !errors.Is(err, broken) {
		t.Fatalf("an error of the sink gives %v", err)
	}
	if failure.SessionID != "s" || failure.Event.Sequence != 1 || failure.Event.Type != "A" {
		t.Errorf("the error says %+v", failure)
	}
	var panicked *PanicError
	if err := state.Dispatch("B", "panic"); !errors.As(err, &panicked) || !errors.Is(err, broken) {
		t.Fatalf("a panic of the sink gives %v", err)
	}
	if len(panicked.Stack) == 0 {
		t.Error("the panic has no stack")
	}
	must(t, state.Dispatch("C", "fine"))
	events, err := state.Replay(0)
	must(t, err)
	if !slices.Equal(sequences(events), []int64{1, 2, 3}) {
		t.Errorf("%v are kept: an event that failed is kept for a resume", sequences(events))
	}
}

// A sink that ends its goroutine, as t.FailNow does, leaves a state that works.
func TestStateSinkEndsItsGoroutine(t *testing.T) {
	var got []Event
	state := newState(t, StateOptions{}, &got)
	var wait sync.WaitGroup
	wait.Add(1)
	ending, err := NewState(StateOptions{SessionID: "e", Sink: func(e Event) error {
		if e.Sequence == 1 {
			wait.Done()
			runtime.Goexit()
		}
		return state.Dispatch(e.Type, e.Payload)
	}})
	must(t, err)
	go func() { _ = ending.Dispatch("A", nil) }()
	wait.Wait()
	for len(got) == 0 { // the goroutine may still be on its way out
		must(t, ending.Dispatch("B", nil))
	}
	if got[0].Type != "B" {
		t.Errorf("got %v", got)
	}
}

func TestStateResume(t *testing.T) {
	var first, second []Event
	state := newState(t, StateOptions{ReplayEvents: 3}, &first)
	for i := range 3 {
		must(t, state.Dispatch("A", i))
	}
	state.Detach()
	must(t, state.Dispatch("B", "missed"))
	if len(first) != 3 || state.Attached() {
		t.Fatalf("after Detach the sink has %v", first)
	}
	if n, err := state.Resume(2, appendTo(&second)); n != 2 || err != nil {
		t.Fatalf("Resume returned %d, %v", n, err)
	}
	must(t, state.Dispatch("C", "new"))
	if !slices.Equal(sequences(second), []int64{3, 4, 5}) {
		t.Errorf("the new sink has %v", sequences(second))
	}
	for _, refused := range []struct {
		sequence int64
		err      error
	}{{1, ErrTooOld}, {6, ErrNotSent}} {
		n, err := state.Resume(refused.sequence, nil)
		var e *ResumeError
		if n != 0 || !errors.Is(err, refused.err) || !errors.As(err, &e) || e.Oldest != 3 || e.Newest != 5 {
			t.Errorf("Resume from %d returned %d, %v", refused.sequence, n, err)
		}
	}
	if !state.Attached() {
		t.Error("a resume that is refused has taken the sink away")
	}
	if n, err := state.Resume(5, appendTo(&second)); n != 0 || err != nil {
		t.Errorf("Resume from the end returned %d, %v", n, err)
	}
}

// A resume that comes while an event is being prepared is repeated before it.
func TestStateResumesWithinPrepare(t *testing.T) {
	var first, second []Event
	var state *State
	state = newState(t, StateOptions{Prepare: func(e Event) (Event, bool) {
		if e.Type == "RESUMES" {
			if n, err := state.Resume(0, appendTo(&second)); n != 2 || err != nil {
				t.Errorf("Resume returned %d, %v", n, err)
			}
		}
		return e, true
	}}, &first)
	for _, eventType := range []string{"A", "B", "RESUMES", "C"} {
		must(t, state.Dispatch(eventType, nil))
	}
	if !slices.Equal(sequences(first), []int64{1, 2}) || !slices.Equal(sequences(second), []int64{1, 2, 3, 4}) {
		t.Errorf("the first sink has %v, the second %v", sequences(first), sequences(second))
	}
}

func TestStateKeepsBytes(t *testing.T) {
	state := newState(t, StateOptions{ReplayBytes: 10}, nil)
	for _, payload := range []any{"12345", []byte("12345"), json.RawMessage("123"), sized(4), 7} {
		must(t, state.Dispatch("A", payload))
	}
	if _, err := state.Replay(1); !errors.Is(err, ErrTooOld) {
		t.Errorf("more than 10 bytes are kept: %v", err)
	}
	if events, err := state.Replay(2); err != nil || len(events) != 3 {
		t.Errorf("Replay returned %v, %v", events, err)
	}
	none := newState(t, StateOptions{ReplayEvents: -1}, nil)
	must(t, none.Dispatch("A", nil))
	if _, err := none.Replay(0); !errors.Is(err, ErrTooOld) {
		t.Errorf("without a buffer Replay says %v", err)
	}
	if _, err := none.Replay(1); err != nil {
		t.Errorf("without a buffer Replay from the end says %v", err)
	}
}

type sized int

func (s sized) Size() int { return int(s) }

// Whatever happens at the same time, each client sees every event once, and in order.
func TestStateConcurrently(t *testing.T) {
	const events, senders = 400, 4
	var mu sync.Mutex
	var got []int64
	last := int64(0)
	sink := func(e Event) error {
		mu.Lock()
		defer mu.Unlock()
		if e.Sequence > last { // what is repeated by a resume may have been on its way to the old sink
			got = append(got, e.Sequence)
			last = e.Sequence
		}
		return nil
	}
	state, err := NewState(StateOptions{SessionID: "s", Sink: sink, ReplayEvents: senders * events})
	must(t, err)
	var wait sync.WaitGroup
	for range senders {
		wait.Go(func() {
			for i := range events {
				if err := state.Dispatch("A", i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Go(func() {
		for range events {
			mu.Lock()
			from := last
			mu.Unlock()
			if _, err := state.Resume(from, sink); err != nil {
				t.Error(err)
			}
		}
	})
	wait.Wait()
	for i, sequence := range got {
		if sequence != int64(i+1) {
			t.Fatalf("event %d has sequence %d", i+1, sequence)
		}
	}
	if len(got) != senders*events {
		t.Errorf("%d events arrived of %d", len(got), senders*events)
	}
}

func TestNewStateRefuses(t *testing.T) {
	if _, err := NewState(StateOptions{}); !errors.Is(err, ErrUnknownSession) {
		t.Errorf("without a session id: %v", err)
	}
	for _, shard := range []Shard{{ID: 2, Count: 2}, {ID: -1, Count: 2}, {ID: 1}} {
		var e *ShardError
		if _, err := NewState(StateOptions{SessionID: "s", Shard: shard}); !errors.As(err, &e) || e.Shard != shard {
			t.Errorf("shard %v: %v", shard, err)
		}
	}
}
