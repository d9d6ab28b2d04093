package world_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/internal/soak"
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestReadyOfUser has the same world described by READY in every form that there is.
func TestReadyOfUser(t *testing.T) {
	deduped := types.CapabilityDedupeUserObjects | types.CapabilityPrioritizedReadyPayload
	for name, row := range map[string]struct {
		profile      world.Profile
		capabilities types.Capabilities
		types        string
	}{
		"spacebar": {world.Spacebar, 0, "READY READY_SUPPLEMENTAL SESSIONS_REPLACE"},
		"spacebar, client state": {
			world.Spacebar, types.CapabilityClientStateV2, "READY READY_SUPPLEMENTAL SESSIONS_REPLACE",
		},
		"discord":               {world.Discord, 0, "READY SESSIONS_REPLACE"},
		"discord, deduplicated": {world.Discord, deduped, "READY READY_SUPPLEMENTAL SESSIONS_REPLACE"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, row.profile)
			must(t, s.w.User(s.member.ID).Befriend(s.stranger.ID))
			got(s.w.OpenDM(s.member.ID, s.stranger.ID))(t)
			got(s.public.StartThread(s.owner.ID, "thread", false))(t)
			must(t, s.guild.JoinVoice(s.owner.ID, s.voice.ID()))
			c := connect(t, s.w, s.member, func(_ *pubsub.StateOptions, i *types.Identify) { i.Capabilities = row.capabilities })
			events := c.take()
			var names []string
			for _, e := range events {
				names = append(names, e.Type)
			}
			same(t, "events", strings.Join(names, " "), row.types)
			same(t, "sequence", events[0].Sequence, 1)
			ready := last[types.Ready](t, events, "READY")
			same(t, "session", ready.SessionID, c.state.SessionID())
			same(t, "email", ready.User.Email, "member@example.com")
			same(t, "guilds", len(ready.Guilds), 1)
			g := ready.Guilds[0]
			same(t, "name", g.Merged().Name, "Here")
			same(t, "properties", g.Properties != nil, row.capabilities&types.CapabilityClientStateV2 != 0)
			same(t, "channels", len(g.Channels), 3)
			same(t, "threads", len(g.Threads), 1)
			same(t, "members", g.MemberCount, 2)
			same(t, "relationships", len(ready.Relationships), 1)
			same(t, "a user beside the id", ready.Relationships[0].User == nil, row.capabilities == deduped)
			same(t, "private channels", len(ready.PrivateChannels), 1)
			// The model reads both forms, and knows from them what the world says.
			m := soak.NewModel(t.Errorf)
			apply(t, m, nil, events)
			must(t, s.w.SyncGuilds(c.state, []id{s.guild.ID()}))
			sync := last[types.GuildSync](t, c.take(), "GUILD_SYNC")
			m.Apply(&types.GuildMembersChunk{GuildID: s.guild.ID(), Members: sync.Members, ChunkCount: 1})
			if name != "discord" {
				m.Compare(name, got(s.w.View(s.member.ID))(t))
			}
		})
	}
}

// TestReadyOfBot has a bot told of its guilds one after the other.
func TestReadyOfBot(t *testing.T) {
	for profile, want := range map[world.Profile]string{
		world.Spacebar: "READY GUILD_CREATE GUILD_CREATE READY_SUPPLEMENTAL",
		world.Discord:  "READY GUILD_CREATE GUILD_CREATE",
	} {
		s := newStage(t, profile)
		bot := s.w.AddBot("robot")
		must(t, s.guild.Join(bot.ID), s.elsewhere.Join(bot.ID))
		events := connect(t, s.w, bot).take()
		var names []string
		for _, e := range events {
			names = append(names, e.Type)
		}
		same(t, "events", strings.Join(names, " "), want)
		ready := last[types.Ready](t, events, "READY")
		same(t, "application", ready.Application.ID, bot.ID)
		same(t, "unavailable", []bool{ready.Guilds[0].Unavailable, ready.Guilds[1].Unavailable}, []bool{true, true})
		var g types.GuildCreate
		decode(t, events[1].Payload, &g)
		same(t, "available", g.Unavailable, false)
		same(t, "joined", g.JoinedAt != 0, true)
		if profile == world.Spacebar {
			same(t, "members", len(g.Members), 1)
		} else {
			same(t, "members", len(g.Members), 3)
			same(t, "presences", len(g.Presences), 3)
		}
	}
}

// TestShards has each of two shards told of its own guilds, and the first alone of what is outside guilds.
func TestShards(t *testing.T) {
	s := newStage(t, world.Discord)
	bot := s.w.AddBot("robot")
	must(t, s.guild.Join(bot.ID), s.elsewhere.Join(bot.ID))
	var shards []*client
	for i := range 2 {
		shards = append(shards, connect(t, s.w, bot, func(o *pubsub.StateOptions, identify *types.Identify) {
			o.Shard = pubsub.Shard{ID: i, Count: 2}
			identify.Shard = [2]int64{int64(i), 2}
		}))
	}
	for i, shard := range shards {
		ready := last[types.Ready](t, shard.take(), "READY")
		for _, g := range ready.Guilds {
			same(t, "shard of a guild", g.ID.Shard(2), i)
		}
	}
	got(s.public.SendMessage(s.owner.ID, "hi"))(t)
	holder := s.guild.ID().Shard(2)
	same(t, "on its shard", shards[holder].types(), "MESSAGE_CREATE")
	same(t, "on the other", shards[1-holder].types(), "")
	dm := got(s.w.OpenDM(s.owner.ID, bot.ID))(t)
	got(dm.SendMessage(s.owner.ID, "hi"))(t)
	same(t, "private, first", shards[0].types(), "MESSAGE_CREATE")
	same(t, "private, second", shards[1].types(), "")
}

// TestAttachRefuses has errors that a server can tell apart, and nothing left behind.
func TestAttachRefuses(t *testing.T) {
	w := world.New(world.Options{})
	alice, bob := w.AddUser("alice"), w.AddUser("bob")
	c := connect(t, w, alice)
	var input *world.InputError
	none := func(world.Bootstrap) error { return errors.New("must not be called") }
	if err := w.AttachFunc(&alice, c.state, types.Identify{}, none); !errors.As(err, &input) {
		t.Errorf("a session twice: %v", err)
	}
	state := got(pubsub.NewState(pubsub.StateOptions{SessionID: "s", UserID: bob.ID}))(t)
	if err := w.AttachFunc(&alice, state, types.Identify{}, none); !errors.As(err, &input) {
		t.Errorf("a session of somebody else: %v", err)
	}
	must(t, w.User(bob.ID).Disable())
	if _, err := w.Attach(&bob, state, types.Identify{}); !errors.Is(err, world.ErrForbidden) {
		t.Errorf("a disabled user: %v", err)
	}
	same(t, "sessions", w.States().Len(), 1)
	if err := w.SyncGuilds(state, nil); !errors.Is(err, world.ErrNotAttached) {
		t.Errorf("a session that is not attached: %v", err)
	}
	must(t, w.User(bob.ID).Enable())
	bootstrap, err := w.Attach(&bob, state, types.Identify{})
	must(t, err)
	data, err := json.Marshal(bootstrap.Ready)
	must(t, err)
	same(t, "READY", strings.Contains(string(data), `"session_id":"s"`), true)
	w.Detach(state)
	w.Detach(state)
	same(t, "sessions", w.States().Len(), 1)
	token := got(w.User(bob.ID).ResetToken())(t)
	_, old := w.Authenticate(bob.Token)
	_, fresh := w.Authenticate(token)
	same(t, "tokens", []bool{old, fresh}, []bool{false, true})
}
