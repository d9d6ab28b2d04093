package world_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// soak is a world in which things happen at random, and the clients who look on.
type soak struct {
	t       *testing.T
	w       *world.World
	rng     *rand.Rand
	users   []world.User
	clients map[id]*client
	models  map[id]*model
	annexes map[id]*annex
	step    string
}

// TestSoak does everything to a world at random. What a client knows from its events alone is always what the world says
// that its user may see.
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
	s := &soak{t: t, w: w, rng: rand.New(rand.NewPCG(seed, 1)), clients: map[id]*client{}, models: map[id]*model{},
		annexes: map[id]*annex{}}
	for i := range 6 {
		s.users = append(s.users, w.AddUser(fmt.Sprint("user", i)))
	}
	s.users = append(s.users, w.AddBot("bot"))
	for range 2 {
		got(w.AddGuild(s.user(), "guild"))(t)
	}
	for i := range 1000 {
		name, do := s.pick()
		s.step = fmt.Sprint("step ", i, " ", name)
		if err := do(); err != nil && !expected(err) {
			t.Fatalf("%s: %v", s.step, err)
		}
		s.check()
		if t.Failed() {
			return
		}
	}
}

// expected says whether an error is one of those that follow from doing things at random.
func expected(err error) bool {
	var input *world.InputError
	return errors.Is(err, world.ErrForbidden) || errors.Is(err, world.ErrNotFound) || errors.As(err, &input)
}

// check lets the clients catch up and compares them with the world. A guild's members are asked for when it appears.
func (s *soak) check() {
	for user, c := range s.clients {
		m, a, events := s.models[user], s.annexes[user], c.take()
		m.apply(events)
		a.apply(events)
		for guild, g := range m.guilds {
			if len(g.members) == 0 {
				must(s.t, s.w.RequestMembers(c.state, types.RequestGuildMembers{
					GuildID: guild, Query: types.Some(""), Limit: types.Some(int64(0)),
				}))
			}
		}
		m.apply(c.take())
		view := got(s.w.View(user))(s.t)
		m.compare(s.step+", "+c.user.Username, view)
		a.compare(s.step+", "+c.user.Username, view)
	}
}

func (s *soak) user() id { return s.users[s.rng.IntN(len(s.users))].ID }

func one[T any](s *soak, list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[s.rng.IntN(len(list))]
}

// joinVoice puts somebody into a voice channel.
func (s *soak) joinVoice() error {
	c := s.channelOf(func(c types.Channel) bool { return c.Type == types.ChannelTypeGuildVoice })
	data, err := c.Snapshot()
	if err != nil {
		return err
	}
	return s.w.Guild(data.GuildID).JoinVoice(s.user(), c.ID())
}

func (s *soak) guild() world.GuildHandle { return s.w.Guild(one(s, s.w.Guilds())) }

func (s *soak) channel() world.ChannelHandle {
	g := s.guild()
	channels, _ := g.Channels()
	return g.Channel(one(s, channels))
}

// channelOf returns a channel of some guild for which something holds.
func (s *soak) channelOf(holds func(types.Channel) bool) world.ChannelHandle {
	var fit []world.ChannelHandle
	for _, guild := range s.w.Guilds() {
		channels, _ := s.w.Guild(guild).Channels()
		for _, channel := range channels {
			c := s.w.Guild(guild).Channel(channel)
			if data, _ := c.Snapshot(); holds(data) {
				fit = append(fit, c)
			}
		}
	}
	if len(fit) == 0 {
		return s.w.Channel(0)
	}
	return one(s, fit)
}

// thread returns a thread of some guild.
func (s *soak) thread() world.ChannelHandle {
	return s.channelOf(func(c types.Channel) bool { return c.ThreadMetadata != nil })
}

// written returns a channel in which there was a message.
func (s *soak) written() world.ChannelHandle {
	return s.channelOf(func(c types.Channel) bool { return c.LastMessageID != 0 })
}

func (s *soak) message(c world.ChannelHandle) id {
	messages, _ := c.Messages()
	return one(s, messages).ID
}

func (s *soak) role(g world.GuildHandle) id {
	data, _ := g.Snapshot()
	return one(s, data.Roles).ID
}

// group returns a private channel of somebody.
func (s *soak) private() world.ChannelHandle {
	v, err := s.w.View(s.user())
	must(s.t, err)
	return s.w.Channel(one(s, keysOf(v.Private)))
}

// toggle connects a user, or ends the session.
func (s *soak) toggle() error {
	u := s.users[s.rng.IntN(len(s.users))]
	if c := s.clients[u.ID]; c != nil {
		delete(s.clients, u.ID)
		s.w.Detach(c.state)
		return nil
	}
	capabilities := []types.Capabilities{0, types.IdentifyCommon().Capabilities, types.CapabilityClientStateV2}
	s.clients[u.ID] = connect(s.t, s.w, u, func(o *stateOptions, i *types.Identify) {
		i.Capabilities = one(s, capabilities)
		// Without READY_SUPPLEMENTAL nothing tells of friends' presences.
		if s.w.Options().Profile == world.Discord {
			i.Capabilities |= types.CapabilityDedupeUserObjects | types.CapabilityPrioritizedReadyPayload
		}
		// As without op 13 nothing tells of the calls that there are.
		i.Capabilities |= types.CapabilityAutoCallConnect
	})
	s.models[u.ID], s.annexes[u.ID] = newModel(s.t), newAnnex(s.t)
	return nil
}
