package types

import (
	"encoding/json"
	"errors"
	"slices"
)

// maxVariantDepth bounds how deep objects and arrays may be nested in a variant of a union that may contain others of
// its kind: about six times what a client can make. Each component in a component is a decode of its own, so that
// without a bound a hostile message of a few hundred kilobytes would take seconds.
const maxVariantDepth = 64

var errTooDeep = errors.New("nested too deeply")

// unmarshalVariant reads one of the structures of a union: empty makes, for an object, the one that it is decoded
// into. null gives nil. limit bounds the nesting; 0 leaves that to the decoder. On an error *target is left as it was.
func unmarshalVariant[V any](data []byte, target *V, noun string, limit int, empty func(object []byte) V) error {
	trimmed := trim(data)
	if isNull(trimmed) {
		var none V
		*target = none
		return nil
	}
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return unreadable(noun, data, nil)
	}
	if limit > 0 && deeperThan(trimmed, limit) {
		return unreadable(noun, data, errTooDeep)
	}
	variant := empty(trimmed)
	if err := json.Unmarshal(trimmed, variant); err != nil {
		return err
	}
	*target = variant
	return nil
}

// marshalVariant writes a variant, or null if there is none.
func marshalVariant(variant any) ([]byte, error) {
	if variant == nil {
		return []byte("null"), nil
	}
	return encode(variant)
}

// marshalUnknown writes what was kept of an object of an unknown kind; if that is nothing, an object with its
// discriminator alone.
func marshalUnknown(raw Raw, key string, kind any) ([]byte, error) {
	if raw.IsZero() {
		return encode(map[string]any{key: kind})
	}
	return raw, nil
}

// rawOf keeps the object of an unknown kind as JSON. What cannot be encoded, which only an invalid Raw within causes,
// gives nothing.
func rawOf(object any) Raw {
	raw, err := RawOf(object)
	if err != nil {
		return nil
	}
	return raw
}

// typed reads JSON that is raw in an object and has a shape in a variant of it. Absent JSON leaves target as it is.
func typed(raw Raw, target any) error {
	if raw.IsZero() {
		return nil
	}
	return json.Unmarshal(raw, target)
}

// numberOf reads a number of the object data without decoding the rest of it. It is false, with whatever number the
// value may stand for, if that is not an integer as JSON writes it.
func numberOf[T ~int](data []byte, key string) (T, bool) {
	value := peek(data, key)
	if n, ok := plainInt(value); ok {
		return T(n), true
	}
	var n Integer
	if value == nil || n.UnmarshalJSON(value) != nil {
		return 0, false
	}
	return T(n), false
}

// nameOf reads a string of the object data without decoding the rest of it; it is "" if that is absent or null, and
// false if it is anything else.
func nameOf[T ~string](data []byte, key string) (T, bool) {
	value := peek(data, key)
	if value == nil || isNull(value) {
		return "", true
	}
	name, ok := text(value)
	return T(name), ok
}

// isID says whether s has the form of a snowflake.
func isID(s string) bool {
	id, ok := digits([]byte(s))
	return ok && id != 0
}

// oneOf returns kind if it is first or one of others, and first if not.
func oneOf[T comparable](kind, first T, others ...T) T {
	if slices.Contains(others, kind) {
		return kind
	}
	return first
}
