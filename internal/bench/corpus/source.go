package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Options are what a corpus is made from.
type Options struct {
	Seed   uint64 // equal seeds give equal bytes
	Guilds int    // how many guilds the events are spread over, at least one
}

// Corpus makes events one after the other. It is not safe for use by several goroutines.
type Corpus struct {
	random *rand.Rand
	guilds int
	serial uint64 // what is new gets an id that nothing had before
	block  []int  // indexes into the mix that are left of the current hundred
}

const (
	epoch        = 1_420_070_400_000 // of snowflakes, Unix milliseconds
	firstMoment  = 1_795_000_000_000 // when the corpus plays, Unix milliseconds
	firstGuild   = 1_100_000_000_000_000_000
	betweenGuild = 1_000_000_007
	roles        = 36
	channels     = 48
	people       = 400 // users of a guild that the events are about
)

// New makes a corpus.
func New(options Options) *Corpus {
	return &Corpus{
		random: rand.New(rand.NewPCG(options.Seed, 0x63686f727573)),
		guilds: max(options.Guilds, 1),
	}
}

// place is a guild of the corpus, by its index. The ids in it follow from that, so that events refer to each other.
type place int

func (c *Corpus) place() place { return place(c.random.IntN(c.guilds)) }

func (p place) id() uint64 { return firstGuild + uint64(p)*betweenGuild }

func (p place) channel(n int) uint64 { return p.id() + 100_000 + uint64(n)*17 }

func (p place) role(n int) uint64 { return p.id() + 200_000 + uint64(n)*13 }

func (p place) emoji(n int) uint64 { return p.id() + 400_000 + uint64(n) }

func (p place) user(n int) uint64 { return p.id() - 300_000_000_000_000_000 + uint64(n)*4_194_301 }

// Guild is the id of a guild.
func Guild(guild int) uint64 { return place(guild).id() }

// Channel is the id of a channel of a guild.
func Channel(guild, n int) uint64 { return place(guild).channel(n) }

// Thread is the id of a thread of a guild.
func Thread(guild, n int) uint64 { return place(guild).thread(n) }

// Role is the id of a role of a guild.
func Role(guild, n int) uint64 { return place(guild).role(n) }

// Emoji is the id of an emoji of a guild.
func Emoji(guild, n int) uint64 { return place(guild).emoji(n) }

// User is the id of a user who may be a member of a guild.
func User(guild, n int) uint64 { return place(guild).user(n) }

func (c *Corpus) channel(p place) uint64 { return p.channel(c.random.IntN(channels)) }

func (c *Corpus) role(p place) uint64 { return p.role(c.random.IntN(roles)) }

// fresh is an id that has not been used.
func (c *Corpus) fresh() uint64 {
	c.serial++
	return (firstMoment-epoch+c.serial*37)<<22 | c.serial&0xfff
}

// chance is true in so many of a hundred cases.
func (c *Corpus) chance(percent int) bool { return c.random.IntN(100) < percent }

// moment is a time as the gateway writes it, some days before the corpus plays.
func (c *Corpus) moment(days int) string {
	at := firstMoment - c.random.Int64N(int64(days)*86_400_000)
	return time.UnixMilli(at).UTC().Format("2006-01-02T15:04:05.000000+00:00")
}

// hash is the hash of an image, or the null of none.
func (c *Corpus) hash() string {
	if c.chance(25) {
		return "null"
	}
	return fmt.Sprintf(`"%016x%016x"`, c.random.Uint64(), c.random.Uint64())
}

// words are what people say; some need escapes in JSON, and some are not ASCII.
var words = [...]string{
	"the", "server", "is", "on", "fire", "again", "who", "has", "seen", "it", "and", "when", "does", "music", "start",
	"café", "naïve", "größer", "日本", "🎉", `\"quoted\"`, `line\nbreak`, "release", "tomorrow", "patch", "anyone",
	"raid", "tonight", "nine", "o'clock", "please", "thanks", "lol", "that", "works", "for", "me", "channel",
}

// text is so many words, ready to stand in a JSON string.
func (c *Corpus) text(atLeast, atMost int) string {
	var b strings.Builder
	for i := range atLeast + c.random.IntN(atMost-atLeast+1) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[c.random.IntN(len(words))])
	}
	return b.String()
}

// join writes n elements of a list, without its brackets.
func join(dst []byte, n int, element func(dst []byte, i int) []byte) []byte {
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = element(dst, i)
	}
	return dst
}
