package types

import "time"

// Date is a day of the calendar such as a date of birth, "2001-05-30", or "" if there is none. It has no time zone.
//
// What a server sends instead of a date is kept as it came; [Date.Time] tells whether it is one.
type Date string

// DateOf returns the day of t in t's own location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// IsZero says whether there is no date.
func (d Date) IsZero() bool { return d == "" }

// Time returns the first moment of the day in UTC. It is false if d is empty or no date of the calendar.
func (d Date) Time() (time.Time, bool) {
	b := []byte(d)
	day, ok := readDate(b)
	if !ok || len(b) != 10 {
		return time.Time{}, false
	}
	return time.Unix(day*secondsPerDay, 0).UTC(), true
}

// UnmarshalJSON reads a string; of ISO 8601 with a time it keeps the date as written, whatever the offset. null is "".
// An integer is a timestamp, as for [Timestamp.UnmarshalJSON], of which the day in UTC is kept. On an error, a
// *[ValueError], d is left as it was.
func (d *Date) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	if isBlank(trimmed) {
		*d = ""
		return nil
	}
	if s, ok := text(trimmed); ok {
		if _, ok := readISO(s); ok {
			s = s[:10]
		}
		*d = Date(s)
		return nil
	}
	n, ok := integral(trimmed)
	if !ok {
		return unreadable("a date", data, nil)
	}
	t, ok := epochNumber(n)
	if !ok || t < minISO || t >= maxISO {
		return unreadable("a date", data, nil)
	}
	*d = DateOf(time.UnixMicro(int64(t)).UTC())
	return nil
}

// MarshalJSON writes the string, and null for "".
func (d Date) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	return encodeString(string(d))
}
