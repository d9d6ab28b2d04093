package gatewaytest

import (
	"context"
	"net"
	"time"
)

// leash closes a connection when ctx ends, after a moment that whoever serves it has to say goodbye in; none if that is 0.
// The function returned is called when it is served: it closes the connection too, and waits until nothing of the leash
// runs any more.
func leash(ctx context.Context, conn net.Conn, moment time.Duration) (release func()) {
	done, cut := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(cut)
		if moment > 0 {
			timer := time.NewTimer(moment)
			defer timer.Stop()
			select {
			case <-done:
			case <-timer.C:
			}
		}
		_ = conn.Close() // ends whatever still reads or writes
	})
	return func() {
		close(done)
		if !stop() {
			<-cut
		}
		_ = conn.Close() // closed before if ctx ended first
	}
}
