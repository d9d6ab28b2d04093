package world

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strconv"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// ready is the payload of READY: that of package types with guilds in whichever form they are sent.
type ready struct {
	types.Ready

	Guilds []any `json:"guilds"`
}

// SetSession sets what a server knows better than the world: the session id that the client is to see, and where it can
// be resumed. It is for the server that dispatches READY, before it does so.
func (r *ready) SetSession(id, resumeURL string) { r.SessionID, r.ResumeGatewayURL = id, resumeURL }

// bootstrap returns what a session begins with.
func (w *World) bootstrap(s *session) Bootstrap {
	r := w.ready(s)
	b := Bootstrap{Ready: r}
	for _, g := range s.guilds() {
		switch {
		case s.account.user.Bot:
			r.Guilds = append(r.Guilds, types.UnavailableGuild{ID: g.data.ID, Unavailable: true})
			b.After = append(b.After, pubsub.Event{Type: "GUILD_CREATE", Payload: w.botGuild(g, s)})
		default:
			r.Guilds = append(r.Guilds, w.readyGuild(g, s))
		}
		r.MergedMembers = append(r.MergedMembers, []types.GuildMember{w.readyMember(g, s)})
	}
	if w.options.Profile == Discord {
		w.dedupe(s, r)
	}
	if w.options.Profile == Spacebar || !s.account.user.Bot && s.has(types.CapabilityPrioritizedReadyPayload) {
		event := pubsub.Event{Type: "READY_SUPPLEMENTAL", Payload: w.supplemental(s)}
		b.After = append(b.After, event)
	}
	b.After = append(b.After, s.callsFor()...)
	return b
}

// guilds returns the guilds of the session's user that its shard holds.
func (s *session) guilds() []*guild {
	var guilds []*guild
	for _, g := range sorted(s.account.guilds) {
		if s.state.Holds(g.data.ID) {
			guilds = append(guilds, g)
		}
	}
	return guilds
}

// readyGuild returns a guild as a user finds it in READY. Spacebar has nobody among its members; merged_members has.
func (w *World) readyGuild(g *guild, s *session) any {
	members := []types.GuildMember{}
	if w.options.Profile == Discord && !s.has(types.CapabilityDedupeUserObjects) {
		members = append(members, w.member(g, s.account.id()))
	}
	p := w.picture(g, s.account.id(), members)
	p.Large = len(g.members) > w.threshold(s)
	if w.options.Profile == Discord && s.has(types.CapabilityPrioritizedReadyPayload) {
		p.VoiceStates = []types.VoiceState{}
	}
	if s.has(types.CapabilityClientStateV2) {
		return inState(p)
	}
	return p
}

// readyMember returns the user's own member in a guild.
func (w *World) readyMember(g *guild, s *session) types.GuildMember {
	member := w.member(g, s.account.id())
	if w.options.Profile == Discord {
		member.User, member.UserID = nil, s.account.id()
	}
	return member
}

// ready returns READY without guilds.
func (w *World) ready(s *session) *ready {
	a := s.account
	digest := sha256.Sum256([]byte(s.id))
	r := &ready{Guilds: []any{}, Ready: types.Ready{
		Trace: []string{`["` + w.options.Instance + `",{"micros":0}]`}, V: 9, User: a.user,
		SessionID: s.id, SessionType: types.SessionTypeNormal, AuthSessionIDHash: hex.EncodeToString(digest[:]),
		ResumeGatewayURL: w.options.ResumeURL, Sessions: a.sessionList(), Users: []types.User{},
		PrivateChannels: []types.Channel{}, Relationships: []types.Relationship{}, Presences: []types.Presence{},
		MergedMembers: [][]types.GuildMember{}, Shard: s.identify.Shard, APICodeVersion: 1, CountryCode: "US",
		ConnectedAccounts: []types.Connection{}, GeoOrderedRTCRegions: []string{}, Experiments: []types.UserExperiment{},
		GuildExperiments: []types.GuildExperiment{}, GuildJoinRequests: []types.GuildJoinRequest{},
		GameRelationships: []types.GameRelationship{}, LinkedUsers: []types.LinkedUser{},
		NotificationSettings: &types.NotificationSettings{},
		UserGuildSettings:    types.Versioned[types.UserGuildSettings]{Entries: []types.UserGuildSettings{}},
		ReadState:            types.Versioned[types.ReadState]{Entries: []types.ReadState{}, Version: int64(len(a.read))},
		Consents:             map[string]types.ConsentStatus{"personalization": {}},
	}}
	if s.state.Holds(0) && !w.keepsPrivate(a) {
		for _, c := range sorted(a.private) {
			r.PrivateChannels = append(r.PrivateChannels, c.private(a.id()))
		}
	}
	if a.user.Bot {
		r.Application = &types.GatewayApplication{ID: a.id()}
		return r
	}
	settings := a.settings
	settings.Status = cmp.Or(settings.Status, s.status.status)
	r.UserSettings, r.UserGuildSettings = &settings, a.guildSettingsList()
	if !s.has(types.CapabilityLazyUserNotes) {
		r.Notes = maps.Clone(a.notes)
	}
	for _, channel := range keys(a.read) {
		r.ReadState.Entries = append(r.ReadState.Entries, types.ReadState{ID: channel, LastMessageID: a.read[channel]})
	}
	for _, user := range keys(a.relationships) {
		r.Relationships = append(r.Relationships, *w.accounts[user].relationship(a.relationships[user]))
	}
	r.Users = r.everybody()
	return r
}

// everybody returns the users whom READY mentions, each once.
func (r *ready) everybody() []types.User {
	users, seen := []types.User{}, map[types.Snowflake]bool{}
	add := func(u types.User) {
		if !seen[u.ID] {
			seen[u.ID] = true
			users = append(users, u)
		}
	}
	for _, relationship := range r.Relationships {
		add(*relationship.User)
	}
	for _, c := range r.PrivateChannels {
		for _, u := range c.Recipients {
			add(u)
		}
	}
	return users
}

// dedupe replaces users by their ids, if the client has asked for that: they are in users then.
func (w *World) dedupe(s *session, r *ready) {
	if !s.has(types.CapabilityDedupeUserObjects) || s.account.user.Bot {
		r.Users, r.MergedMembers = nil, nil
		return
	}
	for i := range r.Relationships {
		r.Relationships[i].UserID, r.Relationships[i].User = r.Relationships[i].User.ID, nil
	}
	for i := range r.PrivateChannels {
		c := &r.PrivateChannels[i]
		for _, u := range c.Recipients {
			c.RecipientIDs = append(c.RecipientIDs, u.ID)
		}
		c.Recipients = nil
	}
}

// supplemental returns READY_SUPPLEMENTAL. Spacebar has nothing in it about guilds, and no guilds for bots.
func (w *World) supplemental(s *session) *types.ReadySupplemental {
	extra := &types.ReadySupplemental{
		Guilds: []types.SupplementalGuild{}, MergedMembers: [][]types.GuildMember{},
		MergedPresences:     types.MergedPresences{Friends: w.friendPresences(s), Guilds: [][]types.Presence{}},
		LazyPrivateChannels: []types.Channel{}, Disclose: []string{}, GameInvites: []types.GameInvite{},
	}
	if s.account.user.Bot {
		return extra
	}
	for _, g := range s.guilds() {
		guild := types.SupplementalGuild{ID: g.data.ID, VoiceStates: []types.VoiceState{}}
		guild.ActivityInstances = types.LooseList[types.EmbeddedActivityInstance]{}
		if w.options.Profile == Discord {
			guild.VoiceStates = w.voiceStates(g, s.account.id())
		}
		extra.Guilds = append(extra.Guilds, guild)
		extra.MergedMembers = append(extra.MergedMembers, []types.GuildMember{})
		extra.MergedPresences.Guilds = append(extra.MergedPresences.Guilds, []types.Presence{})
	}
	return extra
}

// friendPresences returns the presences of the friends who are online. Discord has their ids in place of the users.
func (w *World) friendPresences(s *session) []types.Presence {
	presences := []types.Presence{}
	for _, user := range keys(s.account.relationships) {
		a := w.accounts[user]
		if !s.account.isFriend(user) || !a.isOnline() {
			continue
		}
		p := a.presenceIn(0)
		if w.options.Profile == Discord {
			p.User, p.UserID = nil, user
		}
		presences = append(presences, p)
	}
	return presences
}

// streamKey returns what identifies a stream in a channel of a guild.
func streamKey(guild, channel, user types.Snowflake) string {
	id := func(s types.Snowflake) string { return strconv.FormatUint(uint64(s), 10) }
	return "guild:" + id(guild) + ":" + id(channel) + ":" + id(user)
}
