package observer_test

import (
	"context"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/observer"
)

// FuzzModel runs a sequence of operations, one for each byte, on a publisher with two queues, and on a model of both
// that is a few slices and loops. After each operation both must have called the same observers with the same events.
func FuzzModel(f *testing.F) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		script := make([]byte, 10+rnd.IntN(200))
		for i := range script {
			script[i] = byte(rnd.Uint32())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) < 4 || len(script) > 1000 {
			return
		}
		synctest.Test(t, func(t *testing.T) { newRig(t, script[0], script[1]).run(script[2:]) })
	})
}

// rig is the real thing and its model side by side. Only one publish is under way at a time, as with a gateway's reader,
// since the order between several is nobody's promise.
type rig struct {
	t       *testing.T
	real    observer.Publisher[int]
	lanes   [2]*lane
	members []*member // in the order of subscription
	waiters []*modelWaiter
	streams []*modelStream
	posts   []*post
	last    int
}

// lane is a queue. An observer on it stops in its call until the lane is open or lets it take one step.
type lane struct {
	real   *observer.Queue
	mu     sync.Mutex
	opened chan struct{}
	step   chan struct{}

	capacity, maxBytes int
	policy             observer.Policy
	open               bool
	ring               []*modelEntry
	current            *modelEntry // whose observer is stopped in its call
	dropped            uint64
	waiting            *post
}

type member struct {
	kind   int // 0 plain, 1 inline, 2 and 3 on a lane
	panics bool
	gone   bool
	sub    *observer.Subscription
	mu     sync.Mutex
	real   []int
	want   []int
}

type modelWaiter struct {
	real    *observer.Waiter[int]
	divisor int
	want    int
	settled bool
}

type modelStream struct {
	real iter.Seq[*int]
	want []int
}

type modelEntry struct {
	post    *post
	members []*member
}

// post is one publish.
type post struct {
	*delivery
	cancel   context.CancelFunc
	event    int
	size     int
	lanes    []*lane // those it has still to be queued on
	members  []*member
	direct   bool // by Publish: the plain members run in the publishing goroutine
	retained int
	errors   int // what Publish returns
	reports  int
	done     bool
	result   error
}

func newRig(t *testing.T, a, b byte) *rig {
	r := &rig{t: t}
	for i, c := range []byte{a, b} {
		l := &lane{
			capacity: 1 + int(c)%5,
			policy:   observer.Policy(c / 5 % 3),
			maxBytes: 3 + int(c)/15%8,
			opened:   make(chan struct{}),
			step:     make(chan struct{}),
		}
		l.real = observer.NewQueue(l.capacity, l.policy, observer.MaxBytes(l.maxBytes))
		r.lanes[i] = l
	}
	return r
}

func (r *rig) run(script []byte) {
	for _, c := range script {
		arg := int(c / 16)
		switch c % 16 {
		case 0, 1:
			r.subscribe(arg)
		case 2:
			r.unsubscribe(arg)
		case 3:
			r.expect(arg)
		case 4:
			r.stream(arg)
		case 5, 6:
			r.lanes[arg%2].toggle(r)
		case 7, 8, 9:
			r.lanes[arg%2].letStep(r)
		case 10:
			r.cancel()
		case 11, 12:
			r.publish(arg, true)
		default:
			r.publish(arg, false)
		}
		synctest.Wait()
		if r.check(); r.t.Failed() {
			r.t.Logf("after operation %d", c%16)
			break
		}
	}
	r.finish()
}

func (r *rig) subscribe(arg int) {
	m := &member{kind: arg % 4, panics: arg > 12}
	option := []observer.Option{nil, observer.Inline(), observer.On(r.lanes[0].real), observer.On(r.lanes[1].real)}[m.kind]
	m.sub = r.real.SubscribeFunc(func(ctx context.Context, event *int) {
		m.mu.Lock()
		m.real = append(m.real, *event)
		m.mu.Unlock()
		if p, ok := ctx.(*post); ok && m.kind != 1 && (m.kind != 0 || !p.direct) {
			r.lanes[m.kind/3].pass()
		}
		if m.panics {
			panic(onPurpose)
		}
	}, option)
	r.members = append(r.members, m)
}

func (r *rig) unsubscribe(arg int) {
	if len(r.members) > 0 {
		m := r.members[arg%len(r.members)]
		m.sub.Unsubscribe()
		m.gone = true
	}
}

func (r *rig) expect(arg int) {
	divisor := arg/2 + 1
	w := &modelWaiter{divisor: divisor}
	w.real = r.real.Expect(func(event *int) bool { return *event%divisor == 0 })
	r.waiters = append(r.waiters, w)
	if arg == 15 {
		w.real.Cancel()
		w.settled = true
	}
}

func (r *rig) stream(arg int) {
	if arg < 4 {
		r.streams = append(r.streams, &modelStream{
			real: r.real.Stream(r.t.Context(), observer.Buffer(streamBuffer, observer.DropOldest)),
		})
	}
}

const streamBuffer = 3

func (r *rig) publish(arg int, direct bool) {
	if r.blocked() {
		return
	}
	r.last++
	p := &post{delivery: deliver(arg % 6), event: r.last, size: arg % 6, direct: direct}
	p.Context, p.cancel = context.WithCancel(r.t.Context())
	r.posts = append(r.posts, p)
	go func() {
		var queue *observer.Queue
		if !direct {
			queue = r.lanes[0].real
		}
		p.result = r.real.PublishOn(p, queue, &p.event)
	}()
	synctest.Wait()
	r.feed(p)
	for _, m := range r.members {
		if !m.gone {
			p.members = append(p.members, m)
		}
	}
	first, second := r.lanes[0], r.lanes[1]
	if len(first.membersOf(r, p)) > 0 {
		p.lanes = append(p.lanes, first)
	}
	if len(second.membersOf(r, p)) > 0 {
		p.lanes = append(p.lanes, second)
	}
	// Without plain members the lanes come in the order in which they were first subscribed to.
	plain := slices.ContainsFunc(p.members, func(m *member) bool { return m.kind == 0 })
	if len(p.lanes) == 2 && (direct || !plain) {
		i := slices.IndexFunc(p.members, func(m *member) bool { return m.kind >= 2 })
		if p.members[i].kind == 3 {
			p.lanes[0], p.lanes[1] = second, first
		}
	}
	r.proceed(p)
}

// feed is the model of what a publish does before it queues.
func (r *rig) feed(p *post) {
	inline := func(kind int) {
		for _, m := range r.members {
			if m.kind == kind && !m.gone {
				m.want = append(m.want, p.event)
				if m.panics {
					p.errors++
					p.reports++
				}
			}
		}
	}
	inline(1)
	for _, w := range r.waiters {
		if !w.settled && p.event%w.divisor == 0 {
			w.want, w.settled = p.event, true
		}
	}
	for _, s := range r.streams {
		p.retained++
		if s.want = append(s.want, p.event); len(s.want) > streamBuffer {
			s.want = s.want[1:]
		}
	}
	if p.direct {
		inline(0)
	}
}

// proceed is the model of queueing p where it is not queued yet.
func (r *rig) proceed(p *post) {
	for len(p.lanes) > 0 {
		l := p.lanes[0]
		p.lanes = p.lanes[1:]
		p.retained++
		if !l.push(r, p) {
			return
		}
	}
	p.done = true
}

func (r *rig) blocked() bool { return r.lanes[0].waiting != nil || r.lanes[1].waiting != nil }

// cancel ends the context of the publish that waits, if one does.
func (r *rig) cancel() {
	for _, l := range r.lanes {
		if p := l.waiting; p != nil {
			l.waiting = nil
			l.dropped++
			p.errors++
			p.cancel()
			r.proceed(p)
			return
		}
	}
}
