package world

import (
	"github.com/chorus-go/chorus/types"
)

// hearTyping notes whether a session wants to know who types in a guild. Discord asks for it, and begins with yes here.
func (w *World) hearTyping(s *session, g *guild, typing types.Optional[bool]) {
	wanted, said := typing.Get()
	if !said || w.options.Profile == Spacebar {
		return
	}
	if wanted {
		delete(s.deaf, g.data.ID)
	} else {
		s.deaf[g.data.ID] = true
	}
}

// deaf returns the sessions that do not want to know who types in a guild.
func (w *World) deaf(g *guild) map[string]bool {
	deaf := map[string]bool{}
	if g == nil {
		return deaf
	}
	for user := range g.sight {
		for _, s := range w.accounts[user].sessions {
			if s.deaf[g.data.ID] {
				deaf[s.id] = true
			}
		}
	}
	return deaf
}

// threadMembers tells a session of the members of threads: THREAD_MEMBER_LIST_UPDATE for each, with the presences of
// those who are online. Spacebar does not.
func (w *World) threadMembers(s *session, g *guild, threads []types.Snowflake) {
	if w.options.Profile == Spacebar {
		return
	}
	for _, id := range threads {
		c := g.channels[id]
		list := &types.ThreadMemberListUpdate{GuildID: g.data.ID, ThreadID: id, Members: []types.ThreadMember{}}
		for _, member := range sorted(c.threadMembers) {
			row, a := *member, w.accounts[member.UserID]
			row.Member = w.memberIn(g, member.UserID)
			list.Members = append(list.Members, row)
			if a.isOnline() {
				list.Presences = append(list.Presences, a.presenceIn(0))
			}
		}
		w.toSession(s, "THREAD_MEMBER_LIST_UPDATE", list)
	}
}

// checkThreads returns why a session cannot be told of the members of threads.
func (w *World) checkThreads(s *session, g *guild, threads []types.Snowflake) error {
	if w.options.Profile == Spacebar {
		return nil
	}
	for _, id := range threads {
		c := g.channels[id]
		if c == nil || !c.isThread() || !c.seenBy(s.account.id()) {
			return forbidden("subscribe", "the user cannot see thread "+id.String())
		}
	}
	return nil
}
