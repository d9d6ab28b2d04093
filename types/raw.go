package types

import "encoding/json"

// Raw is JSON kept as it was sent, for what has no documented shape. nil is an absent value; a null that was sent is
// the four bytes null. It owns its bytes: nothing else of the payload is kept alive by it.
type Raw []byte

// RawOf encodes v. It fails where encoding/json does.
func RawOf(v any) (Raw, error) { return encode(v) }

// IsZero says whether there is no value at all.
func (r Raw) IsZero() bool { return len(r) == 0 }

// IsNull says whether r is absent or null.
func (r Raw) IsNull() bool { return len(r) == 0 || isNull(trim(r)) }

// String returns the JSON text, "null" for an absent value.
func (r Raw) String() string {
	if len(r) == 0 {
		return "null"
	}
	return string(r)
}

// Decode decodes r into v with encoding/json. An absent value decodes as null: it sets a pointer, a slice or a map to
// nil and leaves other values as they are.
func (r Raw) Decode(v any) error {
	if len(r) == 0 {
		return json.Unmarshal([]byte("null"), v)
	}
	return json.Unmarshal(r, v)
}

// UnmarshalJSON copies data, without the white space around it.
func (r *Raw) UnmarshalJSON(data []byte) error {
	data = trim(data)
	*r = append(make(Raw, 0, len(data)), data...)
	return nil
}

// MarshalJSON returns r itself, and null if there is no value. Whether r is valid JSON is checked by the encoder.
func (r Raw) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	return r, nil
}
