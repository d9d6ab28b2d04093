package state

import (
	"iter"

	"github.com/chorus-go/chorus/types"
)

// Self returns the user of the session, with what only the user itself is told; nil before READY.
func (s *State) Self() *types.User { return s.stores.self.get(0, types.Snowflake(s.own.Load())) }

// User returns a user as others see it, or nil.
func (s *State) User(id types.Snowflake) *types.User { return s.stores.users.get(0, id) }

// Guild returns a guild with its roles, emojis and stickers; nil if the user is not in it or it is not available.
func (s *State) Guild(id types.Snowflake) *types.Guild { return s.stores.guilds.get(0, id) }

// Role returns a role of a guild, or nil.
func (s *State) Role(guild, id types.Snowflake) *types.Role {
	if g := s.Guild(guild); g != nil {
		for i := range g.Roles {
			if g.Roles[i].ID == id {
				return &g.Roles[i]
			}
		}
	}
	return nil
}

// Channel returns a channel, a thread or a private channel; nil if the user cannot see it.
func (s *State) Channel(id types.Snowflake) *types.Channel { return s.stores.channels.find(id) }

// Member returns a member of a guild, or nil. Its User is the one that [State.User] returns, if all users are kept; of
// [Latest] users, one that went and came again may be another one.
func (s *State) Member(guild, user types.Snowflake) *types.GuildMember {
	return s.stores.members.get(guild, user)
}

// Presence returns what a user does, as members of a guild see it, or with the guild 0 as friends do; nil if nothing
// was told, as of those who are offline.
func (s *State) Presence(guild, user types.Snowflake) *types.Presence {
	return s.stores.presences.get(guild, user)
}

// VoiceState returns the voice state of a member of a guild, or with the guild 0 of somebody in a call; nil if the
// user is in no channel that can be seen.
func (s *State) VoiceState(guild, user types.Snowflake) *types.VoiceState {
	return s.stores.voiceStates.get(guild, user)
}

// Message returns a message of a channel, or nil. See Options.Messages.
func (s *State) Message(channel, id types.Snowflake) *types.Message {
	return s.stores.messages.get(channel, id)
}

// ThreadMember returns a member of a thread, or nil.
func (s *State) ThreadMember(thread, user types.Snowflake) *types.ThreadMember {
	return s.stores.threadMembers.get(thread, user)
}

// StageInstance returns the stage that is live in a channel of a guild, or nil.
func (s *State) StageInstance(guild, channel types.Snowflake) *types.StageInstance {
	for stage := range s.stores.stages.each(guild) {
		if stage.ChannelID == channel {
			return stage
		}
	}
	return nil
}

// ScheduledEvent returns a scheduled event, or nil.
func (s *State) ScheduledEvent(id types.Snowflake) *types.GuildScheduledEvent {
	return s.stores.events.find(id)
}

// Relationship returns the relationship to another user, or nil.
func (s *State) Relationship(user types.Snowflake) *types.Relationship {
	return s.stores.relationships.get(0, user)
}

// GameRelationship returns the relationship to another user in the game of an application, or nil.
func (s *State) GameRelationship(application, user types.Snowflake) *types.GameRelationship {
	return s.stores.gameRelationships.get(application, user)
}

// Note returns what the user has noted about another one, "" for nothing.
func (s *State) Note(user types.Snowflake) string {
	if note := s.stores.notes.get(0, user); note != nil {
		return note.Note
	}
	return ""
}

// Call returns the call in a private channel, or nil. Who is in it, [State.VoiceStates] of the guild 0 says.
func (s *State) Call(channel types.Snowflake) *types.CallCreate {
	return s.stores.calls.get(0, channel)
}

// Settings returns the settings of the user; nil if the server has not told them in this form.
func (s *State) Settings() *types.UserSettings {
	return s.stores.userSettings.get(0, types.Snowflake(s.own.Load()))
}

// GuildSettings returns the settings of the user for a guild, 0 for private channels, or nil.
func (s *State) GuildSettings(guild types.Snowflake) *types.UserGuildSettings {
	return s.stores.userGuildSettings.get(0, guild)
}

// What is looked up above takes more memory from then on: until then, users, members, channels and presences that have
// nothing unusual are kept in a third of the size of their structures. A look-up gives the same structure each time,
// until the entity changes. The iterations below leave everything as it is: what nobody has looked up they yield in a
// structure of its own, whose user is one of its own too.
//
// They are in no order. They yield what is there from the beginning to the end, and maybe some of what
// comes or goes meanwhile. The loop may take its time, and may do anything.

// Guilds yields the guilds that are available.
func (s *State) Guilds() iter.Seq[*types.Guild] { return s.stores.guilds.each(0) }

// Users yields all users that are known.
func (s *State) Users() iter.Seq[*types.User] { return s.stores.users.each(0) }

// Channels yields the channels of a guild, without threads.
func (s *State) Channels(guild types.Snowflake) iter.Seq[*types.Channel] {
	return s.channels(guild, false)
}

// Threads yields the threads of a guild that are known: the active ones, and those that were archived meanwhile.
func (s *State) Threads(guild types.Snowflake) iter.Seq[*types.Channel] {
	return s.channels(guild, true)
}

// PrivateChannels yields the direct messages and groups of the user.
func (s *State) PrivateChannels() iter.Seq[*types.Channel] { return s.stores.channels.each(0) }

func (s *State) channels(guild types.Snowflake, threads bool) iter.Seq[*types.Channel] {
	return func(yield func(*types.Channel) bool) {
		if guild == 0 {
			return
		}
		for c := range s.stores.channels.each(guild) {
			if isThread(c) == threads && !yield(c) {
				return
			}
		}
	}
}

func isThread(c *types.Channel) bool {
	switch c.Type {
	case types.ChannelTypePublicThread, types.ChannelTypePrivateThread, types.ChannelTypeNewsThread:
		return true
	default:
		return c.ThreadMetadata != nil
	}
}

// Members yields the members of a guild that are known: all of them only if they were asked for.
func (s *State) Members(guild types.Snowflake) iter.Seq[*types.GuildMember] {
	return s.stores.members.each(guild)
}

// Presences yields the presences that are known in a guild, or with the guild 0 those of friends.
func (s *State) Presences(guild types.Snowflake) iter.Seq[*types.Presence] {
	return s.stores.presences.each(guild)
}

// VoiceStates yields who is in voice in a guild, or with the guild 0 in calls.
func (s *State) VoiceStates(guild types.Snowflake) iter.Seq[*types.VoiceState] {
	return s.stores.voiceStates.each(guild)
}

// Messages yields the messages of a channel that are kept.
func (s *State) Messages(channel types.Snowflake) iter.Seq[*types.Message] {
	return s.stores.messages.each(channel)
}

// ThreadMembers yields the members of a thread that are known.
func (s *State) ThreadMembers(thread types.Snowflake) iter.Seq[*types.ThreadMember] {
	return s.stores.threadMembers.each(thread)
}

// StageInstances yields the stages of a guild that are live.
func (s *State) StageInstances(guild types.Snowflake) iter.Seq[*types.StageInstance] {
	return s.stores.stages.each(guild)
}

// ScheduledEvents yields the scheduled events of a guild.
func (s *State) ScheduledEvents(guild types.Snowflake) iter.Seq[*types.GuildScheduledEvent] {
	return s.stores.events.each(guild)
}

// SoundboardSounds yields the sounds of a guild.
func (s *State) SoundboardSounds(guild types.Snowflake) iter.Seq[*types.SoundboardSound] {
	return s.stores.sounds.each(guild)
}

// Relationships yields the relationships of the user.
func (s *State) Relationships() iter.Seq[*types.Relationship] { return s.stores.relationships.each(0) }

// GameRelationships yields the relationships of the user in the game of an application.
func (s *State) GameRelationships(application types.Snowflake) iter.Seq[*types.GameRelationship] {
	return s.stores.gameRelationships.each(application)
}
