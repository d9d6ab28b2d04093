package observer_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

const hurry = 500 // the number of the last event for which nobody naps

// hurried publishes so many events on q, and then one more, for which observers of p nap as long as told, one after the
// other. Before each of them an observer runs that never takes any time. A worker that has been quick for so long does
// not look at the clock for each call.
func hurried(t *testing.T, p *observer.Publisher[int], q *observer.Queue, naps ...time.Duration) {
	t.Helper()
	for _, nap := range naps {
		p.Subscribe(&bot{wait: func() {}})
		p.SubscribeFunc(func(_ context.Context, n *int) {
			if *n > hurry {
				time.Sleep(nap)
			}
		})
	}
	q.Cork()
	publish(deliver(1), t, p, q, 1, hurry+1)
	q.Uncork()
}

func TestACallBehindALongOneIsNotBlamedForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1000, observer.Block)
		began := time.Now()
		hurried(t, &p, q, 990*time.Millisecond, time.Hour)
		if lags := later(t, &p, q, 1500*time.Millisecond).told(); len(lags) != 0 {
			t.Errorf("after half a second of the second call: %v", lags)
		}
		lags := later(t, &p, q, time.Second).told()
		if len(lags) != 1 || !lags[0].Since.Equal(began.Add(990*time.Millisecond)) {
			t.Errorf("%v, want the second call, since 990 ms", lags)
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestACallSeemsAtMostMomentsLonger(t *testing.T) {
	const most = 2 * time.Millisecond
	for nap := 100 * time.Microsecond; nap < 5*time.Millisecond; nap += 300 * time.Microsecond {
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			q := observer.NewQueue(1000, observer.Block)
			began := time.Now()
			hurried(t, &p, q, nap, time.Hour)
			lags := later(t, &p, q, time.Minute).told()
			if len(lags) != 1 || lags[0].Since.Before(began.Add(nap-most)) || lags[0].Since.After(began.Add(nap)) {
				t.Errorf("%v, want the second call, since %v at most %v before", lags, began.Add(nap), most)
			}
			time.Sleep(2 * time.Hour)
		})
	}
}

func TestTheFirstCallAfterAPauseIsTimedExactly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1000, observer.Block)
		hurried(t, &p, q, 0)
		time.Sleep(time.Microsecond)
		synctest.Wait()
		began := time.Now()
		p.Subscribe(&bot{wait: func() { time.Sleep(time.Hour) }})
		later(t, &p, q, 0)
		if lags := later(t, &p, q, time.Minute).told(); len(lags) != 1 || !lags[0].Since.Equal(began) {
			t.Errorf("%v, want the call since %v", lags, began)
		}
		time.Sleep(3 * time.Hour)
	})
}

// When what is slow is hardly longer than what a call may seem to be too long, each call is timed.
func TestACallThatIsSoonSlowIsTimedExactly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1000, observer.Block, observer.SlowAfter(3*time.Millisecond))
		hurried(t, &p, q, 1500*time.Microsecond, time.Hour)
		time.Sleep(3200 * time.Microsecond)
		synctest.Wait()
		d := deliver(1)
		if q.Watch(d); len(d.told()) != 0 {
			t.Errorf("after 1.7 ms of the second call: %v", d.told())
		}
		time.Sleep(1300 * time.Microsecond)
		synctest.Wait()
		if q.Watch(d); len(d.told()) != 1 {
			t.Errorf("after 3 ms of the second call: %v", d.told())
		}
		time.Sleep(2 * time.Hour)
	})
}

// The clock is looked at again and again, not once when the first alarm has come.
func TestACallIsTimedAfterEachAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1000, observer.Block)
		began := time.Now()
		hurried(t, &p, q, 5*time.Millisecond, 990*time.Millisecond, time.Hour)
		lags := later(t, &p, q, time.Minute).told()
		if len(lags) != 1 || !lags[0].Since.Equal(began.Add(995*time.Millisecond)) {
			t.Errorf("%v, want the third call, since 995 ms", lags)
		}
		time.Sleep(2 * time.Hour)
	})
}

// Also a worker that was not quick before, as at the beginning, is quick when it is quick.
func TestAWorkerThatHasBecomeQuickDoesNotLookAtTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1000, observer.Block)
		time.Sleep(time.Minute)
		began := time.Now()
		hurried(t, &p, q, time.Millisecond, time.Hour)
		if lags := later(t, &p, q, time.Minute).told(); len(lags) != 1 || !lags[0].Since.Equal(began) {
			t.Errorf("%v, want a call that seems to have begun %v, with the quick ones", lags, began)
		}
		time.Sleep(2 * time.Hour)
	})
}

// Calls that take some time are worth a look each.
func TestAWorkerThatIsNotQuickTimesEachCall(t *testing.T) {
	for calls := 60; calls < 70; calls++ {
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			q := observer.NewQueue(1000, observer.Block)
			p.SubscribeFunc(func(_ context.Context, n *int) {
				switch {
				case *n <= calls:
					time.Sleep(100 * time.Microsecond)
				case *n == calls+1:
					time.Sleep(time.Millisecond)
				default:
					time.Sleep(time.Hour)
				}
			})
			began := time.Now()
			publish(deliver(1), t, &p, q, 1, calls+2)
			lags := later(t, &p, q, time.Minute).told()
			want := began.Add(time.Duration(calls)*100*time.Microsecond + time.Millisecond)
			if len(lags) != 1 || !lags[0].Since.Equal(want) {
				t.Errorf("%v, want the last call, since %v", lags, want)
			}
			time.Sleep(3 * time.Hour)
		})
	}
}
