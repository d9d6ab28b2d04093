package corpus

import "fmt"

// What caches are compared with: guilds of any size, and the events that change what is in one of them. The
// guild is that of an index; members, channels, roles and threads have indexes too, so that an event and the one that
// undoes it are about the same one.

// Furnished is the GUILD_CREATE of a guild with so many channels and members; of the members three in ten have a
// presence. Roles, emojis and voice states are as many as usual, but no more voice states than members.
func (c *Corpus) Furnished(guild, channels, members int) Event {
	s := usual
	s.channels, s.members, s.presences, s.voices = channels, members, members*3/10, min(usual.voices, members)
	return Event{Name: "GUILD_CREATE", Data: c.guild(nil, place(guild), s)}
}

// Chunk is the GUILD_MEMBERS_CHUNK of so many members, from an index on.
func (c *Corpus) Chunk(guild, from, members int) Event {
	p := place(guild)
	dst := fmt.Appendf(nil, `{"guild_id":"%d","chunk_index":0,"chunk_count":1000000,"members":[`, p.id())
	dst = join(dst, members, func(dst []byte, i int) []byte { return c.member(dst, p, from+i) })
	return Event{Name: "GUILD_MEMBERS_CHUNK", Data: append(dst, `]}`...)}
}

// ReadyWith is the READY of a user account in so many guilds, whole ones with so many channels and members each.
func (c *Corpus) ReadyWith(guilds, channels, members int) Event {
	s := usual
	s.channels, s.members, s.presences = channels, members, members*3/10
	dst := c.beginReady()
	dst = join(dst, guilds, func(dst []byte, i int) []byte { return c.guild(dst, place(i), s) })
	return Event{Name: "READY", Data: append(dst, `],"private_channels":[]}`...)}
}

// Changing are the types of which [Corpus.Change] makes events.
func Changing() []string {
	return []string{
		"GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE", "CHANNEL_CREATE", "CHANNEL_UPDATE",
		"CHANNEL_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "THREAD_CREATE",
		"THREAD_UPDATE", "THREAD_DELETE", "PRESENCE_UPDATE", "VOICE_STATE_UPDATE", "GUILD_EMOJIS_UPDATE",
		"MESSAGE_CREATE",
	}
}

// Change is an event of a type about the member, channel, role or thread with an index in a guild. MESSAGE_CREATE is
// about a new message, GUILD_EMOJIS_UPDATE about all emojis.
func (c *Corpus) Change(name string, guild, n int) Event {
	p := place(guild)
	var dst []byte
	switch name {
	case "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE":
		dst = c.member(nil, p, n)
		dst = fmt.Appendf(dst[:len(dst)-1], `,"guild_id":"%d"}`, p.id())
	case "GUILD_MEMBER_REMOVE":
		dst = append(c.user(fmt.Appendf(nil, `{"guild_id":"%d","user":`, p.id()), p, n), '}')
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE":
		dst = c.aChannel(nil, p, n, true)
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE":
		dst = append(c.aRole(fmt.Appendf(nil, `{"guild_id":"%d","role":`, p.id()), p, n), '}')
	case "GUILD_ROLE_DELETE":
		dst = fmt.Appendf(nil, `{"guild_id":"%d","role_id":"%d"}`, p.id(), p.role(n))
	case "THREAD_CREATE", "THREAD_UPDATE":
		dst = c.thread(p, n)
	case "THREAD_DELETE":
		dst = fmt.Appendf(nil, `{"id":"%d","guild_id":"%d","parent_id":"%d","type":11}`,
			p.thread(n), p.id(), p.channel(n%channels))
	case "PRESENCE_UPDATE":
		dst = c.presence(nil, p, n)
	case "VOICE_STATE_UPDATE":
		dst = c.voiceState(nil, p, n, true)
	case "GUILD_EMOJIS_UPDATE":
		dst = fmt.Appendf(nil, `{"guild_id":"%d","emojis":[`, p.id())
		dst = append(c.emojis(dst, p, usual.emojis, n), `]}`...)
	case "MESSAGE_CREATE":
		dst = c.message(nil, p)
	}
	return Event{Name: name, Data: dst}
}

func (p place) thread(n int) uint64 { return p.id() + 300_000 + uint64(n)*11 }

// thread is the d of THREAD_CREATE and THREAD_UPDATE.
func (c *Corpus) thread(p place, n int) []byte {
	return fmt.Appendf(nil, `{"id":"%d","type":11,"guild_id":"%d","parent_id":"%d","owner_id":"%d","name":"%s",`+
		`"last_message_id":"%d","message_count":%d,"total_message_sent":%d,"member_count":%d,"rate_limit_per_user":0,`+
		`"flags":0,"thread_metadata":{"archived":false,"auto_archive_duration":1440,"locked":false,`+
		`"archive_timestamp":"%s","create_timestamp":"%s"}}`,
		p.thread(n), p.id(), p.channel(n%channels), p.user(n), c.text(2, 6), c.fresh(), c.random.IntN(50),
		c.random.IntN(90), c.random.IntN(50), c.moment(3), c.moment(9))
}

// emojis are the elements of a list of emojis. Equal generations have equal names.
func (c *Corpus) emojis(dst []byte, p place, n, generation int) []byte {
	return join(dst, n, func(dst []byte, i int) []byte {
		return fmt.Appendf(dst, `{"id":"%d","name":"emoji_%d","roles":[],"require_colons":true,"managed":false,`+
			`"animated":%t,"available":true}`, p.emoji(i), i+generation, i%5 == 0)
	})
}
