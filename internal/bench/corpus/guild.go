package corpus

import "fmt"

// size is how much of everything is in a guild.
type size struct {
	channels, roles, emojis, members, presences, voices int
}

// usual makes a GUILD_CREATE of 109 KB.
var usual = size{channels: channels, roles: roles, emojis: 50, members: 80, presences: 51, voices: 6}

// LargeGuild is the GUILD_CREATE of a guild with so many members, one in three of them online.
func (c *Corpus) LargeGuild(members int) Event {
	s := usual
	s.members, s.presences = members, members/3
	return Event{Name: "GUILD_CREATE", Data: c.guild(nil, c.place(), s)}
}

// UsualGuild is the GUILD_CREATE of the mix.
func (c *Corpus) UsualGuild() Event {
	return Event{Name: "GUILD_CREATE", Data: c.guild(nil, c.place(), usual)}
}

// guild is the d of GUILD_CREATE.
func (c *Corpus) guild(dst []byte, p place, s size) []byte {
	dst = fmt.Appendf(dst, `{"id":"%d","name":"Guild %d","icon":%s,"owner_id":"%d","region":"deprecated",`+
		`"afk_timeout":300,"afk_channel_id":null,`+
		`"verification_level":1,"default_message_notifications":1,"explicit_content_filter":2,`+
		`"mfa_level":0,"application_id":null,"system_channel_id":"%d","system_channel_flags":0,"rules_channel_id":null,`+
		`"description":null,"banner":null,"splash":null,"discovery_splash":null,"vanity_url_code":null,"premium_tier":2,`+
		`"premium_subscription_count":9,"preferred_locale":"en-US","nsfw_level":0,"max_members":500000,`+
		`"features":["COMMUNITY","NEWS","INVITE_SPLASH","ANIMATED_ICON"],"joined_at":"%s","large":%t,"unavailable":false,`+
		`"member_count":%d,"stickers":[],"stage_instances":[],"guild_scheduled_events":[],"threads":[],"roles":[`,
		p.id(), p, c.hash(), p.user(0), p.channel(0), c.moment(900), s.members > 250, s.members)
	dst = join(dst, s.roles, func(dst []byte, i int) []byte { return c.aRole(dst, p, i) })
	dst = append(dst, `],"emojis":[`...)
	dst = c.emojis(dst, p, s.emojis, 0)
	dst = append(dst, `],"channels":[`...)
	dst = join(dst, s.channels, func(dst []byte, i int) []byte { return c.aChannel(dst, p, i, false) })
	dst = append(dst, `],"voice_states":[`...)
	dst = join(dst, s.voices, func(dst []byte, i int) []byte { return c.voiceState(dst, p, i, false) })
	dst = append(dst, `],"members":[`...)
	dst = join(dst, s.members, func(dst []byte, i int) []byte { return c.member(dst, p, i) })
	dst = append(dst, `],"presences":[`...)
	dst = join(dst, s.presences, func(dst []byte, i int) []byte { return c.presence(dst, p, i) })
	return append(dst, `]}`...)
}

func (c *Corpus) aRole(dst []byte, p place, n int) []byte {
	return fmt.Appendf(dst, `{"id":"%d","name":"%s","color":%d,"hoist":%t,"icon":null,"unicode_emoji":null,"position":%d,`+
		`"permissions":"%d","managed":false,"mentionable":%t,"flags":0}`,
		p.role(n), c.text(1, 2), c.random.IntN(1<<24), n%4 == 0, n, c.random.Int64N(1<<40), n%3 == 0)
}

// aChannel is a channel object. In an event of its own it says of which guild it is.
func (c *Corpus) aChannel(dst []byte, p place, n int, alone bool) []byte {
	dst = fmt.Appendf(dst, `{"id":"%d","type":0,"name":"channel-%d","position":%d,"parent_id":"%d","topic":"%s",`+
		`"nsfw":false,"rate_limit_per_user":0,"last_message_id":"%d","flags":0,`,
		p.channel(n), n, n, p.channel(0), c.text(4, 12), c.fresh())
	if alone {
		dst = fmt.Appendf(dst, `"guild_id":"%d",`, p.id())
	}
	dst = append(dst, `"permission_overwrites":[`...)
	dst = join(dst, c.random.IntN(6), func(dst []byte, i int) []byte {
		return fmt.Appendf(dst, `{"id":"%d","type":0,"allow":"%d","deny":"%d"}`,
			p.role(i), c.random.Int64N(1<<40), c.random.Int64N(1<<40))
	})
	return append(dst, `]}`...)
}

// voiceState is a voice state object. In an event of its own it has guild and member.
func (c *Corpus) voiceState(dst []byte, p place, n int, alone bool) []byte {
	dst = fmt.Appendf(dst, `{"user_id":"%d","session_id":"%016x%016x","channel_id":"%d","suppress":false,`+
		`"self_video":false,"self_mute":%t,"self_deaf":false,"mute":false,"deaf":false,"request_to_speak_timestamp":null`,
		p.user(n), c.random.Uint64(), c.random.Uint64(), c.channel(p), c.chance(50))
	if alone {
		dst = fmt.Appendf(dst, `,"guild_id":"%d","member":`, p.id())
		dst = c.member(dst, p, n)
	}
	return append(dst, '}')
}
