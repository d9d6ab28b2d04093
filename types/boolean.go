package types

// Boolean is a boolean that some server sends in another form, as Spacebar "show_activity":0. It is written as a
// plain boolean.
type Boolean bool

// UnmarshalJSON reads true, false, 1, 0, each also in quotes, and null and "", which are false. It allocates nothing.
// On an error, a *[ValueError], b is left as it was.
func (b *Boolean) UnmarshalJSON(data []byte) error {
	value, ok := readBoolean(trim(data))
	if !ok {
		return unreadable("a boolean", data, nil)
	}
	*b = Boolean(value)
	return nil
}

func readBoolean(trimmed []byte) (value, ok bool) {
	if isBlank(trimmed) {
		return false, true
	}
	bared := bare(trimmed)
	switch string(bared) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	n, ok := integral(bared)
	return n == 1, ok && (n == 0 || n == 1)
}
