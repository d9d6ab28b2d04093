package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// arrivals is what a server got after Identify, and when, since it began.
type arrivals struct {
	mu   sync.Mutex
	list []arrival
}

type arrival struct {
	payload
	at time.Duration
}

// of returns the arrivals of an opcode.
func (a *arrivals) of(op types.Opcode) (some []arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range a.list {
		if one.Op == op {
			some = append(some, one)
		}
	}
	return some
}

// noting serves a session and notes what the client sends; it answers heartbeats, and opcodes that answer knows.
func noting(to *arrivals, interval time.Duration, answer func(p *peer, got payload)) func(p *peer) {
	return func(p *peer) {
		p.identify(interval)
		begun := time.Now()
		for {
			got, err := p.next()
			if err != nil {
				return
			}
			to.mu.Lock()
			to.list = append(to.list, arrival{got, time.Since(begun)})
			to.mu.Unlock()
			if got.Op == types.OpcodeHeartbeat {
				p.raw(`{"op":11}`)
			} else if answer != nil {
				answer(p, got)
			}
		}
	}
}

// densest returns the most arrivals in any span of that length.
func densest(list []arrival, span time.Duration) int {
	most, first := 0, 0
	for i := range list {
		for list[i].at-list[first].at > span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestNoWindowEverHoldsMoreThanItsLimit(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got arrivals
				random := rand.New(rand.NewPCG(seed, 0))
				interval := time.Duration(1+random.IntN(20)) * time.Second
				options := serve(t, noting(&got, interval, nil))
				options.RateLimits = gateway.DiscordLimits()
				handle := connect(t, options)
				const duration = 20 * time.Minute
				ctx, cancel := context.WithTimeout(t.Context(), duration)
				defer cancel()
				var group sync.WaitGroup
				for worker := range 8 {
					random := rand.New(rand.NewPCG(seed, uint64(worker)))
					group.Go(func() {
						for ctx.Err() == nil {
							send(t, ctx, handle, random)
							if random.IntN(20) == 0 {
								time.Sleep(time.Duration(random.Int64N(int64(30 * time.Second))))
							}
						}
					})
				}
				for range 4 { // Somebody waits all the time.
					group.Go(func() {
						for handle.Send(ctx, 99, nil) == nil {
						}
					})
				}
				group.Wait()
				synctest.Wait()
				if most := densest(got.list, time.Minute); most > 120 {
					t.Errorf("%d payloads in a minute, heartbeats every %v", most, interval)
				}
				if most := densest(got.of(types.OpcodePresenceUpdate), 20*time.Second); most > 5 {
					t.Errorf("%d presences in 20 s", most)
				}
				for guild := range 4 {
					var ours []arrival
					for _, one := range got.of(types.OpcodeRequestGuildMembers) {
						if one.field("guild_id") == fmt.Sprint(guild+1) {
							ours = append(ours, one)
						}
					}
					if most := densest(ours, 30*time.Second); most > 1 || len(ours) < 2 {
						t.Errorf("%d requests of %d for the members of one guild in 30 s", most, len(ours))
					}
				}
				// The margin and the reserve are all that is left unused while somebody waits.
				if least := 19 * (120 - 4 - int(time.Minute/interval)); len(got.list) < least {
					t.Errorf("%d payloads in 20 minutes, want %d", len(got.list), least)
				}
				if beats := len(got.of(types.OpcodeHeartbeat)); beats < int(duration/interval)-1 {
					t.Errorf("%d heartbeats, every %v for %v", beats, interval, duration)
				}
			})
		})
	}
}

// send sends something at random, and sometimes gives it up.
func send(t *testing.T, ctx context.Context, handle gateway.GatewayHandle, random *rand.Rand) {
	if random.IntN(4) == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(random.Int64N(int64(time.Minute))))
		defer cancel()
	}
	var err error
	switch random.IntN(12) {
	case 0:
		err = handle.SendUpdatePresence(ctx, types.UpdatePresence{Status: "online"})
	case 1:
		err = handle.SendRequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: types.Snowflake(1 + random.IntN(4))})
	default:
		err = handle.Send(ctx, 99, nil)
	}
	if err != nil && !errors.Is(err, gateway.ErrSuperseded) && !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// starve sends 130 presences at once, and awaits those that are superseded.
func starve(t *testing.T, handle gateway.GatewayHandle) (sent, superseded *atomic.Int32) {
	sent, superseded = new(atomic.Int32), new(atomic.Int32)
	done := make(chan struct{}, 130)
	for range 130 {
		go func() {
			err := handle.SendUpdatePresence(context.Background(), types.UpdatePresence{Status: "idle"})
			switch {
			case err == nil:
				sent.Add(1)
			case errors.Is(err, gateway.ErrSuperseded):
				superseded.Add(1)
			case !errors.Is(err, gateway.ErrClosed):
				t.Error(err)
			}
			done <- struct{}{}
		}()
	}
	for range 129 { // The last one waits.
		<-done
	}
	return sent, superseded
}

func TestHeartbeatStarvation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got arrivals
		options := serve(t, noting(&got, time.Second, nil))
		options.RateLimits = gateway.DiscordLimits()
		handle := connect(t, options)
		begun := time.Now()
		sent, superseded := starve(t, handle)
		if took := time.Since(begun); took != 0 || sent.Load() != 5 || superseded.Load() != 124 {
			t.Errorf("%d were sent and %d superseded after %v, want 5 and 124 at once", sent.Load(), superseded.Load(), took)
		}
		limits := handle.Stats().Limits
		if handle.State() != gateway.StateReady || limits.Waiting != 1 || limits.Superseded != 124 || limits.Waits != 125 {
			t.Errorf("state %v, limits %+v", handle.State(), limits)
		}
		var others sync.WaitGroup
		for range 200 { // And all of the window that commands may have.
			others.Go(func() { _ = handle.Send(context.Background(), 99, nil) })
		}
		time.Sleep(15 * time.Second)
		synctest.Wait()
		beats := got.of(types.OpcodeHeartbeat)
		if len(beats) < 15 || beats[0].at > time.Second {
			t.Fatalf("%d heartbeats in 15 s, the first after %v", len(beats), beats[0].at)
		}
		for i := range beats[1:] {
			if apart := beats[i+1].at - beats[i].at; apart != time.Second {
				t.Errorf("%v between two heartbeats", apart)
			}
		}
		if others := len(got.of(99)); others != 120-63-5 {
			t.Errorf("%d other payloads, want what the reserve leaves", others)
		}
		if err := closeWithin(t, handle, time.Second); err != nil {
			t.Error(err)
		}
		others.Wait()
		if limits := handle.Stats().Limits; limits.Waiting != 0 || limits.Waited == 0 {
			t.Errorf("after the end: %+v", limits)
		}
	})
}

// The command that waits does so for an hour: what comes before has not waited for it, however slow the machine is.
func TestHeartbeatStarvationOverRealSockets(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	beats := make(chan struct{}, 100)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go accept(t, conn, func(p *peer) {
				p.identify(time.Second)
				for {
					got, err := p.next()
					if err != nil {
						return
					}
					if got.Op == types.OpcodeHeartbeat {
						beats <- struct{}{}
						p.raw(`{"op":11}`)
					}
				}
			})
		}
	}()
	options := gateway.Options{Compression: gateway.NoCompression, Dialer: new(websocket.Dialer)}
	options.RateLimits = gateway.DiscordLimits()
	options.RateLimits.Opcodes[types.OpcodePresenceUpdate] = gateway.RateLimit{Count: 5, Window: time.Hour}
	handle, _, err := gateway.Connect(t.Context(), "ws://"+listener.Addr().String(), types.Identify{}, options)
	if err != nil {
		t.Fatal(err)
	}
	starve(t, handle)
	never := time.After(time.Minute)
	for beat := range 3 {
		select {
		case <-beats:
		case <-never:
			t.Fatalf("%d heartbeats only", beat)
		}
		if limits := handle.Stats().Limits; handle.State() != gateway.StateReady || limits.Waiting != 1 {
			t.Errorf("state %v, limits %+v", handle.State(), limits)
		}
	}
	shut(t, handle)
}

func TestLimitsThatCannotWork(t *testing.T) {
	per := func(limit gateway.RateLimit) gateway.RateLimits {
		return gateway.RateLimits{PerGuild: map[types.Opcode]gateway.RateLimit{8: limit}}
	}
	for name, limits := range map[string]gateway.RateLimits{
		"no window":         {Total: gateway.RateLimit{Count: 120}},
		"no count":          {Total: gateway.RateLimit{Window: time.Minute}},
		"a negative count":  per(gateway.RateLimit{Count: -1, Window: time.Minute}),
		"a negative window": per(gateway.RateLimit{Count: 1, Window: -time.Minute}),
		"an endless window": per(gateway.RateLimit{Count: 1, Window: 1 << 62}),
		"only the reserve":  {Total: gateway.RateLimit{Count: 3, Window: time.Minute}},
		"a heartbeat":       {Opcodes: map[types.Opcode]gateway.RateLimit{types.OpcodeHeartbeat: {Count: 1, Window: time.Second}}},
		"an Identify":       {PerGuild: map[types.Opcode]gateway.RateLimit{types.OpcodeIdentify: {Count: 1, Window: time.Second}}},
	} {
		_, err := gateway.Spawn(t.Context(), testURL, gateway.Options{RateLimits: limits})
		if err == nil || !strings.HasPrefix(err.Error(), "gateway: options: RateLimits.") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHeartbeatsThatFillTheLimitAreAnErrorOfSpawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) { p.hello(500 * time.Millisecond); p.linger() })
		options.RateLimits = gateway.DiscordLimits()
		_, err := gateway.Spawn(t.Context(), testURL, options)
		var handshake *gateway.HandshakeError
		if !errors.As(err, &handshake) || handshake.Stage != gateway.StageHello || !strings.Contains(err.Error(), "need 124") {
			t.Errorf("Spawn: %v", err)
		}
	})
}

func TestHeartbeatsBeyondTheReserveTakeThePlacesOfCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := gateway.RateLimits{Total: gateway.RateLimit{Count: 10, Window: time.Minute}}
		handle, got := limited(t, limits, nil) // Keeps three, of which Identify has one.
		for range 5 {
			if err := handle.SendHeartbeat(t.Context()); err != nil {
				t.Error(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { _ = handle.Send(ctx, 99, nil) })
		}
		group.Wait()
		if commands := len(got.of(99)); commands != 10-1-5 {
			t.Errorf("%d commands beside an Identify and five heartbeats, want four", commands)
		}
	})
}
