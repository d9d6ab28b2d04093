package state_test

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// pouring is a client of which everything is read while events pour in.
type pouring struct {
	handle  gateway.GatewayHandle
	known   *state.State
	guild   *gateway.Shared[types.Guild]
	member  *gateway.Shared[types.GuildMember]
	id      types.Snowflake // of the guild
	channel types.Snowflake
	owner   types.Snowflake

	planted sync.Locker // held during each look by those who look with it
}

// looks is how often each of the readers looks.
const looks = 500

func newPouring(t *testing.T) *pouring {
	t.Helper()
	server := gatewaytest.NewServer(t, gatewaytest.ServerOptions{Network: new(gatewaytest.Network)})
	ann := server.World().AddUser("ann")
	home := given(server.World().AddGuild(ann.ID, "Home"))(t)
	channel := given(home.CreateChannel("general"))(t)
	p := &pouring{id: home.ID(), channel: channel.ID(), owner: ann.ID}
	events := gateway.NewEvents()
	p.known = state.New(events, state.Options{Messages: 10})
	var err error
	p.handle, _, err = gateway.Connect(t.Context(), server.URL(), types.IdentifyUser(ann.Token),
		gateway.Options{Dialer: server.Dialer(), Events: events})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.handle.Close(t.Context()) })
	value := *p.known.Guild(p.id)
	contents := types.GatewayGuild{Guild: value, Channels: []types.Channel{*p.known.Channel(p.channel)}}
	p.guild = given(gateway.Observe(t.Context(), p.handle, value, gateway.WithContents(&contents)))(t)
	p.member = given(gateway.Observe(t.Context(), p.handle, types.GuildMember{UserID: 1}, gateway.InGuild(p.id)))(t)
	p.pour(t, 0)
	return p
}

// pour has a handful of events delivered to all that observes the handle, as the goroutine that reads would.
func (p *pouring) pour(t *testing.T, i int) {
	id := types.Snowflake(i%100 + 1)
	user := types.User{ID: id, Username: strings.Repeat("x", i%7+1)}
	ctx, e := t.Context(), p.handle.Events
	member := types.GuildMember{User: &user, Nick: user.Username}
	_ = e.Guild.MemberAdd.Publish(ctx, &types.GuildMemberAdd{GuildID: p.id, GuildMember: member})
	guild := *p.known.Guild(p.id)
	guild.Name = user.Username
	_ = e.Guild.Update.Publish(ctx, &types.GuildUpdate{Guild: guild})
	channel := *p.known.Channel(p.channel)
	channel.Topic = user.Username
	_ = e.Channel.Update.Publish(ctx, &types.ChannelUpdate{Channel: channel})
	message := types.Message{ID: types.Snowflake(i + 1), ChannelID: p.channel, Author: user}
	_ = e.Message.Create.Publish(ctx, &types.MessageCreate{GuildID: p.id, Message: message})
	voice := types.VoiceState{GuildID: p.id, UserID: id, ChannelID: p.channel}
	_ = e.Voice.StateUpdate.Publish(ctx, &types.VoiceStateUpdate{VoiceState: voice})
}

// look reads everything in every way. Its name is what the test looks for in the stacks of whoever waits.
func (p *pouring) look(i int) bool {
	if p.planted != nil {
		p.planted.Lock()
		defer p.planted.Unlock()
		runtime.Gosched()
	}
	there := p.known.Guild(p.id) != nil && p.known.Channel(p.channel) != nil && p.known.Member(p.id, 1) != nil &&
		p.known.User(1) != nil && p.guild.Load() != nil && p.member.Load() != nil &&
		gateway.Child[types.Channel](p.guild, p.channel) != nil
	for message := range p.known.Messages(p.channel) {
		there = there && message.ChannelID == p.channel
	}
	for member := range p.known.Members(p.id) {
		there = there && member.User != nil
	}
	for id := range gateway.Children[types.GuildMember](p.guild) {
		there = there && id != 0
	}
	p.known.VoiceState(p.id, types.Snowflake(i%100))
	_, visible := p.known.Permissions(p.channel, p.owner, time.Time{})
	return there && visible
}

// read has ten goroutines look while events pour in.
func (p *pouring) read(t *testing.T) {
	var readers, writer sync.WaitGroup
	var done atomic.Bool
	writer.Go(func() {
		for i := 0; !done.Load(); i++ {
			p.pour(t, i)
		}
	})
	for range 10 {
		readers.Go(func() {
			for i := range looks {
				if !p.look(i) {
					t.Error("something is not there")
					return
				}
			}
		})
	}
	readers.Wait()
	done.Store(true)
	writer.Wait()
}

// waited returns the stacks with a function in them, of those who have waited for somebody or have let others wait. The
// locks of the runtime itself, such as those of its memory, are no locks of anybody's reading; nor is a wait for the
// collector of who takes memory.
func waited(function string) []string {
	var found []string
	add := func(records []runtime.BlockProfileRecord, skip string) {
		for _, record := range records {
			stack := stackOf(record.Stack())
			if strings.Contains(stack, function) && !strings.HasPrefix(stack, skip) && !strings.Contains(stack, "< runtime.mallocgc") {
				found = append(found, stack)
			}
		}
	}
	records := make([]runtime.BlockProfileRecord, 100_000)
	n, _ := runtime.MutexProfile(records)
	add(records[:n], "runtime.")
	n, _ = runtime.BlockProfile(records)
	add(records[:n], "none")
	return found
}

// stackOf returns the names of the functions of a stack, the innermost first.
func stackOf(stack []uintptr) string {
	var names []string
	frames := runtime.CallersFrames(stack)
	for {
		frame, more := frames.Next()
		names = append(names, frame.Function)
		if !more {
			return strings.Join(names, " < ")
		}
	}
}

// TestReadersNeverWait reads the state and observed entities in ten goroutines while events pour in. In the profiles of
// contention and of blocking there is none who reads: neither as one that waits, nor as one for whom another waits. With
// a lock around each look there is, so the profiles would tell.
func TestReadersNeverWait(t *testing.T) {
	p := newPouring(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(4, runtime.NumCPU()))) // so that readers are interrupted anywhere
	defer runtime.SetMutexProfileFraction(runtime.SetMutexProfileFraction(1))
	runtime.SetBlockProfileRate(1)
	defer runtime.SetBlockProfileRate(0)
	const look = "(*pouring).look"
	p.read(t)
	if found := waited(look); len(found) > 0 {
		t.Errorf("readers wait, or are waited for:\n%s", strings.Join(found, "\n"))
	}
	p.planted = new(sync.Mutex)
	p.read(t)
	if len(waited(look)) == 0 {
		t.Error("the profiles do not tell of a lock that every reader takes")
	}
}
