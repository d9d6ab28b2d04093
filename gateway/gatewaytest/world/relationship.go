package world

import (
	"github.com/chorus-go/chorus/types"
)

// isFriend says whether a user is a friend.
func (a *account) isFriend(user types.Snowflake) bool {
	r := a.relationships[user]
	return r != nil && r.Type == types.RelationshipTypeFriend
}

// blocked says whether one of those in direct messages has blocked the other.
func (w *World) blocked(c *channel) bool {
	for _, a := range c.recipients {
		for _, b := range c.recipients {
			if r := a.relationships[b.id()]; r != nil && r.Type == types.RelationshipTypeBlocked {
				return true
			}
		}
	}
	return false
}

// RequestFriend asks another user to be a friend, or accepts, if they have asked. Each of the two gets a
// RELATIONSHIP_ADD: of a request that goes out, of one that comes in, or of a friend, whose presence follows in a
// PRESENCE_UPDATE. What is so already changes nothing. The error is ErrNotFound, ErrForbidden if one has blocked the
// other, or an *InputError for two times the same user.
func (u UserHandle) RequestFriend(other types.Snowflake) error {
	return u.relate(other, func(a, b *account) error {
		mine, theirs := a.relationships[other], b.relationships[u.id]
		switch {
		case is(mine, types.RelationshipTypeBlocked) || is(theirs, types.RelationshipTypeBlocked):
			return forbidden("ask to be friends", "one of the two has blocked the other")
		case is(mine, types.RelationshipTypeFriend) || is(mine, types.RelationshipTypeOutgoingRequest):
			return nil
		case is(mine, types.RelationshipTypeIncomingRequest):
			u.w.befriend(a, b)
			return nil
		}
		u.w.setRelationship(a, b, types.RelationshipTypeOutgoingRequest)
		u.w.setRelationship(b, a, types.RelationshipTypeIncomingRequest)
		return nil
	})
}

// Befriend makes two users friends at once, whatever they were, as RequestFriend does in two steps.
func (u UserHandle) Befriend(other types.Snowflake) error {
	return u.relate(other, func(a, b *account) error {
		if !a.isFriend(other) {
			u.w.befriend(a, b)
		}
		return nil
	})
}

// Block blocks another user: RELATIONSHIP_ADD to the one who does. To the other it looks as if the relationship, if there
// was one, had been ended: RELATIONSHIP_REMOVE. The error is ErrNotFound or an *InputError for the same user.
func (u UserHandle) Block(other types.Snowflake) error {
	return u.relate(other, func(a, b *account) error {
		if is(a.relationships[other], types.RelationshipTypeBlocked) {
			return nil
		}
		u.w.unfriend(a, b)
		u.w.setRelationship(a, b, types.RelationshipTypeBlocked)
		if theirs := b.relationships[u.id]; theirs != nil && theirs.Type != types.RelationshipTypeBlocked {
			u.w.dropRelationship(b, a)
		}
		return nil
	})
}

// RemoveRelationship ends a friendship, takes back or declines a request, or lifts a block. Whoever had something to end
// gets RELATIONSHIP_REMOVE; the block of the other one stays. The error is ErrNotFound, also if there is nothing, or an
// *InputError for the same user.
func (u UserHandle) RemoveRelationship(other types.Snowflake) error {
	return u.relate(other, func(a, b *account) error {
		mine := a.relationships[other]
		if mine == nil {
			return missing("relationship", other)
		}
		u.w.unfriend(a, b)
		u.w.dropRelationship(a, b)
		theirs := b.relationships[u.id]
		if mine.Type != types.RelationshipTypeBlocked && theirs != nil && theirs.Type != types.RelationshipTypeBlocked {
			u.w.dropRelationship(b, a)
		}
		return nil
	})
}

// SetFriendNickname gives a friend a nickname that only the user sees, and dispatches RELATIONSHIP_UPDATE to the user. The
// error is ErrNotFound if the other is no friend.
func (u UserHandle) SetFriendNickname(other types.Snowflake, nickname string) error {
	return u.relate(other, func(a, _ *account) error {
		if !a.isFriend(other) {
			return missing("relationship", other)
		}
		changed := *a.relationships[other]
		changed.Nickname = nickname
		a.relationships[other] = &changed
		u.w.toUser(u.id, "RELATIONSHIP_UPDATE", &types.RelationshipUpdate{
			ID: other, Type: changed.Type, Nickname: types.Some(nickname),
		})
		return nil
	})
}

// relate changes what there is between two users.
func (u UserHandle) relate(other types.Snowflake, f func(a, b *account) error) error {
	return u.w.change(func() error {
		a, err := u.w.account(u.id)
		if err != nil {
			return err
		}
		b, err := u.w.account(other)
		if err != nil {
			return err
		}
		if a == b {
			return wrong("id", "nobody has a relationship with themselves")
		}
		return f(a, b)
	})
}

// is says whether a relationship, which may be nil, is of a type.
func is(r *types.Relationship, kind types.RelationshipType) bool { return r != nil && r.Type == kind }

// befriend makes two users friends and tells each of the other's presence.
func (w *World) befriend(a, b *account) {
	w.setRelationship(a, b, types.RelationshipTypeFriend)
	w.setRelationship(b, a, types.RelationshipTypeFriend)
	first, second := a.id(), b.id()
	w.later(func() {
		w.report(nil, w.topics.friends.Sub(first, second))
		w.report(nil, w.topics.friends.Sub(second, first))
	})
	w.toUser(first, "PRESENCE_UPDATE", b.presenceUpdate(0, true))
	w.toUser(second, "PRESENCE_UPDATE", a.presenceUpdate(0, true))
}

// unfriend ends the subscriptions of two users to each other, if they are friends.
func (w *World) unfriend(a, b *account) {
	if first, second := a.id(), b.id(); a.isFriend(second) {
		w.later(func() {
			w.topics.friends.Unsub(first, second)
			w.topics.friends.Unsub(second, first)
		})
	}
}

// setRelationship makes b something to a, and tells a.
func (w *World) setRelationship(a, b *account, kind types.RelationshipType) {
	r := &types.Relationship{ID: b.id().String(), Type: kind, Since: now()}
	a.relationships[b.id()] = r
	w.toUser(a.id(), "RELATIONSHIP_ADD", &types.RelationshipAdd{
		Relationship: *b.relationship(r), ShouldNotify: kind == types.RelationshipTypeIncomingRequest,
	})
}

// relationship returns what the account is to somebody, as payloads have it.
func (a *account) relationship(r *types.Relationship) *types.Relationship {
	data, user := *r, a.public()
	data.User = &user
	return &data
}

// dropRelationship ends what b is to a, and tells a.
func (w *World) dropRelationship(a, b *account) {
	r := a.relationships[b.id()]
	delete(a.relationships, b.id())
	w.toUser(a.id(), "RELATIONSHIP_REMOVE", &types.RelationshipRemove{
		PartialRelationship: types.PartialRelationship{ID: b.id(), Type: r.Type, Nickname: r.Nickname},
	})
}
