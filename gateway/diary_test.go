package gateway_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// diary is what observers of a handle see.
type diary struct {
	mu     sync.Mutex
	said   []string
	steps  []gateway.LifecycleChange
	failed []error
}

func keepDiary(options gateway.Options) *diary {
	d := new(diary)
	options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.said = append(d.said, m.Content)
	})
	options.Events.Lifecycle.SubscribeFunc(func(_ context.Context, step *gateway.LifecycleChange) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.steps = append(d.steps, *step)
	})
	options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.failed = append(d.failed, *err)
	})
	return d
}

// messages are what the messages said, in the order of their observers.
func (d *diary) messages() string {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.said, " ")
}

// states are the states that were entered.
func (d *diary) states() string {
	var names []string
	for _, step := range d.lifecycle() {
		names = append(names, step.To.String())
	}
	return strings.Join(names, " ")
}

func (d *diary) lifecycle() []gateway.LifecycleChange {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]gateway.LifecycleChange{}, d.steps...)
}

// errors are what was on Events.Error.
func (d *diary) errors() []error {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]error{}, d.failed...)
}

// expect compares two texts.
func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}
