package recording

import (
	"bytes"
	"encoding/binary"
)

// The tags of terms in the external term format, and what is behind them.
const (
	etfVersion       = 131
	etfFloat         = 'F' // 8 bytes
	etfSmallInteger  = 'a' // 1 byte
	etfInteger       = 'b' // 4 bytes
	etfOldFloat      = 'c' // 31 bytes
	etfSmallTuple    = 'h' // 1 byte of count
	etfTuple         = 'i' // 4 bytes of count
	etfNil           = 'j' // nothing
	etfList          = 'l' // 4 bytes of count, the elements, a tail
	etfMap           = 't' // 4 bytes of count, the pairs
	etfSmallBig      = 'n' // 1 byte of length, a sign
	etfLargeBig      = 'o' // 4 bytes of length, a sign
	etfBinary        = 'm' // 4 bytes of length
	etfString        = 'k' // 2 bytes of length
	etfAtom          = 'd' // 2 bytes of length
	etfAtomUTF8      = 'v' // 2 bytes of length
	etfSmallAtom     = 's' // 1 byte of length
	etfSmallAtomUTF8 = 'w' // 1 byte of length
)

// etfDepth bounds the recursion: a payload that is nested deeper counts as damaged.
const etfDepth = 1000

// isETF says whether the payload is a term: byte 131 begins neither JSON nor any UTF-8 text.
func isETF(payload []byte) bool { return len(payload) > 0 && payload[0] == etfVersion }

// redactETF overwrites the secrets of a term in a copy. In a damaged payload nobody can tell keys from values, so there
// everything that could be the value of a secret key is overwritten.
func redactETF(payload []byte) []byte {
	walk := etfWalk{in: payload}
	if walk.term(1, 0, false) < 0 {
		walk.scan()
	}
	if walk.out == nil {
		return payload
	}
	return walk.out
}

type etfWalk struct {
	in  []byte
	out []byte // a copy, once something was overwritten
}

func (w *etfWalk) overwrite(from, to int) {
	if w.out == nil {
		w.out = bytes.Clone(w.in)
	}
	for i := from; i < to; i++ {
		w.out[i] = 'R'
	}
}

// number reads a big-endian number of width bytes at i; -1 if it is cut off.
func (w *etfWalk) number(i, width int) int {
	if width > len(w.in)-i {
		return -1
	}
	var wide [8]byte
	copy(wide[8-width:], w.in[i:i+width])
	return int(binary.BigEndian.Uint64(wide[:]))
}

// text returns the bounds of the content of the atom, binary or string at i; a negative start if there is none, and an
// end behind the payload if it is cut off.
func (w *etfWalk) text(i int) (start, end int) {
	if i >= len(w.in) {
		return -1, -1
	}
	width := 1
	switch w.in[i] {
	case etfBinary:
		width = 4
	case etfString, etfAtom, etfAtomUTF8:
		width = 2
	case etfSmallAtom, etfSmallAtomUTF8:
	default:
		return -1, -1
	}
	size := w.number(i+1, width)
	if size < 0 {
		return -1, -1
	}
	return i + 1 + width, i + 1 + width + size
}

// term walks the term at i and returns the index behind it, or -1 if the payload is damaged. The strings in it are
// overwritten if it is secret, which no number and no atom is.
func (w *etfWalk) term(i, depth int, secret bool) int {
	if i < 0 || i >= len(w.in) || depth > etfDepth {
		return -1
	}
	if start, end := w.text(i); start >= 0 {
		if end > len(w.in) {
			return -1
		}
		if tag := w.in[i]; secret && (tag == etfBinary || tag == etfString) {
			w.overwrite(start, end)
		}
		return end
	}
	count := -1
	switch tag := w.in[i]; tag {
	case etfNil:
		return i + 1
	case etfSmallInteger:
		return w.skip(i+1, 1)
	case etfInteger:
		return w.skip(i+1, 4)
	case etfFloat:
		return w.skip(i+1, 8)
	case etfOldFloat:
		return w.skip(i+1, 31)
	case etfSmallBig:
		return w.skip(i+2, w.number(i+1, 1)+1)
	case etfLargeBig:
		return w.skip(i+5, w.number(i+1, 4)+1)
	case etfSmallTuple:
		return w.terms(i+2, w.number(i+1, 1), depth, secret)
	case etfTuple:
		return w.terms(i+5, w.number(i+1, 4), depth, secret)
	case etfList:
		if count = w.number(i+1, 4); count >= 0 {
			count++ // the tail
		}
		return w.terms(i+5, count, depth, secret)
	case etfMap:
		return w.pairs(i+5, w.number(i+1, 4), depth, secret)
	}
	return -1
}

func (w *etfWalk) skip(i, size int) int {
	if size < 0 || size > len(w.in)-i {
		return -1
	}
	return i + size
}

func (w *etfWalk) terms(i, count, depth int, secret bool) int {
	if count < 0 {
		return -1
	}
	for ; count > 0 && i >= 0; count-- {
		i = w.term(i, depth+1, secret)
	}
	return i
}

func (w *etfWalk) pairs(i, count, depth int, secret bool) int {
	if count < 0 {
		return -1
	}
	for ; count > 0 && i >= 0; count-- {
		start, end := w.text(i)
		named := start >= 0 && end <= len(w.in) && secretName(w.in[start:end])
		if i = w.term(i, depth+1, false); i >= 0 {
			i = w.term(i, depth+1, secret || named)
		}
	}
	return i
}

// scan overwrites each binary or string that directly follows a text which reads like a secret key, as far as the
// payload goes.
func (w *etfWalk) scan() {
	for i := 1; i < len(w.in); i++ {
		start, end := w.text(i)
		if start < 0 || end >= len(w.in) || !secretName(w.in[start:end]) {
			continue
		}
		if tag := w.in[end]; tag == etfBinary || tag == etfString {
			if from, to := w.text(end); from >= 0 {
				w.overwrite(from, min(to, len(w.in)))
			}
		}
	}
}
