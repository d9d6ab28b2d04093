package observer_test

import (
	"context"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

func TestStreamIsSubscribedWhenCalled(t *testing.T) {
	var p observer.Publisher[int]
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := p.Stream(ctx, nil)
	publish(ctx, t, &p, nil, 1, 1000)
	var got []int
	for event := range events {
		if got = append(got, *event); len(got) == 1000 {
			break
		}
	}
	if !slices.Equal(got, numbers(1, 1000)) {
		t.Errorf("got %v", got)
	}
	if p.Observed() {
		t.Error("still subscribed after the loop was left")
	}
	for event := range events {
		t.Errorf("a second loop got %d", *event)
	}
}

func TestStreamEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		go func() {
			for i := range 1000 {
				time.Sleep(time.Second)
				publish(t.Context(), t, &p, nil, i, i)
			}
		}()
		start, n := time.Now(), 0
		for event := range p.Stream(ctx) {
			if *event != n {
				t.Errorf("got %d, want %d", *event, n)
			}
			n++
		}
		if took := time.Since(start); took != time.Minute || n < 59 {
			t.Errorf("ended after %v and %d events", took, n)
		}
		synctest.Wait()
		if p.Observed() {
			t.Error("still subscribed")
		}
		time.Sleep(time.Hour)
	})
}

func TestStreamDiscardsWhatItHoldsWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := p.Stream(ctx)
		var all []*delivery
		for i := 1; i <= 5; i++ {
			d := deliver(1)
			all = append(all, d)
			publish(d, t, &p, nil, i, i)
		}
		n := 0
		for range events {
			if n++; n == 2 {
				cancel()
			}
		}
		if n != 2 {
			t.Errorf("%d events, want none after the context's end", n)
		}
		publish(t.Context(), t, &p, nil, 6, 6)
		synctest.Wait()
		for _, d := range all {
			d.holds(t, 1, 1)
		}
	})
}

func TestStreamThatIsNeverLoopedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		ctx, cancel := context.WithCancel(t.Context())
		p.Stream(ctx, observer.Buffer(0, observer.Block)) // 1 event
		publish(t.Context(), t, &p, nil, 1, 1)
		d, released := deliver(1), make(chan struct{})
		go func() {
			publish(d, t, &p, nil, 2, 2)
			close(released)
		}()
		synctest.Wait()
		select {
		case <-released:
			t.Fatal("the publisher did not wait")
		default:
		}
		cancel()
		<-released
		synctest.Wait()
		if p.Observed() {
			t.Error("still subscribed")
		}
		d.holds(t, 1, 1)
	})
}

// TestStreamThatEndsDuringAPublish: the publisher has passed the point where it looks whether it is subscribed.
func TestStreamThatEndsDuringAPublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		for _, policy := range []observer.Policy{observer.Block, observer.DropNewest} {
			ctx, cancel := context.WithCancel(t.Context())
			p.Stream(ctx, observer.Buffer(1, policy))
			before, during := deliver(1), deliver(1)
			publish(before, t, &p, nil, 1, 1)
			during.onSize = func() {
				cancel()
				synctest.Wait()
			}
			publish(during, t, &p, nil, 2, 2)
			synctest.Wait()
			before.holds(t, 1, 1)
			during.holds(t, 1, 1)
			if lags := during.told(); len(lags) != 0 {
				t.Errorf("%v: unexpected %v", policy, lags)
			}
		}
	})
}

func TestStreamHoldsUpThePublisherUntilThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		events := p.Stream(t.Context(), observer.Buffer(2, observer.Block))
		published := 0
		go func() {
			for i := range 10 {
				publish(t.Context(), t, &p, nil, i, i)
				published++
			}
		}()
		n := 0
		for event := range events {
			synctest.Wait()
			if *event != n || published != min(n+3, 10) {
				t.Errorf("got %d of %d published, want %d of %d", *event, published, n, n+3)
			}
			if n++; n == 10 {
				break
			}
		}
	})
}

func TestStreamGivesUpAnEventWhoseContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		events := p.Stream(t.Context(), observer.Buffer(1, observer.Block))
		publish(t.Context(), t, &p, nil, 1, 1)
		publish(withDeadline(context.Background()), t, &p, nil, 2, 2) // for an hour
		go func() {
			time.Sleep(time.Hour)
			publish(t.Context(), t, &p, nil, 3, 3)
		}()
		var got []int
		for event := range events {
			if got = append(got, *event); *event == 3 {
				break
			}
		}
		if !slices.Equal(got, []int{1, 3}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestStreamPolicies(t *testing.T) {
	for policy, want := range map[observer.Policy][]int{
		observer.DropOldest: {8, 9, 10},
		observer.DropNewest: {1, 2, 3},
	} {
		var p observer.Publisher[int]
		events := p.Stream(t.Context(), observer.Buffer(3, policy))
		publish(t.Context(), t, &p, nil, 1, 10)
		var got []int
		for event := range events {
			if got = append(got, *event); len(got) == 3 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: got %v, want %v", policy, got, want)
		}
	}
}

func TestStreamBodyThatPanics(t *testing.T) {
	var p observer.Publisher[int]
	d := deliver(1)
	events := p.Stream(t.Context())
	publish(d, t, &p, nil, 1, 1)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the loop's panic is gone")
			}
		}()
		for range events {
			panic(onPurpose)
		}
	}()
	if p.Observed() {
		t.Error("still subscribed")
	}
	d.holds(t, 1, 1)
}

func TestStreamLosesNoWakeUp(t *testing.T) {
	const last = 100_000
	var p observer.Publisher[int]
	events := p.Stream(t.Context())
	var taken atomic.Int64
	go func() {
		for i := 1; i <= last; i++ {
			publish(t.Context(), t, &p, nil, i, i)
			for taken.Load() < int64(i) { // then the loop is about to wait for the next one
				runtime.Gosched()
			}
		}
	}()
	for event := range events {
		if int64(*event) != taken.Add(1) {
			t.Fatalf("got %d, want %d", *event, taken.Load())
		}
		if *event == last {
			break
		}
	}
}

func TestStreamWithoutContext(t *testing.T) {
	var p observer.Publisher[int]
	var none context.Context
	events := p.Stream(none)
	publish(t.Context(), t, &p, nil, 1, 1)
	for event := range events {
		if *event != 1 {
			t.Errorf("got %d", *event)
		}
		break
	}
}
