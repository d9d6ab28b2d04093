package observer_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

func TestExpectIsSubscribedAtOnce(t *testing.T) {
	var p observer.Publisher[int]
	w := p.Expect(func(event *int) bool { return *event%3 == 0 })
	publish(t.Context(), t, &p, nil, 1, 9)
	if p.Observed() {
		t.Error("still subscribed after the event")
	}
	for range 2 {
		event, err := w.Wait(t.Context())
		if err != nil || *event != 3 {
			t.Errorf("got %v, %v, want the first that matches", event, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if event, err := w.Wait(ended); err != nil || *event != 3 {
		t.Errorf("got %v, %v: an event that is there counts more than a context", event, err)
	}
	w.Cancel()
	if event, err := w.Wait(t.Context()); err != nil || *event != 3 {
		t.Errorf("got %v, %v: cancelling after the event changed the outcome", event, err)
	}
}

func TestWaitMayBeRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		w := p.Expect(nil)
		cause := errors.New("too long")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, cause)
		defer cancel()
		if event, err := w.Wait(ctx); event != nil || err != cause {
			t.Errorf("got %v, %v", event, err)
		}
		select {
		case <-w.Done():
			t.Error("done though nothing came")
		default:
		}
		go func() {
			time.Sleep(time.Minute)
			publish(t.Context(), t, &p, nil, 7, 7)
		}()
		<-w.Done()
		if event, err := w.Wait(t.Context()); err != nil || *event != 7 {
			t.Errorf("got %v, %v", event, err)
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		w := p.Expect(func(*int) bool { t.Error("asked after it was cancelled"); return true })
		go func() {
			time.Sleep(time.Minute)
			w.Cancel()
			w.Cancel()
			publish(t.Context(), t, &p, nil, 1, 1)
		}()
		if event, err := w.Wait(t.Context()); event != nil || err != observer.ErrCancelled {
			t.Errorf("got %v, %v", event, err)
		}
		<-w.Done()
		synctest.Wait()
		if p.Observed() {
			t.Error("still subscribed")
		}
	})
}

func TestMatchThatPanicsDoesNotMatch(t *testing.T) {
	var p observer.Publisher[int]
	w := p.Expect(func(event *int) bool { return 6/(*event) == 3 })
	d, zero := deliver(1), 0
	err := p.PublishOn(d, observer.NewQueue(1, observer.Block), &zero)
	var failure *observer.PanicError
	if !errors.As(err, &failure) || failure.Observer != "github.com/chorus-go/chorus/observer_test.TestMatchThatPanicsDoesNotMatch.func1" {
		t.Errorf("error is %v", err)
	}
	if len(d.reported()) != 1 {
		t.Errorf("reported %v", d.reported())
	}
	publish(t.Context(), t, &p, nil, 1, 3)
	if event, err := w.Wait(t.Context()); err != nil || *event != 2 {
		t.Errorf("got %v, %v, want 2", event, err)
	}
}

func TestWaiterGetsOneEventOfMany(t *testing.T) {
	for range 200 {
		var p observer.Publisher[int]
		var matched atomic.Int64
		w := p.Expect(func(*int) bool { matched.Add(1); return true })
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() { publish(t.Context(), t, &p, nil, i, i) })
			wg.Go(func() {
				if i == 3 {
					w.Cancel()
				}
			})
		}
		first, errFirst := w.Wait(t.Context())
		wg.Wait()
		again, err := w.Wait(t.Context())
		if first != again || errFirst != err || (first == nil) == (err == nil) {
			t.Fatalf("got %v, %v and later %v, %v", first, errFirst, again, err)
		}
		if p.Observed() {
			t.Fatal("still subscribed")
		}
	}
}

func TestWaitersAreAheadOfTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(100, observer.Block)
		g := newGate()
		p.Subscribe(g)
		publish(t.Context(), t, &p, q, 1, 50)
		w := p.Expect(nil)
		publish(t.Context(), t, &p, q, 51, 51)
		if event, err := w.Wait(t.Context()); err != nil || *event != 51 {
			t.Errorf("got %v, %v", event, err)
		}
		synctest.Wait()
		if s := q.Stats(); s.Events != 50 {
			t.Errorf("%d events wait, want 50", s.Events)
		}
		close(g.open)
	})
}
