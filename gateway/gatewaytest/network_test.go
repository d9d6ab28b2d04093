package gatewaytest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// connect returns both ends of a connection over a new network.
func connect(t *testing.T, buffer int) (client, server net.Conn) {
	t.Helper()
	network := &gatewaytest.Network{Buffer: buffer}
	listener := listen(t, network, "host")
	client = dial(t, network, "host:80")
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		server.Close()
	})
	return client, server
}

func listen(t *testing.T, network *gatewaytest.Network, host string) net.Listener {
	t.Helper()
	listener, err := network.Listen(host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func dial(t *testing.T, network *gatewaytest.Network, addr string) net.Conn {
	t.Helper()
	conn, err := network.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestNetworkFindsTheListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network gatewaytest.Network
		for _, host := range []string{"one", "ONE:81", "two:80", "[::1]:80"} {
			listener := listen(t, &network, host)
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					io.WriteString(conn, listener.Addr().String())
					conn.Close()
				}
			}()
		}
		for addr, want := range map[string]string{
			"one:80": "one", "One:443": "one", "one:81": "one:81", "two:80": "two:80", "[::1]:80": "[::1]:80",
		} {
			conn := dial(t, &network, addr)
			got, err := io.ReadAll(conn)
			if string(got) != want || err != nil {
				t.Errorf("%s reached %q: %v", addr, got, err)
			}
			if conn.RemoteAddr().String() != addr || conn.RemoteAddr().Network() != "memory" {
				t.Errorf("the remote address is %v", conn.RemoteAddr())
			}
			conn.Close()
		}
	})
}

func TestNetworkRefuses(t *testing.T) {
	var network gatewaytest.Network
	listener := listen(t, &network, "known:80")
	if _, err := network.Listen("KNOWN:80"); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a second listener: %v", err)
	}
	var unknown *net.DNSError
	if _, err := network.DialContext(t.Context(), "tcp", "unknown:80"); !errors.As(err, &unknown) || !unknown.IsNotFound {
		t.Errorf("an unknown host: %v", err)
	}
	refused := func(addr string) {
		t.Helper()
		_, err := network.DialContext(t.Context(), "tcp", addr)
		var op *net.OpError
		if !errors.Is(err, syscall.ECONNREFUSED) || !errors.As(err, &op) || op.Op != "dial" || op.Addr.String() != addr {
			t.Errorf("%s: %v", addr, err)
		}
	}
	refused("known:81")
	if _, err := network.DialContext(t.Context(), "tcp", "known"); err == nil {
		t.Error("an address without a port was dialled")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := network.DialContext(ended, "tcp", "known:80"); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
	waiting := dial(t, &network, "known:80")
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
	if _, err := waiting.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("a connection that was never accepted: %v", err)
	}
	refused("known:80")
	if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
	if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the second Close: %v", err)
	}
	listen(t, &network, "known:80")
	dial(t, &network, "known:80").Close()
	listen(t, &network, "")
	dial(t, &network, "unknown:80").Close()
}

func TestListenerCloseEndsAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network gatewaytest.Network
		listener := listen(t, &network, "host")
		accepted := make(chan error, 1)
		go func() {
			_, err := listener.Accept()
			accepted <- err
		}()
		synctest.Wait()
		listener.Close()
		if err := <-accepted; !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
}

// TestNetworkCarriesHTTP runs net/http's own server and client in a bubble, which use everything a connection can do.
func TestNetworkCarriesHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network gatewaytest.Network
		listener := listen(t, &network, "example.test")
		server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			w.Write(body)
		})}
		go server.Serve(listener)
		transport := &http.Transport{DialContext: network.DialContext}
		client := &http.Client{Transport: transport, Timeout: time.Minute}
		for range 3 {
			sent := strings.Repeat("0123456789", 50_000)
			response, err := client.Post("http://example.test/", "text/plain", strings.NewReader(sent))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if string(body) != sent || err != nil {
				t.Errorf("%d bytes came back: %v", len(body), err)
			}
		}
		transport.CloseIdleConnections()
		server.Close()
	})
}
