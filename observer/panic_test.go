package observer_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// faulty panics.
type faulty struct{ value any }

func (f faulty) Update(context.Context, *int) { panic(f.value) }

func TestPanicsInlineAreReturned(t *testing.T) {
	var p observer.Publisher[int]
	var got []int
	p.Subscribe(faulty{fs.ErrNotExist}, observer.Inline())
	p.Subscribe(faulty{"second"})
	p.SubscribeFunc(func(_ context.Context, event *int) { got = append(got, *event) })
	p.SubscribeFunc(func(_ context.Context, event *int) { _ = []int{}[*event] })
	for i := range 2 {
		d := deliver(1)
		err := p.Publish(d, &i)
		joined, ok := err.(interface{ Unwrap() []error })
		if !ok || len(joined.Unwrap()) != 3 {
			t.Fatalf("error is %v, want three joined", err)
		}
		if !slices.Equal(d.reported(), joined.Unwrap()) {
			t.Errorf("reported %v, want the same", d.reported())
		}
		var failure *observer.PanicError
		if !errors.As(err, &failure) || failure.Value != fs.ErrNotExist || failure.Observer != "observer_test.faulty" {
			t.Errorf("first is %#v", failure)
		}
		if !strings.Contains(string(failure.Stack), "faulty.Update") {
			t.Errorf("the stack does not show where it came from:\n%s", failure.Stack)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Error("the value, which is an error, is not in the chain")
		}
		if want := "observer: panic in observer_test.faulty: second"; joined.Unwrap()[1].Error() != want {
			t.Errorf("second is %q, want %q", joined.Unwrap()[1], want)
		}
		if errors.Unwrap(joined.Unwrap()[1]) != nil {
			t.Error("a string has been unwrapped")
		}
		if third := joined.Unwrap()[2].Error(); !strings.Contains(third, "TestPanicsInlineAreReturned.func2: runtime error") {
			t.Errorf("third is %q", third)
		}
	}
	if !slices.Equal(got, []int{0, 1}) {
		t.Errorf("the observer between them got %v", got)
	}
}

// captureLog returns what is logged by the default logger from now on.
func captureLog(t *testing.T) *bytes.Buffer {
	t.Helper()
	log, before := new(bytes.Buffer), slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return log
}

func TestPanicsOfOnLagAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := captureLog(t)
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.DropNewest, observer.OnLag(func(observer.Lag) { panic(onPurpose) }))
		g := newGate()
		p.Subscribe(g)
		for i := range 4 {
			publish(t.Context(), t, &p, q, i, i)
			synctest.Wait()
		}
		time.Sleep(2 * time.Second) // the second report comes from a timer's goroutine
		synctest.Wait()
		if s := log.String(); strings.Count(s, "level=ERROR") != 2 || strings.Count(s, onPurpose) != 2 {
			t.Errorf("log:\n%s", s)
		}
		close(g.open)
	})
}

func TestPanicsOnAQueueAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := captureLog(t)
		var p observer.Publisher[int]
		var heard []error
		hear := func(err error) {
			heard = append(heard, err)
			panic(onPurpose)
		}
		q := observer.NewQueue(10, observer.Block, observer.Named("own"), observer.OnPanic(hear))
		silent := observer.NewQueue(10, observer.Block, observer.Named("silent"))
		var got []int
		p.Subscribe(faulty{1})
		p.SubscribeFunc(func(_ context.Context, event *int) { got = append(got, *event) })
		p.Subscribe(faulty{2})

		d := deliver(1)
		publish(d, t, &p, q, 1, 1)
		synctest.Wait()
		if len(d.reported()) != 2 || len(heard) != 0 {
			t.Errorf("Delivery: reported %v, heard %v", d.reported(), heard)
		}
		var failure *observer.PanicError
		if !errors.As(d.reported()[1], &failure) || failure.Value != 2 || failure.Observer != "observer_test.faulty" {
			t.Errorf("reported %#v", failure)
		}
		d.holds(t, 1, 1)
		publish(t.Context(), t, &p, q, 2, 2)
		synctest.Wait()
		if len(heard) != 2 || strings.Count(log.String(), onPurpose) != 2 {
			t.Errorf("OnPanic: heard %v, log:\n%s", heard, log)
		}
		log.Reset()
		publish(t.Context(), t, &p, silent, 3, 3)
		synctest.Wait()
		if s := log.String(); strings.Count(s, "level=ERROR") != 2 || strings.Count(s, "queue=silent") != 2 || !strings.Contains(s, "panic=1") {
			t.Errorf("log:\n%s", s)
		}
		if !slices.Equal(got, numbers(1, 3)) {
			t.Errorf("the observer between them got %v", got)
		}
	})
}
