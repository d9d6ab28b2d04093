package gatewaytest

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/internal/soak"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// With -soak 10m the soak goes on with further seeds for that long; with -soakseed 7 it begins with that one.
var (
	soakFor  = flag.Duration("soak", 0, "how long the soak tries further seeds")
	soakSeed = flag.Uint64("soakseed", 0, "the first seed of the soak")
)

// The size of a soak.
const (
	soakSeeds   = 3   // of each profile
	soakSteps   = 700 // of each seed
	soakHistory = 40  // how many of the last steps a failure tells
)

// trial is a server whose world changes at random, whose connections break at random, and its clients.
type trial struct {
	soak.Chance

	t       *testing.T
	server  *Server
	clients []*soakClient
	views   soakViews
	repairs []func() // what ends faults that do not end by themselves
	sending sync.WaitGroup
	steps   []string
	faults  map[string]int // how often each happened
	total   *soakTotal
}

// TestSoak has a world change at random while the connections of the clients who look on break at random. After each
// change of which a client is told, and whenever there has been quiet for a while, what it knows from its events alone,
// and what it observes, is what the world says that its user may see. What happens follows from the seed; the waits of
// clients that reconnect do not.
func TestSoak(t *testing.T) {
	start, total := time.Now(), &soakTotal{observed: map[string]int{}}
	for seed := *soakSeed; seed < *soakSeed+soakSeeds || time.Since(start) < *soakFor; seed++ {
		for _, profile := range []Profile{Spacebar, Discord} {
			t.Run(fmt.Sprint(profile, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { runSoak(t, profile, seed, total) })
			})
		}
		if t.Failed() {
			t.Fatalf("reproduce it with -run TestSoak -soakseed %d", seed)
		}
	}
	total.tally(t)
}

func runSoak(t *testing.T, profile Profile, seed uint64, total *soakTotal) {
	s := newTrial(t, profile, seed)
	s.total = total
	for _, c := range s.clients {
		if err := s.connect(c); err != nil {
			t.Fatal(err)
		}
	}
	steps := soakSteps
	if raceDetector {
		steps /= 2
	}
	for quiet := 0; len(s.steps) < steps && !t.Failed(); quiet-- {
		if quiet == 0 {
			s.quiet()
			quiet = 5 + s.Rand.IntN(20)
		}
		s.next()
	}
	if !t.Failed() {
		s.quiet()
	}
	if t.Failed() {
		t.Logf("seed %d; the last steps:\n%s", seed, strings.Join(s.steps[max(0, len(s.steps)-soakHistory):], "\n"))
	}
	s.tally()
	for _, c := range s.clients {
		if c.connected {
			_ = c.handle.Close(t.Context()) // it may have lost its connection already
		}
	}
}

// newTrial makes the world, the server and the clients, which are not connected yet.
func newTrial(t *testing.T, profile Profile, seed uint64) *trial {
	s := &trial{t: t, faults: map[string]int{}}
	s.server = NewServer(t, ServerOptions{
		Profile: profile, Network: new(Network), Seed: seed, SeparateResumeHost: true, LogEntries: 200,
		ReplayEvents: []int{40, 0}[seed%2], // few enough for some to be lost, or as many as usual
	})
	s.repeatReplays()
	w := s.server.World()
	s.views.of = map[int]world.View{}
	w.Checkpoints(s.views.add)
	s.World, s.Rand = w, rand.New(rand.NewPCG(seed, 2))
	for i := range 6 {
		s.Users = append(s.Users, w.AddUser(fmt.Sprint("user", i)))
	}
	s.Users = append(s.Users, w.AddBot("bot0"), w.AddBot("bot1"))
	for _, owner := range []int{0, 1} {
		if _, err := w.AddGuild(s.Users[owner].ID, "guild"); err != nil {
			t.Fatal(err)
		}
	}
	// One user is never connected, and another has two clients.
	for _, user := range append(s.Users[1:], s.Users[1]) {
		s.clients = append(s.clients, s.newClient(user, len(s.clients)))
	}
	return s
}

// next does one step: most are changes of the world, the others of what is between it and the clients.
func (s *trial) next() {
	name, do := "", func() error { return nil }
	switch n := s.Rand.IntN(20); {
	case n < 3:
		name, do = s.Besides()
	case n < 11:
		name, do = s.Next()
	case n < 14:
		name, do = s.command()
	case n < 18:
		name, do = s.fault()
	case n < 19:
		name, do = s.toggle()
	case len(s.repairs) > 0:
		name, do = "repair", s.repair
	}
	s.steps = append(s.steps, fmt.Sprintf("step %d %s", len(s.steps), name))
	if err := do(); err != nil && !soak.Expected(err) {
		s.t.Errorf("%s: %v", s.steps[len(s.steps)-1], err)
	}
	switch s.Rand.IntN(3) {
	case 0:
		time.Sleep(time.Duration(s.Rand.IntN(5000)) * time.Millisecond)
	case 1:
		synctest.Wait()
	}
}

// repair ends the oldest fault that does not end by itself.
func (s *trial) repair() error {
	if len(s.repairs) > 0 {
		first := s.repairs[0]
		s.repairs = s.repairs[1:]
		first()
	}
	return nil
}

// quiet ends all faults, waits until the clients have found back, and compares what they know with the world.
func (s *trial) quiet() {
	for len(s.repairs) > 0 {
		_ = s.repair() // it returns nil
	}
	s.sending.Wait()
	// So long takes a client to see that the server is not there any longer, and more than a delay can last.
	time.Sleep(3 * time.Minute)
	for range 30 {
		synctest.Wait()
		if s.settled() {
			break
		}
		time.Sleep(40 * time.Second) // more than there must be between two requests for the members of a guild
	}
	for _, c := range s.clients {
		if c.connected {
			view, err := s.World.View(c.user.ID)
			if err != nil {
				s.t.Error(err)
			}
			c.compare(s.t, fmt.Sprint("after step ", len(s.steps), ", ", c.name), view)
		}
	}
	s.forgetViews()
}

// settled says whether all clients are ready and know the members of their guilds, and has those who do not ask.
func (s *trial) settled() bool {
	settled := true
	for _, c := range s.clients {
		if !c.connected {
			continue
		}
		if c.handle.State() != gateway.StateReady {
			settled = false
			continue
		}
		for _, guild := range c.incomplete() {
			settled = false
			s.send(c, func(ctx context.Context) error {
				return c.handle.SendRequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: guild})
			})
		}
	}
	return settled
}

// send has a client send something, without waiting for it: it may have no connection just now.
func (s *trial) send(c *soakClient, send func(context.Context) error) {
	s.sending.Go(func() {
		ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
		defer cancel()
		if err := send(ctx); err != nil && ctx.Err() == nil && !unlucky(err) {
			s.t.Errorf("%s: %v", c.name, err)
		}
	})
}

// command has a client send something.
func (s *trial) command() (string, func() error) {
	c, guild, voice := soak.One(&s.Chance, s.clients), s.Guild(), s.Voice()
	status := soak.One(&s.Chance, []types.StatusType{"online", "idle", "dnd", "invisible"})
	muted, system := s.Rand.IntN(2) == 0, types.Snowflake(0)
	if id, err := guild.SystemChannel(); err == nil {
		system = id
	}
	commands := []soakCommand{
		{"presence", func(ctx context.Context, h gateway.GatewayHandle) error {
			return h.SendUpdatePresence(ctx, types.UpdatePresence{Status: status})
		}},
		{"voice", func(ctx context.Context, h gateway.GatewayHandle) error {
			return h.SendUpdateVoiceState(ctx, types.UpdateVoiceState{
				GuildID: types.Some(voice.GuildID), ChannelID: types.Some(voice.ID), SelfMute: muted,
			})
		}},
		{"no voice", func(ctx context.Context, h gateway.GatewayHandle) error {
			return h.SendUpdateVoiceState(ctx, types.UpdateVoiceState{GuildID: types.Some(guild.ID())})
		}},
		{"members", func(ctx context.Context, h gateway.GatewayHandle) error {
			return h.SendRequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: guild.ID()})
		}},
		{"subscribe", func(ctx context.Context, h gateway.GatewayHandle) error {
			return h.SendLazyRequest(ctx, types.GuildSubscriptionSingle{
				GuildID: guild.ID(), Typing: types.Some(true), Threads: types.Some(true), Activities: types.Some(true),
				Channels: map[types.Snowflake][][2]int64{system: {{0, 99}}},
			})
		}},
		{"statuses", func(ctx context.Context, h gateway.GatewayHandle) error {
			return h.SendRequestChannelStatuses(ctx, types.RequestChannelStatuses{GuildID: guild.ID()})
		}},
		{"heartbeat", func(ctx context.Context, h gateway.GatewayHandle) error {
			return h.SendQoSHeartbeat(ctx, types.QoSHeartbeat{})
		}},
	}
	command := soak.One(&s.Chance, commands)
	return c.name + " sends " + command.name, func() error {
		if c.connected {
			handle := c.handle
			s.send(c, func(ctx context.Context) error { return command.send(ctx, handle) })
		}
		return nil
	}
}

// soakCommand is something that a client can send.
type soakCommand struct {
	name string
	send func(context.Context, gateway.GatewayHandle) error
}
