package soak

import (
	"errors"
	"math/rand/v2"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// Chance makes things happen to a world at random. The same source of random numbers makes the same things happen, as
// long as nobody else changes guilds, channels, messages and private channels.
type Chance struct {
	World *world.World // to which things happen
	Rand  *rand.Rand   // what decides
	Users []world.User // whom they concern
}

// Next chooses what happens next, and returns its name and the function that makes it happen.
func (c *Chance) Next() (name string, do func() error) {
	mutations := c.inGuilds()
	switch c.Rand.IntN(10) {
	case 0:
		mutations = c.people()
	case 1, 2, 3:
		mutations = c.inChannels()
	case 4, 5:
		mutations = c.visibility()
	}
	m := One(c, mutations)
	return m.name, m.do
}

// Expected says whether an error is one of those that follow from doing things at random.
func Expected(err error) bool {
	var input *world.InputError
	return errors.Is(err, world.ErrForbidden) || errors.Is(err, world.ErrNotFound) || errors.As(err, &input)
}

// One chooses one of a list; the zero value if it is empty.
func One[T any](c *Chance, list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[c.Rand.IntN(len(list))]
}

// User chooses a user.
func (c *Chance) User() types.Snowflake { return One(c, c.Users).ID }

// Guild chooses a guild.
func (c *Chance) Guild() world.GuildHandle { return c.World.Guild(One(c, c.World.Guilds())) }

// Voice chooses a voice channel, of which the zero value is returned if there is none.
func (c *Chance) Voice() types.Channel {
	data, err := c.ChannelOf(func(c types.Channel) bool { return c.Type == types.ChannelTypeGuildVoice }).Snapshot()
	if err != nil {
		return types.Channel{}
	}
	return data
}

// Channel chooses a channel of a guild.
func (c *Chance) Channel() world.ChannelHandle {
	g := c.Guild()
	channels, _ := g.Channels()
	return g.Channel(One(c, channels))
}

// ChannelOf chooses a channel of some guild for which something holds; one that there is not if it holds for none.
func (c *Chance) ChannelOf(holds func(types.Channel) bool) world.ChannelHandle {
	var fit []world.ChannelHandle
	for _, guild := range c.World.Guilds() {
		channels, _ := c.World.Guild(guild).Channels()
		for _, channel := range channels {
			handle := c.World.Guild(guild).Channel(channel)
			if data, _ := handle.Snapshot(); holds(data) {
				fit = append(fit, handle)
			}
		}
	}
	if len(fit) == 0 {
		return c.World.Channel(0)
	}
	return One(c, fit)
}

// thread returns a thread of some guild.
func (c *Chance) thread() world.ChannelHandle {
	return c.ChannelOf(func(c types.Channel) bool { return c.ThreadMetadata != nil })
}

// Written chooses a channel of some guild in which there was a message.
func (c *Chance) Written() world.ChannelHandle {
	return c.ChannelOf(func(c types.Channel) bool { return c.LastMessageID != 0 })
}

func (c *Chance) message(channel world.ChannelHandle) id {
	messages, _ := channel.Messages()
	return One(c, messages).ID
}

func (c *Chance) role(g world.GuildHandle) id {
	data, _ := g.Snapshot()
	return One(c, data.Roles).ID
}

// private returns a private channel of somebody.
func (c *Chance) private() world.ChannelHandle {
	v, err := c.World.View(c.User())
	if err != nil {
		return c.World.Channel(0)
	}
	return c.World.Channel(One(c, keysOf(v.Private)))
}
