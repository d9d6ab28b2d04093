package world_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// client is a session whose sink keeps the events.
type client struct {
	t     *testing.T
	w     *world.World
	user  world.User
	state *pubsub.State

	mu     sync.Mutex
	events []pubsub.Event
}

// connect attaches a session and leaves what it begins with in its events.
func connect(
	t *testing.T, w *world.World, user world.User, options ...func(*pubsub.StateOptions, *types.Identify),
) *client {
	t.Helper()
	c := &client{t: t, w: w, user: user}
	stateOptions := pubsub.StateOptions{SessionID: fmt.Sprint(user.Username, "-", w.NextID()), UserID: user.ID}
	identify := types.Identify{Token: user.Token}
	for _, option := range options {
		option(&stateOptions, &identify)
	}
	stateOptions.Sink = func(e pubsub.Event) error {
		// Whoever could come in between two recipients of an event does.
		runtime.Gosched()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.events = append(c.events, e)
		return nil
	}
	var err error
	if c.state, err = pubsub.NewState(stateOptions); err != nil {
		t.Fatal(err)
	}
	known, ok := w.Authenticate(user.Token)
	if !ok {
		t.Fatalf("the token of %s is nobody's", user.Username)
	}
	if err := w.AttachFunc(known, c.state, identify, c.begin); err != nil {
		t.Fatal(err)
	}
	return c
}

// begin dispatches what a session begins with.
func (c *client) begin(b world.Bootstrap) error {
	if err := c.state.Dispatch("READY", b.Ready); err != nil {
		return err
	}
	for _, e := range b.After {
		if err := c.state.Dispatch(e.Type, e.Payload); err != nil {
			return err
		}
	}
	return nil
}

// take returns the events since the last call.
func (c *client) take() []pubsub.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	events := c.events
	c.events = nil
	return events
}

// types returns the types of the events since the last call, separated by spaces.
func (c *client) types() string {
	var names []string
	for _, e := range c.take() {
		names = append(names, e.Type)
	}
	return strings.Join(names, " ")
}

// last returns the payload of the last event of a type among some, as the type decodes it.
func last[T any](t *testing.T, events []pubsub.Event, name string) T {
	t.Helper()
	var v T
	for _, e := range slices.Backward(events) {
		if e.Type == name {
			decode(t, e.Payload, &v)
			return v
		}
	}
	t.Fatalf("there is no %s", name)
	return v
}

// decode encodes a payload and decodes it as a client does.
func decode(t *testing.T, payload, into any) {
	t.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}

// must fails the test for an error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// got fails the test for an error and returns the value.
func got[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}
