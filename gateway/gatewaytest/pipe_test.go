package gatewaytest_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestConnKeepsOrder sends more than fits, in pieces of every size, both ways at once.
func TestConnKeepsOrder(t *testing.T) {
	for _, buffer := range []int{1, 7, 4096, 0} {
		synctest.Test(t, func(t *testing.T) {
			client, server := connect(t, buffer)
			size := 300_000
			if buffer == 1 {
				size = 3000
			}
			done := make(chan struct{})
			for _, way := range []struct{ from, to net.Conn }{{client, server}, {server, client}} {
				sent := make([]byte, size)
				for i := range sent {
					sent[i] = byte(rand.Uint32())
				}
				go func() {
					for rest := sent; len(rest) > 0; {
						n := min(rand.IntN(10_000), len(rest))
						if got, err := way.from.Write(rest[:n]); got != n || err != nil {
							t.Errorf("wrote %d of %d: %v", got, n, err)
							break
						}
						rest = rest[n:]
					}
				}()
				go func() {
					got := make([]byte, size)
					for read := 0; read < size; {
						n, err := way.to.Read(got[read:min(size, read+1+rand.IntN(5000))])
						if err != nil {
							t.Error(err)
							break
						}
						read += n
					}
					if !bytes.Equal(got, sent) {
						t.Errorf("buffer %d: other bytes arrived", buffer)
					}
					done <- struct{}{}
				}()
			}
			<-done
			<-done
		})
	}
}

// TestConnIsAQueue writes and reads by turns, never more than fits, and compares with a buffer: so every position in the
// ring is reached, also while it grows.
func TestConnIsAQueue(t *testing.T) {
	for _, size := range []int{1, 10, 600, 5000} {
		for range 50 {
			client, server := connect(t, size)
			var model bytes.Buffer
			next := byte(0)
			for range 100 {
				written := make([]byte, rand.IntN(min(size-model.Len(), 400)+1))
				for i := range written {
					next++
					written[i] = next
				}
				model.Write(written)
				if n, err := client.Write(written); n != len(written) || err != nil {
					t.Fatalf("wrote %d of %d: %v", n, len(written), err)
				}
				got := make([]byte, rand.IntN(min(model.Len(), 300)+1))
				if n, err := server.Read(got); n != len(got) || err != nil {
					t.Fatalf("read %d of %d: %v", n, len(got), err)
				}
				if want := model.Next(len(got)); !bytes.Equal(got, want) {
					t.Fatalf("size %d: read other bytes than were written", size)
				}
			}
			client.Close()
			server.Close()
		}
	}
}

func TestConnCloseDeliversWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, 0)
		io.WriteString(server, "the end")
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		got, err := io.ReadAll(client)
		if string(got) != "the end" || err != nil {
			t.Errorf("read %q: %v", got, err)
		}
		if _, err := client.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("writing to a closed connection: %v", err)
		}
		for what, err := range map[string]error{
			"read": second(server.Read(make([]byte, 1))), "write": second(server.Write([]byte("x"))), "close": server.Close(),
			"deadline": server.SetDeadline(time.Now()), "write deadline": server.SetWriteDeadline(time.Now()),
		} {
			var op *net.OpError
			if !errors.Is(err, net.ErrClosed) || !errors.As(err, &op) {
				t.Errorf("%s after Close: %v", what, err)
			}
		}
	})
}

func second(_ int, err error) error { return err }

func TestConnCloseWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, 0)
		io.WriteString(client, "question")
		if err := client.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Error(err)
		}
		if got, err := io.ReadAll(server); string(got) != "question" || err != nil {
			t.Errorf("read %q: %v", got, err)
		}
		if _, err := client.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("writing after CloseWrite: %v", err)
		}
		io.WriteString(server, "answer")
		server.Close()
		if got, err := io.ReadAll(client); string(got) != "answer" || err != nil {
			t.Errorf("read %q: %v", got, err)
		}
	})
}

// TestConnCloseEndsWaiting: on either side, whether it reads or writes.
func TestConnCloseEndsWaiting(t *testing.T) {
	for name, test := range map[string]struct {
		wait func(net.Conn) error
		own  bool
		want error
	}{
		"own read":    {func(c net.Conn) error { return second(c.Read(make([]byte, 1))) }, true, net.ErrClosed},
		"own write":   {func(c net.Conn) error { return second(c.Write(make([]byte, 100))) }, true, net.ErrClosed},
		"their read":  {func(c net.Conn) error { return second(c.Read(make([]byte, 1))) }, false, io.EOF},
		"their write": {func(c net.Conn) error { return second(c.Write(make([]byte, 100))) }, false, syscall.EPIPE},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, server := connect(t, 10)
			ended := make(chan error, 1)
			go func() { ended <- test.wait(client) }()
			synctest.Wait()
			select {
			case err := <-ended:
				t.Fatalf("%s did not wait: %v", name, err)
			default:
			}
			if test.own {
				client.Close()
			} else {
				server.Close()
			}
			if err := <-ended; !errors.Is(err, test.want) {
				t.Errorf("%s: %v, want %v", name, err, test.want)
			}
		})
	}
}

func TestConnDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connect(t, 10)
		expect := func(what string, took time.Duration, call func() (int, error), n int) {
			t.Helper()
			start := time.Now()
			got, err := call()
			var network net.Error
			if got != n || !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &network) || !network.Timeout() {
				t.Errorf("%s: %d, %v", what, got, err)
			}
			if time.Since(start) != took {
				t.Errorf("%s took %v, want %v", what, time.Since(start), took)
			}
		}
		read := func() (int, error) { return client.Read(make([]byte, 20)) }
		write := func() (int, error) { return client.Write(make([]byte, 20)) }

		client.SetReadDeadline(time.Now().Add(time.Hour))
		expect("a read", time.Hour, read, 0)
		expect("a read after the deadline", 0, read, 0)
		io.WriteString(server, "late")
		expect("a read with data after the deadline", 0, read, 0)

		client.SetReadDeadline(time.Now().Add(time.Minute))
		if n, err := read(); n != 4 || err != nil {
			t.Errorf("a new deadline: %d, %v", n, err)
		}
		client.SetReadDeadline(time.Time{})
		start := time.Now()
		time.AfterFunc(time.Hour, func() { io.WriteString(server, "x") })
		if n, err := read(); n != 1 || err != nil || time.Since(start) != time.Hour {
			t.Errorf("without a deadline: %d, %v", n, err)
		}

		client.SetWriteDeadline(time.Now().Add(time.Second))
		expect("a write", time.Second, write, 10)
		client.SetDeadline(time.Now().Add(-time.Second))
		expect("a write with a deadline in the past", 0, write, 0)
		expect("a read with a deadline in the past", 0, read, 0)
	})
}

// TestConnDeadlineWhileWaiting sets deadlines from another goroutine, as net/http does to stop a read.
func TestConnDeadlineWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := connect(t, 0)
		client.SetReadDeadline(time.Now().Add(time.Minute))
		ended := make(chan time.Time, 1)
		start := time.Now()
		go func() {
			if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
			}
			ended <- time.Now()
		}()
		synctest.Wait()
		client.SetReadDeadline(time.Now().Add(time.Hour)) // later than the first
		if took := (<-ended).Sub(start); took != time.Hour {
			t.Errorf("a longer deadline ended the read after %v", took)
		}
		client.SetReadDeadline(time.Time{})
		go func() {
			client.Read(make([]byte, 1))
			ended <- time.Now()
		}()
		synctest.Wait()
		start = time.Now()
		client.SetReadDeadline(start.Add(-1))
		if took := (<-ended).Sub(start); took != 0 {
			t.Errorf("a deadline in the past ended the read after %v", took)
		}
	})
}
