package wire

import "bytes"

// How d is stepped over without being read.
//
// Servers write envelopes without white space and without escapes in keys. For such a text the quick reader reads members from
// the front up to the value of d, then members from the end, and takes what is between for d. Whatever it does not expect it
// leaves to Walk.
//
// Claim. Let the payload be valid JSON, and let d's value, an object or an array, start at start. From the end, take off the
// closing brace and then, as often as possible, a member whose key is op, s or t and whose value is an integer, null or a string
// of letters, digits and underscores, together with the comma before it. Let the next character close a container of d's kind.
// If now op, s, t and d have been met once each and there is no other member behind d, then that character is the last of d.
//
// Proof. Think of the text as tokens; the last one is the envelope's closing brace, and what stands before it is the last
// character of the token before.
//
//   - If that is a digit, the token is a number, for a string ends in a quote. A number before a closing brace is a member's
//     value, here a member of the envelope itself. Before it come the colon, the key and a comma or brace. The quick reader goes
//     back over digits and a sign, and then wants exactly ,"s": or ,"op": there. The quote before the colon closes the key.
//     Inside a string every quote has a backslash before it; the other quote has a comma before it, so it is not inside,
//     so it opens the key. Then the comma is outside of all strings too, and separates this member from the one before.
//   - An l there ends null, and the same follows.
//   - A quote there closes a string. The quick reader goes back over letters, digits and underscores to a quote, and wants
//     ,"t": before it. That quote follows a colon, not a backslash, so it opens the string, and the same follows.
//   - Before the comma the value of another member of the envelope ends, and the argument repeats.
//   - Nothing inside d imitates this. If d ends in a string holding ,"s":5} that must be written ,\"s\":5} and a quote must close
//     it; if d ends in an object holding "s":5, its brace follows. What is met first from the end is that quote or that brace.
//   - The character that closes a container at last ends the value of some member of the envelope, and all behind that member is
//     known. If d is the only member from start on, it is d.
//
// That last condition can not be known without reading d: whether between start and that character one more member begins. But
// an envelope has four members, and the quick reader is content only when it has met all four; if one is missing it may be the one
// hidden, and Walk decides. A fifth remains: that is the exception in the doc comment of Scan. In it too the four members are
// right, unless the hidden one has the key of one of them.
//
// If the payload is not valid JSON the result may be nonsense. But every index stays inside the payload.

// quick reads the usual envelope. Unless it reports success, what is in env means nothing.
func quick(text []byte, env *Envelope) bool {
	if len(text) < 2 || text[0] != '{' {
		return false
	}
	start, seen := quickHead(text, env)
	if start == 0 {
		return false
	}
	end := quickTail(text, start, seen, env)
	if end == 0 {
		return false
	}
	env.Data = text[start:end:end]
	return true
}

// quickHead reads the members before d. It returns where the value of d starts, a container, or 0.
func quickHead(text []byte, env *Envelope) (start int, seen member) {
	for i := 1; ; i++ {
		m, next := shortKey(text, i)
		if next == 0 || next+1 >= len(text) || text[next] != ':' || seen&m != 0 {
			return 0, 0
		}
		seen |= m
		i = next + 1
		var ok bool
		switch m {
		case memberData:
			return i, seen
		case memberName:
			i, ok = quickName(text, i, env)
		default:
			i, ok = quickInt(text, i, m, env)
		}
		if !ok || i >= len(text) || text[i] != ',' {
			return 0, 0
		}
	}
}

// quickName reads the value of t at i, unless it holds escapes, and returns the offset behind it.
func quickName(text []byte, i int, env *Envelope) (next int, ok bool) {
	if text[i] != '"' {
		return i + 4, isNull(text, i)
	}
	n := bytes.IndexByte(text[i+1:], '"')
	if n < 0 {
		return i, false
	}
	next = i + 1 + n
	env.Name = text[i+1 : next : next]
	return next + 1, bytes.IndexByte(env.Name, '\\') < 0
}

// quickInt reads the value of op or s at i, unless it is negative or very large, and returns the offset behind it.
func quickInt(text []byte, i int, m member, env *Envelope) (next int, ok bool) {
	value := int64(0)
	for next = i; next < len(text) && text[next]-'0' <= 9; next++ {
		value = value*10 + int64(text[next]-'0')
	}
	// Eighteen digits fit in an int64 for sure.
	if digits := next - i; digits == 0 || digits > 18 || digits > 1 && text[i] == '0' {
		return i + 4, m == memberSeq && isNull(text, i)
	}
	if m == memberOp {
		env.Op = int(value)
		return next, int64(env.Op) == value
	}
	env.Seq, env.HasSeq = value, true
	return next, true
}

// quickTail reads the members behind d, whose value starts at start, from the end. It returns where that value ends, or 0.
func quickTail(text []byte, start int, seen member, env *Envelope) (end int) {
	closing := text[start] + 2
	if closing != '}' && closing != ']' || text[len(text)-1] != '}' {
		return 0
	}
	end = len(text) - 1
	for {
		// There is a character of d in front of all that is read here, so that nothing is read in front of d.
		value := end
		for value > start+1 && isNameChar(text[value-1]) {
			value--
		}
		if value == end {
			switch c := text[end-1]; {
			case c == closing && end-1 > start && seen == allMembers:
				return end
			case c != '"':
				return 0
			}
			// A string: its closing quote, its inside, its opening quote.
			value = openQuote(text, start, end-1)
		}
		m, comma := quickKey(text[start:value])
		if comma == 0 || seen&m != 0 {
			return 0
		}
		seen |= m
		var next int
		ok := false
		if m == memberName {
			next, ok = quickName(text, value, env)
		} else {
			next, ok = quickInt(text, value, m, env)
		}
		if !ok || next != end {
			return 0
		}
		end = start + comma
	}
}

// quickKey recognises a known key with the comma before and the colon behind it at the end of text, and where that comma is. No
// such thing starts at the beginning of text.
func quickKey(text []byte) (m member, comma int) {
	n := len(text)
	if n > 5 {
		switch string(text[n-5:]) {
		case `,"s":`:
			return memberSeq, n - 5
		case `,"t":`:
			return memberName, n - 5
		}
	}
	if n > 6 && string(text[n-6:]) == `,"op":` {
		return memberOp, n - 6
	}
	return memberOther, 0
}

// openQuote returns where the string of letters, digits and underscores opens whose closing quote is text[end], or end if it
// is no such string behind start.
func openQuote(text []byte, start, end int) int {
	i := end - 1
	for i > start && isNameChar(text[i]) {
		i--
	}
	if i > start && text[i] == '"' {
		return i
	}
	return end
}

// isNameChar reports whether c occurs in event names, integers or null.
func isNameChar(c byte) bool {
	return c-'0' <= 9 || (c|0x20)-'a' < 26 || c == '_' || c == '-'
}
