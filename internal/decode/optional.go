package decode

import "github.com/chorus-go/chorus/types"

// optionalText reads a string or null.
func optionalText[T ~string](c *cursor, v *types.Optional[T]) {
	s, ok := c.text()
	if !ok {
		*v = types.Null[T]()
		return
	}
	*v = types.Some(T(s))
}

// optionalInteger reads an integer with a sign or null.
func optionalInteger[T ~int | ~int64](c *cursor, v *types.Optional[T]) {
	if c.null() {
		*v = types.Null[T]()
		return
	}
	var n T
	integer(c, &n)
	*v = types.Some(n)
}

// optionalUnsigned reads an integer without a sign or null.
func optionalUnsigned[T ~uint64](c *cursor, v *types.Optional[T]) {
	if c.null() {
		*v = types.Null[T]()
		return
	}
	var n T
	unsigned(c, &n)
	*v = types.Some(n)
}
