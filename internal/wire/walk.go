package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// member is one of the four keys of an envelope, or another one: a bit in a set of these.
type member uint8

const (
	memberOp member = 1 << iota
	memberSeq
	memberName
	memberData
	memberOther

	allMembers = memberOp | memberSeq | memberName | memberData
)

// span is where a value lies in the text. No value lies at 0, so the zero span is the one of a value that is not there.
type span struct{ from, to int }

// walker reads an envelope from front to end. It holds the last value of each member.
type walker struct {
	text        []byte
	op, s, t, d span
}

// fail is the error at offset i. At the end of the text every expectation fails for the same reason.
func (w *walker) fail(i int, reason string) error {
	if i >= len(w.text) {
		i, reason = len(w.text), "unterminated"
	}
	return &EnvelopeError{Offset: i, Reason: reason}
}

// object finds the members.
func (w *walker) object() error {
	i := skipSpace(w.text, 0)
	if i == len(w.text) {
		return &EnvelopeError{Offset: i, Reason: "empty"}
	}
	if w.text[i] != '{' {
		return w.fail(i, "not an object")
	}
	i = skipSpace(w.text, i+1)
	if i < len(w.text) && w.text[i] == '}' {
		return w.end(i + 1)
	}
	for {
		m, from, err := w.key(i)
		if err != nil {
			return err
		}
		to, reason := skipValue(w.text, from)
		if reason != "" {
			return w.fail(to, reason)
		}
		w.assign(m, span{from, to})
		if i = skipSpace(w.text, to); i == len(w.text) {
			return w.fail(i, "")
		}
		switch w.text[i] {
		case ',':
			i = skipSpace(w.text, i+1)
		case '}':
			return w.end(i + 1)
		default:
			return w.fail(i, "no comma and no end behind a value")
		}
	}
}

// end checks what stands behind the closing brace.
func (w *walker) end(i int) error {
	if i = skipSpace(w.text, i); i < len(w.text) {
		return w.fail(i, "something behind the object")
	}
	return nil
}

// key reads the key at i and its colon, and returns where its value starts, which is inside the text.
func (w *walker) key(i int) (m member, value int, err error) {
	text := w.text
	if i >= len(text) || text[i] != '"' {
		return memberOther, i, w.fail(i, "no key")
	}
	m, j := shortKey(text, i)
	if j == 0 {
		if j = stringEnd(text, i); j < 0 {
			return memberOther, i, w.fail(len(text), "")
		}
		name, ok := unquote(text[i:j])
		if !ok {
			return memberOther, i, w.fail(i, "a malformed key")
		}
		m = memberOf(name)
	}
	if j = skipSpace(text, j); j >= len(text) || text[j] != ':' {
		return memberOther, j, w.fail(j, "no colon behind a key")
	}
	if j = skipSpace(text, j+1); j >= len(text) {
		return memberOther, j, w.fail(j, "")
	}
	return m, j, nil
}

// shortKey recognises the four keys in their usual spelling at the quote text[i]. It returns the offset behind the key, or 0.
func shortKey(text []byte, i int) (m member, next int) {
	if len(text)-i < 4 || text[i] != '"' {
		return memberOther, 0
	}
	if text[i+2] == '"' {
		switch text[i+1] {
		case 't':
			return memberName, i + 3
		case 's':
			return memberSeq, i + 3
		case 'd':
			return memberData, i + 3
		}
		return memberOther, 0
	}
	if text[i+1] == 'o' && text[i+2] == 'p' && text[i+3] == '"' {
		return memberOp, i + 4
	}
	return memberOther, 0
}

// memberOf is the member that a key names.
func memberOf(key []byte) member {
	switch string(key) {
	case "op":
		return memberOp
	case "s":
		return memberSeq
	case "t":
		return memberName
	case "d":
		return memberData
	}
	return memberOther
}

// assign notes where the value of a member lies.
func (w *walker) assign(m member, value span) {
	switch m {
	case memberOp:
		w.op = value
	case memberSeq:
		w.s = value
	case memberName:
		w.t = value
	case memberData:
		w.d = value
	}
}

// value returns the value at a span, nil if there is none.
func (w *walker) value(at span) []byte {
	if at.from == 0 {
		return nil
	}
	return w.text[at.from:at.to:at.to]
}

// envelope interprets the values.
func (w *walker) envelope() (env Envelope, err error) {
	op, s, t := w.value(w.op), w.value(w.s), w.value(w.t)
	if op == nil {
		return env, &EnvelopeError{Offset: len(w.text), Reason: "no op"}
	}
	if env.Op, err = strconv.Atoi(string(op)); err != nil {
		return env, w.fail(w.op.from, "op is not an integer")
	}
	if s != nil && string(s) != "null" {
		if env.Seq, err = strconv.ParseInt(string(s), 10, 64); err != nil {
			return env, w.fail(w.s.from, "s is not an integer")
		}
		env.HasSeq = true
	}
	if t != nil && string(t) != "null" {
		if t[0] != '"' {
			return env, w.fail(w.t.from, "t is not a string")
		}
		var ok bool
		if env.Name, ok = unquote(t); !ok {
			return env, w.fail(w.t.from, "t is malformed")
		}
	}
	env.Data = w.value(w.d)
	return env, nil
}

// unquote returns the inside of a string: a part of it, or, if it holds escapes, a decoded copy as encoding/json makes it.
func unquote(quoted []byte) (raw []byte, ok bool) {
	end := len(quoted) - 1
	raw = quoted[1:end:end]
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw, true
	}
	var decoded string
	if json.Unmarshal(quoted, &decoded) != nil {
		return nil, false
	}
	return []byte(decoded), true
}

// skipSpace returns the first offset from i on that holds no white space.
func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

// isNull reports whether the literal null stands at i.
func isNull(text []byte, i int) bool {
	return len(text)-i >= 4 && string(text[i:i+4]) == "null"
}
