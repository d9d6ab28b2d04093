package types

import "strconv"

// Scalar is a JSON value whose type varies: a string here, an integer there, a boolean or null elsewhere (audit log
// values, the values of command options, the ids of poll answers). It keeps exactly what was sent, integers of any
// size included, and writes the same bytes.
//
// The zero Scalar is an absent value and is written as null. An object or array sent in the place of a scalar is kept
// too; only [Scalar.JSON] gives it. Scalars are comparable, by their JSON text.
type Scalar struct{ json string }

// StringScalar returns s as a scalar. Invalid UTF-8 becomes U+FFFD.
func StringScalar(s string) Scalar {
	b, _ := encodeString(s) // cannot fail: every string has a JSON form
	return Scalar{string(b)}
}

// IntScalar returns n as a scalar.
func IntScalar(n int64) Scalar { return Scalar{strconv.FormatInt(n, 10)} }

// FloatScalar returns f as a scalar. What JSON has no number for, NaN and the infinities, gives null.
func FloatScalar(f float64) Scalar {
	b, err := encode(f)
	if err != nil {
		return Scalar{"null"}
	}
	return Scalar{string(b)}
}

// BoolScalar returns b as a scalar.
func BoolScalar(b bool) Scalar { return Scalar{strconv.FormatBool(b)} }

// SnowflakeScalar returns id as a scalar: a string, or null for no id.
func SnowflakeScalar(id Snowflake) Scalar {
	if id == 0 {
		return Scalar{"null"}
	}
	return Scalar{`"` + id.String() + `"`}
}

// IsZero says whether there is no value at all.
func (s Scalar) IsZero() bool { return s.json == "" }

// IsNull says whether s is absent or null.
func (s Scalar) IsNull() bool { return s.json == "" || s.json == "null" }

// IsString says whether s was sent as a string.
func (s Scalar) IsString() bool { return s.json != "" && s.json[0] == '"' }

// JSON returns the value as it was sent, "null" for an absent one.
func (s Scalar) JSON() string {
	if s.json == "" {
		return "null"
	}
	return s.json
}

// String returns the content of a string, "" for null, and the JSON text of everything else.
func (s Scalar) String() string {
	if s.IsNull() {
		return ""
	}
	if s.IsString() {
		if content, ok := text([]byte(s.json)); ok {
			return string(content)
		}
	}
	return s.json
}

// Int64 returns a number, or a string of a number, whose value is an integer of 64 bits.
func (s Scalar) Int64() (int64, bool) { return integral(bare([]byte(s.json))) }

// Float64 returns a number, or a string of a number, rounded to the nearest float64.
func (s Scalar) Float64() (float64, bool) {
	b := bare([]byte(s.json))
	if !isNumber(b) {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil
}

// Bool returns a boolean in one of the forms of [Boolean] except null and "".
func (s Scalar) Bool() (bool, bool) {
	b := []byte(s.json)
	if len(b) == 0 || isBlank(b) {
		return false, false
	}
	return readBoolean(b)
}

// Snowflake returns an id, sent as a string or as a number. It is false for 0, which is no id.
func (s Scalar) Snowflake() (Snowflake, bool) {
	var id Snowflake
	err := id.UnmarshalJSON([]byte(s.JSON()))
	return id, err == nil && id != 0
}

// UnmarshalJSON keeps a copy of data. It never fails on JSON.
func (s *Scalar) UnmarshalJSON(data []byte) error {
	s.json = string(trim(data))
	return nil
}

// MarshalJSON writes what was sent, and null for an absent value.
func (s Scalar) MarshalJSON() ([]byte, error) { return []byte(s.JSON()), nil }
