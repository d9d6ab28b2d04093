package types

import "encoding/json"

// Versioned is a list that comes with a version where the client asked for one by a capability, and always from
// Spacebar: read_state and user_guild_settings in READY. Without, it comes as a bare array.
type Versioned[T any] struct {
	// Entries are the list's elements.
	Entries []T
	// Partial says that Entries are only those that changed since the version which the client named in Identify.
	Partial bool
	// Version is the version of the list; 0 if the list came as a bare array.
	Version int64
}

// versionedObject is the form on the wire.
type versionedObject[T any] struct {
	Entries []T     `json:"entries"`
	Partial Boolean `json:"partial"`
	Version Integer `json:"version"`
}

// UnmarshalJSON reads the object with entries, partial and version, or a bare array, which is a complete list of
// version 0; null is the zero value. On an error v is left as it was.
func (v *Versioned[T]) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	var read versionedObject[T]
	switch {
	case isNull(trimmed):
	case len(trimmed) > 0 && trimmed[0] == '{':
		if err := json.Unmarshal(trimmed, &read); err != nil {
			return err
		}
	case len(trimmed) > 0 && trimmed[0] == '[':
		if err := json.Unmarshal(trimmed, &read.Entries); err != nil {
			return err
		}
	default:
		return unreadable("a versioned list", data, nil)
	}
	*v = Versioned[T]{Entries: read.Entries, Partial: bool(read.Partial), Version: int64(read.Version)}
	return nil
}

// MarshalJSON writes the object with entries, partial and version. nil entries are the empty array.
func (v Versioned[T]) MarshalJSON() ([]byte, error) {
	out := versionedObject[T]{Entries: v.Entries, Partial: Boolean(v.Partial), Version: Integer(v.Version)}
	if out.Entries == nil {
		out.Entries = []T{}
	}
	return encode(out)
}
