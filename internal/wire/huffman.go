package wire

import (
	"encoding/binary"
	"math/bits"
)

// A table maps the next bits of the input to a symbol. The first 1<<root entries are indexed by the next root bits; a code
// longer than that leads to a table behind them, indexed by the bits after those. An entry is
//
//	bit 31      the symbol is a literal
//	bits 16-30  the literal, or the base of a length or distance, or where the second table starts
//	bits 13-15  endOfBlock, secondTable, noCode
//	bits 8-12   how many extra bits follow the code, or index the second table
//	bits 0-7    how many bits the whole code has
const (
	literal     = 1 << 31
	endOfBlock  = 1 << 15
	secondTable = 1 << 14
	noCode      = 1 << 13

	litRoot    = 10
	distRoot   = 8
	lengthRoot = 7

	maxCodeLength = 15
	maxSymbols    = 288
	maxLit        = 286
	maxDist       = 30
	numLengths    = 19

	// The largest tables that complete codes over maxLit and maxDist symbols can need, second tables included. They were
	// found by searching all ways to distribute code lengths; TestTableSizes does it again.
	litTableSize  = 1332
	distTableSize = 400
)

type (
	litTable  [litTableSize]uint32
	distTable [distTableSize]uint32
)

// at returns the entry for the next bits.
func (t *litTable) at(bits uint64) uint32 {
	e := t[bits&(1<<litRoot-1)]
	if e&(literal|secondTable) == secondTable {
		e = t[e>>16+uint32(bits>>litRoot)&(1<<(e>>8&31)-1)]
	}
	return e
}

// at returns the entry for the next bits.
func (t *distTable) at(bits uint64) uint32 {
	e := t[bits&(1<<distRoot-1)]
	if e&secondTable != 0 {
		e = t[e>>16+uint32(bits>>distRoot)&(1<<(e>>8&31)-1)]
	}
	return e
}

// litSymbols, distSymbols and lengthSymbols are the entries of the symbols of the three alphabets, but for the length of their
// code (RFC 1951, 3.2.5 and 3.2.7). They are never written to.
var (
	litSymbols    = makeLitSymbols()
	distSymbols   = makeDistSymbols()
	lengthSymbols = makeLengthSymbols()
)

func makeLitSymbols() (symbols [maxSymbols]uint32) {
	for i := range 256 {
		symbols[i] = literal | uint32(i)<<16
	}
	symbols[256] = endOfBlock
	base := uint32(3)
	for i := range uint32(28) {
		var extra uint32
		if i >= 8 {
			extra = i/4 - 1
		}
		symbols[257+i] = base<<16 | extra<<8
		base += 1 << extra
	}
	symbols[285] = 258 << 16
	symbols[286], symbols[287] = noCode, noCode
	return symbols
}

func makeDistSymbols() (symbols [32]uint32) {
	base := uint32(1)
	for i := range uint32(maxDist) {
		var extra uint32
		if i >= 4 {
			extra = i/2 - 1
		}
		symbols[i] = base<<16 | extra<<8
		base += 1 << extra
	}
	symbols[30], symbols[31] = noCode, noCode
	return symbols
}

func makeLengthSymbols() (symbols [numLengths]uint32) {
	for i := range symbols {
		symbols[i] = uint32(i) << 16
	}
	return symbols
}

// fixedLit and fixedDist are the tables of blocks with fixed codes (RFC 1951, 3.2.6). They are never written to.
var fixedLit, fixedDist = makeFixed()

func makeFixed() (*litTable, *distTable) {
	var lit litTable
	var dist distTable
	var lengths [maxSymbols]uint8
	for i := range lengths {
		switch {
		case i < 144, i >= 280:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		default:
			lengths[i] = 7
		}
	}
	buildTable(lit[:], litRoot, lengths[:], litSymbols[:])
	for i := range lengths[:32] {
		lengths[i] = 5
	}
	buildTable(dist[:], distRoot, lengths[:32], distSymbols[:])
	return &lit, &dist
}

// buildTable makes the table of the canonical code in which symbol i has lengths[i] bits, 0 for none. It reports whether there is
// such a code and it is complete. As zlib has it, a code of one symbol of one bit passes although it is incomplete, and so does
// one without symbols, which distances may have that are never used.
func buildTable(table []uint32, root int, lengths []uint8, symbols []uint32) bool {
	var c code
	c.count(lengths)
	if c.used == 0 || c.used == 1 && c.counts[1] == 1 {
		for i := range 1 << root {
			table[i] = noCode | 1
			if c.used == 1 && i&1 == 0 {
				table[i] = symbols[c.symbols[0]] | 1
			}
		}
		return true
	}
	var sorted [maxSymbols]uint16
	if !c.sort(&sorted, lengths) {
		return false
	}
	b := tableBuilder{table: table, root: root, end: 1 << root, prefix: -1, counts: c.counts}
	next := 0
	for length := 1; length <= root; length++ {
		// What the first bits say is the same whatever the next bit is.
		copy(table[1<<(length-1):1<<length], table[:1<<(length-1)])
		for range c.counts[length] {
			table[b.code] = symbols[sorted[next]] | uint32(length)
			b.advance(length)
			next++
		}
	}
	for length := root + 1; length <= maxCodeLength; length++ {
		for range c.counts[length] {
			if !b.second(symbols[sorted[next]], length) {
				return false
			}
			b.advance(length)
			next++
		}
	}
	return true
}

// code is what a list of code lengths says: how many codes of each length there are, and which symbols have one, in order.
type code struct {
	counts  [maxCodeLength + 1]uint16
	symbols [maxSymbols]uint16
	used    int
}

// count fills in c, which is empty.
func (c *code) count(lengths []uint8) {
	for i := 0; i < len(lengths); i++ {
		if len(lengths)-i >= 8 && binary.LittleEndian.Uint64(lengths[i:]) == 0 {
			// Most of the alphabet is not used in JSON.
			i += 7
			continue
		}
		n := lengths[i] & maxCodeLength
		c.counts[n]++
		c.symbols[c.used] = uint16(i)
		if n != 0 {
			c.used++
		}
	}
	c.counts[0] = 0
}

// sort orders the symbols by the length of their code, then by value, which is the order of canonical codes. It reports whether
// the code is complete.
func (c *code) sort(sorted *[maxSymbols]uint16, lengths []uint8) bool {
	var offsets [maxCodeLength + 1]uint16
	left, next := 1, uint16(0)
	for n := 1; n <= maxCodeLength; n++ {
		// Once there are too many codes this stays negative.
		left = left<<1 - int(c.counts[n])
		offsets[n] = next
		next += c.counts[n]
	}
	if left != 0 {
		return false
	}
	for _, symbol := range c.symbols[:c.used] {
		n := lengths[symbol] & maxCodeLength
		sorted[offsets[n]] = symbol
		offsets[n]++
	}
	return true
}

// tableBuilder walks through the codes in canonical order.
type tableBuilder struct {
	table []uint32
	root  int
	// code is the current code with its first bit lowest, as the input has it.
	code int
	// The current second table starts at start, is indexed by width bits, and belongs to the root entry prefix. The next one
	// starts at end.
	start, end, width, prefix int
	// counts holds, by length, how many codes there are, less those put into second tables.
	counts [maxCodeLength + 1]uint16
}

// advance goes to the next code of the same length: it adds one to a number written with its highest bit first. From the last code
// of a length it goes to 0, and there are no codes after that, as the code is complete.
func (b *tableBuilder) advance(length int) {
	high := bits.Len(uint(^b.code & (1<<length - 1)))
	if high == 0 {
		b.code = 0
		return
	}
	b.code = b.code&(1<<(high-1)-1) | 1<<(high-1)
}

// second enters the current code, which is longer than root, in a second table. It reports whether there is room, which there
// always is with litTableSize and distTableSize.
func (b *tableBuilder) second(symbol uint32, length int) bool {
	if prefix := b.code & (1<<b.root - 1); prefix != b.prefix {
		// All codes with this prefix follow directly. The table must be wide enough for the longest of them: as the code is
		// complete, that is where the codes not yet entered fill it.
		width := length - b.root
		for left := 1<<width - int(b.counts[length]); left > 0 && b.root+width < maxCodeLength; {
			width++
			left = left<<1 - int(b.counts[b.root+width])
		}
		b.prefix, b.width, b.start = prefix, width, b.end
		if b.end += 1 << width; b.end > len(b.table) {
			return false
		}
		b.table[prefix] = secondTable | uint32(b.start)<<16 | uint32(width)<<8 | uint32(b.root)
	}
	b.counts[length]--
	for i := b.code >> b.root; i < 1<<b.width; i += 1 << (length - b.root) {
		b.table[b.start+i] = symbol | uint32(length)
	}
	return true
}
