package gateway

import (
	"errors"
	"sync/atomic"
)

// errGoexit is why a socket ends of which a goroutine was ended by runtime.Goexit, as by t.FailNow in an observer that
// runs on it.
var errGoexit = errors.New("gateway: an observer ended the goroutine that called it")

// errDialGoexit is why a dial fails whose goroutine was ended in the same way, by a function of Options.Dialer.
var errDialGoexit = errors.New("the dialer ended the goroutine that called it")

// task runs something in a goroutine that the end of the socket waits for. An error ends the socket. Once the socket has
// ended nothing is begun any more.
func (s *socket) task(run func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut || s.ctx.Err() != nil {
		return
	}
	s.group.Go(func() error {
		returned := false
		defer func() {
			if !returned {
				s.fail(errGoexit)
			}
		}()
		err := run()
		if returned = true; err != nil {
			s.fail(err)
		}
		return err
	})
}

// errand is what a goroutine of its own does whenever it is asked for, one at a time: asked for while it is being done,
// it is done once more, however often that was.
type errand struct{ state atomic.Int32 }

const (
	errandIdle int32 = iota
	errandRuns
	errandAsked // while it runs
)

// ask says whether it must be begun.
func (e *errand) ask() bool {
	for {
		state := e.state.Load()
		next := errandAsked
		if state == errandIdle {
			next = errandRuns
		}
		if e.state.CompareAndSwap(state, next) {
			return state == errandIdle
		}
	}
}

// done says whether it must be done once more.
func (e *errand) done() bool {
	if e.state.CompareAndSwap(errandRuns, errandIdle) {
		return false
	}
	e.state.Store(errandRuns) // It was asked for; nobody else changes that now.
	return true
}

// run has an errand done.
func (s *socket) run(e *errand, do func() error) {
	if !e.ask() {
		return
	}
	s.task(func() error {
		for again := true; again; again = e.done() {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	})
}
