package gateway_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// Every way to lose a connection has a counter of its own, and moves no other one.
func TestStatsCountWhyConnectionsAreLost(t *testing.T) {
	type counts = gateway.Reconnects
	for name, test := range map[string]struct {
		second func(v *visit) // the script of the second connection
		lose   func(v *visit) // what the first one does
		want   counts
	}{
		"lost":          {discord, func(v *visit) { v.drop() }, counts{Sessions: 1, Resumed: 1, Lost: 1}},
		"closed":        {discord, func(v *visit) { v.close(4000, "") }, counts{Sessions: 1, Resumed: 1, Closed: 1}},
		"closed, fresh": {discord, func(v *visit) { v.close(4009, "") }, counts{Sessions: 2, Closed: 1}},
		"asked": {discord, func(v *visit) { v.raw(`{"op":7,"d":null}`); v.close(1000, "") },
			counts{Sessions: 1, Resumed: 1, Requested: 1, Closed: 1}},
		"refused": {spacebar, func(v *visit) { v.drop() }, counts{Sessions: 2, Lost: 1, Invalid: 1}},
		"late": {func(v *visit) { v.rest() }, func(v *visit) { v.drop() },
			counts{Sessions: 1, Resumed: 1, Lost: 1, Late: 1, Closed: 1}}, // The server answers the close frame of 4000.
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord, test.second, discord)
				handle := connect(t, c.options())
				c.do(test.lose)
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := handle.Stats().Reconnects; got != test.want {
					t.Errorf("the counts are %+v, want %+v", got, test.want)
				}
			})
		})
	}
}

func TestStatsCountWhatCrossesTheSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		keepDiary(options)
		handle := connect(t, options)
		synctest.Wait()
		before := handle.Stats()
		c.do(func(v *visit) {
			v.post("a", "b")
			v.raw(`{"op":0,"t":"MESSAGE_CREATE","s":9,"d":7}`)
			v.raw(`{]`)
		})
		if err := handle.SendUpdatePresence(t.Context(), types.UpdatePresence{Status: "online"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		after := handle.Stats()
		for what, moved := range map[string][2]uint64{
			"frames":        {after.Frames - before.Frames, 4},
			"dispatches":    {after.Dispatches - before.Dispatches, 3},
			"decode errors": {after.DecodeErrors - before.DecodeErrors, 2},
			"sent frames":   {after.SentFrames - before.SentFrames, 1},
			"payload bytes": {after.PayloadBytes - before.PayloadBytes, after.WireBytes - before.WireBytes},
		} {
			if moved[0] != moved[1] {
				t.Errorf("%s: %d, want %d", what, moved[0], moved[1])
			}
		}
		if sent := c.visited(0).sent(types.OpcodePresenceUpdate); after.SentBytes-before.SentBytes != uint64(len(sent)+len(`{"op":3,"d":}`)) {
			t.Errorf("%d bytes were sent: %s", after.SentBytes-before.SentBytes, sent)
		}
		if after.WireBytes == before.WireBytes || after.Queue.HighEvents == 0 || after.State != gateway.StateReady {
			t.Errorf("%+v", after)
		}
	})
}

// The uptime is that of the session: it begins anew with each READY and RESUMED, and is nothing in between.
func TestStatsTellTheUptime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		handle, err := gateway.Spawn(t.Context(), testURL, c.options())
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		time.Sleep(3 * time.Second)
		uptime := func(want time.Duration) {
			t.Helper()
			synctest.Wait()
			if got := handle.Stats().Uptime; got != want {
				t.Errorf("the uptime is %v in %v, want %v", got, handle.State(), want)
			}
		}
		uptime(0)
		if _, err := handle.Identify(t.Context(), types.Identify{Token: "secret"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(7 * time.Second)
		uptime(7 * time.Second)
		c.do(func(v *visit) { v.raw(`{"op":7,"d":5000}`); v.close(1000, "") })
		time.Sleep(4 * time.Second)
		uptime(0)
		time.Sleep(4 * time.Second)
		uptime(3 * time.Second)
	})
}

func TestStatsKeepTheLast32Latencies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, func(v *visit) {
			v.deaf = true
			v.welcome()
			for beat := 1; ; beat++ {
				if _, ok := v.await(types.OpcodeHeartbeat); !ok {
					return
				}
				time.Sleep(time.Duration(beat) * time.Millisecond)
				v.raw(`{"op":11}`)
			}
		})
		c.interval = time.Second
		handle := connect(t, c.options())
		if handle.Latency() != 0 || len(handle.Stats().Latencies) != 0 {
			t.Error("there is a latency before the first heartbeat")
		}
		for _, beats := range []int{5, 50} {
			for len(handle.Stats().Latencies) < min(beats, 32) || handle.Latency() < time.Duration(beats)*time.Millisecond {
				time.Sleep(100 * time.Millisecond)
			}
			stats := handle.Stats()
			last := int(handle.Latency() / time.Millisecond)
			if len(stats.Latencies) != min(last, 32) || stats.Latency != handle.Latency() {
				t.Errorf("%d latencies, the last %v", len(stats.Latencies), stats.Latency)
			}
			for i, latency := range stats.Latencies {
				if want := time.Duration(last-len(stats.Latencies)+1+i) * time.Millisecond; latency != want {
					t.Errorf("latency %d is %v, want %v", i, latency, want)
				}
			}
		}
		stats := handle.Stats()
		stats.Latencies[0] = -1
		if fmt.Sprint(handle.Stats().Latencies[0]) == "-1ns" {
			t.Error("the history is not a copy")
		}
	})
}
