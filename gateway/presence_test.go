package gateway_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// A new session begins with the presence of its Identify.
func TestThePresenceThatWasSentLastOutlivesTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var identified []types.Identify
		options := serve(t, func(p *peer) {
			p.hello(30 * time.Second)
			got, ok := p.until(types.OpcodeIdentify)
			if !ok {
				return
			}
			var identify types.Identify
			if err := json.Unmarshal(got.D, &identify); err != nil {
				t.Error(err)
			}
			identified = append(identified, identify)
			p.dispatch("READY", 0, readyJSON)
			if len(identified) == 1 {
				p.until(types.OpcodePresenceUpdate)
				p.close(int(types.CloseCodeSessionNoLongerValid), "")
			}
			p.linger()
		})
		options.NoReconnect = false
		handle := connect(t, options)
		if err := handle.SendUpdatePresence(t.Context(), types.UpdatePresence{Status: "idle", AFK: true}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if handle.State() != gateway.StateReady || len(identified) != 2 {
			t.Fatalf("the handle is %v after %d sessions", handle.State(), len(identified))
		}
		again := identified[1]
		if again.Presence == nil || again.Presence.Status != "idle" || !again.Presence.AFK || again.Token != "secret" {
			t.Errorf("identified again with %+v", again)
		}
	})
}

// A server that refuses a presence refuses the Identify with it as well.
func TestAPresenceThatIsRefusedIsNotIdentifiedWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		refuse := func(p *peer) { p.close(int(types.CloseCodeDecodeError), "") }
		options := serve(t, func(p *peer) {
			p.hello(30 * time.Second)
			for {
				next, err := p.next()
				if err != nil {
					return
				}
				switch next.Op {
				case types.OpcodeHeartbeat:
					p.raw(`{"op":11}`)
				case types.OpcodePresenceUpdate:
					refuse(p)
				case types.OpcodeResume:
					p.raw(`{"op":9,"d":false}`)
				case types.OpcodeIdentify:
					var identify types.Identify
					_ = json.Unmarshal(next.D, &identify)
					if identify.Presence != nil {
						got = append(got, "bad")
						refuse(p)
						break
					}
					got = append(got, "good")
					p.dispatch("READY", 0, readyJSON)
				}
			}
		})
		options.NoReconnect, options.PinURL = false, true
		handle := connect(t, options)
		if err := handle.SendUpdatePresence(t.Context(), types.UpdatePresence{Status: "nonsense"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if handle.State() != gateway.StateReady {
			t.Errorf("the handle is %v: %v; %v", handle.State(), handle.Err(), got)
		}
	})
}
