package gatewaytest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// Network is a network in memory: hosts listen on it and clients dial them by name, all within one process. Its zero
// value is an empty network, ready to use; it must not be copied after that. All methods are safe from any goroutine.
//
// Its connections behave like those of TCP: they are ordered and buffered, a writer waits while the other side does not
// read, what was written before Close still arrives, deadlines work. Whatever waits is durably blocked in the sense of
// testing/synctest, so a network can be used inside a bubble; one that is must not be used outside of it.
type Network struct {
	// Buffer is how many bytes each direction of a connection holds before writing waits; 64 KiB if it is not positive.
	// It must not change once something was dialled.
	Buffer int

	mu        sync.Mutex
	listeners map[address]*listener // by what Listen was given
	known     map[string]bool       // hosts that ever listened: they refuse connections instead of being unknown
	clients   int
}

// address is a host with its port, or the host alone; as a net.Addr its network is "memory".
type address string

func (address) Network() string  { return "memory" }
func (a address) String() string { return string(a) }

const defaultBuffer = 64 << 10

// Listen makes the network serve an address: "host:port", or "host" for every port of that host that has no listener of
// its own, or "" for every host that nobody else serves. Names are compared without regard to case. An address that is
// in use is an error that is syscall.EADDRINUSE. The listener's Close frees the address, ends Accept with
// net.ErrClosed, and closes the connections that were not yet accepted.
func (n *Network) Listen(host string) (net.Listener, error) {
	addr := address(strings.ToLower(host))
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[addr] != nil {
		return nil, &net.OpError{Op: "listen", Net: addr.Network(), Addr: addr, Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}
	}
	if n.listeners == nil {
		n.listeners, n.known = map[address]*listener{}, map[string]bool{}
	}
	l := newListener(addr, n.forget)
	n.listeners[addr] = l
	n.known[hostOf(string(addr))] = true
	return l, nil
}

// DialContext connects to an address of the form "host:port", as net.Dialer.DialContext does; network only appears in
// errors. It never waits: the connection is open as soon as somebody listens, whether or not it was accepted yet. A
// host that never listened is a *net.DNSError; one that does not listen on this port, or no more, refuses the
// connection (syscall.ECONNREFUSED).
func (n *Network) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	failed := func(err error) error {
		return &net.OpError{Op: "dial", Net: network, Addr: address(addr), Err: err}
	}
	if err := ctx.Err(); err != nil {
		return nil, failed(err)
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, failed(err)
	}
	l, client, capacity, err := n.lookup(addr)
	if err != nil {
		return nil, failed(err)
	}
	near, far := newPipe(client, address(addr), capacity)
	if !l.offer(far) {
		return nil, failed(os.NewSyscallError("connect", syscall.ECONNREFUSED))
	}
	return near, nil
}

// Dialer returns a dialer of websockets over the network, whatever the host of their URL. The address that is dialled
// has the port of the URL or its scheme's: 80 for ws, 443 for wss. Each call returns a new one that the caller may
// change.
func (n *Network) Dialer() *websocket.Dialer {
	return &websocket.Dialer{NetDialContext: n.DialContext, HandshakeTimeout: handshakeTimeout}
}

// handshakeTimeout bounds the opening of a websocket on either side.
const handshakeTimeout = 45 * time.Second

// lookup finds who serves an address, and names the client.
func (n *Network) lookup(addr string) (l *listener, client address, capacity int, err error) {
	addr = strings.ToLower(addr)
	host := hostOf(addr)
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, candidate := range [...]address{address(addr), address(host), ""} {
		if l = n.listeners[candidate]; l != nil {
			n.clients++
			capacity = n.Buffer
			if capacity <= 0 {
				capacity = defaultBuffer
			}
			return l, address(fmt.Sprintf("client:%d", n.clients)), capacity, nil
		}
	}
	if n.known[host] || n.known[""] {
		return nil, "", 0, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	return nil, "", 0, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// forget frees the address of a closed listener.
func (n *Network) forget(l *listener) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[l.addr] == l {
		delete(n.listeners, l.addr)
	}
}

// hostOf is the host of an address with or without a port.
func hostOf(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	return addr
}

// listener is one address of a Network. Connections that were dialled wait in it until they are accepted.
type listener struct {
	addr   address
	forget func(*listener)

	mu      sync.Mutex
	arrived *sync.Cond
	backlog []*conn
	closed  bool
}

func newListener(addr address, forget func(*listener)) *listener {
	l := &listener{addr: addr, forget: forget}
	l.arrived = sync.NewCond(&l.mu)
	return l
}

// offer hands a connection to the listener; false if it is closed.
func (l *listener) offer(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.backlog = append(l.backlog, c)
	l.arrived.Signal()
	return true
}

func (l *listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.backlog) == 0 && !l.closed {
		l.arrived.Wait()
	}
	if l.closed {
		return nil, l.failed("accept")
	}
	c := l.backlog[0]
	l.backlog = l.backlog[1:]
	return c, nil
}

func (l *listener) Close() error {
	backlog, closed := l.shut()
	if closed {
		return l.failed("close")
	}
	l.forget(l)
	var errs []error
	for _, c := range backlog {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// shut takes the connections that nobody accepted; true if the listener was closed before.
func (l *listener) shut() ([]*conn, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, true
	}
	l.closed = true
	l.arrived.Broadcast()
	backlog := l.backlog
	l.backlog = nil
	return backlog, false
}

func (l *listener) Addr() net.Addr { return l.addr }

func (l *listener) failed(op string) error {
	return &net.OpError{Op: op, Net: l.addr.Network(), Addr: l.addr, Err: net.ErrClosed}
}
