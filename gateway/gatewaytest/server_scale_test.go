package gatewaytest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/internal/wire"
	"github.com/chorus-go/chorus/types"
)

// maxMemory is what a process with 10,000 sessions may take from the system.
const maxMemory = 2 << 30

// TestTenThousandSessions sends one message to a guild whose members are all connected: each of them gets it exactly
// once, and the process, with the clients in it, stays within its memory.
func TestTenThousandSessions(t *testing.T) {
	for _, o := range []crowdOptions{
		{sessions: 10_000},
		{sessions: 2_000, compress: compressZlib},
		{sessions: 2_000, compress: compressZstd, profile: Discord},
	} {
		if testing.Short() || raceDetector {
			o.sessions /= 10
		}
		t.Run(string(o.profile)+o.compress, func(t *testing.T) {
			c := newCrowd(t, o)
			// HELLO, READY and what follows it: nobody is told of everybody else who comes.
			if frames := c.frames.Load(); frames > int64(5*o.sessions) {
				t.Errorf("%d frames for %d sessions to begin", frames, o.sessions)
			}
			if bytes := c.bytes.Load(); bytes > int64(16<<10*o.sessions) {
				t.Errorf("%d bytes for %d sessions to begin", bytes, o.sessions)
			}
			c.say("the message")
			c.say("the one behind it") // what came twice has come twice when this one is here
			for i, member := range c.members {
				if got := member.messages.Load(); got != 2 {
					t.Fatalf("member %d got %d messages instead of 2", i, got)
				}
			}
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			t.Logf("%d sessions connected in %v, %d MiB from the system, %d MiB in use", o.sessions,
				c.connected.Round(time.Millisecond), memory.Sys>>20, (memory.HeapInuse+memory.StackInuse)>>20)
			if memory.Sys >= maxMemory {
				t.Errorf("%d bytes of memory", memory.Sys)
			}
			c.leave()
		})
	}
}

// BenchmarkMessageToGuild is a message to a guild whose members are all connected, from the world's change until the
// last of the clients, which are in the same process, has read it.
func BenchmarkMessageToGuild(b *testing.B) {
	for _, compress := range []string{compressNone, compressZlib} {
		for _, sessions := range []int{100, 1_000, 10_000} {
			name := fmt.Sprint(sessions)
			if compress != "" {
				name += "/" + compress
			}
			b.Run(name, func(b *testing.B) { benchmarkMessage(b, crowdOptions{sessions: sessions, compress: compress}) })
		}
	}
}

func benchmarkMessage(b *testing.B, o crowdOptions) {
	before, sessions := memoryInUse(), o.sessions
	c := newCrowd(b, o)
	each := float64(memoryInUse()-before) / float64(sessions)
	b.ReportAllocs()
	for b.Loop() {
		c.say("hello")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*sessions), "ns/recipient")
	b.ReportMetric(each, "bytes/session")
	b.ReportMetric(float64(c.connected.Milliseconds()), "connect-ms")
	c.leave()
}

// memoryInUse is the heap and the stacks, without garbage.
func memoryInUse() int64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapInuse + memory.StackInuse)
}

// crowdOptions say who is connected.
type crowdOptions struct {
	sessions int
	compress string
	profile  Profile // Discord's are bots
}

// crowd is a guild whose members are all connected, each through a websocket of its own.
type crowd struct {
	tb        testing.TB
	options   crowdOptions
	server    *Server
	dialer    *websocket.Dialer
	channel   world.ChannelHandle
	author    types.Snowflake
	members   []*crowdMember
	connected time.Duration // how long that took, without making the world
	frames    atomic.Int64  // that were received
	bytes     atomic.Int64  // of their payloads
	pending   atomic.Int64  // of the members, how many have not got there yet
	done      chan struct{}
	closing   atomic.Bool
	buffers   buffers
	readers   sync.WaitGroup
}

// crowdMember is a client that reads and counts.
type crowdMember struct {
	messages atomic.Int64
	identify string
	stream   inflating // nil of a connection that is not compressed
}

// inflating reads the compressed stream that a member gets.
type inflating interface {
	Next(dst, frame []byte) (payload []byte, complete bool, err error)
}

// newCrowd makes a guild and connects its members.
func newCrowd(tb testing.TB, o crowdOptions) *crowd {
	tb.Helper()
	c := &crowd{tb: tb, options: o, done: make(chan struct{}, 1)}
	network := new(Network)
	c.server = NewServer(tb, ServerOptions{
		Network: network, Profile: o.profile, HeartbeatInterval: time.Hour, LogEntries: 16,
	})
	c.dialer = network.Dialer()
	c.dialer.ReadBufferSize, c.dialer.WriteBufferPool = 512, new(sync.Pool)
	guild := c.populate()
	system, err := guild.SystemChannel()
	if err != nil {
		tb.Fatal(err)
	}
	c.channel = guild.Channel(system)
	began := time.Now()
	c.pending.Store(int64(o.sessions))
	c.connect(o.compress)
	c.wait()
	c.connected = time.Since(began)
	return c
}

// populate makes the guild and its members.
func (c *crowd) populate() (guild world.GuildHandle) {
	c.tb.Helper()
	w := c.server.World()
	add, prefix := w.AddUser, ""
	if c.options.profile == Discord {
		add, prefix = w.AddBot, "Bot "
	}
	for i := range c.options.sessions {
		user := add(fmt.Sprint("user", i))
		var err error
		if i == 0 {
			c.author = user.ID
			guild, err = w.AddGuild(user.ID, "Home")
		} else {
			err = guild.Join(user.ID)
		}
		if err != nil {
			c.tb.Fatal(err)
		}
		c.members = append(c.members, &crowdMember{identify: fmt.Sprintf(
			`{"op":2,"d":{"token":%q,"intents":513,"properties":{"os":"linux","browser":"crowd","device":"crowd"}}}`,
			prefix+user.Token)})
	}
	return guild
}

// connect dials for all members, some at a time.
func (c *crowd) connect(compress string) {
	url := c.server.URL() + "/?encoding=json&v=9"
	if compress != compressNone {
		url += "&compress=" + compress
	}
	queue := make(chan *crowdMember)
	var dialling sync.WaitGroup
	for range 16 {
		dialling.Go(func() {
			for m := range queue {
				ws, _, err := c.dialer.DialContext(c.tb.Context(), url, http.Header{"User-Agent": {"crowd"}})
				if err != nil {
					c.tb.Error(err)
					continue
				}
				switch compress {
				case compressZlib:
					m.stream = wire.NewInflater(maxPayload)
				case compressZstd:
					m.stream = wire.NewZstd(maxPayload)
				}
				c.readers.Go(func() { c.read(m, ws) })
			}
		})
	}
	for _, m := range c.members {
		queue <- m
	}
	close(queue)
	dialling.Wait()
}

// read is the goroutine of a member.
func (c *crowd) read(m *crowdMember, ws *websocket.Conn) {
	defer func() { _ = ws.Close() }()
	for {
		_, r, err := ws.NextReader()
		if err == nil {
			err = c.message(m, ws, r)
		}
		if err != nil {
			if !c.closing.Load() {
				c.tb.Error(err)
			}
			return
		}
	}
}

// message reads a message, with memory that it has only meanwhile.
func (c *crowd) message(m *crowdMember, ws *websocket.Conn, r io.Reader) error {
	buffer := c.buffers.take()
	defer c.buffers.give(buffer)
	if _, err := buffer.ReadFrom(r); err != nil {
		return err
	}
	if m.stream == nil {
		return c.take(m, ws, buffer.Bytes())
	}
	plain := c.buffers.take()
	defer c.buffers.give(plain)
	plain.Grow(4 << 10)
	payload, _, err := m.stream.Next(plain.AvailableBuffer(), buffer.Bytes())
	if err != nil {
		return err
	}
	return c.take(m, ws, payload)
}

// take looks at a message as little as possible.
func (c *crowd) take(m *crowdMember, ws *websocket.Conn, payload []byte) error {
	start := payload[:min(len(payload), 64)]
	c.frames.Add(1)
	c.bytes.Add(int64(len(payload)))
	switch {
	case bytes.Contains(start, []byte(`"op":10,`)):
		return ws.WriteMessage(websocket.TextMessage, []byte(m.identify))
	case bytes.Contains(start, []byte(`"t":"READY_SUPPLEMENTAL"`)), bytes.Contains(start, []byte(`"t":"GUILD_CREATE"`)):
		c.arrived()
	case bytes.Contains(start, []byte(`"t":"MESSAGE_CREATE"`)):
		m.messages.Add(1)
		c.arrived()
	}
	return nil
}

// arrived counts one member who has got there.
func (c *crowd) arrived() {
	if c.pending.Add(-1) == 0 {
		c.done <- struct{}{}
	}
}

// say sends a message and waits until all have it.
func (c *crowd) say(text string) {
	c.pending.Store(int64(len(c.members)))
	if _, err := c.channel.SendMessage(c.author, text); err != nil {
		c.tb.Fatal(err)
	}
	c.wait()
}

// wait waits until all members have got there.
func (c *crowd) wait() {
	select {
	case <-c.done:
	case <-time.After(2 * time.Minute):
		c.tb.Fatalf("%d members did not get there", c.pending.Load())
	}
}

// leave ends everything.
func (c *crowd) leave() {
	c.closing.Store(true)
	if err := c.server.Close(); err != nil {
		c.tb.Error(err)
	}
	c.readers.Wait()
}
