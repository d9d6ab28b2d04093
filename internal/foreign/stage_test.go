package foreign

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// opener makes a client that goes to an address with a bot's token, and ends with the test.
type opener func(t *testing.T, url, token string) *client

// everything is what a client has to show.
func everything(t *testing.T, open opener) {
	t.Parallel()
	for _, profile := range []gatewaytest.Profile{gatewaytest.Spacebar, gatewaytest.Discord} {
		t.Run(string(profile), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, profile, open)
			s.hears()
			s.requestsMembers()
			s.beats()
			s.understands()
			if profile == gatewaytest.Discord {
				s.resumes()
			}
			s.beginsAnew()
			for _, fault := range s.client.faults.all() {
				t.Errorf("not understood: %s", fault)
			}
		})
	}
}

// stage is a server with a bot, whose client is somebody else's, and a user in the same guild.
type stage struct {
	t       *testing.T
	profile gatewaytest.Profile
	server  *gatewaytest.Server
	client  *client
	ann     world.User
	bot     world.User
	guild   world.GuildHandle
	channel world.ChannelHandle
	tries   atomic.Int64 // how often the client has tried to resume
}

// members is how many members the guild has: more than go into one GUILD_MEMBERS_CHUNK.
const members = 1001

// newStage begins: the client has connected and is ready when it returns.
func newStage(t *testing.T, profile gatewaytest.Profile, open opener) *stage {
	s := &stage{t: t, profile: profile}
	s.server = gatewaytest.NewServer(t, gatewaytest.ServerOptions{
		Profile: profile, Seed: 1, IdentifyInterval: -1,
	})
	s.server.On(types.OpcodeResume, func(gatewaytest.Received) bool {
		s.tries.Add(1)
		return false
	})
	w := s.server.World()
	s.ann, s.bot = w.AddUser("ann"), w.AddBot("singer")
	var err error
	s.guild, err = w.AddGuild(s.ann.ID, "Home")
	s.must(err)
	s.must(s.guild.Join(s.bot.ID))
	for i := range members - 2 {
		s.must(s.guild.Join(w.AddUser(fmt.Sprint("guest", i)).ID))
	}
	s.channel, err = s.guild.CreateChannel("talk")
	s.must(err)

	s.client = open(t, s.server.URL(), s.bot.Token)
	s.begins()
	return s
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// begins expects a session to begin.
func (s *stage) begins() {
	s.t.Helper()
	s.expect(types.OpcodeIdentify)
	if user := wait(s.t, "READY", s.client.ready); user != s.bot.ID {
		s.t.Errorf("READY is for %s instead of %s", user, s.bot.ID)
	}
	channels, err := s.guild.Channels()
	s.must(err)
	home := guild{id: s.guild.ID().String(), name: "Home"}
	for _, channel := range channels {
		snapshot, err := s.guild.Channel(channel).Snapshot()
		s.must(err)
		if snapshot.Type != types.ChannelTypePublicThread {
			home.channels++
		}
	}
	if got := wait(s.t, "GUILD_CREATE", s.client.guilds); got != home {
		s.t.Errorf("GUILD_CREATE has %+v instead of %+v", got, home)
	}
}

// expect returns the next payload of an opcode that the client sends.
func (s *stage) expect(op types.Opcode) gatewaytest.Received {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	got, err := s.server.Expect(ctx, op)
	if err != nil {
		s.t.Fatalf("the client does not send op %d: %v", op, err)
	}
	return got
}

// says has ann say something.
func (s *stage) says(text string) {
	s.t.Helper()
	_, err := s.channel.SendMessage(s.ann.ID, text)
	s.must(err)
}

// heard expects that the next message that the client gets is one of ann's.
func (s *stage) heard(text string) {
	s.t.Helper()
	want := message{author: s.ann.ID.String(), channel: s.channel.ID().String(), content: text}
	if got := wait(s.t, "message "+text, s.client.messages); got != want {
		s.t.Errorf("heard %+v instead of %+v", got, want)
	}
}

// hears is that messages of others arrive.
func (s *stage) hears() {
	s.says("hello")
	s.heard("hello")
}

// requestsMembers is that the client gets all members of a guild, in chunks.
func (s *stage) requestsMembers() {
	s.must(s.client.requestMembers(s.guild.ID(), "who"))
	var got []string
	for i := range 2 {
		part := wait(s.t, "GUILD_MEMBERS_CHUNK", s.client.chunks)
		if part.guild != s.guild.ID().String() || part.nonce != "who" || part.index != i || part.count != 2 {
			s.t.Errorf("chunk %d is number %d of %d, guild %s, nonce %q", i, part.index, part.count, part.guild, part.nonce)
		}
		got = append(got, part.members...)
	}
	var want []string
	all, err := s.guild.Members()
	s.must(err)
	for _, user := range all {
		want = append(want, user.String())
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) != members || !slices.Equal(got, want) {
		s.t.Errorf("%d members arrived of %d", len(got), len(want))
	}
}

// beats is that the client sends heartbeats, here when it is asked for them. One of them may be of its own accord.
//
// The interval is longer than the test: discordgo takes a second for each end of a connection, and if a heartbeat is due
// in that second it ends the next connection too.
func (s *stage) beats() {
	for range 2 {
		s.peer().Heartbeat()
		s.expect(types.OpcodeHeartbeat)
	}
}
