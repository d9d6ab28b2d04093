package world_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/internal/soak"
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// trial is a world in which things happen at random, and the clients who look on.
type trial struct {
	soak.Chance

	t       *testing.T
	clients map[id]*client
	models  map[id]*soak.Model
	states  map[id]*state.State
	annexes map[id]*annex
	step    string
}

// TestSoak does everything to a world at random. What a client knows from its events alone is always what the world
// says that its user may see.
func TestSoak(t *testing.T) {
	for _, profile := range []world.Profile{world.Spacebar, world.Discord} {
		for seed := range uint64(4) {
			t.Run(fmt.Sprint(profile, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { runSoak(t, profile, seed) })
			})
		}
	}
}

func runSoak(t *testing.T, profile world.Profile, seed uint64) {
	w := world.New(world.Options{Seed: seed, Profile: profile, Report: func(err error) { t.Error(err) }})
	s := &trial{t: t, clients: map[id]*client{}, models: map[id]*soak.Model{}, states: map[id]*state.State{}, annexes: map[id]*annex{}}
	s.World, s.Rand = w, rand.New(rand.NewPCG(seed, 1))
	for i := range 6 {
		s.Users = append(s.Users, w.AddUser(fmt.Sprint("user", i)))
	}
	s.Users = append(s.Users, w.AddBot("bot"))
	for range 2 {
		got(w.AddGuild(s.User(), "guild"))(t)
	}
	for i := range 1000 {
		name, do := s.pick()
		s.step = fmt.Sprint("step ", i, " ", name)
		if err := do(); err != nil && !soak.Expected(err) {
			t.Fatalf("%s: %v", s.step, err)
		}
		s.check()
		if t.Failed() {
			return
		}
	}
}

// pick chooses what happens next.
func (s *trial) pick() (name string, do func() error) {
	switch n := s.Rand.IntN(50); {
	case n == 0:
		return "toggle", s.toggle
	case n == 1:
		return "wait", func() error { time.Sleep(45 * time.Second); return nil }
	case n < 17:
		return s.Besides()
	}
	return s.Next()
}

// check lets the clients catch up and compares them with the world. A guild's members are asked for when it appears.
func (s *trial) check() {
	for user, c := range s.clients {
		m, a, events := s.models[user], s.annexes[user], c.take()
		apply(s.t, m, s.states[user], events)
		a.apply(events)
		for _, guild := range m.Incomplete() {
			must(s.t, s.World.RequestMembers(c.state, types.RequestGuildMembers{
				GuildID: guild, Query: types.Some(""), Limit: types.Some(int64(0)),
			}))
		}
		apply(s.t, m, s.states[user], c.take())
		view := got(s.World.View(user))(s.t)
		m.Compare(s.step+", "+c.user.Username, view)
		m.CompareState(s.step+", "+c.user.Username, s.states[user], view)
		a.compare(s.step+", "+c.user.Username, view)
	}
}

// apply has a model and a state take events, as the types that a client decodes them as.
func apply(t *testing.T, m *soak.Model, known *state.State, events []pubsub.Event) {
	t.Helper()
	for _, e := range events {
		event := e.Payload
		switch e.Type {
		case "READY":
			event = new(types.Ready)
			decode(t, e.Payload, event)
		case "READY_SUPPLEMENTAL":
			event = new(types.ReadySupplemental)
			decode(t, e.Payload, event)
		case "GUILD_CREATE":
			event = new(types.GuildCreate)
			decode(t, e.Payload, event)
		}
		m.Apply(event)
		if known != nil {
			known.Apply(t.Context(), event)
		}
	}
}

// toggle connects a user, or ends the session.
func (s *trial) toggle() error {
	u := soak.One(&s.Chance, s.Users)
	if c := s.clients[u.ID]; c != nil {
		delete(s.clients, u.ID)
		s.World.Detach(c.state)
		return nil
	}
	capabilities := []types.Capabilities{0, types.IdentifyCommon().Capabilities, types.CapabilityClientStateV2}
	s.clients[u.ID] = connect(s.t, s.World, u, func(_ *pubsub.StateOptions, i *types.Identify) {
		i.Capabilities = soak.One(&s.Chance, capabilities)
		// Without READY_SUPPLEMENTAL nothing tells of friends' presences.
		if s.World.Options().Profile == world.Discord {
			i.Capabilities |= types.CapabilityDedupeUserObjects | types.CapabilityPrioritizedReadyPayload
		}
		// As without op 13 nothing tells of the calls that there are.
		i.Capabilities |= types.CapabilityAutoCallConnect
	})
	s.models[u.ID], s.annexes[u.ID] = soak.NewModel(s.t.Errorf), newAnnex(s.t)
	if s.states[u.ID] == nil { // A new session begins a state anew.
		s.states[u.ID] = state.New(nil, state.Options{Messages: -1})
	}
	return nil
}
