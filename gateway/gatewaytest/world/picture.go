package world

import (
	"cmp"

	"github.com/chorus-go/chorus/types"
)

// A guild is large when it has more members than the client has asked for in Identify, or than these.
const (
	largeOnSpacebar = 250
	largeOnDiscord  = 50
)

// stateGuild is a guild in the form of the capability CLIENT_STATE_V2, with what the guild itself is under properties.
// It decodes as types.GatewayGuild.
type stateGuild struct {
	ID                       types.Snowflake                  `json:"id"`
	DataMode                 types.DataMode                   `json:"data_mode"`
	Properties               types.Guild                      `json:"properties"`
	Channels                 []types.Channel                  `json:"channels"`
	Threads                  []types.Channel                  `json:"threads"`
	Roles                    []types.Role                     `json:"roles"`
	Emojis                   []types.Emoji                    `json:"emojis"`
	Stickers                 []types.Sticker                  `json:"stickers"`
	Members                  []types.GuildMember              `json:"members"`
	MemberCount              int64                            `json:"member_count"`
	Presences                []types.Presence                 `json:"presences"`
	VoiceStates              []types.VoiceState               `json:"voice_states"`
	StageInstances           []types.StageInstance            `json:"stage_instances"`
	GuildScheduledEvents     []types.GuildScheduledEvent      `json:"guild_scheduled_events"`
	EmbeddedActivities       []types.EmbeddedActivityInstance `json:"embedded_activities"`
	PremiumSubscriptionCount int64                            `json:"premium_subscription_count"`
	JoinedAt                 types.Timestamp                  `json:"joined_at"`
	Large                    bool                             `json:"large"`
	Lazy                     bool                             `json:"lazy"`
	Version                  string                           `json:"version"`
}

// picture returns a guild as a member sees it: with the channels and threads that they can see, who is in the voice of
// those, and the members and presences that are passed.
func (w *World) picture(g *guild, user types.Snowflake, members []types.GuildMember) types.GatewayGuild {
	p := types.GatewayGuild{
		Guild: g.data, JoinedAt: g.members[user].JoinedAt, MemberCount: int64(len(g.members)), Members: members,
		Channels: []types.Channel{}, Threads: []types.Channel{}, Presences: []types.Presence{},
		VoiceStates: w.voiceStates(g, user), DataMode: types.DataModeFull, Lazy: true,
		ActivityInstances: types.LooseList[types.EmbeddedActivityInstance]{},
		StageInstances:    types.LooseList[types.StageInstance](g.stagesFor(user)), GuildScheduledEvents: g.plansFor(user),
		SoundboardSounds: []types.SoundboardSound{},
	}
	for _, c := range g.visible(user) {
		data := c.payload()
		if !c.isThread() {
			p.Channels = append(p.Channels, data)
			continue
		}
		if member := c.threadMembers[user]; member != nil {
			joined := *member
			data.Member = &joined
		}
		p.Threads = append(p.Threads, data)
	}
	return p
}

// inState returns a picture in the form of CLIENT_STATE_V2.
func inState(p types.GatewayGuild) *stateGuild {
	return &stateGuild{
		ID: p.ID, DataMode: types.DataModeFull, Properties: p.Guild, Channels: p.Channels, Threads: p.Threads,
		Roles: p.Roles, Emojis: p.Emojis, Stickers: p.Stickers, Members: p.Members, MemberCount: p.MemberCount,
		Presences: p.Presences, VoiceStates: p.VoiceStates, StageInstances: p.StageInstances,
		GuildScheduledEvents: p.GuildScheduledEvents, EmbeddedActivities: []types.EmbeddedActivityInstance{},
		PremiumSubscriptionCount: p.PremiumSubscriptionCount, JoinedAt: p.JoinedAt, Large: p.Large, Lazy: true,
		Version: cmp.Or(p.Version, "1"),
	}
}

// threshold returns from how many members on a guild is large for a session.
func (w *World) threshold(s *session) int {
	fallback := int64(largeOnSpacebar)
	if w.options.Profile == Discord {
		fallback = largeOnDiscord
	}
	return int(cmp.Or(s.identify.LargeThreshold, fallback))
}

// guildCreate returns the payload of GUILD_CREATE for a session whose user has joined a guild. On Spacebar it has the
// form of CLIENT_STATE_V2 whatever the client has asked for, and the members; Discord sends users their own member
// only.
func (w *World) guildCreate(g *guild, s *session) any {
	user, large := s.account.id(), len(g.members) > w.threshold(s)
	if w.options.Profile == Discord && !s.account.user.Bot {
		p := w.picture(g, user, []types.GuildMember{w.member(g, user)})
		p.Large = large
		if s.has(types.CapabilityClientStateV2) {
			return inState(p)
		}
		return &types.GuildCreate{GatewayGuild: p}
	}
	if w.options.Profile == Discord {
		return w.botGuild(g, s)
	}
	members := []types.GuildMember{w.member(g, user)}
	if !large {
		members = members[:0]
		for _, id := range keys(g.members) {
			members = append(members, w.member(g, id))
		}
	}
	p := w.picture(g, user, members)
	p.Large = large
	return inState(p)
}

// botGuild returns the payload of a GUILD_CREATE that follows a bot's READY. Spacebar sends the bot alone as a member;
// Discord all members, and the presences of those who are online, but of a large guild only the bot and who is online,
// and to a bot without the intent for presences only the bot itself and who is in voice channels.
func (w *World) botGuild(g *guild, s *session) *types.GuildCreate {
	user, large := s.account.id(), len(g.members) > w.threshold(s)
	if w.options.Profile == Spacebar {
		p := w.picture(g, user, []types.GuildMember{w.member(g, user)})
		p.Large = large
		return &types.GuildCreate{GatewayGuild: p}
	}
	members, presences, told := []types.GuildMember{}, []types.Presence{}, w.wantsPresences(s)
	for _, id := range keys(g.members) {
		a := w.accounts[id]
		online := a.isOnline()
		if !told && id != user && g.voice[id] == nil {
			continue
		}
		if online && told {
			presences = append(presences, a.presenceIn(g.data.ID))
		}
		if !told || !large || online || id == user {
			members = append(members, w.member(g, id))
		}
	}
	p := w.picture(g, user, members)
	p.Presences, p.Large = presences, large
	return &types.GuildCreate{GatewayGuild: p}
}

// has says whether the session has a capability.
func (s *session) has(c types.Capabilities) bool { return s.identify.Capabilities&c == c }
