package types

import (
	"math/bits"
	"strconv"
	"strings"
)

// flagString returns the names of the bits that are set, lowest first and joined by "|", with all bits that have no
// name as one hexadecimal number at the end; "0" if none is set. The name of a bit stands in names at the bit's index.
func flagString(set uint64, names []string) string {
	if set == 0 {
		return "0"
	}
	var parts []string
	unnamed := uint64(0)
	for rest := set; rest != 0; rest &= rest - 1 {
		bit := rest & -rest
		if name := flagName(bit, names); name != "" {
			parts = append(parts, name)
		} else {
			unnamed |= bit
		}
	}
	if unnamed != 0 {
		parts = append(parts, "0x"+strconv.FormatUint(unnamed, 16))
	}
	return strings.Join(parts, "|")
}

// flagName returns the name of a single bit, or "".
func flagName(bit uint64, names []string) string {
	if i := bits.TrailingZeros64(bit); bits.OnesCount64(bit) == 1 && i < len(names) {
		return names[i]
	}
	return ""
}
