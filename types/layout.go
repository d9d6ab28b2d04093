package types

import "encoding/json"

// hashedField is a field of a structure that is sent as pairs: the murmur3 hash of its name, and where it goes.
type hashedField struct {
	hash  uint32
	value any
}

// unmarshalPositional reads an array whose elements are the values of fields in their order; what is missing at its
// end, or too much, is ignored. Everything but an array is decoded into object.
func unmarshalPositional(data []byte, object any, fields ...any) error {
	data = trim(data)
	if len(data) == 0 || data[0] != '[' {
		return json.Unmarshal(data, object)
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(data, &elements); err != nil {
		return err
	}
	for i := range min(len(elements), len(fields)) {
		if err := json.Unmarshal(elements[i], fields[i]); err != nil {
			return err
		}
	}
	return nil
}

// unmarshalHashed reads an array of pairs of a field's hash and its value; a hash of no field is ignored. Everything
// but an array is decoded into object.
func unmarshalHashed(data []byte, object any, fields ...hashedField) error {
	data = trim(data)
	if len(data) == 0 || data[0] != '[' {
		return json.Unmarshal(data, object)
	}
	var pairs [][2]json.RawMessage
	if err := json.Unmarshal(data, &pairs); err != nil {
		return err
	}
	for _, pair := range pairs {
		var hash Integer
		if hash.UnmarshalJSON(pair[0]) != nil {
			continue
		}
		for _, field := range fields {
			if int64(field.hash) != int64(hash) {
				continue
			}
			if err := json.Unmarshal(pair[1], field.value); err != nil {
				return err
			}
		}
	}
	return nil
}
