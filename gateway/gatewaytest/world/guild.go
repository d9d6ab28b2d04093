package world

import (
	"slices"
	"time"

	"github.com/chorus-go/chorus/types"
)

// everyonePermissions are what @everyone may do in a new guild.
const everyonePermissions = types.PermissionViewChannel | types.PermissionSendMessages |
	types.PermissionReadMessageHistory | types.PermissionAddReactions | types.PermissionConnect |
	types.PermissionSpeak | types.PermissionStream | types.PermissionEmbedLinks | types.PermissionAttachFiles |
	types.PermissionCreateInstantInvite | types.PermissionChangeNickname | types.PermissionSendMessagesInThreads |
	types.PermissionCreatePublicThreads | types.PermissionCreatePrivateThreads | types.PermissionUseVAD

// guild is a guild in the world. What it holds of package types is replaced, never written to: payloads share it.
type guild struct {
	data     types.Guild // with roles, emojis and stickers
	members  map[types.Snowflake]*types.GuildMember
	channels map[types.Snowflake]*channel // with threads
	bans     map[types.Snowflake]bool
	voice    map[types.Snowflake]*types.VoiceState // by user
	plans    map[types.Snowflake]*plan
	audit    []types.AuditLogEntry

	online int // how many members are online

	// sight is what the members who have a session can see.
	sight map[types.Snowflake]map[types.Snowflake]bool
}

// GuildHandle is a guild of the world, to act on. It is a value; whether there is such a guild is known when it is
// used, and an error of its methods.
type GuildHandle struct {
	w  *World
	id types.Snowflake
	by types.Snowflake // whose changes they are, 0 for nobody's
}

// Guild returns a handle of a guild.
func (w *World) Guild(id types.Snowflake) GuildHandle { return GuildHandle{w: w, id: id} }

// Guilds returns the ids of all guilds, in ascending order.
func (w *World) Guilds() []types.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return keys(w.guilds)
}

// AddGuild makes a guild that belongs to a user, with the role @everyone and a text channel named general, whose id is
// the handle's SystemChannel. It dispatches GUILD_CREATE to the owner. The error is ErrNotFound.
func (w *World) AddGuild(owner types.Snowflake, name string) (GuildHandle, error) {
	var handle GuildHandle
	err := w.change(func() error {
		a, err := w.account(owner)
		if err != nil {
			return err
		}
		g := w.newGuild(owner, name)
		general := w.newChannel(g, ChannelOptions{Name: "general"})
		g.data.SystemChannelID = general.data.ID
		w.guilds[g.data.ID] = g
		w.join(g, a)
		handle = GuildHandle{w: w, id: g.data.ID}
		return nil
	})
	return handle, err
}

// newGuild makes a guild without channels and members.
func (w *World) newGuild(owner types.Snowflake, name string) *guild {
	id := w.id()
	everyone := types.Role{ID: id, Name: "@everyone", Permissions: everyonePermissions}
	return &guild{
		data: types.Guild{
			ID: id, Name: name, OwnerID: owner, Roles: []types.Role{everyone}, Emojis: []types.Emoji{},
			Stickers: []types.Sticker{}, Features: []types.GuildFeature{}, AFKTimeout: 300, PreferredLocale: "en-US",
			MaxMembers: 25_000_000, MaxPresences: 250_000, MaxVideoChannelUsers: 200,
			DefaultMessageNotifications: types.MessageNotificationLevelOnlyMentions,
		},
		members:  map[types.Snowflake]*types.GuildMember{},
		channels: map[types.Snowflake]*channel{},
		bans:     map[types.Snowflake]bool{},
		voice:    map[types.Snowflake]*types.VoiceState{},
		plans:    map[types.Snowflake]*plan{},
		sight:    map[types.Snowflake]map[types.Snowflake]bool{},
	}
}

// ID returns the id that the handle is for.
func (h GuildHandle) ID() types.Snowflake { return h.id }

// Snapshot returns the guild as it is now, with its roles and emojis. The error is ErrNotFound.
func (h GuildHandle) Snapshot() (types.Guild, error) {
	var data types.Guild
	err := h.read(func(g *guild) error {
		data = g.data
		return nil
	})
	return data, err
}

// SystemChannel returns the id of the channel that the guild was made with, or that was set by Edit.
func (h GuildHandle) SystemChannel() (types.Snowflake, error) {
	data, err := h.Snapshot()
	return data.SystemChannelID, err
}

// Edit changes the guild by a function, which is called as the package says, and dispatches GUILD_UPDATE to all
// members. Id, roles, emojis and stickers stay: they have methods of their own. A new owner must be a member, and sees
// from then on what owners see. The error is ErrNotFound or ErrConflict.
func (h GuildHandle) Edit(edit func(*types.Guild)) error {
	var g *guild
	look := func() (*types.Guild, error) {
		var err error
		if g, err = h.w.guild(h.id); err != nil {
			return nil, err
		}
		return &g.data, nil
	}
	return edited(h.w, edit, look, func(changed types.Guild) error {
		if g.members[changed.OwnerID] == nil {
			return missing("member", changed.OwnerID)
		}
		changed.ID, changed.Roles, changed.Emojis = g.data.ID, g.data.Roles, g.data.Emojis
		changed.Stickers = g.data.Stickers
		before, ownerChanged := g.data, changed.OwnerID != g.data.OwnerID
		g.data = changed
		defer h.audit(types.AuditLogActionTypeGuildUpdate, h.id, before, changed)
		update := func() { h.w.toGuild(h.id, "GUILD_UPDATE", &types.GuildUpdate{Guild: g.data}, nil) }
		if !ownerChanged {
			update()
			return nil
		}
		h.w.resee(g, nil, nil, update)
		h.w.refreshLists(g)
		return nil
	})
}

// Rename changes the guild's name, as Edit does.
func (h GuildHandle) Rename(name string) error {
	return h.Edit(func(g *types.Guild) { g.Name = name })
}

// Delete deletes the guild with everything in it, and dispatches GUILD_DELETE to all members. The error is ErrNotFound.
func (h GuildHandle) Delete() error {
	w := h.w
	return h.change(func(g *guild) error {
		w.toGuild(h.id, "GUILD_DELETE", &types.GuildDelete{UnavailableGuild: types.UnavailableGuild{ID: h.id}}, nil)
		for user := range g.members {
			delete(w.accounts[user].guilds, h.id)
		}
		for id := range g.channels {
			delete(w.channels, id)
			w.later(func() { w.topics.channels.Remove(id) })
		}
		for code, invite := range w.invites {
			if invite.guild == g {
				delete(w.invites, code)
			}
		}
		w.dropStreams(func(s *stream) bool { return s.guild == g })
		w.dropWebhooks(func(c *channel) bool { return c.guild == g })
		delete(w.guilds, h.id)
		w.later(func() {
			w.topics.guilds.Remove(h.id)
			w.topics.lists.RemoveGuild(h.id)
		})
		return nil
	})
}

// SetEmojis replaces the emojis of the guild; one without an id gets one. It dispatches GUILD_EMOJIS_UPDATE to all
// members and returns the emojis. The error is ErrNotFound.
func (h GuildHandle) SetEmojis(emojis ...types.Emoji) ([]types.Emoji, error) {
	var set []types.Emoji
	err := h.change(func(g *guild) error {
		set = h.w.setEmojis(g, append([]types.Emoji{}, emojis...))
		return nil
	})
	return slices.Clone(set), err
}

// AddEmoji adds an emoji with a name that a user has uploaded, as SetEmojis does. The error is ErrNotFound.
func (h GuildHandle) AddEmoji(user types.Snowflake, name string) (types.Emoji, error) {
	var emoji types.Emoji
	err := h.change(func(g *guild) error {
		a, err := h.w.account(user)
		if err != nil {
			return err
		}
		by := a.public()
		set := append(slices.Clone(g.data.Emojis), types.Emoji{Name: name, User: &by})
		set = h.w.setEmojis(g, set)
		emoji = set[len(set)-1]
		h.audit(types.AuditLogActionTypeEmojiCreate, emoji.ID, nil, emoji)
		return nil
	})
	return emoji, err
}

// setEmojis replaces the emojis of a guild by a list that is the world's from now on.
func (w *World) setEmojis(g *guild, emojis []types.Emoji) []types.Emoji {
	for i := range emojis {
		if emojis[i].ID == 0 {
			emojis[i].ID = w.id()
			emojis[i].Available, emojis[i].RequireColons = true, true
		}
	}
	g.data.Emojis = emojis
	w.toGuild(g.data.ID, "GUILD_EMOJIS_UPDATE", &types.GuildEmojisUpdate{GuildID: g.data.ID, Emojis: emojis}, nil)
	return emojis
}

// change changes the guild and delivers.
func (h GuildHandle) change(f func(*guild) error) error {
	return h.w.change(func() error {
		g, err := h.w.guild(h.id)
		if err != nil {
			return err
		}
		return f(g)
	})
}

// read looks at the guild.
func (h GuildHandle) read(f func(*guild) error) error {
	return h.w.locked(func() error {
		g, err := h.w.guild(h.id)
		if err != nil {
			return err
		}
		return f(g)
	})
}

// now returns the time as payloads have it.
func now() types.Timestamp { return types.TimestampOf(time.Now()) }
