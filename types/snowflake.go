package types

import (
	"math"
	"strconv"
	"time"
)

// snowflakeEpoch is the first moment of 2015, from which snowflakes count, in milliseconds since the Unix epoch.
const snowflakeEpoch = 1420070400000

// Snowflake is the 64-bit id of nearly everything: user, guild, channel, message. It holds the time at which it was
// made and is ordered by it. 0 is no id: absent, null, "" and "0" on the wire all read as 0.
//
// On the wire it is a string of digits. It is also read from a JSON number, as ETF and some of Spacebar's database
// columns give it. As a map key it is text.
type Snowflake uint64

// ParseSnowflake reads a decimal snowflake. The empty string is 0; everything else that is not an unsigned integer
// of 64 bits is a *[ValueError].
func ParseSnowflake(s string) (Snowflake, error) {
	var id Snowflake
	err := id.UnmarshalText([]byte(s))
	return id, err
}

// SnowflakeAt returns the smallest snowflake that can have been made at t, to the millisecond: what comes before and
// after a moment is asked for with it. It is 0 for moments before 2015, and the last representable millisecond's for
// moments after 2154.
func SnowflakeAt(t time.Time) Snowflake {
	ms := t.UnixMilli() - snowflakeEpoch
	return Snowflake(min(max(ms, 0), math.MaxUint64>>22)) << 22
}

// IsZero says whether s is no id.
func (s Snowflake) IsZero() bool { return s == 0 }

// String returns the decimal form, "0" for no id.
func (s Snowflake) String() string { return strconv.FormatUint(uint64(s), 10) }

// Time returns when the snowflake was made, in UTC, to the millisecond. For no id it is the zero time.
func (s Snowflake) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(s>>22) + snowflakeEpoch).UTC()
}

// Worker returns the number of the worker that made the snowflake, 0 to 31.
func (s Snowflake) Worker() int { return int(s >> 17 & 0x1f) }

// Process returns the number of the process that made the snowflake, 0 to 31.
func (s Snowflake) Process() int { return int(s >> 12 & 0x1f) }

// Increment returns the running number of the snowflake within its process, 0 to 4095.
func (s Snowflake) Increment() int { return int(s & 0xfff) }

// Shard returns which of shards connections receives the events of the guild whose id s is. With no more than one
// shard it is 0, as it is for id 0, that is, for events outside guilds.
func (s Snowflake) Shard(shards int) int {
	if shards <= 1 {
		return 0
	}
	return int(uint64(s>>22) % uint64(shards))
}

// UnmarshalJSON reads a string of digits, a number whose value is an integer, "" and null. It allocates nothing. On
// an error, a *[ValueError], s is left as it was.
func (s *Snowflake) UnmarshalJSON(data []byte) error {
	if isString(data) {
		if n, ok := digits(data[1 : len(data)-1]); ok {
			*s = Snowflake(n)
			return nil
		}
	}
	trimmed := trim(data)
	if isBlank(trimmed) {
		*s = 0
		return nil
	}
	n, negative, ok := decimal(bare(trimmed))
	if !ok || negative && n != 0 {
		return unreadable("a snowflake", data, nil)
	}
	*s = Snowflake(n)
	return nil
}

// MarshalJSON writes the decimal form in quotes, and null for no id.
func (s Snowflake) MarshalJSON() ([]byte, error) {
	if s == 0 {
		return []byte("null"), nil
	}
	b := append(make([]byte, 0, 22), '"')
	b = strconv.AppendUint(b, uint64(s), 10)
	return append(b, '"'), nil
}

// UnmarshalText reads digits, as in the key of a JSON object, or nothing, which is 0.
func (s *Snowflake) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = 0
		return nil
	}
	n, negative, ok := decimal(text)
	if !ok || negative && n != 0 {
		return unreadable("a snowflake", text, nil)
	}
	*s = Snowflake(n)
	return nil
}

// MarshalText returns the decimal form, "0" for no id.
func (s Snowflake) MarshalText() ([]byte, error) { return s.AppendText(make([]byte, 0, 20)) }

// AppendText appends the decimal form to b. It never fails.
func (s Snowflake) AppendText(b []byte) ([]byte, error) {
	return strconv.AppendUint(b, uint64(s), 10), nil
}
