package gateway

import (
	"sync"
	"time"
)

// mailbox does what is posted to it, in that order, one after the other, in a goroutine that is there while there is
// something to do. An idle handle has none.
type mailbox struct {
	mu      sync.Mutex // held for moments
	mail    []func()
	working bool
}

// post never waits. Before it ends, what is done may post more.
func (m *mailbox) post(do func()) {
	m.mu.Lock()
	m.mail = append(m.mail, do)
	begin := !m.working
	m.working = true
	m.mu.Unlock()
	if begin {
		go m.work()
	}
}

func (m *mailbox) work() {
	for mail := m.take(); len(mail) > 0; mail = m.take() {
		for _, do := range mail {
			do()
		}
	}
}

// take empties the mailbox. When there was nothing in it, the goroutine that asks is to end.
func (m *mailbox) take() []func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	mail := m.mail
	m.mail = nil
	m.working = len(mail) > 0
	return mail
}

// alarm is a timer of the supervisor, which is the only one to set and to stop it.
type alarm struct {
	timer *time.Timer
	count int // how often it was set or stopped: what was posted for an earlier time is late
}

// set has something posted to the supervisor after a time, instead of what it was set to before.
func (a *alarm) set(v *supervisor, after time.Duration, do func()) {
	a.stop()
	count := a.count
	a.timer = time.AfterFunc(after, func() {
		v.post(func() {
			if a.count == count {
				do()
			}
		})
	})
}

func (a *alarm) stop() {
	a.count++
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
}
