package types

import "strconv"

// enumString returns the name of a value of an enumeration, which stands in names at the value's index, and for a
// value without a name the type and the number: ChannelType(42).
func enumString(kind string, value int, names []string) string {
	if enumKnown(value, names) {
		return names[value]
	}
	return kind + "(" + strconv.Itoa(value) + ")"
}

// enumKnown says whether a value has a name.
func enumKnown(value int, names []string) bool {
	return value >= 0 && value < len(names) && names[value] != ""
}

// unmarshalNumber reads an integer, also in quotes, and null and "" as 0. Of flags it reads all 64 bits. On an error, a
// *[ValueError], *value is left as it was.
func unmarshalNumber[T ~int | ~uint64](data []byte, value *T) error {
	trimmed := trim(data)
	if isBlank(trimmed) {
		*value = 0
		return nil
	}
	magnitude, negative, ok := decimal(bare(trimmed))
	n := T(magnitude)
	if negative {
		n = -n
	}
	// What does not fit shows in the sign: an unsigned T has none, and the highest bit of a signed one is its sign.
	if !ok || n != 0 && (n < 0) != negative {
		return unreadable("a number", data, nil)
	}
	*value = n
	return nil
}
