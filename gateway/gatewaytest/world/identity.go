package world

import (
	"encoding/base64"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/chorus-go/chorus/types"
)

// firstYear is the first one that snowflakes can express.
const firstYear = 2015

// identities makes ids and secrets, which follow from the clock, the seed and how many were made before.
type identities struct {
	seed    uint64
	counter uint64
	last    types.Snowflake
}

// next returns an id that is above all that were returned before, also when the clock stands still or goes back.
func (i *identities) next(now time.Time) types.Snowflake {
	// The clock of a synctest bubble begins in 2000, before the time of snowflakes.
	if now.Year() < firstYear {
		now = now.AddDate(25, 0, 0)
	}
	id := types.SnowflakeAt(now) | types.Snowflake(i.seed&0x3ff)<<12
	i.last = max(id, i.last+1)
	return i.last
}

// secret returns a text that nobody else has and that is the same in the next run: a code or a token.
func (i *identities) secret(kind string) string {
	i.counter++
	sum := fnv.New64a()
	for _, part := range []string{kind, strconv.FormatUint(i.seed, 16), strconv.FormatUint(i.counter, 16)} {
		// A hash never fails to write.
		_, _ = sum.Write([]byte(part + ";"))
	}
	return strconv.FormatUint(sum.Sum64(), 36)
}

// token returns the token of a user. Like those of real servers, it begins with the user's id.
func (i *identities) token(user types.Snowflake) string {
	return base64.RawURLEncoding.EncodeToString([]byte(user.String())) + "." + i.secret("token")
}
