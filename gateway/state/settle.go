package state

import (
	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// settle has the stores keep entities as they are to be kept: users are kept once, whoever refers to them.
func (s *State) settle() {
	k := s.stores
	if k.guilds != nil {
		k.guilds.settle = s.settleGuild
	}
	if k.users != nil {
		k.users.settle = s.settleUser
	}
	if k.members != nil {
		k.members.settle, k.members.mentions = s.settleMember, memberMentions
	}
	if k.channels != nil {
		k.channels.settle, k.channels.mentions = s.settleChannel, channelMentions
	}
	if k.presences != nil {
		k.presences.settle = s.settlePresence
	}
	if k.voiceStates != nil {
		k.voiceStates.settle = s.settleVoiceState
	}
	if k.relationships != nil {
		k.relationships.settle = s.settleRelationship
	}
}

func (s *State) settleGuild(key effect.Key, v *types.Guild, _ *entry[types.Guild], _ bool) *entry[types.Guild] {
	if s.owners[key.ID] == nil {
		s.owners[key.ID] = s.turn.from
	}
	return whole(v)
}

func (s *State) settleChannel(_ effect.Key, v *types.Channel, _ *entry[types.Channel], _ bool) *entry[types.Channel] {
	return channelEntry(v)
}

// settleUser keeps the user that is known if the other one is the same.
func (s *State) settleUser(key effect.Key, v *types.User, old *entry[types.User], _ bool) *entry[types.User] {
	c, small := compactedUser(v)
	s.latest = v
	if old != nil {
		same := false
		if known, ok := old.compact.(*compactUser); ok {
			same = small && c == *known
		} else {
			same = sameUser(v, old.full.Load())
		}
		if same {
			s.entry = old
			return old
		}
		s.renamed = append(s.renamed, key.ID)
	} else if s.unnamed[key.ID] {
		delete(s.unnamed, key.ID)
		s.renamed = append(s.renamed, key.ID)
	}
	if small {
		s.entry = c.kept()
	} else {
		kept := *v
		s.entry = whole(&kept)
	}
	return s.entry
}

// userOf returns the entry of the user whom something refers to: the one that is kept, if it is the same or if any
// is right, and nil if there is none.
func (s *State) userOf(id types.Snowflake, v *types.User, any bool) *entry[types.User] {
	known := s.stores.users.entry(0, id)
	switch {
	case known == nil:
		if v == nil || v == &s.turn.user {
			return nil
		}
	case v == nil, any, v == s.latest && known == s.entry:
		return known
	case holdsUser(known, v):
		return known
	}
	return userEntry(v)
}

func (s *State) settleMember(
	key effect.Key, v *types.GuildMember, old *entry[types.GuildMember], fresh bool,
) *entry[types.GuildMember] {
	user := s.userOf(key.ID, v.User, fresh)
	if user == nil && v.User != nil {
		// The user of a compact member who is expanded at this time.
		if known, ok := old.compact.(*compactMember); ok {
			user = known.user
		}
	}
	if user == nil && s.stores.users != nil {
		s.unnamed[key.ID] = true
	}
	return memberEntry(v, user, old)
}

func (s *State) settlePresence(
	key effect.Key, v *types.Presence, old *entry[types.Presence], _ bool,
) *entry[types.Presence] {
	user := s.userOf(key.ID, v.User, true)
	if user == nil && v.User != nil {
		if known, ok := old.compact.(*compactPresence); ok {
			user = known.user
		}
	}
	return presenceEntry(v, user)
}

// settleVoiceState leaves out whom the user cannot see, which is nobody in voice for the user, and the member, which is
// kept as such.
func (s *State) settleVoiceState(
	key effect.Key, v *types.VoiceState, _ *entry[types.VoiceState], _ bool,
) *entry[types.VoiceState] {
	if key.Scope != 0 && s.stores.channels != nil && s.stores.channels.entry(key.Scope, v.ChannelID) == nil {
		return nil
	}
	kept := *v
	if s.stores.members != nil {
		kept.Member = nil
	}
	return whole(&kept)
}

func (s *State) settleRelationship(
	key effect.Key, v *types.Relationship, _ *entry[types.Relationship], _ bool,
) *entry[types.Relationship] {
	if user := s.stores.users.get(0, key.ID); v.User == nil && user != nil {
		c := *v
		c.User = user
		v = &c
	}
	return whole(v)
}

// rename gives the members who are a user that has changed the user as it is now.
func (s *State) rename(t *turn) {
	members := s.stores.members
	for _, id := range s.renamed {
		user := s.stores.users.entry(0, id)
		if members == nil || user == nil {
			continue
		}
		for guild, b := range members.scopes.all() {
			known := b.get(id)
			if known == nil {
				continue
			}
			if c, ok := known.compact.(*compactMember); ok && c.user == user ||
				!ok && known.full.Load().User == user.value() {
				continue
			}
			v := *known.read(&members.scratch, t.expand)
			members.put(t, guild, id, memberEntry(&v, user, known))
		}
	}
	s.renamed = nil
}
