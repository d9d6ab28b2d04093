package types

import "time"

// UnixMillis is a moment that the protocol gives as an integer of milliseconds since the Unix epoch, 0 if there is
// none. It is written as an integer.
type UnixMillis int64

// UnixSeconds is a moment that the protocol gives as an integer of seconds since the Unix epoch, 0 if there is none.
// It is written as an integer.
type UnixSeconds int64

// UnixMillisOf returns t to the millisecond, rounded down. The zero time.Time gives 0.
func UnixMillisOf(t time.Time) UnixMillis {
	if t.IsZero() {
		return 0
	}
	return UnixMillis(t.UnixMilli())
}

// UnixSecondsOf returns t to the second, rounded down. The zero time.Time gives 0.
func UnixSecondsOf(t time.Time) UnixSeconds {
	if t.IsZero() {
		return 0
	}
	return UnixSeconds(t.Unix())
}

// IsZero says whether there is no moment.
func (m UnixMillis) IsZero() bool { return m == 0 }

// IsZero says whether there is no moment.
func (s UnixSeconds) IsZero() bool { return s == 0 }

// Time returns the moment in UTC, or the zero time.Time if there is none.
func (m UnixMillis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// Time returns the moment in UTC, or the zero time.Time if there is none.
func (s UnixSeconds) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// UnmarshalJSON reads a number whose value is an integer, also in quotes; ISO 8601, cut to the millisecond; and null
// and "", which are 0. On an error, a *[ValueError], m is left as it was.
func (m *UnixMillis) UnmarshalJSON(data []byte) error {
	n, ok := readUnix(data, 1000)
	if !ok {
		return unreadable("a time in milliseconds", data, nil)
	}
	*m = UnixMillis(n)
	return nil
}

// UnmarshalJSON reads a number whose value is an integer, also in quotes; ISO 8601, cut to the second; and null and
// "", which are 0. On an error, a *[ValueError], s is left as it was.
func (s *UnixSeconds) UnmarshalJSON(data []byte) error {
	n, ok := readUnix(data, microsPerSecond)
	if !ok {
		return unreadable("a time in seconds", data, nil)
	}
	*s = UnixSeconds(n)
	return nil
}

// readUnix reads a number as it is, and ISO 8601 in units of the given number of microseconds.
func readUnix(data []byte, unit int64) (int64, bool) {
	data = trim(data)
	if isBlank(data) {
		return 0, true
	}
	data = bare(data)
	if n, ok := integral(data); ok {
		return n, true
	}
	t, ok := readISO(data)
	if !ok {
		return 0, false
	}
	n := int64(t) / unit
	if int64(t)%unit < 0 {
		n--
	}
	return n, true
}
