package state

import "github.com/chorus-go/chorus/types"

// compactUser is a user with a name and an avatar. Users with equal fields are equal.
type compactUser struct {
	id                          types.Snowflake
	username, globalName, image string
	flags, publicFlags          types.UserFlags
	discriminator               uint16 // 0 for none, 1 for "0", and 2 more than one of four digits
	premiumType                 uint8
	bot, noAccent               bool // noAccent says that the accent color is null
}

// keptUser is the entry of such a user.
type keptUser struct {
	entry[types.User]
	user compactUser
}

// compactedUser returns a user in the compact form, and whether that has all of it.
func compactedUser(v *types.User) (compactUser, bool) {
	c := compactUser{
		id: v.ID, username: v.Username, globalName: v.GlobalName, image: v.Avatar,
		flags: v.Flags, publicFlags: v.PublicFlags, premiumType: uint8(v.PremiumType), bot: v.Bot,
		noAccent: v.AccentColor.IsNull(),
	}
	switch d := v.Discriminator; {
	case d == "":
	case d == "0":
		c.discriminator = 1
	case len(d) == 4:
		n := uint16(0)
		for i := range len(d) {
			if d[i] < '0' || d[i] > '9' {
				return c, false
			}
			n = n*10 + uint16(d[i]-'0')
		}
		c.discriminator = n + 2
	default:
		return c, false
	}
	var again types.User
	c.fill(&again)
	again.Discriminator = v.Discriminator
	return c, identical(&again, v)
}

// kept returns the entry of a user.
func (c *compactUser) kept() *entry[types.User] {
	k := &keptUser{user: *c}
	k.compact = &k.user
	return &k.entry
}

// fill makes v the user but for the discriminator.
func (c *compactUser) fill(v *types.User) {
	*v = types.User{
		ID: c.id, Username: c.username, GlobalName: c.globalName, Avatar: c.image,
		Flags: c.flags, PublicFlags: c.publicFlags, PremiumType: types.PremiumType(c.premiumType), Bot: c.bot,
	}
	if c.noAccent {
		v.AccentColor = types.Null[int64]()
	}
}

func (c *compactUser) expand(v *types.User, _ expander) {
	c.fill(v)
	switch n := c.discriminator; n {
	case 0:
	case 1:
		v.Discriminator = "0"
	default:
		n -= 2
		v.Discriminator = string([]byte{
			byte('0' + n/1000), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10),
		})
	}
}

// userEntry returns the entry of a user who is in no store.
func userEntry(v *types.User) *entry[types.User] {
	if c, ok := compactedUser(v); ok {
		return c.kept()
	}
	return whole(v)
}

// holdsUser says whether the entry is that of a user who is the same.
func holdsUser(known *entry[types.User], v *types.User) bool {
	if full := known.full.Load(); full == v || known.compact == nil {
		return sameUser(v, full)
	}
	c, ok := compactedUser(v)
	return ok && c == *known.compact.(*compactUser)
}
