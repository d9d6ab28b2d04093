package wire

// lengthOrder is the order in which the code lengths of the code length alphabet are stored (RFC 1951, 3.2.7). It is never written to.
var lengthOrder = [numLengths]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// codes reads the codes of a block with dynamic codes and makes their tables.
func (d *inflate) codes() status {
	d.refill()
	if d.count < 14 {
		return dry
	}
	numLit := int(d.bits&31) + 257
	numDist := int(d.bits>>5&31) + 1
	num := int(d.bits>>10&15) + 4
	d.drop(14)
	if numLit > maxLit || numDist > maxDist {
		return d.corrupt("too many codes")
	}
	var order [numLengths]uint8
	for _, symbol := range lengthOrder[:num] {
		if d.count < 3 {
			if d.refill(); d.count < 3 {
				return dry
			}
		}
		order[symbol] = uint8(d.bits & 7)
		d.drop(3)
	}
	var table [1 << lengthRoot]uint32
	if !buildTable(table[:], lengthRoot, order[:], lengthSymbols[:]) {
		return d.corrupt("malformed code of code lengths")
	}
	var lengths [maxLit + maxDist]uint8
	if st := d.lengths(&table, lengths[:numLit+numDist]); st != done {
		return st
	}
	switch {
	case lengths[256] == 0:
		return d.corrupt(noEnd)
	case !buildTable(d.lit[:], litRoot, lengths[:numLit], litSymbols[:]):
		return d.corrupt("malformed literal code")
	case !buildTable(d.dist[:], distRoot, lengths[numLit:numLit+numDist], distSymbols[:]):
		return d.corrupt("malformed distance code")
	}
	return done
}

// lengths reads run-length coded code lengths. A run may go from the literals over to the distances.
func (d *inflate) lengths(table *[1 << lengthRoot]uint32, lengths []uint8) status {
	for i := 0; i < len(lengths); {
		// The longest code and its extra bits are 14 bits.
		if d.count < 14 {
			d.refill()
		}
		entry := table[d.bits&(1<<lengthRoot-1)]
		n := uint(entry & 0xff)
		if n > d.count {
			return dry
		}
		if entry&noCode != 0 {
			return d.corrupt("invalid code length")
		}
		d.drop(n)
		symbol := uint8(entry >> 16)
		if symbol < 16 {
			lengths[i] = symbol
			i++
			continue
		}
		var run, extra uint
		switch symbol {
		case 16:
			if i == 0 {
				return d.corrupt("a repeated code length without one before it")
			}
			symbol, run, extra = lengths[i-1], 3, 2
		case 17:
			symbol, run, extra = 0, 3, 3
		default:
			symbol, run, extra = 0, 11, 7
		}
		if extra > d.count {
			return dry
		}
		run += uint(d.bits & (1<<extra - 1))
		d.drop(extra)
		if run > uint(len(lengths)-i) {
			return d.corrupt("too many code lengths")
		}
		for ; run > 0; run-- {
			lengths[i] = symbol
			i++
		}
	}
	return done
}
