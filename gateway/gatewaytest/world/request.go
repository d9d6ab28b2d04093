package world

import (
	"slices"
	"strings"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

const (
	chunkMembers   = 1000 // how many members a GUILD_MEMBERS_CHUNK has at most
	requestedUsers = 100  // how many users can be asked for by id
)

// RequestMembers answers op 8 with GUILD_MEMBERS_CHUNK, to that session only: the members with those ids, or those whose
// name or nickname begins with the query, all for an empty query without a limit. There is always at least one chunk;
// not_found, of the ids, is in the first. The error is ErrNotAttached, ErrForbidden for a guild of which the user is no
// member, or an *InputError for a query together with ids, a query without a limit, neither of the two, or too many ids.
func (w *World) RequestMembers(s *pubsub.State, r types.RequestGuildMembers) error {
	return w.session(s, func(s *session) error {
		g, err := w.memberGuild(s, r.GuildID)
		if err != nil {
			return err
		}
		query, asked := r.Query.Get()
		limit, limited := r.Limit.Get()
		switch {
		case asked && len(r.UserIDs) > 0:
			return wrong("query", "there are user_ids as well")
		case asked && !limited:
			return wrong("limit", "a query needs one")
		case limit < 0:
			return wrong("limit", "it is negative")
		case !asked && len(r.UserIDs) == 0:
			return wrong("query", "there is neither a query nor user_ids")
		case len(r.UserIDs) > requestedUsers:
			return wrong("user_ids", "there are more than 100")
		}
		found, unknown := g.known(r.UserIDs)
		if asked {
			found = g.search(w, query, int(limit))
		}
		w.chunks(s, g, r, found, unknown)
		return nil
	})
}

// search returns the members whose name or nickname begins with a query, up to a limit, 0 for all.
func (g *guild) search(w *World, query string, limit int) []types.Snowflake {
	var found []types.Snowflake
	query = strings.ToLower(query)
	for _, user := range keys(g.members) {
		nick, name := g.members[user].Nick, w.accounts[user].user.Username
		if strings.HasPrefix(strings.ToLower(nick), query) || strings.HasPrefix(strings.ToLower(name), query) {
			found = append(found, user)
		}
		if limit > 0 && len(found) == limit {
			break
		}
	}
	return found
}

// known divides users into members and others.
func (g *guild) known(users []types.Snowflake) (found, unknown []types.Snowflake) {
	for _, user := range users {
		switch {
		case g.members[user] == nil:
			unknown = append(unknown, user)
		case !slices.Contains(found, user):
			found = append(found, user)
		}
	}
	return found, unknown
}

// chunks dispatches members in chunks.
func (w *World) chunks(s *session, g *guild, r types.RequestGuildMembers, found, unknown []types.Snowflake) {
	count := max(1, (len(found)+chunkMembers-1)/chunkMembers)
	for i := range count {
		chunk := &types.GuildMembersChunk{
			GuildID: g.data.ID, Members: []types.GuildMember{}, ChunkIndex: int64(i), ChunkCount: int64(count),
			Nonce: types.Nonce(r.Nonce),
		}
		if i == 0 {
			chunk.NotFound = unknown
		}
		for _, user := range found[i*chunkMembers : min(len(found), (i+1)*chunkMembers)] {
			chunk.Members = append(chunk.Members, w.member(g, user))
			if a := w.accounts[user]; r.Presences && a.isOnline() {
				chunk.Presences = append(chunk.Presences, a.presenceIn(0))
			}
		}
		w.toSession(s, "GUILD_MEMBERS_CHUNK", chunk)
	}
}

// SyncGuilds answers op 12 with a GUILD_SYNC for each of the guilds, to that session only: all members, and the presences
// of those who are online. Guilds of which the user is no member are left out. The error is ErrNotAttached.
func (w *World) SyncGuilds(s *pubsub.State, ids []types.Snowflake) error {
	return w.session(s, func(s *session) error {
		for _, id := range ids {
			g, err := w.memberGuild(s, id)
			if err != nil {
				continue
			}
			sync := &types.GuildSync{ID: id, Members: []types.GuildMember{}, Presences: []types.Presence{}}
			for _, user := range keys(g.members) {
				sync.Members = append(sync.Members, w.member(g, user))
				if a := w.accounts[user]; a.isOnline() {
					sync.Presences = append(sync.Presences, a.presenceIn(0))
				}
			}
			sync.Large = len(g.members) > w.threshold(s)
			w.toSession(s, "GUILD_SYNC", sync)
		}
		return nil
	})
}

// ChannelInfo answers op 43 with CHANNEL_INFO, to that session only: what was asked for of the voice channels that the
// user can see and that have it. The error is ErrNotAttached or ErrForbidden.
func (w *World) ChannelInfo(s *pubsub.State, r types.RequestChannelInfo) error {
	return w.session(s, func(s *session) error {
		g, err := w.memberGuild(s, r.GuildID)
		if err != nil {
			return err
		}
		info := &types.ChannelInfo{GuildID: r.GuildID, Channels: []types.ChannelMetadata{}}
		for _, c := range g.visible(s.account.id()) {
			if c.data.Status == "" && c.voiceSince == 0 {
				continue
			}
			data := types.ChannelMetadata{ID: c.data.ID}
			if slices.Contains(r.Fields, types.ChannelInfoFieldStatus) {
				data.Status = types.Null[string]()
				if c.data.Status != "" {
					data.Status = types.Some(c.data.Status)
				}
			}
			if slices.Contains(r.Fields, types.ChannelInfoFieldVoiceStartTime) {
				data.VoiceStartTime = types.Null[types.Timestamp]()
				if c.voiceSince != 0 {
					data.VoiceStartTime = types.Some(c.voiceSince)
				}
			}
			info.Channels = append(info.Channels, data)
		}
		w.toSession(s, "CHANNEL_INFO", info)
		return nil
	})
}

// ChannelStatuses answers op 36 with CHANNEL_STATUSES, to that session only: the statuses of the channels that the user
// can see and that have one. The error is ErrNotAttached or ErrForbidden.
func (w *World) ChannelStatuses(s *pubsub.State, r types.RequestChannelStatuses) error {
	return w.session(s, func(s *session) error {
		g, err := w.memberGuild(s, r.GuildID)
		if err != nil {
			return err
		}
		statuses := &types.ChannelStatuses{GuildID: r.GuildID, Channels: []types.ChannelStatus{}}
		for _, c := range g.visible(s.account.id()) {
			if c.data.Status != "" {
				statuses.Channels = append(statuses.Channels, types.ChannelStatus{ID: c.data.ID, Status: c.data.Status})
			}
		}
		w.toSession(s, "CHANNEL_STATUSES", statuses)
		return nil
	})
}
