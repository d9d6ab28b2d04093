package pubsub

import (
	"iter"

	"github.com/chorus-go/chorus/types"
)

// ListSource is what [LazyGuild] has to know of the world. The server implements it. It is asked without locks, and
// always after the change of which it was told, so it answers with what is true now; answers that are older than a
// change are asked for again when the change is told.
type ListSource interface {
	// List says which member list is shown beside a channel, or false if there is none, as there is no such channel or it
	// is in no guild. The guild of a channel never changes; the id does, with its permission overwrites.
	List(channel types.Snowflake) (ListID, bool)

	// Roles returns the roles that are groups of a list: those that are hoisted and can see its channels. The order does
	// not matter.
	Roles(list ListID) []ListRole

	// Members yields everybody in a list: the guild's members who can see its channels. The order does not matter.
	Members(list ListID) iter.Seq[ListMember]

	// Member returns one of them, or false for a user who is not in the list.
	Member(list ListID, user types.Snowflake) (ListMember, bool)

	// Counts returns how many members the guild has and how many of them are online: member_count and online_count.
	Counts(guild types.Snowflake) (members, online int)
}

// ListID identifies a member list. Channels of a guild that the same people see share one.
type ListID struct {
	Guild types.Snowflake // the guild
	ID    string          // "everyone" or a hash of the permission overwrites; the field id of the event
}

// ListRole is a role that is a group of a member list.
type ListRole struct {
	ID       types.Snowflake // the role
	Position int             // the highest is on top; of equal ones the lower id
}

// ListMember is what a member list has to know of a member.
type ListMember struct {
	UserID types.Snowflake   // the user
	Name   string            // as it is shown: the nickname, else the display name, else the username
	Roles  []types.Snowflake // all the member's roles; those that are no groups do not matter
	Online bool              // whether the status is anything but offline or invisible
	Row    any               // what clients get: a member with its presence. Nobody may change it afterwards
}
