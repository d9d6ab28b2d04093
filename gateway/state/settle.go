package state

import (
	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// settle makes an entity what it is kept as: users are kept once, whoever refers to them. fresh says that next is new
// and that nobody else has seen it, so that it may be changed.
func (s *State) settle(key effect.Key, next, old any, fresh bool) any {
	switch v := next.(type) {
	case *types.Guild:
		return s.settleGuild(key, v)
	case *types.User:
		if key.Kind == effect.KindUser {
			known, _ := old.(*types.User)
			return s.settleUser(v, known)
		}
	case *types.GuildMember:
		return s.settleMember(key, v, fresh)
	case *types.Presence:
		return s.settlePresence(key, v, fresh)
	case *types.VoiceState:
		return s.settleVoiceState(key, v)
	case *types.Relationship:
		if user := s.stores.users.get(0, key.ID); v.User == nil && user != nil {
			c := *v
			c.User = user
			return &c
		}
	}
	return next
}

func (s *State) settleGuild(key effect.Key, v *types.Guild) any {
	if s.owners[key.ID] == nil {
		s.owners[key.ID] = s.turn.from
	}
	return v
}

// settleUser keeps the user that is known if the other one is the same.
func (s *State) settleUser(v, known *types.User) any {
	if known == nil {
		return v
	}
	if sameUser(v, known) {
		return known
	}
	s.renamed = append(s.renamed, v)
	return v
}

func (s *State) settleMember(key effect.Key, v *types.GuildMember, fresh bool) any {
	user := s.stores.users.get(0, key.ID)
	if user == nil || v.User == user || v.User != nil && !fresh && !sameUser(v.User, user) {
		return v
	}
	if !fresh {
		c := *v
		v = &c
	}
	v.User = user
	return v
}

func (s *State) settlePresence(key effect.Key, v *types.Presence, fresh bool) any {
	user := s.stores.users.get(0, key.ID)
	if user == nil || v.User == user {
		return v
	}
	if !fresh {
		c := *v
		v = &c
	}
	v.User = user
	return v
}

// settleVoiceState leaves out whom the user cannot see, which is nobody in voice for the user, and the member, which is
// kept as such.
func (s *State) settleVoiceState(key effect.Key, v *types.VoiceState) any {
	if key.Scope != 0 && s.stores.channels != nil && s.stores.channels.get(key.Scope, v.ChannelID) == nil {
		return (*types.VoiceState)(nil)
	}
	if v.Member != nil && s.stores.members != nil {
		c := *v
		c.Member = nil
		v = &c
	}
	return v
}

// rename gives the members who are a user that has changed the user as it is now.
func (s *State) rename(t *turn) {
	members := s.stores.members
	for _, user := range s.renamed {
		if members == nil {
			break
		}
		for guild, b := range members.scopes.all() {
			known := b.get(user.ID)
			if known == nil || known.User == user {
				continue
			}
			v := *known
			v.User = user
			members.put(t, guild, user.ID, &v)
		}
	}
	s.renamed = nil
}
