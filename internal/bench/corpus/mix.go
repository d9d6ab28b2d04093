package corpus

import (
	"fmt"
	"slices"
)

// Event is a dispatch without its envelope.
type Event struct {
	Name string // such as MESSAGE_CREATE
	Data []byte // the JSON of d
}

// kind is a type of event and how many of a hundred are of it.
type kind struct {
	name  string
	share int
	data  func(c *Corpus, p place) []byte
}

func mix() []kind {
	return []kind{
		{"PRESENCE_UPDATE", 40, func(c *Corpus, p place) []byte { return c.presence(nil, p, c.random.IntN(people)) }},
		{"MESSAGE_CREATE", 20, func(c *Corpus, p place) []byte { return c.message(nil, p) }},
		{"TYPING_START", 15, (*Corpus).typing},
		{"MESSAGE_REACTION_ADD", 5, func(c *Corpus, p place) []byte { return c.reaction(p, true) }},
		{"MESSAGE_UPDATE", 4, func(c *Corpus, p place) []byte { return c.message(nil, p) }},
		{"VOICE_STATE_UPDATE", 4, func(c *Corpus, p place) []byte {
			return c.voiceState(nil, p, c.random.IntN(people), true)
		}},
		{"GUILD_MEMBER_UPDATE", 3, (*Corpus).guildMember},
		{"MESSAGE_DELETE", 2, (*Corpus).deletion},
		{"GUILD_MEMBER_ADD", 1, (*Corpus).guildMember},
		{"GUILD_MEMBER_REMOVE", 1, (*Corpus).leaving},
		{"MESSAGE_REACTION_REMOVE", 2, func(c *Corpus, p place) []byte { return c.reaction(p, false) }},
		{"CHANNEL_UPDATE", 1, func(c *Corpus, p place) []byte {
			return c.aChannel(nil, p, c.random.IntN(channels), true)
		}},
		{"GUILD_ROLE_UPDATE", 1, (*Corpus).roleUpdate},
		{"GUILD_CREATE", 1, func(c *Corpus, p place) []byte { return c.guild(nil, p, usual) }},
	}
}

// Names are the types of the mix.
func Names() []string {
	var names []string
	for _, k := range mix() {
		names = append(names, k.name)
	}
	return names
}

// Share is how many of every hundred events are of a type.
func Share(name string) int {
	for _, k := range mix() {
		if k.name == name {
			return k.share
		}
	}
	return 0
}

// Next makes the next event of the mix. Each hundred has every type as often as it should, in an order of its own.
func (c *Corpus) Next() Event {
	kinds := mix()
	if len(c.block) == 0 {
		for i, k := range kinds {
			c.block = append(c.block, slices.Repeat([]int{i}, k.share)...)
		}
		c.random.Shuffle(len(c.block), func(i, j int) { c.block[i], c.block[j] = c.block[j], c.block[i] })
	}
	k := kinds[c.block[len(c.block)-1]]
	c.block = c.block[:len(c.block)-1]
	return Event{Name: k.name, Data: k.data(c, c.place())}
}

func (c *Corpus) typing(p place) []byte {
	n := c.random.IntN(people)
	dst := fmt.Appendf(nil, `{"user_id":"%d","timestamp":%d,"member":`, p.user(n), firstMoment/1000+c.random.Int64N(1e6))
	dst = c.member(dst, p, n)
	return fmt.Appendf(dst, `,"channel_id":"%d","guild_id":"%d"}`, c.channel(p), p.id())
}

func (c *Corpus) reaction(p place, added bool) []byte {
	n := c.random.IntN(people)
	dst := fmt.Appendf(nil, `{"user_id":"%d","type":0,"message_id":"%d","channel_id":"%d","guild_id":"%d","burst":false,`+
		`"emoji":{"id":"%d","name":"emoji_%d","animated":false}`,
		p.user(n), c.fresh(), c.channel(p), p.id(), p.id()+400_000+uint64(n%50), n%50)
	if added {
		dst = append(dst, `,"member":`...)
		dst = c.member(dst, p, n)
	}
	return append(dst, '}')
}

// guildMember is a member with its guild.
func (c *Corpus) guildMember(p place) []byte {
	dst := c.member(nil, p, c.random.IntN(people))
	return fmt.Appendf(dst[:len(dst)-1], `,"guild_id":"%d"}`, p.id())
}

func (c *Corpus) leaving(p place) []byte {
	dst := fmt.Appendf(nil, `{"guild_id":"%d","user":`, p.id())
	return append(c.someone(dst, p), '}')
}

func (c *Corpus) deletion(p place) []byte {
	return fmt.Appendf(nil, `{"id":"%d","channel_id":"%d","guild_id":"%d"}`, c.fresh(), c.channel(p), p.id())
}

func (c *Corpus) roleUpdate(p place) []byte {
	dst := fmt.Appendf(nil, `{"guild_id":"%d","role":`, p.id())
	return append(c.aRole(dst, p, c.random.IntN(roles)), '}')
}
