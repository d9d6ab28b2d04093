package world

import (
	"github.com/chorus-go/chorus/types"
)

// notify posts a message by which the server tells what somebody has done, such as MessageTypeUserJoin, with the users
// whom it mentions. Nobody has to be allowed to send it.
func (w *World) notify(c *channel, by *account, kind types.MessageType, content string, mentions ...*account) {
	m := w.newMessage(c, by, kind, MessageOptions{Content: content})
	m.mentions = mentions
	w.post(c, m)
}

// welcome tells in the system channel of a guild that somebody has joined, if the world and the guild want that.
func (w *World) welcome(g *guild, a *account) {
	c := g.channels[g.data.SystemChannelID]
	quiet := g.data.SystemChannelFlags&types.SystemChannelFlagSuppressJoinNotifications != 0
	if w.options.Welcome && !quiet && c != nil {
		w.notify(c, a, types.MessageTypeUserJoin, "")
	}
}

// renamed tells in a group or thread who has given it another name or icon, if the handle says who it was.
func (h ChannelHandle) renamed(c *channel, name, icon string) {
	a := h.w.accounts[h.by]
	if a == nil || c.guild != nil && !c.isThread() {
		return
	}
	if c.data.Name != name {
		h.w.notify(c, a, types.MessageTypeChannelNameChange, c.data.Name)
	}
	if c.data.Icon != icon {
		h.w.notify(c, a, types.MessageTypeChannelIconChange, "")
	}
}
