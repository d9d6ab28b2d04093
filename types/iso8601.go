package types

const (
	microsPerSecond = 1_000_000
	secondsPerDay   = 86400
)

// readISO reads a date with an optional time and an optional offset. It knows only the fixed layouts that servers
// use and allocates nothing; no other text is accepted.
func readISO(b []byte) (Timestamp, bool) {
	days, ok := readDate(b)
	if !ok {
		return 0, false
	}
	seconds := days * secondsPerDay
	if len(b) == 10 {
		return Timestamp(seconds * microsPerSecond), true
	}
	if c := b[10]; c != 'T' && c != ' ' && c != 't' {
		return 0, false
	}
	clock, rest, ok := readClock(b[11:])
	if !ok {
		return 0, false
	}
	micros, rest, ok := readFraction(rest)
	if !ok {
		return 0, false
	}
	if !isUTC(rest) {
		offset, ok := readOffset(rest)
		if !ok {
			return 0, false
		}
		clock -= offset
	}
	return Timestamp((seconds+clock)*microsPerSecond + micros), true
}

// isUTC says whether an offset has one of the forms in which servers send none.
func isUTC(offset []byte) bool { return string(offset) == "Z" || string(offset) == "+00:00" }

// readDate reads the yyyy-mm-dd at the start of b as days since the Unix epoch.
func readDate(b []byte) (int64, bool) {
	if len(b) < 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	century, ok1 := pair(b[0], b[1])
	year, ok2 := pair(b[2], b[3])
	month, ok3 := pair(b[5], b[6])
	day, ok4 := pair(b[8], b[9])
	year += century * 100
	if !ok1 || !ok2 || !ok3 || !ok4 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month) {
		return 0, false
	}
	return epochDay(year, month, day), true
}

// readClock reads hh:mm or hh:mm:ss as seconds since midnight and returns what follows.
func readClock(b []byte) (int64, []byte, bool) {
	if len(b) < 5 || b[2] != ':' {
		return 0, nil, false
	}
	hour, ok1 := pair(b[0], b[1])
	minute, ok2 := pair(b[3], b[4])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, nil, false
	}
	seconds := hour*3600 + minute*60
	if len(b) < 8 || b[5] != ':' {
		return seconds, b[5:], true
	}
	second, ok := pair(b[6], b[7])
	if !ok || second > 59 {
		return 0, nil, false
	}
	return seconds + second, b[8:], true
}

// readFraction reads an optional fraction of a second as microseconds, dropping what is smaller.
func readFraction(b []byte) (int64, []byte, bool) {
	if len(b) == 0 || b[0] != '.' && b[0] != ',' {
		return 0, b, true
	}
	b = b[1:]
	n := countDigits(b)
	if n == 0 {
		return 0, nil, false
	}
	var micros int64
	for _, c := range b[:min(n, 6)] {
		micros = micros*10 + int64(c-'0')
	}
	for i := n; i < 6; i++ {
		micros *= 10
	}
	return micros, b[n:], true
}

// readOffset reads all of b as the offset from UTC in seconds: nothing, Z, ±hh, ±hhmm or ±hh:mm.
func readOffset(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) == 1 && (b[0] == 'Z' || b[0] == 'z') {
		return 0, true
	}
	sign := int64(1)
	switch b[0] {
	case '+':
	case '-':
		sign = -1
	default:
		return 0, false
	}
	if len(b) < 3 {
		return 0, false
	}
	hour, ok := pair(b[1], b[2])
	if !ok || hour > 23 {
		return 0, false
	}
	if b = b[3:]; len(b) == 0 {
		return sign * hour * 3600, true
	}
	if b[0] == ':' {
		b = b[1:]
	}
	if len(b) != 2 {
		return 0, false
	}
	minute, ok := pair(b[0], b[1])
	if !ok || minute > 59 {
		return 0, false
	}
	return sign * (hour*3600 + minute*60), true
}

// pair is the number of two digits.
func pair(tens, ones byte) (int64, bool) {
	tens, ones = tens-'0', ones-'0'
	return int64(tens)*10 + int64(ones), tens <= 9 && ones <= 9
}

func monthLength(year, month int64) int64 {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// epochDay counts the days from 1970-01-01. It counts years from March, so that the leap day is the last of its
// year, and from 400 years earlier, so that every division is of a positive number.
func epochDay(year, month, day int64) int64 {
	year += 400
	month -= 3
	if month < 0 {
		year--
		month += 12
	}
	const marchToEpoch = 719468 + 146097
	return year*365 + year/4 - year/100 + year/400 + (month*153+2)/5 + day - 1 - marchToEpoch
}
