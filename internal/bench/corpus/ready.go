package corpus

import "fmt"

// SentinelName is the type of the event that ends a flood. It is not in the mix.
const SentinelName = "GUILD_DELETE"

// Sentinel is the event that ends a flood.
func Sentinel() Event {
	return Event{Name: SentinelName, Data: fmt.Appendf(nil, `{"id":"%d","unavailable":true}`, uint64(firstGuild-1))}
}

// Ready is the READY of a bot: its guilds follow.
func (c *Corpus) Ready() Event {
	dst := c.beginReady()
	dst = join(dst, c.guilds, func(dst []byte, i int) []byte {
		return fmt.Appendf(dst, `{"id":"%d","unavailable":true}`, place(i).id())
	})
	return Event{Name: "READY", Data: append(dst, `],"private_channels":[]}`...)}
}

// LargeReady is the READY of a user account: whole guilds until it has so many bytes, and private conversations.
func (c *Corpus) LargeReady(bytes int) Event {
	dst := c.beginReady()
	p := place(0)
	for ; p == 0 || len(dst) < bytes*29/30; p++ {
		if p > 0 {
			dst = append(dst, ',')
		}
		dst = c.guild(dst, p, usual)
	}
	dst = append(dst, `],"private_channels":[`...)
	for i := 0; i == 0 || len(dst) < bytes; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = fmt.Appendf(dst, `{"id":"%d","type":1,"last_message_id":"%d","flags":0,"recipients":[`, c.fresh(), c.fresh())
		dst = c.user(dst, p, i)
		dst = append(dst, `]}`...)
	}
	return Event{Name: "READY", Data: append(dst, `]}`...)}
}

func (c *Corpus) beginReady() []byte {
	return fmt.Appendf(nil, `{"v":9,"user":{"id":"%d","username":"bench","discriminator":"0","global_name":null,`+
		`"avatar":null,"bot":true,"verified":true,"mfa_enabled":false,"flags":0,"email":null},"session_id":"%016x%016x",`+
		`"shard":[0,1],"application":{"id":"%d","flags":0},"guilds":[`,
		uint64(firstGuild-2), c.random.Uint64(), c.random.Uint64(), uint64(firstGuild-2))
}
