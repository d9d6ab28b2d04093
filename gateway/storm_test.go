package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/etf"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// storm is a server that sends numbered messages in pieces of random sizes, some in fragments with pings between them,
// and cuts its connections at random places; and a client whose observers do all that observers may do.
type storm struct {
	t      *testing.T
	total  int // messages
	events *gateway.Events
	then   func(ctx context.Context) // what else the observer on the handle's queue does; nil for nothing

	mu     sync.Mutex // held to look at what follows
	random *rand.Rand
	faults int                 // connections to be cut
	seen   map[string][]string // by who saw it
}

func (s *storm) roll(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.random.IntN(n)
}

func (s *storm) content(number int) string {
	content := fmt.Sprintf("number %4d ", number)
	switch {
	case number%61 == 30:
		content += strings.Repeat(fmt.Sprint(number, " "), 9_000)
	case number%7 == 3:
		content += strings.Repeat(fmt.Sprint(number, " "), 60)
	}
	return content
}

// frames makes websocket frames of a payload.
func (s *storm) frames(p *peer, payload string) (all []byte) {
	first := byte(1)
	if p.terms {
		term, err := etf.Append(nil, []byte(payload))
		if err != nil {
			s.t.Error(err)
		}
		payload, first = string(term), 2
	}
	if p.pack != nil {
		payload, first = p.pack(payload), 2
	}
	for whole := s.roll(12) > 0; ; first = 0 {
		n := len(payload)
		if !whole {
			n = s.roll(n + 1)
		}
		part := frame(payload[:n])
		part[0] = first
		if payload = payload[n:]; payload == "" {
			part[0] |= 0x80
			return append(all, part...)
		}
		all = append(append(all, part...), 0x89, 1, 'p')
	}
}

// talk is the script of one connection. Heartbeats are not acknowledged: the test ends before they are missed.
func (s *storm) talk(p *peer) {
	p.ws.SetCloseHandler(func(int, string) error { return nil }) // An answer could get into the middle of what send writes.
	p.hello(time.Hour)
	for {
		got, err := p.next()
		if err != nil {
			return
		}
		switch got.Op {
		case types.OpcodeIdentify:
			p.dispatch("READY", 0, `{"v":9,"session_id":"s","user":{"id":"1"}}`)
			go s.send(p, 1, 0)
		case types.OpcodeResume:
			var resume types.Resume
			if err := json.Unmarshal(got.D, &resume); err != nil {
				s.t.Error(err)
			}
			fresh := int(resume.Seq) + 1
			go s.send(p, max(1, fresh-s.roll(3)), fresh) // Some of what had arrived comes again.
		}
	}
}

// send sends all messages from a number on, and RESUMED before one that is not older than fresh, which is 0 if there
// is nothing to resume.
func (s *storm) send(p *peer, from, fresh int) {
	conn, cut := p.ws.NetConn(), 0
	s.mu.Lock()
	if s.faults--; s.faults >= 0 {
		cut = from + s.random.IntN(s.total)
	}
	s.mu.Unlock()
	var batch []byte
	for i := from; i <= s.total+1; i++ {
		if fresh > 0 && i >= fresh && (i > s.total || s.roll(4) == 0) {
			fresh = 0
			batch = append(batch, s.frames(p, `{"op":0,"t":"RESUMED","s":null,"d":{}}`)...)
		}
		if i <= s.total {
			d := message(s.content(i))
			batch = append(batch, s.frames(p, fmt.Sprintf(`{"op":0,"t":"MESSAGE_CREATE","s":%d,"d":%s}`, i, d))...)
		}
		if i == cut {
			_, _ = conn.Write(batch[:s.roll(len(batch)+1)])
			_ = conn.Close()
			return
		}
		if i > s.total || s.roll(6) == 0 {
			n := s.roll(len(batch) + 1)
			_, _ = conn.Write(batch[:n])
			time.Sleep(time.Duration(s.roll(2000)) * time.Microsecond)
			_, _ = conn.Write(batch[n:])
			batch = nil
		}
	}
}

// see notes what an observer is given, with the bytes that there must be of it.
func (s *storm) see(ctx context.Context, who, content string) {
	s.hasBytes(ctx, content, false)
	s.mu.Lock()
	s.seen[who] = append(s.seen[who], content)
	s.mu.Unlock()
}

func (s *storm) hasBytes(ctx context.Context, content string, orNone bool) {
	d, _ := gateway.DispatchFrom(ctx)
	if raw := d.Raw(); string(raw) != message(content) && (raw != nil || !orNone) {
		s.t.Errorf("the bytes of %.20q are %.80q", content, raw)
	}
}

// act is an observer that does something which may make the reader go elsewhere.
func (s *storm) act(ctx context.Context, m *types.MessageCreate) {
	s.see(ctx, "the handle's queue", m.Content)
	defer s.hasBytes(ctx, m.Content, false)
	if s.then != nil {
		s.then(ctx)
	}
	await := func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		w := s.events.Message.Create.Expect(nil)
		defer w.Cancel()
		_, _ = w.Wait(ctx)
	}
	switch s.roll(200) {
	case 0:
		runtime.Goexit()
	case 1:
		time.Sleep(time.Millisecond)
		runtime.Goexit()
	case 2:
		panic("on purpose")
	case 3, 4, 5:
		time.Sleep(time.Duration(s.roll(6000)) * time.Microsecond)
	case 6:
		await(ctx)
	case 7:
		go func() {
			s.hasBytes(ctx, m.Content, true)
			await(ctx)
			s.hasBytes(ctx, m.Content, true)
		}()
	case 8:
		_ = s.events.User.TypingStart.Publish(ctx, new(types.TypingStart)) // On a queue that may be full.
	}
}

// observe subscribes observers of all kinds, each as likely as not.
func (s *storm) observe(ctx context.Context) {
	create := &s.events.Message.Create
	create.SubscribeFunc(s.act)
	s.events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) { time.Sleep(time.Millisecond) },
		observer.On(observer.NewQueue(1, observer.Block)))
	s.events.Error.SubscribeFunc(func(_ context.Context, err *error) {
		if _, failed := (*err).(*gateway.DecodeError); failed {
			s.t.Error(*err)
		}
	})
	for who, where := range map[string]observer.Option{
		"inline": observer.Inline(), "a queue for one": observer.On(observer.NewQueue(1, observer.Block)),
		"two at once": observer.Concurrent(2),
	} {
		if s.roll(2) == 0 {
			s.seen[who] = nil
			create.SubscribeFunc(func(ctx context.Context, m *types.MessageCreate) {
				s.see(ctx, who, m.Content)
				if who != "inline" && s.roll(10) == 0 {
					time.Sleep(time.Millisecond)
				}
				s.hasBytes(ctx, m.Content, false)
			}, where)
		}
	}
	if s.roll(2) == 0 {
		s.seen["a stream"] = nil
		stream := create.Stream(ctx, observer.Buffer(2, observer.Block))
		go func() {
			for m := range stream {
				s.mu.Lock()
				s.seen["a stream"] = append(s.seen["a stream"], m.Content)
				s.mu.Unlock()
			}
		}()
	}
	if s.roll(2) == 0 {
		s.events.Raw.SubscribeFunc(func(context.Context, *gateway.RawDispatch) {})
	}
}

// Whatever observers do and however the bytes arrive, every observer sees every event once, in order, with its bytes.
func TestEveryObserverSeesEveryEventOnceInAStorm(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) { rage(t, seed) })
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func rage(t *testing.T, seed uint64) {
	s, options := brew(t, seed)
	handle, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Minute)
	synctest.Wait()
	for who, got := range s.seen {
		if who == "two at once" {
			slices.Sort(got)
		}
		if want := s.contents(s.total); !slices.Equal(got, want) {
			t.Errorf("%s: %d of %d events, or not in order", who, len(got), len(want))
		}
	}
	if session, err := handle.Suspend(t.Context()); err != nil || session.Sequence.Or(-1) != int64(s.total) {
		t.Errorf("Suspend: %v, %v; want sequence %d", session.Sequence, err, s.total)
	}
}

// brew makes a storm, its server and its observers, and the options that lead to it.
func brew(t *testing.T, seed uint64) (*storm, gateway.Options) {
	r := rand.New(rand.NewPCG(seed, 5))
	network := &gatewaytest.Network{Buffer: 256 << r.IntN(10)}
	s := &storm{t: t, random: r, total: 50 + r.IntN(200), faults: r.IntN(4), events: gateway.NewEvents()}
	s.seen = map[string][]string{}
	listener, err := network.Listen("gateway.test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			go func(conn net.Conn) { accept(t, &cutter{Conn: conn, left: 1 << 40}, s.talk) }(conn)
		}
	}()
	options := gateway.Options{Dialer: network.Dialer(), Events: s.events, Checkpoint: gateway.CheckpointObserved}
	options.Logger = slog.New(slog.DiscardHandler)
	packed := []gateway.Compression{gateway.NoCompression, gateway.ZlibStream, gateway.ZstdStream}
	options.Compression = packed[max(s.roll(5)-2, 0)]
	options.Encoding = []gateway.Encoding{gateway.JSON, gateway.JSON, gateway.ETF}[s.roll(3)]
	options.QueueEvents = []int{1, 2, 20, 65536}[s.roll(4)]
	options.QueueBytes = []int{0, 3000}[s.roll(2)]
	s.observe(t.Context())
	return s, options
}

// contents is what there is to be seen of so many messages.
func (s *storm) contents(count int) (all []string) {
	for i := range count {
		all = append(all, s.content(i+1))
	}
	return all
}
