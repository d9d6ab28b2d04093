package wire

import "bytes"

// How d is stepped over without being read.
//
// Servers write envelopes without white space between tokens and without escapes in keys. For such a text the functions of this file
// read members from the front up to where the value of d starts, then members from the end, and take what is between for d.
// Whatever else they meet they leave to Walk.
//
// Claim. Let the payload be valid JSON, and let d's value, an object or an array, start at start. From the end, take off the
// closing brace and then, as often as possible, a member with its comma in front, whose key is op, s or t and whose value is an integer,
// null or a string of name characters (isNameChar). Let the next character close a container of d's kind. If now op, s, t and d
// have been met once each, and no other member stands behind d, then that character is the last one of d.
//
// Proof. Think of the text as tokens. The last one is the envelope's closing brace. What stands before it is the last character of the
// token before it.
//
//   - If it is a digit, that token is a number, as a string ends in a quote. A number before a closing brace is the value of
//     a member, here of the envelope itself, and before it come a colon, the key, and a comma or the opening brace. So when going
//     back over the number leads to ,"s": or ,"op": the colon is that colon and the quote before it closes that key. A quote
//     inside a string has a backslash before it. The other quote has a comma before it, so it is not inside one, so it opens the
//     key; and the comma, being outside of strings, separates this member from the one before. The value is read again
//     forwards, and has to end where it was found to end.
//   - If it is the last letter of null, the same follows.
//   - If it is a quote, it closes a string. Going back over name characters leads to a quote which must follow ,"t": and thus
//     follows a colon, not a backslash; so it opens the string, and the same follows.
//   - So the comma is preceded by the last character of another member of the envelope, and the argument repeats.
//   - Nothing inside d imitates this. Where d ends in a string with ,"s":5} in it, that is written ,\"s\":5} and a quote follows;
//     where it ends in an object with a member "s":5, the brace of that object follows. That quote or brace is what is met.
//   - A character that closes a container ends the value of some member of the envelope, and every member behind that one has been
//     taken off. If of the members from start on only d is left, it is d's value.
//
// The last condition can not be known without reading d: whether one more member begins between start and that character. But an
// envelope has four members, and only a text in which all four were met is accepted; while one is missing it may be the one that
// is hidden, and Walk decides. What remains is a fifth member: that is the exception in the doc comment of Scan. Even then the
// four are right, unless the hidden one has the key of one of them.
//
// If the payload is not valid JSON the result may be nonsense, but every index stays inside the payload: going back ends at the
// bracket at start.

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
		// Going back ends at the bracket that opens d at the latest, which is none of what is looked for.
		value := end
		for isNameChar(text[value-1]) {
			value--
		}
		if value == end {
			switch c := text[end-1]; {
			case c == closing && seen == allMembers:
				return end
			case c != '"':
				return 0
			}
			// From the closing quote of a string back to the opening one, or to what quickName does not take for one.
			for value -= 2; isNameChar(text[value]); value-- {
			}
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

// isNameChar reports whether c occurs in event names, integers or null.
func isNameChar(c byte) bool {
	return c-'0' <= 9 || (c|0x20)-'a' < 26 || c == '_' || c == '-'
}
