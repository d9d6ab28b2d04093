package gateway_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// zombies counts the steps that were taken because the server fell silent.
func (d *diary) zombies() int {
	count := 0
	for _, step := range d.lifecycle() {
		if errors.Is(step.Reason, gateway.ErrZombie) {
			count++
		}
	}
	return count
}

// dead takes what it is sent and says nothing at all, as a machine behind a broken route does.
func dead(v *visit) {
	v.beRude()
	for range v.in {
	}
	mute(v.ws.NetConn())
}

// TCP stays open for hours when the other side is gone without a word.
func TestAServerThatIsSilentWhileTCPStaysOpenIsAZombieAndResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, func(v *visit) { v.welcome(); v.post("a"); dead(v) }, discord)
		c.interval = 40 * time.Second
		options := c.options()
		seen := keepDiary(options)
		handle := connect(t, options)
		begun := time.Since(c.born)
		synctest.Wait()
		c.miss("b")
		time.Sleep(2 * time.Minute)
		expect(t, "the messages", seen.messages(), "a b")
		expect(t, "the connections", c.log(), "gateway identify, resume resume")
		// One and a half intervals, seen at a look every half interval; then 5 s for the answer to the close frame.
		if took := c.visited(1).at - begun; took < 60*time.Second || took > 85*time.Second {
			t.Errorf("resumed after %v", took)
		}
		if code := c.closedWith(0); code < 4000 || code > 4999 {
			t.Errorf("closed with %d, which ends the session", code)
		}
		if seen.zombies() != 1 || handle.Stats().Reconnects.Zombie != 1 {
			t.Errorf("%d steps tell of a zombie; %+v", seen.zombies(), handle.Stats().Reconnects)
		}
	})
}

// A server that goes on sending events and answers nothing has lost the session's other half. How busy it is does not
// matter.
func TestAcknowledgementsThatAreWithheldWhileEventsFlow(t *testing.T) {
	for _, every := range []time.Duration{10 * time.Second, 3 * time.Second, 500 * time.Millisecond, 20 * time.Millisecond} {
		t.Run(every.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, func(v *visit) {
					v.welcome()
					v.deaf = true
					time.Sleep(7 * time.Millisecond) // No event arrives at the very moment of a look.
					tick := time.NewTicker(every)
					defer tick.Stop()
					for {
						select {
						case _, ok := <-v.in:
							if !ok {
								return
							}
						case <-tick.C:
							v.post("x")
						}
					}
				}, discord)
				options := c.options()
				seen := keepDiary(options)
				connect(t, options)
				begun := time.Since(c.born)
				time.Sleep(5 * time.Minute)
				expect(t, "the connections", c.log(), "gateway identify, resume resume")
				// The first beat leaves within an interval of 30 s; its acknowledgement is awaited for two, and the watch
				// needs one and a half at most to be sure.
				if took := c.visited(1).at - begun; took < time.Minute || took > 135*time.Second {
					t.Errorf("resumed after %v", took)
				}
				if seen.zombies() != 1 {
					t.Errorf("%d steps tell of a zombie", seen.zombies())
				}
				if got := strings.Count(seen.messages(), "x"); got != c.next-2 { // READY and RESUMED
					t.Errorf("%d messages of %d", got, c.next-2)
				}
			})
		})
	}
}

// An acknowledgement stands in line behind what was sent before it. On a slow line that takes longer than any limit.
func TestAcknowledgementsBehindAFloodAreLateAndNoZombie(t *testing.T) {
	const total, line = 2 << 20, 8 << 10 // bytes, and bytes a second: four minutes
	for name, size := range map[string]int{"of large frames": 512 << 10, "of small frames": 400} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, func(v *visit) {
					v.welcome()
					var flood []byte
					for len(flood) < total {
						flood = append(flood, frame(v.c.keep("MESSAGE_CREATE", message(strings.Repeat("x", size))))...)
					}
					go func() {
						for range v.in {
						}
					}()
					for len(flood) > 0 {
						n := min(len(flood), line/4)
						if _, err := v.ws.NetConn().Write(flood[:n]); err != nil {
							return
						}
						flood = flood[n:]
						time.Sleep(time.Second / 4)
					}
					v.raw(`{"op":11}`)
					time.Sleep(5 * time.Second)
				}, discord)
				c.interval = 10 * time.Second
				options := c.options()
				seen := keepDiary(options)
				handle := connect(t, options)
				time.Sleep(4 * time.Minute)
				if seen.zombies() != 0 || c.count() != 1 {
					t.Errorf("%d zombies in %s", seen.zombies(), c.log())
				}
				time.Sleep(40 * time.Second)
				if longest := slices.Max(handle.Stats().Latencies); longest < 3*time.Minute {
					t.Errorf("the longest latency is %v", longest)
				}
			})
		})
	}
}

// frame is a text frame of a server.
func frame(payload string) []byte {
	head := []byte{0x81}
	switch n := len(payload); {
	case n < 126:
		head = append(head, byte(n))
	case n < 1<<16:
		head = append(head, 126, byte(n>>8), byte(n))
	default:
		head = append(head, 127, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(head, payload...)
}

// While a full queue holds the reader, it is not the server that is silent. The heart goes on beating.
func TestAReaderThatAFullQueueHoldsIsNoZombie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		c.interval = 10 * time.Second
		options := c.options()
		options.QueueEvents = 2
		release := make(chan struct{})
		options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
			if m.Content == "hold" {
				<-release
			}
		})
		seen := keepDiary(options)
		connect(t, options)
		c.do(func(v *visit) { v.post("hold", "a", "b", "c", "d", "e") })
		time.Sleep(30 * time.Minute)
		close(release)
		time.Sleep(5 * time.Minute)
		expect(t, "the messages", seen.messages(), "hold a b c d e")
		expect(t, "the connections", c.log(), "gateway identify")
		if beats := len(c.visited(0).got) - 1; beats < 209 || beats > 211 {
			t.Errorf("%d heartbeats in 35 minutes, want 210", beats)
		}
	})
}

// A replay that waits for room in a queue takes longer than any deadline. Giving it up would begin it again.
func TestAReplayThatAFullQueueHoldsIsNotGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		options.QueueEvents = 1
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { time.Sleep(time.Minute) })
		seen := keepDiary(options)
		handle := connect(t, options)
		c.do(func(v *visit) { c.miss("a", "b", "c", "d", "e", "f", "g", "h"); v.drop() })
		time.Sleep(20 * time.Minute)
		expect(t, "the messages", seen.messages(), "a b c d e f g h")
		expect(t, "the connections", c.log(), "gateway identify, resume resume")
		if got := handle.Stats().Reconnects; got.Resumed != 1 || got.Late != 0 {
			t.Errorf("the counts are %+v", got)
		}
	})
}

// The first beats of clients that were disconnected together are spread over the interval.
func TestTheFirstBeatIsJitteredWithinTheInterval(t *testing.T) {
	early, late := 0, 0
	for range 40 {
		synctest.Test(t, func(t *testing.T) {
			c := newCluster(t, discord)
			connect(t, c.options())
			time.Sleep(c.interval)
			for i, got := range c.visited(0).got {
				if got.Op != types.OpcodeHeartbeat {
					continue
				}
				switch at := c.visited(0).when[i]; {
				case at < c.interval/2:
					early++
				case at <= c.interval:
					late++
				}
				return
			}
			t.Error("no heartbeat within the first interval")
		})
	}
	if early == 0 || late == 0 {
		t.Errorf("of 40 first beats %d were in the first half of the interval", early)
	}
}

// A server's own heartbeat asks for one at once, in every phase after HELLO.
func TestTheServersOp1IsAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked, answered []time.Duration
		ask := func(v *visit) {
			asked = append(asked, time.Since(v.c.born))
			v.raw(`{"op":1,"d":null}`)
			v.await(types.OpcodeHeartbeat)
			answered = append(answered, time.Since(v.c.born))
		}
		c := newCluster(t, func(v *visit) {
			v.hello(v.c.interval)
			ask(v)
			v.await(types.OpcodeIdentify)
			ask(v)
			v.ready()
			ask(v)
		}, func(v *visit) {
			v.hello(v.c.interval)
			resume, _ := v.await(types.OpcodeResume)
			ask(v)
			v.replay(resume)
			v.stay()
		})
		handle, err := gateway.Spawn(t.Context(), testURL, c.options())
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		synctest.Wait()
		if _, err := handle.Identify(t.Context(), types.Identify{Token: "secret"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if len(answered) != 4 {
			t.Fatalf("%d of %d were answered", len(answered), len(asked))
		}
		for i := range asked {
			if took := answered[i] - asked[i]; took > 0 {
				t.Errorf("the heartbeat that was asked for came after %v", took)
			}
		}
	})
}
