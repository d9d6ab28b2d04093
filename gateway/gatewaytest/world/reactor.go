package world

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// Reactors returns who has reacted to a message with an emoji, in ascending order of their ids; nobody if there is no
// such reaction. The error is ErrNotFound.
func (h ChannelHandle) Reactors(id types.Snowflake, emoji types.Emoji) ([]types.User, error) {
	reactors := []types.User{}
	err := h.read(func(c *channel) error {
		m := c.messages[id]
		if m == nil {
			return missing("message", id)
		}
		i := m.reaction(bare(emoji))
		if i < 0 {
			return nil
		}
		for _, user := range slices.Sorted(slices.Values(m.reactions[i].users)) {
			if a := h.w.accounts[user]; a != nil {
				reactors = append(reactors, a.public())
			}
		}
		return nil
	})
	return reactors, err
}
