package gateway_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// subscribed says which of some events are observed.
func subscribed(events *gateway.Events) string {
	var list []string
	for _, event := range []struct {
		name     string
		observed bool
	}{
		{"ready", events.Session.Ready.Observed()},
		{"guild", events.Guild.Update.Observed()},
		{"end", events.Guild.Delete.Observed()},
		{"member", events.Guild.MemberUpdate.Observed()},
		{"channel", events.Channel.Update.Observed()},
		{"message", events.Message.Create.Observed()},
		{"presence", events.User.PresenceUpdate.Observed()},
	} {
		if event.observed {
			list = append(list, event.name)
		}
	}
	return strings.Join(list, " ")
}

func TestObserveSubscribesToWhatItNeedsAndNoLonger(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		before := subscribed(handle.Events)
		role := observe(t, handle, types.Role{ID: 3}, gateway.InGuild(7))
		if got := subscribed(handle.Events); got != "ready guild end" {
			t.Errorf("with a role %q are observed", got)
		}
		guild := observe(t, handle, types.Guild{ID: 7})
		if got := subscribed(handle.Events); got != "ready guild end member channel message" {
			t.Errorf("with a guild %q are observed", got)
		}
		guild.Stop()
		guild.Stop()
		if got := subscribed(handle.Events); got != "ready guild end" {
			t.Errorf("without the guild %q are observed", got)
		}
		role.Stop()
		if got := subscribed(handle.Events); got != before {
			t.Errorf("with nothing %q are observed, before it %q", got, before)
		}
	})
}

func TestSharedEntitiesEndWithTheirLastHolder(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		before := subscribed(handle.Events)
		ctx, cancel := context.WithCancel(t.Context())
		first := observe(t, handle, types.Channel{ID: 5, GuildID: 7, Name: "a"})
		tell(t, handle, opSay, "CHANNEL_UPDATE", `{"id":"5","guild_id":"7","name":"b"}`)
		second, err := gateway.Observe(ctx, handle, types.Channel{ID: 5, Name: "old"})
		if err != nil || second.Load().Name != "b" || second.Load() != first.Load() {
			t.Errorf("the second one is %+v, %v", second.Load(), err)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for range second.Changes() {
				t.Error("a change after the end")
			}
		}()
		synctest.Wait()
		cancel()
		<-ended
		tell(t, handle, opSay, "CHANNEL_UPDATE", `{"id":"5","guild_id":"7","name":"c"}`)
		if first.Load().Name != "c" || second.Load().Name != "b" {
			t.Errorf("they are %q, and the one that has ended %q", first.Load().Name, second.Load().Name)
		}
		// A loop that ends leaves nothing, one that begins late begins with what comes.
		go func() {
			_ = handle.Send(t.Context(), opSay, told{"CHANNEL_DELETE", []byte(`{"id":"5","guild_id":"7"}`)})
		}()
		for was, is := range first.Changes() {
			if was.Name != "c" || is != nil {
				t.Errorf("%v > %v", was, is)
			}
			break
		}
		revived := observe(t, handle, types.Channel{ID: 5, Name: "d"})
		if revived.Load().Name != "d" || first.Load() != revived.Load() {
			t.Error("what is gone does not become what is observed anew")
		}
		revived.Stop()
		first.Stop()
		for range first.Changes() {
			t.Error("what has ended changes")
		}
		if got := subscribed(handle.Events); got != before {
			t.Errorf("%q are observed", got)
		}
	})
}

func TestObservedEntitiesEndWithTheHandle(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		last := observe(t, handle, types.Channel{ID: 5, Name: "e"})
		guild := observe(t, handle, types.Guild{ID: 7})
		changes := last.Changes()
		shut(t, handle)
		synctest.Wait()
		for range changes {
			t.Error("a change after the handle's end")
		}
		for range last.Changes() {
			t.Error("a change after the handle's end")
		}
		if last.Load().Name != "e" || guild.Load() == nil {
			t.Error("what was known has gone with the handle")
		}
		if got := subscribed(handle.Events); got != "" {
			t.Errorf("after the handle's end %q are observed", got)
		}
		last.Stop()
	})
}

func TestAnObserverFindsItsEventApplied(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		var channel *gateway.Shared[types.Channel]
		seen := ""
		handle.Events.Channel.Update.SubscribeFunc(func(context.Context, *types.ChannelUpdate) {
			seen = channel.Load().Name
		})
		channel = observe(t, handle, types.Channel{ID: 5, Name: "a"})
		was := channel.Load()
		tell(t, handle, opSay, "CHANNEL_UPDATE", `{"id":"5","name":"b"}`)
		if seen != "b" || was.Name != "a" {
			t.Errorf("the observer finds %q; what was read before is %q", seen, was.Name)
		}
	})
}

func TestChangesOfASlowLoopAreMerged(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		lag := handle.Events.Lag.Expect(func(l *observer.Lag) bool { return l.Queue == "changes of Channel 5" })
		channel := observe(t, handle, types.Channel{ID: 5, Name: "0"})
		changes := channel.Changes()
		for i := range 100 {
			tell(t, handle, opSay, "CHANNEL_UPDATE", fmt.Sprintf(`{"id":"5","name":"%d"}`, i+1))
		}
		if channel.Skipped() != 36 {
			t.Errorf("%d are merged, want 36", channel.Skipped())
		}
		if l, err := lag.Wait(t.Context()); err != nil || l.Dropped != 1 {
			t.Errorf("%v, %v", l, err)
		}
		channel.Stop()
		name, count := "0", 0
		for before, after := range changes {
			if before.Name != name {
				t.Errorf("%q follows %q", before.Name, name)
			}
			name = after.Name
			count++
		}
		if name != "100" || count != 64 {
			t.Errorf("%d changes, until %q", count, name)
		}
	})
}

func TestANewSessionEndsWhatItDoesNotMention(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		gone := observe(t, handle, types.Guild{ID: 8})
		there := observe(t, handle, types.Guild{ID: 7, Name: "old"})
		old := observe(t, handle, types.Channel{ID: 4, GuildID: 7})
		channel := observe(t, handle, types.Channel{ID: 5, GuildID: 7})
		role := observe(t, handle, types.Role{ID: 7}, gateway.InGuild(7))
		message := observe(t, handle, types.Message{ID: 9, ChannelID: 5})
		user := observe(t, handle, types.User{ID: 2})
		tell(t, handle, opSay, "CHANNEL_CREATE", `{"id":"3","guild_id":"7"}`)
		changes := there.Changes()
		tell(t, handle, opReidentify, "READY", `{"session_id":"t","user":{"id":"42"},"guilds":[`+wholeGuild+`]}`)
		if gone.Load() != nil || old.Load() != nil {
			t.Error("what is not mentioned is there")
		}
		if there.Load().Name != "a" || channel.Load().Name != "c" || role.Load().Name != "all" {
			t.Error("what is mentioned is not what it is now")
		}
		if message.Load() == nil || user.Load() == nil {
			t.Error("what READY never has is gone")
		}
		if got := holdsOf(there); got != "channel5 channel6 channel7 emoji2 member1 role7 voice1" {
			t.Errorf("the guild holds %q", got)
		}
		// The READY of a bot has ids.
		tell(t, handle, opReidentify, "READY",
			`{"session_id":"u","user":{"id":"42"},"guilds":[{"id":"7","unavailable":true}]}`)
		if there.Load() != nil || channel.Load() != nil || holdsOf(there) != "" {
			t.Error("a guild is there that is not available")
		}
		tell(t, handle, opSay, "GUILD_CREATE", wholeGuild)
		there.Stop()
		var got []string
		for before, after := range changes {
			switch {
			case before == nil:
				got = append(got, "> "+after.Name)
			case after == nil:
				got = append(got, before.Name+" >")
			default:
				got = append(got, before.Name+" > "+after.Name)
			}
		}
		if text := strings.Join(got, ", "); text != "old > a, a >, > a" || channel.Load().Name != "c" {
			t.Errorf("the changes are %s", text)
		}
	})
}

func TestAResumeGoesOn(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		channel := observe(t, handle, types.Channel{ID: 5, Name: "a"})
		other := observe(t, handle, types.Channel{ID: 6, Name: "a"})
		changes := channel.Changes()
		tell(t, handle, opResume, "CHANNEL_UPDATE", `{"id":"5","name":"b"}`)
		channel.Stop()
		count := 0
		for range changes {
			count++
		}
		if channel.Load().Name != "b" || other.Load().Name != "a" || count != 1 {
			t.Errorf("it is %q after %d changes, the other %q", channel.Load().Name, count, other.Load().Name)
		}
	})
}

func TestHandlesThatShareATreeObserveTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, telling())
		options.Events = gateway.NewEvents()
		one, two := connect(t, options), connect(t, options)
		channel := observe(t, one, types.Channel{ID: 5, Name: "a"})
		tell(t, two, opSay, "CHANNEL_UPDATE", `{"id":"5","name":"b"}`)
		if got := channel.Load().Name; got != "a" {
			t.Errorf("it is %q", got)
		}
		tell(t, one, opSay, "CHANNEL_UPDATE", `{"id":"5","name":"c"}`)
		if got := channel.Load().Name; got != "c" {
			t.Errorf("it is %q", got)
		}
	})
}

func TestLoadingWhileEventsPourIn(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		guild := observe(t, handle, types.Guild{ID: 7, Name: "0"})
		ctx, cancel := context.WithCancel(t.Context())
		var readers sync.WaitGroup
		for n := range 10 {
			readers.Go(func() {
				for ctx.Err() == nil {
					if g := guild.Load(); len(g.Name) == 0 {
						t.Error("a guild without a name")
					}
					for id, member := range gateway.Children[types.GuildMember](guild) {
						if member.User.ID != id {
							t.Error("a member is another one")
						}
					}
					if n%2 == 0 {
						shared, err := gateway.Observe(ctx, handle, types.Guild{ID: 7})
						if err == nil {
							shared.Stop()
						}
					}
					runtime.Gosched()
				}
			})
		}
		for i := range 200 {
			event := types.GuildUpdate{Guild: types.Guild{ID: 7, Name: fmt.Sprint(i)}}
			_ = handle.Events.Guild.Update.Publish(ctx, &event)
			user := types.User{ID: types.Snowflake(i%9 + 1)}
			member := types.GuildMemberAdd{GuildID: 7, GuildMember: types.GuildMember{User: &user}}
			_ = handle.Events.Guild.MemberAdd.Publish(ctx, &member)
			runtime.Gosched()
		}
		cancel()
		readers.Wait()
		if guild.Load().Name != "199" {
			t.Errorf("the guild is %q", guild.Load().Name)
		}
	})
}

// heap returns how many bytes are in use, when they are below a limit or do not get fewer for long.
func heap(limit int) int {
	var stats runtime.MemStats
	for range 100 {
		runtime.GC() // What was garbage may have been cleaned up, which makes more garbage.
		runtime.Gosched()
		if runtime.ReadMemStats(&stats); int(stats.HeapAlloc) < limit {
			break
		}
	}
	return int(stats.HeapAlloc)
}

func TestWhatNobodyObservesCostsNothing(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		const entities, each = 10_000, 1000
		ctx := context.Background()
		before := subscribed(handle.Events)
		many := func() []*gateway.Shared[types.Channel] {
			list := make([]*gateway.Shared[types.Channel], entities)
			for i := range list {
				var err error
				value := types.Channel{ID: types.Snowflake(i + 1), Topic: strings.Repeat("x", each)}
				list[i], err = gateway.Observe(ctx, handle, value)
				if err != nil {
					t.Fatal(err)
				}
			}
			return list
		}
		empty := heap(0)
		limit := empty + entities*each/20
		list := many()
		if used := heap(0) - empty; used < entities*each {
			t.Errorf("%d bytes are in use, which cannot be", used)
		}
		for _, shared := range list {
			shared.Stop()
		}
		clear(list)
		if left := heap(limit); left > limit {
			t.Errorf("after Stop %d bytes are left", left-empty)
		}
		if got := subscribed(handle.Events); got != before {
			t.Errorf("after Stop %q are observed", got)
		}
		many()
		_ = observe(t, handle, types.Guild{ID: 1 << 40}).Changes()
		collected := func() bool { return subscribed(handle.Events) == before }
		for range 1000 {
			runtime.GC()
			if runtime.Gosched(); collected() {
				break
			}
		}
		if !collected() {
			t.Errorf("as garbage, %q are observed", subscribed(handle.Events))
		}
		if left := heap(limit); left > limit {
			t.Errorf("as garbage, %d bytes are left", left-empty)
		}
	})
}
