package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// The numbers of these tests are those of the list of what real servers send; the other points are about payloads, and are
// tested in package types.

// noDecodeErrors fails the test for everything that could not be understood.
func noDecodeErrors(t *testing.T, events *gateway.Events) {
	t.Helper()
	events.Error.SubscribeFunc(func(_ context.Context, err *error) {
		var failure *gateway.DecodeError
		if errors.As(*err, &failure) {
			t.Error(failure)
		}
	})
}

// TestTolerance3SequenceMayBeZeroNullOrMissing: whether there was one is kept apart from its number.
func TestTolerance3SequenceMayBeZeroNullOrMissing(t *testing.T) {
	for _, encoding := range []gateway.Encoding{gateway.JSON, gateway.ETF} {
		synctest.Test(t, func(t *testing.T) {
			const info = `"t":"CHANNEL_INFO","d":{"guild_id":"1573868338252199815","channels":[]}`
			var beats []string
			options := serve(t, func(p *peer) {
				beat := func() {
					p.raw(`{"op":1,"d":null}`)
					sent, _ := p.until(types.OpcodeHeartbeat)
					beats = append(beats, string(sent.D))
				}
				p.hello(time.Hour)
				p.until(types.OpcodeIdentify)
				beat()
				p.dispatch("READY", 0, readyJSON)
				beat()
				p.raw(`{"op":0,` + info + `}`)
				p.raw(`{"op":0,"s":null,` + info + `}`)
				beat()
				p.raw(`{"op":0,"s":7,` + info + `}`)
				p.raw(`{"op":0,` + info + `}`)
				beat()
				p.linger()
			})
			options.Encoding = encoding
			options.Events = gateway.NewEvents()
			noDecodeErrors(t, options.Events)
			var seen []string
			options.Events.Channel.Info.SubscribeFunc(func(ctx context.Context, _ *types.ChannelInfo) {
				d, _ := gateway.DispatchFrom(ctx)
				seen = append(seen, fmt.Sprint(d.HasSequence, d.Sequence))
			})
			connect(t, options)
			synctest.Wait()
			if got := strings.Join(beats, " "); got != "null 0 0 7" {
				t.Errorf("%v: the heartbeats say %s", encoding, got)
			}
			if got := strings.Join(seen, ", "); got != "false 0, false 0, true 7, false 0" {
				t.Errorf("%v: the events have %s", encoding, got)
			}
		})
	}
}

// TestTolerance4DataMayBeMissingEmptyANumberOrNull: in every opcode that a server sends.
func TestTolerance4DataMayBeMissingEmptyANumberOrNull(t *testing.T) {
	for _, encoding := range []gateway.Encoding{gateway.JSON, gateway.ETF} {
		synctest.Test(t, func(t *testing.T) {
			options := serve(t, func(p *peer) {
				p.identify(time.Hour)
				for _, payload := range []string{
					`{"op":11}`, `{"op":11,"d":null}`, `{"op":11,"d":{}}`, `{"op":1}`, `{"op":99,"d":[1]}`,
					`{"op":0,"t":"USER_SUBSCRIPTIONS_UPDATE","s":1,"d":null}`, `{"op":0,"t":"USER_SUBSCRIPTIONS_UPDATE","s":2}`,
					`{"op":0,"t":"SESSIONS_REPLACE","s":3,"d":[{"session_id":"HAESLWLROE"}]}`,
					`{"op":7,"s":4,"d":1234}`, `{"op":9,"s":5}`,
				} {
					p.raw(payload)
				}
				p.linger()
			})
			options.Encoding = encoding
			options.Events = gateway.NewEvents()
			noDecodeErrors(t, options.Events)
			updates, sessions := 0, 0
			options.Events.Billing.UserSubscriptionsUpdate.SubscribeFunc(func(context.Context, *types.UserSubscriptionsUpdate) { updates++ })
			options.Events.Session.Replace.SubscribeFunc(func(_ context.Context, s *types.SessionsReplace) { sessions += len(*s) })
			connect(t, options)
			synctest.Wait()
			if updates != 2 || sessions != 1 {
				t.Errorf("%v: %d updates and %d sessions", encoding, updates, sessions)
			}
		})
	}
}

// TestTolerance17RawBytesHaveWhatIsNotModelled: what a type leaves out is in the dispatch.
func TestTolerance17RawBytesHaveWhatIsNotModelled(t *testing.T) {
	const member = `{"id":"1573868333097400178","guild_id":"1573868338252199815","roles":[],"user":{"id":"1573868333097400178","badge_ids":null}}`
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(time.Hour)
			p.dispatch("GUILD_MEMBER_ADD", 1, member)
			p.linger()
		})
		options.Events = gateway.NewEvents()
		var raw []byte
		options.Events.Guild.MemberAdd.SubscribeFunc(func(ctx context.Context, _ *types.GuildMemberAdd) {
			d, _ := gateway.DispatchFrom(ctx)
			raw = d.Raw()
		})
		connect(t, options)
		if synctest.Wait(); string(raw) != member {
			t.Errorf("the raw bytes are %s", raw)
		}
	})
}
