package gateway

import (
	"fmt"

	"github.com/chorus-go/chorus/types"
)

// MemberListError tells why a GUILD_MEMBER_LIST_UPDATE was not applied to a member list: it makes no sense, or is about
// another list.
type MemberListError struct {
	GuildID  types.Snowflake             // of the event
	ListID   string                      // of the event: "everyone" or a hash
	Position int                         // of the operation within the event's ops, -1 when it is the event as a whole
	Op       types.GuildMemberListOpType // the operation, "" when it is the event as a whole
	Reason   string                      // what is wrong with it, to be read after the operation: "has a negative index"
}

// Error names the list, the operation and what is wrong with it.
func (e *MemberListError) Error() string {
	what := "the event"
	if e.Position >= 0 {
		what = fmt.Sprintf("operation %d (%.32q)", e.Position, string(e.Op))
	}
	return fmt.Sprintf("gateway: member list %.32q of guild %v: %s %s", e.ListID, e.GuildID, what, e.Reason)
}
