package types

import (
	"encoding"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
)

type optionalState uint8

const (
	stateAbsent optionalState = iota
	stateNull
	stateValue
)

// Optional is a field with three states: absent, null, or a value. It stands only where the three differ in meaning:
// in partial updates, where an absent field is unchanged and a null one is cleared, and in what is sent.
//
// In a partial update T is the type that the field has in the whole object. It is a pointer for an object that may be
// missing there: such a field takes little room while it is absent. What is read as null is [Null] and never Some(nil),
// so that a pointer which Get returns for what was read can be used without a look at it; Some(nil) is written as null,
// and clears as null does.
//
// The zero Optional is absent. Fields of this type carry omitzero, so that an absent one is not written. Optional
// values are comparable where T is, those with pointers by the pointers.
type Optional[T any] struct {
	value T
	state optionalState
}

// Some returns an Optional with a value, which may be T's zero value.
func Some[T any](value T) Optional[T] { return Optional[T]{value, stateValue} }

// Null returns an Optional that is null.
func Null[T any]() Optional[T] { return Optional[T]{state: stateNull} }

// IsZero says whether o is absent. This is what omitzero asks.
func (o Optional[T]) IsZero() bool { return o.state == stateAbsent }

// IsPresent says whether o was sent at all, be it null or a value.
func (o Optional[T]) IsPresent() bool { return o.state != stateAbsent }

// IsNull says whether o was sent as null.
func (o Optional[T]) IsNull() bool { return o.state == stateNull }

// Get returns the value, and whether there is one: it is false, and the value T's zero value, if o is absent or null.
func (o Optional[T]) Get() (T, bool) { return o.value, o.state == stateValue }

// Or returns the value, or fallback if o is absent or null.
func (o Optional[T]) Or(fallback T) T {
	if o.state == stateValue {
		return o.value
	}
	return fallback
}

// Fill makes o a value, at first T's zero value whatever o was before, and returns a pointer to that value within o:
// what is written there is what Get returns from then on. It is [Some] for a large value that is made in place, without
// a copy. The pointer is for the time until o is assigned, decoded or filled again; a copy of o has a value of its own.
func (o *Optional[T]) Fill() *T {
	*o = Optional[T]{state: stateValue}
	return &o.value
}

// Apply carries a partial update out: an absent o leaves *field as it is, null sets it to T's zero value, and a value
// sets it to that value. It reports whether o was present.
func (o Optional[T]) Apply(field *T) bool {
	if o.state == stateAbsent {
		return false
	}
	*field = o.value
	return true
}

// UnmarshalJSON reads null as null and everything else as a value of T, with T's own UnmarshalJSON if it has one and
// as encoding/json does otherwise. On an error o is left as it was.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	data = trim(data)
	if isNull(data) {
		*o = Null[T]()
		return nil
	}
	before := *o
	*o = Optional[T]{state: stateValue}
	if err := decodeOptional(data, &o.value); err != nil {
		*o = before
		return err
	}
	return nil
}

// MarshalJSON writes the value, or null if there is none.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if o.state != stateValue {
		return []byte("null"), nil
	}
	switch p := any(&o.value).(type) {
	case *string:
		return encodeString(*p)
	case *bool:
		return strconv.AppendBool(nil, *p), nil
	case *int64:
		return strconv.AppendInt(nil, *p, 10), nil
	case json.Marshaler:
		return p.MarshalJSON()
	}
	return encode(&o.value)
}

// decodeOptional decodes data into *target. The cases before encoding/json are the ordinary values of the ordinary
// types; whatever is not ordinary is left to it, so that there is one meaning and one set of errors.
func decodeOptional(data []byte, target any) error {
	switch p := target.(type) {
	case json.Unmarshaler:
		return p.UnmarshalJSON(data)
	case encoding.TextUnmarshaler:
	case *string:
		if s, ok := text(data); ok {
			*p = string(s)
			return nil
		}
	case *int64:
		if n, ok := plainInt(data); ok {
			*p = n
			return nil
		}
	case *bool:
		if v := string(data); v == "true" || v == "false" {
			*p = v == "true"
			return nil
		}
	case *float64:
		if isNumber(data) {
			if f, err := strconv.ParseFloat(string(data), 64); err == nil {
				*p = f
				return nil
			}
		}
	default:
		if decodeKind(data, reflect.ValueOf(target).Elem()) {
			return nil
		}
	}
	return json.Unmarshal(data, target)
}

// decodeKind sets v, of a named type such as an enum's, from an ordinary literal.
func decodeKind(data []byte, v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Int64, reflect.Int:
		n, ok := plainInt(data)
		if ok && !v.OverflowInt(n) {
			v.SetInt(n)
			return true
		}
	case reflect.String:
		if s, ok := text(data); ok {
			v.SetString(string(s))
			return true
		}
	case reflect.Bool:
		if s := string(data); s == "true" || s == "false" {
			v.SetBool(s == "true")
			return true
		}
	}
	return false
}

// plainInt reads an integer as JSON writes it, without fraction, exponent or leading zeros.
func plainInt(data []byte) (int64, bool) {
	negative := len(data) > 0 && data[0] == '-'
	magnitude := data
	if negative {
		magnitude = data[1:]
	}
	n, ok := digits(magnitude)
	if !ok || n > math.MaxInt64 || magnitude[0] == '0' && len(magnitude) > 1 {
		return 0, false
	}
	return signed(n, negative)
}
