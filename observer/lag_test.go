package observer_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// bot is an observer with a name of its own.
type bot struct{ wait func() }

func (b *bot) Update(context.Context, *int) { b.wait() }

// OnNumber is an observer too.
func (b *bot) OnNumber(context.Context, *int) { b.wait() }

// later publishes event on q after a while, under a Delivery of its own, which it returns.
func later(t *testing.T, p *observer.Publisher[int], q *observer.Queue, pause time.Duration) *delivery {
	t.Helper()
	if pause > 0 {
		time.Sleep(pause)
		synctest.Wait()
	}
	d := deliver(1)
	publish(d, t, p, q, 1, 1)
	return d
}

func TestLagNamesWhoBlocksThePublisher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.Block, observer.Named("own"), observer.SlowAfter(0))
		began := time.Now()
		p.Subscribe(&bot{wait: func() { time.Sleep(10 * time.Second) }})
		later(t, &p, q, 0)
		later(t, &p, q, 5*time.Second)
		first := later(t, &p, q, 0) // waits for 5 s, then for the running one to end
		want := observer.Lag{
			Queue: "own", Observer: "*observer_test.bot", Since: began, Events: 1, Bytes: 1, Blocked: true,
		}
		if lags := first.told(); len(lags) != 1 || lags[0] != want {
			t.Fatalf("the first that waits: %v, want %v", lags, want)
		}
		for range 3 {
			if lags := later(t, &p, q, 0).told(); len(lags) != 0 {
				t.Errorf("the same episode is reported again: %v", lags)
			}
		}
		time.Sleep(time.Minute) // empty now
		synctest.Wait()
		later(t, &p, q, 0)
		synctest.Wait()
		later(t, &p, q, 0)
		if lags := later(t, &p, q, 0).told(); len(lags) != 1 || !lags[0].Blocked {
			t.Errorf("the next episode: %v, want one report", lags)
		}
		time.Sleep(time.Minute)
	})
}

func TestLagOnceForEachSlowCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(100, observer.Block, observer.Named("own"))
		b := &bot{wait: func() { time.Sleep(10 * time.Second) }}
		p.SubscribeFunc(b.OnNumber)
		began := time.Now()
		for i, step := range []struct {
			pause time.Duration
			since time.Duration // of the call that is reported, below 0 for none
		}{
			{0, -1},
			{0, -1},
			{999 * time.Millisecond, -1},
			{time.Millisecond, 0}, // 1.000 s
			{time.Second, -1},     // 2 s, reported already
			{8500 * time.Millisecond, -1},
			{500 * time.Millisecond, 10 * time.Second}, // 11 s, of which the second call had 1 s
			{time.Second, -1},
			{17 * time.Second, 20 * time.Second}, // 29 s
			{time.Second / 2, -1},
		} {
			lags := later(t, &p, q, step.pause).told()
			if step.since < 0 {
				if len(lags) != 0 {
					t.Errorf("step %d: unexpected %v", i, lags)
				}
				continue
			}
			if len(lags) != 1 || !lags[0].Since.Equal(began.Add(step.since)) || lags[0].Blocked ||
				lags[0].Observer != "github.com/chorus-go/chorus/observer_test.(*bot).OnNumber" {
				t.Errorf("step %d: %v, want one of a call since %v", i, lags, step.since)
			}
		}
		time.Sleep(time.Hour)
	})
}

func TestLagOfSeveralWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1000, observer.Block, observer.Workers(3), observer.SlowAfter(time.Minute))
		p.Subscribe(&bot{wait: func() { time.Sleep(time.Hour) }})
		began := time.Now()
		for range 3 {
			later(t, &p, q, 10*time.Second)
		}
		reported := map[time.Duration]int{}
		for range 300 {
			for _, lag := range later(t, &p, q, time.Second).told() {
				if age := time.Since(lag.Since); age != time.Minute {
					t.Errorf("a call was reported when it was %v old", age)
				}
				reported[lag.Since.Sub(began)]++
			}
		}
		if len(reported) != 3 || reported[10*time.Second] != 1 || reported[20*time.Second] != 1 || reported[30*time.Second] != 1 {
			t.Errorf("reported calls and how often: %v", reported)
		}
		time.Sleep(1000 * time.Hour)
	})
}

func TestLagNamesTheLongestCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.Block, observer.Workers(3), observer.SlowAfter(0))
		began := time.Now()
		p.Subscribe(&bot{wait: func() { time.Sleep(time.Hour) }})
		for range 4 { // one more than can run
			later(t, &p, q, time.Second)
		}
		if lags := later(t, &p, q, time.Second).told(); len(lags) != 1 || !lags[0].Since.Equal(began.Add(time.Second)) {
			t.Errorf("%v, want the first call", lags)
		}
		time.Sleep(10 * time.Hour)
	})
}

func TestLagOfNoSlowCallsIfSoWanted(t *testing.T) {
	for _, after := range []time.Duration{0, -1} {
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			q := observer.NewQueue(10, observer.Block, observer.SlowAfter(after))
			p.Subscribe(&bot{wait: func() { time.Sleep(time.Minute) }})
			for range 5 {
				if lags := later(t, &p, q, 10*time.Second).told(); len(lags) != 0 {
					t.Errorf("unexpected %v", lags)
				}
			}
			time.Sleep(time.Hour)
		})
	}
}

// TestLagOfAQueueThatKeepsUp: a call that is over is not slow, however long ago it began.
func TestLagOfAQueueThatKeepsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		p.Subscribe(&bot{wait: func() {}})
		q := observer.NewQueue(10, observer.Block)
		for range 100 {
			for _, pause := range []time.Duration{time.Hour, 0, 0} {
				if lags := later(t, &p, q, pause).told(); len(lags) != 0 {
					t.Fatalf("unexpected %v", lags)
				}
			}
		}
		time.Sleep(time.Hour)
	})
}

// TestLagWhileNobodyElsePublishes: the reading has stopped, so only the publisher that waits can notice.
func TestLagWhileNobodyElsePublishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.Block)
		for _, nap := range []time.Duration{500 * time.Millisecond, time.Hour} {
			p.Subscribe(&bot{wait: func() { time.Sleep(nap) }})
		}
		later(t, &p, q, 0)
		synctest.Wait()
		later(t, &p, q, 0)
		d := deliver(1)
		go publish(d, t, &p, q, 1, 1)
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		lags := d.told()
		if len(lags) != 2 || !lags[0].Blocked || !lags[1].Blocked || lags[1].Since.Sub(lags[0].Since) != time.Second/2 {
			t.Errorf("%v, want one report of the first call that blocks and one of the second when it is slow", lags)
		}
		time.Sleep(10 * time.Hour)
	})
}

func TestLagOfAFullQueueThatDrops(t *testing.T) {
	for _, policy := range []observer.Policy{observer.DropOldest, observer.DropNewest} {
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			q := observer.NewQueue(1, policy)
			p.Subscribe(&bot{wait: func() { time.Sleep(time.Hour) }})
			later(t, &p, q, 0)
			synctest.Wait()
			waiting := later(t, &p, q, 0)
			dropped := later(t, &p, q, 0)
			if policy == observer.DropOldest {
				waiting, dropped = dropped, waiting
			}
			if lags := dropped.told(); len(lags) != 1 || lags[0].Dropped != 1 || len(waiting.told()) != 0 {
				t.Errorf("%v: the drop: %v, the one that stays: %v", policy, lags, waiting.told())
			}
			if lags := later(t, &p, q, 900*time.Millisecond).told(); len(lags) != 0 {
				t.Errorf("%v: another drop soon afterwards: %v", policy, lags)
			}
			if lags := later(t, &p, q, 300*time.Millisecond).told(); len(lags) != 1 || lags[0].Dropped == 0 {
				t.Errorf("%v: the slow call: %v", policy, lags)
			}
			time.Sleep(10 * time.Hour)
		})
	}
}

func TestLagOfAFloodOfDrops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.DropNewest, observer.SlowAfter(0))
		g := newGate()
		p.Subscribe(g)
		later(t, &p, q, 0)
		synctest.Wait()
		later(t, &p, q, 0)
		all := make([]*delivery, 5000)
		for i := range all {
			all[i] = later(t, &p, q, time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		var lags []observer.Lag
		for _, d := range all {
			lags = append(lags, d.told()...)
			d.holds(t, 1, 1)
		}
		if len(lags) < 5 || len(lags) > 7 {
			t.Errorf("%d reports in 5 seconds, want one every second", len(lags))
		}
		if q.Stats().Dropped != 5000 || lags[0].Dropped != 1 || lags[len(lags)-1].Dropped > 5000 {
			t.Errorf("%d dropped, first report %v", q.Stats().Dropped, lags[0])
		}
		last := uint64(0)
		for _, lag := range lags {
			last = max(last, lag.Dropped)
		}
		if last != 5000 {
			t.Errorf("the last number reported is %d, want 5000", last)
		}
		if lags := later(t, &p, q, time.Minute).told(); len(lags) != 1 || lags[0].Dropped != 5001 {
			t.Errorf("a drop after a pause: %v, want it reported at once", lags)
		}
		close(g.open)
	})
}

func TestLagWithoutDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lags []observer.Lag
		hear := func(lag observer.Lag) { lags = append(lags, lag) }
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.DropNewest, observer.OnLag(hear))
		p.Subscribe(&bot{wait: func() { time.Sleep(time.Hour) }})
		for i := range 4 {
			publish(t.Context(), t, &p, q, i, i)
			synctest.Wait()
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if len(lags) != 2 || lags[0].Dropped != 1 || lags[1].Dropped != 2 {
			t.Errorf("heard %v, want the first drop and then the last", lags)
		}
		publish(t.Context(), t, &p, q, 5, 5)
		if len(lags) != 4 {
			t.Errorf("heard %v, want a further drop and a slow call", lags[2:])
		}
		d := later(t, &p, q, time.Minute)
		if len(lags) != 4 || len(d.told()) != 1 {
			t.Errorf("the Delivery was told of %v, the callback of %v", d.told(), lags[4:])
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestLagOfAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		events := p.Stream(ctx, observer.Buffer(1, observer.Block))
		later(t, &p, nil, 0)
		d := deliver(1)
		go publish(d, t, &p, nil, 1, 1)
		synctest.Wait()
		want := observer.Lag{Queue: "stream of int", Events: 1, Bytes: 1, Blocked: true}
		if lags := d.told(); len(lags) != 1 || lags[0] != want {
			t.Errorf("%v, want %v", lags, want)
		}
		go func() {
			for range events {
				time.Sleep(time.Minute)
			}
		}()
		synctest.Wait()
		lags := later(t, &p, nil, 5*time.Second).told()
		if len(lags) != 1 || !strings.HasPrefix(lags[0].Observer, "github.com/chorus-go/chorus/observer_test.TestLagOfAStream.") {
			t.Errorf("slow body: %v", lags)
		}
		cancel()
		time.Sleep(time.Hour)
	})
}

func TestLagString(t *testing.T) {
	for want, lag := range map[string]observer.Lag{
		`observer: queue "": 1 events (2 bytes) wait`: {Events: 1, Bytes: 2},
		`observer: queue "q": 0 events (0 bytes) wait, publishers too, 3 dropped, *main.Bot runs since 2024-05-06T07:08:09Z`: {
			Queue: "q", Dropped: 3, Blocked: true, Observer: "*main.Bot", Since: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC),
		},
	} {
		if got := lag.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWatchNoticesASlowCallWhileNothingIsPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(8, observer.Block, observer.Named("own"), observer.SlowAfter(time.Second))
		began := time.Now()
		p.Subscribe(&bot{wait: func() { time.Sleep(10 * time.Second) }})
		later(t, &p, q, 0)
		quick, slow := deliver(1), deliver(1)
		time.Sleep(time.Second / 2)
		synctest.Wait()
		q.Watch(quick)
		if lags := quick.told(); len(lags) != 0 {
			t.Errorf("after half a second: %v, want nothing", lags)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		q.Watch(slow)
		q.Watch(slow)
		want := observer.Lag{Queue: "own", Observer: "*observer_test.bot", Since: began}
		if lags := slow.told(); len(lags) != 1 || lags[0] != want {
			t.Errorf("after more than a second: %v, want %v once", lags, want)
		}
		time.Sleep(time.Minute)
		var none *observer.Queue
		none.Watch(slow)
	})
}
