package types

import (
	"math"
	"strconv"
	"time"
)

// Timestamp is a moment in microseconds since the Unix epoch, 0 if there is none. Microseconds are what Discord
// sends; Spacebar sends milliseconds.
//
// The epoch itself, 1970-01-01T00:00:00Z, is therefore no timestamp. Servers send it to say "never" (for instance as
// the last pin of a channel without pins), so nothing is lost in reading; it is written back as null.
type Timestamp int64

// minISO and maxISO bound the moments whose year has four digits: the years 0000 to 9999.
const (
	minISO = -62167219200000000
	maxISO = 253402300800000000
)

// TimestampOf returns t to the microsecond, rounded down. The zero time.Time gives 0.
func TimestampOf(t time.Time) Timestamp {
	if t.IsZero() {
		return 0
	}
	return Timestamp(t.UnixMicro())
}

// ParseTimestamp reads the text forms that [Timestamp.UnmarshalJSON] reads. The empty string is 0.
func ParseTimestamp(s string) (Timestamp, error) {
	if s == "" {
		return 0, nil
	}
	t, ok := readTimestamp([]byte(s))
	if !ok {
		return 0, unreadable("a timestamp", []byte(s), nil)
	}
	return t, nil
}

// IsZero says whether there is no timestamp.
func (t Timestamp) IsZero() bool { return t == 0 }

// Time returns the moment in UTC, or the zero time.Time if there is none.
func (t Timestamp) Time() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// String returns the form that is sent, without quotes, or "" if there is no timestamp.
func (t Timestamp) String() string {
	if t == 0 {
		return ""
	}
	return string(t.append(make([]byte, 0, 32)))
}

// UnmarshalJSON reads
//
//   - ISO 8601: 2026-11-22T01:10:50.686+00:00, with Z, ±hh:mm, ±hhmm, ±hh or no offset (then UTC), with a space for
//     the T, with any number of fraction digits (those after the sixth are dropped), without seconds, or the date
//     alone (then its first moment in UTC);
//   - a number, also in quotes: below 10¹¹ in absolute value seconds (10¹¹ is the year 5138), otherwise milliseconds;
//   - null and "", which are 0.
//
// It allocates nothing for these. RFC 1123, as in HTTP, is read too. On an error, a *[ValueError], t is left as it was.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	if isString(data) {
		if v, ok := readISO(data[1 : len(data)-1]); ok {
			*t = v
			return nil
		}
	}
	trimmed := trim(data)
	if isBlank(trimmed) {
		*t = 0
		return nil
	}
	v, ok := readTimestamp(bare(trimmed))
	if !ok {
		return unreadable("a timestamp", data, nil)
	}
	*t = v
	return nil
}

// MarshalJSON writes ISO 8601 in UTC with the offset +00:00, as Discord and Spacebar do: with milliseconds where they
// say all, as Spacebar, otherwise with microseconds, as Discord. 0 is null. A moment outside of the years 0000 to
// 9999, which ISO 8601 cannot tell, is written as an integer of milliseconds.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	switch {
	case t == 0:
		return []byte("null"), nil
	case t < minISO || t >= maxISO:
		return strconv.AppendInt(nil, int64(t)/1000, 10), nil
	}
	b := append(make([]byte, 0, 36), '"')
	return append(t.append(b), '"'), nil
}

// append writes the ISO form.
func (t Timestamp) append(b []byte) []byte {
	u := time.UnixMicro(int64(t)).UTC()
	if t < minISO || t >= maxISO {
		return u.AppendFormat(b, time.RFC3339Nano)
	}
	year, month, day := u.Date()
	hour, minute, second := u.Clock()
	b = appendPadded(b, year, 4)
	b = appendPadded(append(b, '-'), int(month), 2)
	b = appendPadded(append(b, '-'), day, 2)
	b = appendPadded(append(b, 'T'), hour, 2)
	b = appendPadded(append(b, ':'), minute, 2)
	b = appendPadded(append(b, ':'), second, 2)
	if micros := u.Nanosecond() / 1000; micros%1000 == 0 {
		b = appendPadded(append(b, '.'), micros/1000, 3)
	} else {
		b = appendPadded(append(b, '.'), micros, 6)
	}
	return append(b, "+00:00"...)
}

// appendPadded writes n, which is not negative, with exactly width digits, at most 6.
func appendPadded(b []byte, n, width int) []byte {
	start := len(b)
	b = append(b, "000000"[:width]...)
	for i := len(b) - 1; i >= start; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// readTimestamp reads every form, without quotes.
func readTimestamp(b []byte) (Timestamp, bool) {
	if t, ok := readISO(b); ok {
		return t, true
	}
	if n, ok := integral(b); ok {
		return epochNumber(n)
	}
	// A long text is none of the forms below, and time.Parse would copy it into its error.
	if len(b) > 64 {
		return 0, false
	}
	if isNumber(b) {
		f, err := strconv.ParseFloat(string(b), 64)
		if err != nil {
			return 0, false
		}
		return epochFraction(f)
	}
	for _, layout := range [...]string{rfc1123GMT, time.RFC1123Z} {
		if v, err := time.Parse(layout, string(b)); err == nil {
			return Timestamp(v.UnixMicro()), true
		}
	}
	return 0, false
}

// rfc1123GMT is time.RFC1123 for the one zone whose name has one meaning.
const rfc1123GMT = "Mon, 02 Jan 2006 15:04:05 GMT"

// secondsLimit tells seconds from milliseconds: seconds reach it in the year 5138, milliseconds passed it in 1973.
const secondsLimit = 100_000_000_000

func epochNumber(n int64) (Timestamp, bool) {
	scale := int64(1000)
	if n > -secondsLimit && n < secondsLimit {
		scale = 1_000_000
	}
	if n > math.MaxInt64/scale || n < math.MinInt64/scale {
		return 0, false
	}
	return Timestamp(n * scale), true
}

func epochFraction(f float64) (Timestamp, bool) {
	scale := 1000.0
	if math.Abs(f) < secondsLimit {
		scale = 1_000_000
	}
	f = math.Floor(f*scale + 0.5)
	if !(math.Abs(f) < 1<<62) {
		return 0, false
	}
	return Timestamp(f), true
}
