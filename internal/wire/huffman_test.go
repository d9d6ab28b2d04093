package wire

import (
	"math/rand/v2"
	"testing"
)

// tableSearch finds the largest table that a complete code can need.
type tableSearch struct {
	root int
	memo map[[4]int]int
}

// most returns how much second tables can grow from here: codes of length-1 bits and less are assigned; of the codes of the
// given length left are free, and must be used or extended with at most the given number of symbols; open entries of the
// current second table are free.
func (s *tableSearch) most(symbols, left, length, open int) int {
	if left > symbols {
		return -1 << 20
	}
	key := [4]int{symbols, left, length, open}
	if n, ok := s.memo[key]; ok {
		return n
	}
	width := 0
	if length > s.root {
		width = 1 << (length - s.root)
	}
	best, grown, free := -1<<20, 0, open
	for used := 0; used <= left; used++ {
		if used > 0 && width > 0 {
			if free == 0 {
				grown, free = grown+width, width
			}
			free--
		}
		switch {
		case used == left:
			best = max(best, grown)
		case length < maxCodeLength:
			next := grown
			if free > 0 {
				// The next length doubles a table that is not full.
				next += width
			}
			best = max(best, next+s.most(symbols-used, 2*(left-used), length+1, 2*free))
		}
	}
	s.memo[key] = best
	return best
}

func TestTableSizes(t *testing.T) {
	for _, tt := range []struct {
		name                string
		symbols, root, want int
	}{
		{"literals and lengths", maxLit, litRoot, litTableSize},
		{"distances", maxDist, distRoot, distTableSize},
	} {
		s := tableSearch{root: tt.root, memo: map[[4]int]int{}}
		if got := 1<<tt.root + s.most(tt.symbols, 2, 1, 0); got != tt.want {
			t.Errorf("%s: %d entries can be needed, the table has %d", tt.name, got, tt.want)
		}
	}
}

// randomLengths makes the lengths of a random complete code over n of size symbols.
func randomLengths(r *rand.Rand, n, size int) []uint8 {
	leaves := []uint8{0}
	for len(leaves) < n {
		i := r.IntN(len(leaves))
		if r.IntN(3) == 0 {
			i = len(leaves) - 1 // grow deep trees, too
		}
		if leaves[i] == maxCodeLength {
			continue
		}
		leaves[i]++
		leaves = append(leaves, leaves[i])
	}
	lengths := make([]uint8, size)
	for i, symbol := range r.Perm(size)[:n] {
		lengths[symbol] = leaves[i]
	}
	return lengths
}

// TestTableDecodes compares tables with the definition of canonical codes in RFC 1951, 3.2.2.
func TestTableDecodes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var table litTable
	for range 500 {
		lengths := randomLengths(r, 2+r.IntN(maxLit-1), maxLit)
		if !buildTable(table[:], litRoot, lengths, litSymbols[:]) {
			t.Fatalf("refused %v", lengths)
		}
		code := 0
		for length := uint8(1); length <= maxCodeLength; length++ {
			for symbol, n := range lengths {
				if n != length {
					continue
				}
				input := uint64(r.Uint32()) << length
				for i := range length {
					input |= uint64(code>>(length-1-i)&1) << i
				}
				if got, want := table.at(input), litSymbols[symbol]|uint32(length); got != want {
					t.Fatalf("code %0*b: entry %x, want %x", length, code, got, want)
				}
				code++
			}
			code <<= 1
		}
	}
}

func TestTableRefuses(t *testing.T) {
	var table distTable
	for _, tt := range []struct {
		name    string
		lengths []uint8
		want    bool
	}{
		{"complete", []uint8{1, 1}, true},
		{"one code of one bit", []uint8{0, 1}, true},
		{"no code", []uint8{0, 0}, true},
		{"one code of two bits", []uint8{0, 2}, false},
		{"incomplete", []uint8{2, 2, 2}, false},
		{"oversubscribed", []uint8{1, 1, 1}, false},
		{"oversubscribed deep down", []uint8{1, 2, 3, 15, 15, 3}, false},
		{"longest", []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15}, true},
	} {
		if got := buildTable(table[:], distRoot, tt.lengths, distSymbols[:]); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	// A code that is not there is no symbol.
	if !buildTable(table[:], distRoot, []uint8{0, 1}, distSymbols[:]) || table.at(1)&noCode == 0 || table.at(0)&noCode != 0 {
		t.Error("one code of one bit: wrong entries")
	}
}

// TestSymbolValues checks the first and the last value of each length and distance symbol (RFC 1951, 3.2.5).
func TestSymbolValues(t *testing.T) {
	value := func(e uint32) (base, top int) {
		base = int(e >> 16)
		return base, base + 1<<(e>>8&31) - 1
	}
	next := 3
	for i, e := range litSymbols[257:285] {
		base, top := value(e)
		if base != next {
			t.Errorf("length symbol %d starts at %d, want %d", 257+i, base, next)
		}
		next = top + 1
	}
	// The last symbol with extra bits could write 258 too, which has a symbol of its own.
	if base, top := value(litSymbols[285]); base != 258 || top != 258 || next != 259 {
		t.Errorf("symbol 285 is %d to %d, the one before ends at %d", base, top, next-1)
	}
	next = 1
	for i, e := range distSymbols[:maxDist] {
		base, top := value(e)
		if base != next {
			t.Errorf("distance symbol %d starts at %d, want %d", i, base, next)
		}
		next = top + 1
	}
	if next != windowSize+1 {
		t.Errorf("the largest distance is %d", next-1)
	}
}
