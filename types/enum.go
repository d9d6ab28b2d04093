package types

import "strconv"

// enumString returns the name of a value of an enumeration, which stands in names at the value's index, and for a
// value without a name the type and the number: ChannelType(42).
func enumString(kind string, value int, names []string) string {
	if value >= 0 && value < len(names) && names[value] != "" {
		return names[value]
	}
	return kind + "(" + strconv.Itoa(value) + ")"
}

// unmarshalNumber reads an integer, also in quotes, and null and "" as 0. On an error *value is left as it was.
func unmarshalNumber[T ~int | ~uint64](data []byte, value *T) error {
	var n Integer
	if err := n.UnmarshalJSON(data); err != nil {
		return err
	}
	*value = T(n)
	return nil
}
