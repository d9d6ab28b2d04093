package corpus

import "fmt"

// user is a user object.
func (c *Corpus) user(dst []byte, p place, n int) []byte {
	return fmt.Appendf(dst, `{"id":"%d","username":"user_%d_%d","avatar":%s,"discriminator":"0","public_flags":%d,`+
		`"flags":0,"bot":false,"banner":null,"accent_color":null,"global_name":"User %d","avatar_decoration_data":null}`,
		p.user(n), p, n, c.hash(), c.random.IntN(2)*64, n)
}

// someone is a user object of whom it does not matter.
func (c *Corpus) someone(dst []byte, p place) []byte { return c.user(dst, p, c.random.IntN(people)) }

// member is a guild member object; with a negative n without its user, as it stands beside an author.
func (c *Corpus) member(dst []byte, p place, n int) []byte {
	nick := "null"
	if c.chance(40) {
		nick = fmt.Sprintf(`"%s"`, c.text(1, 2))
	}
	dst = fmt.Appendf(dst, `{"avatar":null,"communication_disabled_until":null,"flags":0,"joined_at":"%s","nick":%s,`+
		`"pending":false,"premium_since":null,"roles":[`, c.moment(900), nick)
	dst = c.roleIDs(dst, p)
	if n >= 0 {
		dst = append(dst, `],"user":`...)
		dst = c.user(dst, p, n)
		return append(dst, `,"mute":false,"deaf":false}`...)
	}
	return append(dst, `],"mute":false,"deaf":false}`...)
}

func (c *Corpus) roleIDs(dst []byte, p place) []byte {
	return join(dst, 1+c.random.IntN(5), func(dst []byte, _ int) []byte {
		return fmt.Appendf(dst, `"%d"`, c.role(p))
	})
}

var statuses = [...]string{"online", "idle", "dnd", "offline"}

// presence is a presence object, and the d of PRESENCE_UPDATE.
func (c *Corpus) presence(dst []byte, p place, n int) []byte {
	status := statuses[c.random.IntN(len(statuses))]
	dst = append(dst, `{"user":`...)
	dst = c.user(dst, p, n)
	dst = fmt.Appendf(dst, `,"status":"%s","guild_id":"%d","client_status":{"desktop":"%s"},"activities":[`,
		status, p.id(), status)
	if c.chance(40) {
		dst = c.game(dst)
		if c.chance(40) {
			dst = append(dst, ',')
			dst = c.mood(dst)
		}
	} else if c.chance(60) {
		dst = c.mood(dst)
	}
	return append(dst, `]}`...)
}

// game is an activity with all that belongs to a game.
func (c *Corpus) game(dst []byte) []byte {
	return fmt.Appendf(dst, `{"type":0,"timestamps":{"start":%d},"state":"%s","name":"%s","id":"%x","details":"%s",`+
		`"created_at":%d,"assets":{"small_text":"%s","small_image":"%d","large_text":"%s","large_image":"%d"},`+
		`"party":{"id":"%x","size":[%d,5]},"application_id":"%d"}`,
		firstMoment+c.random.IntN(1_000_000), c.text(2, 4), c.text(1, 3), c.random.Uint64(), c.text(2, 5),
		firstMoment+c.random.IntN(1_000_000), c.text(1, 2), c.fresh(), c.text(1, 3), c.fresh(),
		c.random.Uint64(), 1+c.random.IntN(5), c.fresh())
}

// mood is a custom status.
func (c *Corpus) mood(dst []byte) []byte {
	return fmt.Appendf(dst, `{"type":4,"state":"%s","name":"Custom Status","id":"custom","created_at":%d,`+
		`"emoji":{"name":"🌙"}}`, c.text(2, 6), firstMoment+c.random.IntN(1_000_000))
}
