package wire

import "encoding/binary"

const (
	// longMatch is from where on the call of copy pays.
	longMatch = 32

	noEnd       = "no code for the end of the block"
	badSymbol   = "invalid literal or length"
	badDistance = "invalid distance code"
	farDistance = "a distance that reaches too far back"
)

// compressed decodes the symbols of a compressed block.
func (d *inflate) compressed(lit *litTable, dist *distTable) status {
	for {
		st := d.fast(lit, dist)
		if st != slow {
			return st
		}
		if !d.room(fastOutput) {
			return full
		}
		if len(d.in)-d.pos >= fastInput {
			continue
		}
		if st = d.symbol(lit, dist); st != slow {
			return st
		}
	}
}

// bitBuffer is the bits of an inflate in registers.
type bitBuffer struct {
	bits  uint64
	count uint
}

// drop takes the code of an entry off.
func (b bitBuffer) drop(e uint32) bitBuffer {
	return bitBuffer{b.bits >> (e & 63), b.count - uint(e&63)}
}

// value takes off the code of an entry and its extra bits, and returns the value of it all.
func (b bitBuffer) value(e uint32) (bitBuffer, int) {
	b = b.drop(e)
	n := e >> 8 & 31
	return bitBuffer{b.bits >> n, b.count - uint(n)}, int(e>>16) + int(b.bits&(1<<n-1))
}

// refill fills up to at least 56 bits from eight bytes of input, and returns how many of these are used up.
func (b bitBuffer) refill(in []byte) (bitBuffer, int) {
	return bitBuffer{b.bits | binary.LittleEndian.Uint64(in)<<(b.count&63), b.count | 56}, int(63-b.count) >> 3
}

// fast decodes symbols as long as there is plenty of input and room. It returns slow when there is not, done at the end of the block.
func (d *inflate) fast(lit *litTable, dist *distTable) status {
	in, out, pos, next := d.in, d.out, d.pos, d.next
	b, n, st := bitBuffer{d.bits, d.count}, 0, slow
symbols:
	for len(in)-pos >= fastInput && len(out)-next >= fastOutput {
		b, n = b.refill(in[pos:])
		pos += n
		e := lit.at(b.bits)
		for int32(e) < 0 {
			out[next] = byte(e >> 16)
			next++
			if b = b.drop(e); b.count < maxLengthBits {
				continue symbols
			}
			e = lit.at(b.bits)
		}
		if e&endOfBlock != 0 {
			b, st = b.drop(e), done
			break
		}
		if e&noCode != 0 {
			st = d.corrupt(badSymbol)
			break
		}
		var length, distance int
		if b, length = b.value(e); b.count < maxDistanceBits {
			b, n = b.refill(in[pos:])
			pos += n
		}
		if e = dist.at(b.bits); e&noCode != 0 {
			st = d.corrupt(badDistance)
			break
		}
		b, distance = b.value(e)
		var source []byte
		if from := next - distance; from >= d.base && distance >= stride {
			source = out[from:]
		} else if source = d.window.source(next-d.base, distance, length); source == nil {
			if !d.match(next, distance, length) {
				st = d.corrupt(farDistance)
				break
			}
			next += length
			continue
		}
		if length > longMatch && length <= distance {
			copy(out[next:next+length], source)
		} else {
			strides(out[next:], source, length)
		}
		next += length
	}
	d.pos, d.next, d.bits, d.count = pos, next, b.bits, b.count
	return st
}

// strides copies length bytes, rounded up to whole strides. dst may overlap source from a stride behind it on: then it repeats it.
func strides(dst, source []byte, length int) {
	for i := 0; i < length; i += stride {
		binary.LittleEndian.PutUint64(dst[i:], binary.LittleEndian.Uint64(source[i:]))
	}
}

// match copies a match to out[next:] in general: it may start in the window and may overlap itself. It reports whether there is
// as much output as the match reaches back.
func (d *inflate) match(next, distance, length int) bool {
	end := next + length
	if back := distance - (next - d.base); back > 0 {
		if back > d.window.size {
			return false
		}
		next += d.window.copyTo(d.out[next:end], back, length)
	}
	for next < end {
		// What has been copied can be copied again, so each turn doubles what is there.
		next += copy(d.out[next:end], d.out[next-distance:next])
	}
	return true
}

// symbol decodes one literal or match near the end of the input. It returns done at the end of the block, slow if there is more.
func (d *inflate) symbol(lit *litTable, dist *distTable) status {
	d.refill()
	e := lit.at(d.bits)
	if !d.take(e) {
		return dry
	}
	switch {
	case e&literal != 0:
		d.out[d.next] = byte(e >> 16)
		d.next++
		return slow
	case e&endOfBlock != 0:
		return done
	case e&noCode != 0:
		return d.corrupt(badSymbol)
	}
	length, ok := d.extra(e)
	if !ok {
		return dry
	}
	d.refill()
	if e = dist.at(d.bits); !d.take(e) {
		return dry
	}
	if e&noCode != 0 {
		return d.corrupt(badDistance)
	}
	distance, ok := d.extra(e)
	if !ok {
		return dry
	}
	if !d.match(d.next, distance, length) {
		return d.corrupt(farDistance)
	}
	d.next += length
	return slow
}

// take takes the code of an entry off the input, or reports that it is not all there.
func (d *inflate) take(e uint32) bool {
	n := uint(e & 0xff)
	if n > d.count {
		// The bits that are not there were taken for zeros.
		return false
	}
	d.drop(n)
	return true
}

// extra takes the extra bits off that belong to an entry, and returns its value.
func (d *inflate) extra(e uint32) (int, bool) {
	n := uint(e >> 8 & 31)
	if n > d.count {
		return 0, false
	}
	value := int(e>>16) + int(d.bits&(1<<n-1))
	d.drop(n)
	return value, true
}
