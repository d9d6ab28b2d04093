package observer_test

import (
	"context"
	"slices"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// pass is where an observer on l stops.
func (l *lane) pass() {
	l.mu.Lock()
	opened := l.opened
	l.mu.Unlock()
	select {
	case <-opened:
	case <-l.step:
	}
}

// toggle opens or closes l.
func (l *lane) toggle(r *rig) {
	l.open = !l.open
	l.mu.Lock()
	if l.open {
		close(l.opened)
	} else {
		l.opened = make(chan struct{})
	}
	l.mu.Unlock()
	if l.open {
		l.resume(r)
	}
}

// letStep lets the call that is stopped return.
func (l *lane) letStep(r *rig) {
	if l.current != nil {
		l.step <- struct{}{}
		l.resume(r)
	}
}

// resume is the model of what happens once the stopped call returns.
func (l *lane) resume(r *rig) {
	for {
		if l.current == nil {
			if len(l.ring) == 0 {
				return
			}
			l.current, l.ring = l.ring[0], l.ring[1:]
			l.refill(r)
		}
		for len(l.current.members) > 0 {
			m := l.current.members[0]
			l.current.members = l.current.members[1:]
			if m.gone {
				continue
			}
			m.want = append(m.want, l.current.post.event)
			if m.panics {
				l.current.post.reports++
			}
			if !l.open {
				return
			}
		}
		l.current = nil
	}
}

// refill lets in the publish that waits, if there is room.
func (l *lane) refill(r *rig) {
	if p := l.waiting; p != nil && l.fits(p.size) {
		l.waiting = nil
		l.ring = append(l.ring, &modelEntry{p, l.membersOf(r, p)})
		r.proceed(p)
	}
}

// push is the model of queueing; it returns false if p has to wait.
func (l *lane) push(r *rig, p *post) bool {
	for !l.fits(p.size) {
		switch l.policy {
		case observer.Block:
			if p.Err() != nil {
				l.dropped++
				p.errors++
				return true
			}
			l.waiting = p
			return false
		case observer.DropNewest:
			l.dropped++
			return true
		case observer.DropOldest:
			l.dropped++
			l.ring = l.ring[1:]
		}
	}
	l.ring = append(l.ring, &modelEntry{p, l.membersOf(r, p)})
	if l.current == nil {
		l.resume(r)
	}
	return true
}

func (l *lane) fits(size int) bool {
	return len(l.ring) == 0 || len(l.ring) < l.capacity && l.bytes()+size <= l.maxBytes
}

func (l *lane) bytes() (sum int) {
	for _, e := range l.ring {
		sum += e.post.size
	}
	return sum
}

// membersOf returns those to whom p comes through l.
func (l *lane) membersOf(r *rig, p *post) (members []*member) {
	for _, m := range p.members {
		if m.kind == 2 && l == r.lanes[0] || m.kind == 3 && l == r.lanes[1] || m.kind == 0 && l == r.lanes[0] && !p.direct {
			members = append(members, m)
		}
	}
	return members
}

// check compares what happened with what the model says.
func (r *rig) check() {
	observed := len(r.streams) > 0
	for i, m := range r.members {
		observed = observed || !m.gone
		m.mu.Lock()
		if !slices.Equal(m.real, m.want) {
			r.t.Errorf("observer %d (kind %d) got %v, want %v", i, m.kind, m.real, m.want)
		}
		m.mu.Unlock()
	}
	for i, w := range r.waiters {
		observed = observed || !w.settled
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		event, err := w.real.Wait(ended)
		if w.want != 0 && (err != nil || *event != w.want) || w.want == 0 && err == nil {
			r.t.Errorf("waiter %d has %v, %v, want %d", i, event, err, w.want)
		}
	}
	for i, l := range r.lanes {
		s := l.real.Stats()
		if s.Events != len(l.ring) || s.Bytes != l.bytes() || s.Dropped != l.dropped {
			r.t.Errorf("queue %d: %+v, want %d events, %d bytes, %d dropped", i, s, len(l.ring), l.bytes(), l.dropped)
		}
	}
	if r.real.Observed() != observed {
		r.t.Errorf("observed is %v, want %v", r.real.Observed(), observed)
	}
}

// finish lets everything run and checks what must hold in the end.
func (r *rig) finish() {
	for _, l := range r.lanes {
		if !l.open {
			l.toggle(r)
			synctest.Wait()
		}
	}
	r.check()
	for _, s := range r.streams {
		var got []int
		if len(s.want) > 0 {
			for event := range s.real {
				if got = append(got, *event); len(got) == len(s.want) {
					break
				}
			}
		}
		if !slices.Equal(got, s.want) {
			r.t.Errorf("stream got %v, want %v", got, s.want)
		}
	}
	time.Sleep(5 * time.Second) // by then all drops were reported
	synctest.Wait()
	for _, p := range r.posts {
		p.cancel()
		p.holds(r.t, p.retained, p.retained)
		returned := 0
		if p.result != nil {
			returned = len(p.result.(interface{ Unwrap() []error }).Unwrap())
		}
		if !p.done || returned != p.errors || len(p.reported()) != p.reports {
			r.t.Errorf("event %d: returned %v, reported %v, want %d and %d", p.event, p.result, p.reported(), p.errors, p.reports)
		}
	}
}
