package pubsub

import (
	"encoding/json"
	"fmt"

	"github.com/chorus-go/chorus/types"
)

// ListUpdateEvent is the event that [LazyGuild] sends; its payload is a *[ListUpdate].
const ListUpdateEvent = "GUILD_MEMBER_LIST_UPDATE"

// The ids of the groups of a member list that are not roles.
const (
	GroupOnline  = "online"  // who is online and has no hoisted role
	GroupOffline = "offline" // who is offline, whatever their roles
)

// Range is a range of rows of a member list, the first and the last one. Headings and members are both rows, from 0.
type Range [2]int

// ListOpType is what a [ListOp] does.
type ListOpType string

// The operations of GUILD_MEMBER_LIST_UPDATE, as they are on the wire.
const (
	ListSync       ListOpType = "SYNC"       // the rows of Range are Items, of which there are fewer at the list's end
	ListInsert     ListOpType = "INSERT"     // Item becomes row Index, and what was there and behind moves up by one
	ListUpdateRow  ListOpType = "UPDATE"     // Item replaces row Index
	ListDelete     ListOpType = "DELETE"     // row Index is removed, and what was behind moves down by one
	ListInvalidate ListOpType = "INVALIDATE" // the rows of Range are not kept up any longer; nothing moves
)

// ListUpdate is the payload of GUILD_MEMBER_LIST_UPDATE. It is shared by all whom it is sent to and must not be changed.
// It encodes to JSON as on the wire if the rows do.
type ListUpdate struct {
	ID          string          `json:"id"`           // of the list
	GuildID     types.Snowflake `json:"guild_id"`     // of its guild
	MemberCount int             `json:"member_count"` // of the guild
	OnlineCount int             `json:"online_count"` // of the guild
	Groups      []ListGroup     `json:"groups"`       // the groups that have members, in their order
	Ops         []ListOp        `json:"ops"`          // to be carried out in their order; empty if only counts have changed
}

// ListGroup is a group of a member list, and the content of the row that is its heading.
type ListGroup struct {
	ID    string `json:"id"`    // the id of a role, [GroupOnline] or [GroupOffline]
	Count int    `json:"count"` // how many members it has
}

// ListItem is a row of a member list: a heading or a member.
type ListItem struct {
	Group  *ListGroup `json:"group,omitempty"`  // of the heading of a group, nil for a member
	Member any        `json:"member,omitempty"` // the Row of a [ListMember], nil for a heading
}

// ListOp is one change of a member list.
type ListOp struct {
	Op    ListOpType // what it does, and which of the others count
	Range Range      // of SYNC and INVALIDATE
	Items []ListItem // of SYNC
	Index int        // of INSERT, UPDATE and DELETE
	Item  ListItem   // of INSERT and UPDATE
}

// MarshalJSON writes the keys that the operation has on the wire, and those only: an index also when it is 0, items also
// when there are none. The error is that of a row.
func (o ListOp) MarshalJSON() ([]byte, error) {
	switch o.Op {
	case ListSync:
		items := o.Items
		if items == nil {
			items = []ListItem{}
		}
		return json.Marshal(struct {
			Op    ListOpType `json:"op"`
			Range Range      `json:"range"`
			Items []ListItem `json:"items"`
		}{o.Op, o.Range, items})
	case ListInvalidate:
		return json.Marshal(struct {
			Op    ListOpType `json:"op"`
			Range Range      `json:"range"`
		}{o.Op, o.Range})
	case ListDelete:
		return json.Marshal(struct {
			Op    ListOpType `json:"op"`
			Index int        `json:"index"`
		}{o.Op, o.Index})
	}
	return json.Marshal(struct {
		Op    ListOpType `json:"op"`
		Index int        `json:"index"`
		Item  ListItem   `json:"item"`
	}{o.Op, o.Index, o.Item})
}

// String describes the operation in a line, for logs and tests.
func (o ListOp) String() string {
	switch o.Op {
	case ListSync:
		return fmt.Sprintf("%s %d-%d: %d rows", o.Op, o.Range[0], o.Range[1], len(o.Items))
	case ListInvalidate:
		return fmt.Sprintf("%s %d-%d", o.Op, o.Range[0], o.Range[1])
	case ListDelete:
		return fmt.Sprintf("%s %d", o.Op, o.Index)
	}
	return fmt.Sprintf("%s %d: %v", o.Op, o.Index, o.Item)
}

// String returns the id of a heading in brackets, or the member.
func (i ListItem) String() string {
	if i.Group != nil {
		return "[" + i.Group.ID + "]"
	}
	return fmt.Sprint(i.Member)
}
