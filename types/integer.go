package types

// Integer is an integer that some server sends in another form: in quotes ("public_flags":"0"), with a point or an
// exponent, or as null. It is written as a plain integer.
type Integer int64

// UnmarshalJSON reads a number whose value is an integer of 64 bits, also in quotes; true and false as 1 and 0; null
// and "" as 0. It allocates nothing. On an error, a *[ValueError], i is left as it was.
func (i *Integer) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	switch string(trimmed) {
	case "null", `""`, "false":
		*i = 0
		return nil
	case "true":
		*i = 1
		return nil
	}
	n, ok := integral(bare(trimmed))
	if !ok {
		return unreadable("an integer", data, nil)
	}
	*i = Integer(n)
	return nil
}
