package gateway_test

import (
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// cluster is a server with several hosts, for tests of what outlives a socket. Each connection follows a script of its
// own. It keeps one session as Discord does: what is posted gets a sequence number and is replayed after a Resume.
type cluster struct {
	t        *testing.T
	network  *gatewaytest.Network
	born     time.Time
	interval time.Duration // of heartbeats
	resume   string        // the resume URL in READY
	work     chan func(v *visit)

	mu        sync.Mutex
	listeners map[string]net.Listener
	scripts   []func(v *visit)
	visits    []*visit
	sessions  int
	next      int      // the sequence number of the next dispatch
	posted    []string // the dispatches of the session; the first has the number 0
}

// newCluster makes a cluster on gateway.test and resume.test. The first connection follows the first script, and so on;
// all that are left follow the last one.
func newCluster(t *testing.T, scripts ...func(v *visit)) *cluster {
	c := &cluster{
		t: t, network: new(gatewaytest.Network), born: time.Now(), interval: 30 * time.Second, resume: "ws://resume.test",
		scripts: scripts, work: make(chan func(v *visit)), listeners: map[string]net.Listener{},
	}
	for _, host := range []string{"gateway.test", "resume.test"} {
		c.listen(host, func(conn net.Conn) { accept(t, conn, func(p *peer) { c.visit(p, host) }) })
	}
	return c
}

// listen gives the connections of a host to handle.
func (c *cluster) listen(host string, handle func(net.Conn)) {
	c.t.Helper()
	listener, err := c.network.Listen(host)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = listener.Close() })
	c.mu.Lock()
	c.listeners[host] = listener
	c.mu.Unlock()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go handle(conn)
		}
	}()
}

// unplug makes a host refuse connections.
func (c *cluster) unplug(host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.listeners[host].Close()
}

// options lead to the cluster, uncompressed.
func (c *cluster) options() gateway.Options {
	return gateway.Options{Dialer: c.network.Dialer(), Compression: gateway.NoCompression, Events: gateway.NewEvents()}
}

// visit is one connection.
type visit struct {
	*peer
	c    *cluster
	host string
	at   time.Duration // since the cluster was made
	in   chan payload  // what the client sends; closed at the end

	got   []payload
	when  []time.Duration
	ended error // how the client ended it
	deaf  bool  // heartbeats are not acknowledged
	rude  bool  // the client's close frame is not answered
}

func (c *cluster) visit(p *peer, host string) {
	c.mu.Lock()
	v := &visit{peer: p, c: c, host: host, at: time.Since(c.born), in: make(chan payload)}
	script := c.scripts[min(len(c.visits), len(c.scripts)-1)]
	c.visits = append(c.visits, v)
	c.mu.Unlock()
	answer := p.ws.CloseHandler()
	p.ws.SetCloseHandler(func(code int, text string) error {
		if v.isRude() {
			return nil
		}
		return answer(code, text)
	})
	over := make(chan struct{})
	defer close(over)
	go v.listen(over)
	script(v)
}

func (v *visit) isRude() bool {
	v.c.mu.Lock()
	defer v.c.mu.Unlock()
	return v.rude
}

// beRude leaves the client's close frame without an answer, and its connection open.
func (v *visit) beRude() {
	v.c.mu.Lock()
	defer v.c.mu.Unlock()
	v.rude = true
}

func (v *visit) listen(over <-chan struct{}) {
	defer close(v.in)
	for {
		got, err := v.peer.next()
		v.c.mu.Lock()
		if err != nil {
			v.ended = err
			v.c.mu.Unlock()
			return
		}
		v.got, v.when = append(v.got, got), append(v.when, time.Since(v.c.born))
		v.c.mu.Unlock()
		select {
		case v.in <- got:
		case <-over:
			return
		}
	}
}

// await acknowledges heartbeats until the client sends one of the opcodes.
func (v *visit) await(opcodes ...types.Opcode) (payload, bool) {
	for got := range v.in {
		if got.Op == types.OpcodeHeartbeat && !v.deaf {
			v.raw(`{"op":11}`)
		}
		for _, op := range opcodes {
			if got.Op == op {
				return got, true
			}
		}
	}
	return payload{}, false
}

// welcome greets a client and begins or resumes its session.
func (v *visit) welcome() {
	v.hello(v.c.interval)
	for {
		got, ok := v.await(types.OpcodeIdentify, types.OpcodeResume)
		switch {
		case !ok:
			return
		case got.Op == types.OpcodeIdentify:
			v.ready()
			return
		case v.replay(got):
			return
		}
		v.raw(`{"op":9,"d":false}`)
	}
}

// ready begins a session.
func (v *visit) ready() {
	v.c.mu.Lock()
	v.c.sessions++
	v.c.next, v.c.posted = 0, nil
	data := fmt.Sprintf(`{"v":9,"session_id":"s%d","resume_gateway_url":%q,"user":{"id":"42","username":"ann"},"guilds":[]}`,
		v.c.sessions, v.c.resume)
	v.c.mu.Unlock()
	v.send("READY", data)
}

// replay answers a Resume as Discord does; false if the session is not the one that there is.
func (v *visit) replay(resume payload) bool {
	var asked types.Resume
	if err := json.Unmarshal(resume.D, &asked); err != nil {
		v.t.Errorf("Resume %s: %v", resume.D, err)
	}
	v.c.mu.Lock()
	known := v.c.posted != nil && asked.SessionID == fmt.Sprintf("s%d", v.c.sessions) && asked.Token == "secret" &&
		asked.Seq < int64(v.c.next)
	var missed []string
	if known {
		missed = v.c.posted[asked.Seq+1:]
	}
	v.c.mu.Unlock()
	if !known {
		return false
	}
	for _, payload := range missed {
		v.raw(payload)
	}
	v.send("RESUMED", "{}")
	return true
}

// send dispatches with the next sequence number.
func (v *visit) send(name, data string) { v.raw(v.c.keep(name, data)) }

// post dispatches messages.
func (v *visit) post(contents ...string) {
	for _, content := range contents {
		v.send("MESSAGE_CREATE", message(content))
	}
}

// miss posts messages while nobody listens.
func (c *cluster) miss(contents ...string) {
	for _, content := range contents {
		c.keep("MESSAGE_CREATE", message(content))
	}
}

func (c *cluster) keep(name, data string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	payload := fmt.Sprintf(`{"op":0,"t":%q,"s":%d,"d":%s}`, name, c.next, data)
	c.next, c.posted = c.next+1, append(c.posted, payload)
	return payload
}

// stay acknowledges heartbeats and does what it is told until the client is gone.
func (v *visit) stay() {
	for {
		select {
		case got, ok := <-v.in:
			if !ok {
				return
			}
			if got.Op == types.OpcodeHeartbeat && !v.deaf {
				v.raw(`{"op":11}`)
			}
		case do := <-v.c.work:
			do(v)
		}
	}
}

// rest acknowledges heartbeats until the client is gone, and does nothing that it is told.
func (v *visit) rest() { v.await() }

// do lets the connection that stays do something.
func (c *cluster) do(what func(v *visit)) {
	done := make(chan struct{})
	c.work <- func(v *visit) { defer close(done); what(v) }
	<-done
}

// drop loses the connection without a close frame.
func (v *visit) drop() { _ = v.ws.Close() }

// discord begins and resumes sessions, and stays.
func discord(v *visit) {
	v.welcome()
	v.stay()
}

// spacebar refuses every Resume and takes an Identify on the same socket.
func spacebar(v *visit) {
	v.hello(v.c.interval)
	for {
		switch got, ok := v.await(types.OpcodeIdentify, types.OpcodeResume); {
		case !ok:
			return
		case got.Op == types.OpcodeResume:
			v.raw(`{"op":9,"d":false}`)
		default:
			v.ready()
			v.stay()
			return
		}
	}
}

// log tells for each connection the host and what the client sent, heartbeats left out.
func (c *cluster) log() string {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []string
	for _, v := range c.visits {
		line := strings.TrimSuffix(v.host, ".test")
		for _, got := range v.got {
			if got.Op != types.OpcodeHeartbeat {
				line += " " + strings.ToLower(got.Op.String())
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

// visited returns a connection.
func (c *cluster) visited(number int) visit {
	c.t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if number >= len(c.visits) {
		c.t.Fatalf("there were %d connections only", len(c.visits))
	}
	return *c.visits[number]
}

// count is how many connections there were.
func (c *cluster) count() int {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.visits)
}

// closedWith is the code with which the client closed a connection, 0 if it did not.
func (c *cluster) closedWith(number int) int {
	if frame, ok := c.visited(number).ended.(*websocket.CloseError); ok {
		return frame.Code
	}
	return 0
}

// sent returns the d of the first payload with an opcode.
func (v visit) sent(op types.Opcode) string {
	for _, got := range v.got {
		if got.Op == op {
			return string(got.D)
		}
	}
	return ""
}

// times returns when the payloads with one of the opcodes came.
func (v visit) times(opcodes ...types.Opcode) []time.Duration {
	var times []time.Duration
	for i, got := range v.got {
		if slices.Contains(opcodes, got.Op) {
			times = append(times, v.when[i])
		}
	}
	return times
}
