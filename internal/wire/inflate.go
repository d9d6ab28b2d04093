package wire

import "encoding/binary"

// status is how a step of inflating ended.
type status uint8

const (
	// done: the block, or the message, is complete.
	done status = iota
	// dry: the input ends in the middle of something.
	dry
	// slow: the fast loop can not go on, for lack of input or of room for output.
	slow
	// full: the output would be larger than the bound.
	full
	// corrupt: the input is no deflate stream; reason says why.
	corrupt
	// ended: a block marked as the last one of the stream is complete.
	ended
)

const (
	// fastInput is how much input the fast loop needs for one match: two refills, each of which reads eight bytes, the second
	// up to seven bytes further.
	fastInput = 16
	// fastOutput is how much room it needs: a literal for each bit there can be, and the longest match in whole strides.
	fastOutput = 64 + 258 + stride
	// maxLengthBits and maxDistanceBits are the longest codes with the most extra bits.
	maxLengthBits   = maxCodeLength + 5
	maxDistanceBits = maxCodeLength + 13
	// firstOutput is the smallest output buffer that is allocated.
	firstOutput = 4 << 10
)

// inflate decodes deflate blocks (RFC 1951). The whole of a message is there when it begins, and nothing is carried from a message
// to the next but the window: a message ends with an empty stored block, thus at a block's end and on a byte's boundary.
// That is why there is no state to be resumed in the middle of, and why no reader has to be asked for input it does not have.
type inflate struct {
	window window
	lit    litTable
	dist   distTable

	in []byte
	// pos is the next byte of in to go into bits; count is how many of bits are valid. Bits above that are either zero or those of
	// the bytes at pos, so that or-ing these in again changes nothing.
	pos   int
	bits  uint64
	count uint

	// out is the output buffer up to its capacity: before base what the caller had in it, up to next what was inflated. Inflated
	// bytes may not go beyond limit.
	out               []byte
	base, next, limit int

	reason string
}

// run inflates one message to the end of dst and adds it to the window. The message ends with the empty stored block of a sync flush;
// when in ends otherwise, in the middle of a block or behind another one, run returns dry and nothing has happened.
func (d *inflate) run(dst, in []byte, maxPayload int) ([]byte, status) {
	d.in, d.pos, d.bits, d.count = in, 0, 0, 0
	d.out, d.base, d.next = dst[:cap(dst)], len(dst), len(dst)
	d.limit = d.base + maxPayload
	st := d.blocks()
	out := d.out[:d.next]
	d.in, d.out = nil, nil
	if st != done {
		return dst, st
	}
	d.window.append(out[d.base:])
	return out, done
}

// whole inflates a stream that ends itself to the end of dst, and returns what is behind its last block. It returns ended then; done
// or dry when in ends before. The window is neither used nor changed.
func (d *inflate) whole(dst, in []byte, maxPayload int) (out, rest []byte, st status) {
	d.in, d.pos, d.bits, d.count = in, 0, 0, 0
	d.out, d.base, d.next = dst[:cap(dst)], len(dst), len(dst)
	d.limit = d.base + maxPayload
	st = d.blocks()
	out, rest = d.out[:d.next], in[d.pos-int(d.count/8):]
	d.in, d.out = nil, nil
	return out, rest, st
}

// blocks decodes blocks up to the end of the input, or to the last one.
func (d *inflate) blocks() status {
	for {
		d.refill()
		if d.count < 3 {
			return dry
		}
		final, kind := d.bits&1 != 0, d.bits>>1&3
		d.drop(3)
		st, empty := done, false
		switch kind {
		case 0:
			st, empty = d.stored()
		case 1:
			st = d.compressed(fixedLit, fixedDist)
		case 2:
			if st = d.codes(); st == done {
				st = d.compressed(&d.lit, &d.dist)
			}
		default:
			return d.corrupt("reserved block type")
		}
		switch {
		case st != done:
			return st
		case d.next > d.limit:
			return full
		case final:
			return ended
		case d.pos == len(d.in) && d.count == 0:
			if empty {
				return done
			}
			return dry
		}
	}
}

func (d *inflate) corrupt(reason string) status {
	d.reason = reason
	return corrupt
}

// refill takes in bytes until there are at least 56 bits, or all that are left.
func (d *inflate) refill() {
	for d.count < 56 && d.pos < len(d.in) {
		d.bits |= uint64(d.in[d.pos]) << d.count
		d.pos++
		d.count += 8
	}
}

func (d *inflate) drop(n uint) {
	d.bits >>= n
	d.count -= n
}

// stored copies a stored block, and tells whether it is empty.
func (d *inflate) stored() (st status, empty bool) {
	// The block goes on at the next byte; whole bytes go back.
	d.pos -= int(d.count / 8)
	d.bits, d.count = 0, 0
	if len(d.in)-d.pos < 4 {
		return dry, false
	}
	header := binary.LittleEndian.Uint32(d.in[d.pos:])
	length := int(header & 0xffff)
	if header>>16 != ^header&0xffff {
		return d.corrupt("stored block whose length does not match its complement"), false
	}
	if d.pos += 4; len(d.in)-d.pos < length {
		return dry, false
	}
	if length == 0 {
		return done, true
	}
	if !d.room(length) {
		return full, false
	}
	copy(d.out[d.next:], d.in[d.pos:d.pos+length])
	d.next += length
	d.pos += length
	return done, false
}

// room makes sure that n bytes fit in the output. It refuses once the output is over the limit, so that, as n is at most
// 64 KiB, the buffer never gets much larger than twice the limit.
func (d *inflate) room(n int) bool {
	if d.next > d.limit {
		return false
	}
	if len(d.out)-d.next >= n {
		return true
	}
	inflated := d.next - d.base
	size := min(max(firstOutput, 2*inflated, 3*len(d.in)), d.limit-d.base+fastOutput)
	grown := make([]byte, d.base+max(size, inflated+n))
	copy(grown, d.out[:d.next])
	d.out = grown
	return true
}
