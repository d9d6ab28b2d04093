package gateway

import (
	"runtime"
	"testing"
)

// Whoever waits for HELLO, as Spawn does, finds the handle connected.
func TestAHandleIsConnectedWhenItsHelloIsTold(t *testing.T) {
	c := unconnected(t).c
	c.supervisor.machine.phase = phaseGreeting
	state := make(chan State, 1)
	go func() {
		<-c.greeted
		state <- State(c.state.Load())
	}()
	c.lifecycle.Lock() // which holds up the change of the state
	go c.supervisor.step(signal{kind: signalHello})
	for range 10_000 {
		runtime.Gosched()
	}
	c.lifecycle.Unlock()
	if got := <-state; got != StateConnected {
		t.Errorf("the handle is %v", got)
	}
}
