package etf

import (
	"encoding/binary"
	"math"
	"strconv"
)

const cutOff = "cut off"

// AppendJSON appends the JSON text of one term, version byte included, to dst and returns the extended slice. The package
// comment says what becomes what. dst must not overlap term, which is neither changed nor kept. An error is always a
// *TermError; then dst is returned at its old length. It never panics.
func AppendJSON(dst, term []byte) (json []byte, err error) {
	if len(term) == 0 {
		return dst, &TermError{Reason: "empty"}
	}
	if term[0] != version {
		return dst, &TermError{Reason: "not of version 131"}
	}
	d := decoder{term: term, pos: 1, out: dst}
	if err := d.value(0); err != nil {
		return d.out[:len(dst)], err
	}
	if d.pos < len(term) {
		return d.out[:len(dst)], &TermError{Offset: d.pos, Reason: "something behind the term"}
	}
	return d.out, nil
}

// decoder reads a term from front to end.
type decoder struct {
	term []byte
	pos  int // of what comes next
	tag  byte
	out  []byte
}

// fail is the error about the term with the current tag.
func (d *decoder) fail(offset int, reason string) error {
	return &TermError{Offset: offset, Tag: d.tag, Reason: reason}
}

// next reads the tag of the next term.
func (d *decoder) next() error {
	if d.pos >= len(d.term) {
		return &TermError{Offset: len(d.term), Reason: cutOff}
	}
	d.tag = d.term[d.pos]
	d.pos++
	return nil
}

// bytes takes n bytes off the input.
func (d *decoder) bytes(n int) ([]byte, error) {
	if n > len(d.term)-d.pos {
		return nil, d.fail(d.pos, cutOff)
	}
	b := d.term[d.pos : d.pos+n]
	d.pos += n
	return b, nil
}

// size takes a length or count of so many bytes off the input. It is not more than the input has left, each unit of it
// taking so many bytes at least.
func (d *decoder) size(width, unit int) (int, error) {
	b, err := d.bytes(width)
	if err != nil {
		return 0, err
	}
	var n uint64
	switch width {
	case 1:
		n = uint64(b[0])
	case 2:
		n = uint64(binary.BigEndian.Uint16(b))
	default:
		n = uint64(binary.BigEndian.Uint32(b))
	}
	if n*uint64(unit) > uint64(len(d.term)-d.pos) {
		return 0, d.fail(d.pos-width, "a size beyond the end of the input")
	}
	return int(n), nil
}

// sized takes so many bytes off the input as the size of so many bytes before them says.
func (d *decoder) sized(width int) ([]byte, error) {
	n, err := d.size(width, 1)
	if err != nil {
		return nil, err
	}
	return d.bytes(n)
}

// value writes the next term, which is inside so many containers.
func (d *decoder) value(depth int) error {
	if err := d.next(); err != nil {
		return err
	}
	switch d.tag {
	case tagBinary:
		return d.binary()
	case tagSmallInteger, tagInteger, tagSmallBig, tagLargeBig:
		return d.integer()
	case tagNewFloat, tagFloat:
		return d.float()
	case tagAtom, tagAtomUTF8, tagSmallAtom, tagSmallAtomUTF8:
		name, err := d.atom()
		if err != nil {
			return err
		}
		switch string(name) {
		case "nil", "null":
			d.out = append(d.out, "null"...)
		case "true", "false":
			d.out = append(d.out, name...)
		default:
			d.quoteAtom(name)
		}
		return nil
	case tagNil, tagString, tagList, tagSmallTuple, tagLargeTuple, tagMap:
		if depth >= MaxDepth {
			return d.fail(d.pos-1, reasonTooDeep)
		}
		return d.container(depth + 1)
	}
	return d.fail(d.pos-1, "no form in JSON")
}

// container writes the list, tuple or map whose tag was read last.
func (d *decoder) container(depth int) error {
	switch d.tag {
	case tagNil:
		d.out = append(d.out, "[]"...)
		return nil
	case tagString:
		return d.byteList()
	case tagMap:
		return d.object(depth)
	case tagList:
		return d.list(depth)
	case tagSmallTuple:
		return d.elements(1, depth)
	}
	return d.elements(4, depth)
}

// elements writes so many terms as the size of so many bytes before them says.
func (d *decoder) elements(width, depth int) error {
	n, err := d.size(width, 1)
	if err != nil {
		return err
	}
	d.out = append(d.out, '[')
	for i := range n {
		if i > 0 {
			d.out = append(d.out, ',')
		}
		if err := d.value(depth); err != nil {
			return err
		}
	}
	d.out = append(d.out, ']')
	return nil
}

// list writes a LIST_EXT.
func (d *decoder) list(depth int) error {
	if err := d.elements(4, depth); err != nil {
		return err
	}
	if err := d.next(); err != nil {
		return err
	}
	if d.tag != tagNil {
		d.tag = tagList
		return d.fail(d.pos-1, "a tail other than NIL_EXT")
	}
	return nil
}

// byteList writes a STRING_EXT.
func (d *decoder) byteList() error {
	list, err := d.sized(2)
	if err != nil {
		return err
	}
	d.out = append(d.out, '[')
	for i, b := range list {
		if i > 0 {
			d.out = append(d.out, ',')
		}
		d.out = strconv.AppendUint(d.out, uint64(b), 10)
	}
	d.out = append(d.out, ']')
	return nil
}

// object writes a MAP_EXT.
func (d *decoder) object(depth int) error {
	// No pair is shorter than an empty SMALL_ATOM_EXT and a NIL_EXT.
	n, err := d.size(4, 3)
	if err != nil {
		return err
	}
	d.out = append(d.out, '{')
	for i := range n {
		if i > 0 {
			d.out = append(d.out, ',')
		}
		if err := d.key(); err != nil {
			return err
		}
		d.out = append(d.out, ':')
		if err := d.value(depth); err != nil {
			return err
		}
	}
	d.out = append(d.out, '}')
	return nil
}

// key writes the next term as the key of an object.
func (d *decoder) key() error {
	if err := d.next(); err != nil {
		return err
	}
	switch d.tag {
	case tagBinary:
		return d.binary()
	case tagAtom, tagAtomUTF8, tagSmallAtom, tagSmallAtomUTF8:
		name, err := d.atom()
		if err != nil {
			return err
		}
		d.quoteAtom(name)
		return nil
	case tagSmallInteger, tagInteger, tagSmallBig, tagLargeBig:
		d.out = append(d.out, '"')
		if err := d.integer(); err != nil {
			return err
		}
		d.out = append(d.out, '"')
		return nil
	}
	return d.fail(d.pos-1, "not a key of an object")
}

// binary writes a BINARY_EXT.
func (d *decoder) binary() error {
	text, err := d.sized(4)
	if err != nil {
		return err
	}
	d.out = appendQuoted(d.out, text)
	return nil
}

// atom reads the name of an atom of any kind.
func (d *decoder) atom() ([]byte, error) {
	if d.tag == tagAtom || d.tag == tagAtomUTF8 {
		return d.sized(2)
	}
	return d.sized(1)
}

// quoteAtom writes the name of the atom whose tag was read last.
func (d *decoder) quoteAtom(name []byte) {
	if d.tag == tagAtom || d.tag == tagSmallAtom {
		d.out = appendQuotedLatin1(d.out, name)
		return
	}
	d.out = appendQuoted(d.out, name)
}

// integer writes an integer of any of the four kinds.
func (d *decoder) integer() error {
	switch d.tag {
	case tagSmallInteger:
		b, err := d.bytes(1)
		if err != nil {
			return err
		}
		d.out = strconv.AppendUint(d.out, uint64(b[0]), 10)
		return nil
	case tagInteger:
		b, err := d.bytes(4)
		if err != nil {
			return err
		}
		d.out = strconv.AppendInt(d.out, int64(int32(binary.BigEndian.Uint32(b))), 10)
		return nil
	}
	width := 1
	if d.tag == tagLargeBig {
		width = 4
	}
	n, err := d.size(width, 1)
	if err != nil {
		return err
	}
	if n > MaxIntegerSize {
		return d.fail(d.pos-width, reasonTooLarge)
	}
	b, err := d.bytes(1 + n)
	if err != nil {
		return err
	}
	if b[0] > 1 {
		return d.fail(d.pos-1-n, "a sign other than 0 and 1")
	}
	d.out = appendInteger(d.out, b[0] == 1, b[1:])
	return nil
}

// float writes a float of either kind.
func (d *decoder) float() error {
	at := d.pos
	var v float64
	if d.tag == tagNewFloat {
		b, err := d.bytes(8)
		if err != nil {
			return err
		}
		v = math.Float64frombits(binary.BigEndian.Uint64(b))
	} else {
		b, err := d.bytes(oldFloatSize)
		if err != nil {
			return err
		}
		var ok bool
		if v, ok = parseOldFloat(b); !ok {
			return d.fail(at, "a malformed float")
		}
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return d.fail(at, "not a finite number")
	}
	d.out = appendFloat(d.out, v)
	return nil
}
