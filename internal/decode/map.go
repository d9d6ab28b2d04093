package decode

import (
	"strconv"
	"unicode/utf8"

	"github.com/chorus-go/chorus/types"
)

// table reads an object as a map; null is nil. A map that is there already is odd, as is a key that its type cannot
// read.
func table[K comparable, V any](c *cursor, v *map[K]V, key func([]byte) (K, bool), value func(*cursor, *V)) {
	if c.null() {
		*v = nil
		return
	}
	if *v != nil {
		c.fail()
		return
	}
	*v = map[K]V{}
	for name, more := c.object(); more; name, more = c.next() {
		k, ok := key(name)
		if _, twice := (*v)[k]; !ok || twice {
			c.fail()
			return
		}
		element := new(V)
		value(c, element)
		(*v)[k] = *element
	}
}

// textKey reads a key that is a string without escapes; it is copied.
func textKey[K ~string](name []byte) (K, bool) {
	return K(name), plainEnd(name, 0) == len(name) && utf8.Valid(name)
}

// integerKey reads a key that is an integer as JSON writes one.
func integerKey[K ~int | ~int64](name []byte) (K, bool) {
	n, err := strconv.ParseInt(string(name), 10, 64)
	return K(n), err == nil && strconv.FormatInt(n, 10) == string(name)
}

// snowflakeKey reads a key that is an id.
func snowflakeKey(name []byte) (types.Snowflake, bool) {
	var id types.Snowflake
	err := id.UnmarshalText(name)
	return id, err == nil
}
