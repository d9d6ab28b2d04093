package types

// PresentNull is a fact that is told by a key whose value is null, and denied by the key's absence: the tags of a
// role are `"premium_subscriber":null` for the role of boosters. Its fields carry omitzero, so that false is not
// written at all.
type PresentNull bool

// IsZero says whether the key is to be left out.
func (p PresentNull) IsZero() bool { return !bool(p) }

// UnmarshalJSON reads null as true, and true and false as themselves. On an error, a *[ValueError], p is left as it
// was. For an absent key it is not called, which leaves false.
func (p *PresentNull) UnmarshalJSON(data []byte) error {
	switch string(trim(data)) {
	case "null", "true":
		*p = true
	case "false":
		*p = false
	default:
		return unreadable("a null or a boolean", data, nil)
	}
	return nil
}

// MarshalJSON writes true as null. false, which omitzero keeps from being written, is false.
func (p PresentNull) MarshalJSON() ([]byte, error) {
	if p {
		return []byte("null"), nil
	}
	return []byte("false"), nil
}
