package types

// applyPointer carries a field of a partial update out where the entity holds a pointer: an absent field leaves it, null
// makes it nil, and a value gets memory of its own, so that neither the update nor what the pointer referred to before
// is written to.
func applyPointer[T any](field Optional[T], to **T) {
	switch field.state {
	case stateNull:
		*to = nil
	case stateValue:
		value := field.value
		*to = &value
	}
}

// applyRaw carries a field without a documented shape out: an absent field leaves *to, null makes it absent.
func applyRaw(field Raw, to *Raw) {
	switch {
	case field.IsZero():
	case field.IsNull():
		*to = nil
	default:
		*to = field
	}
}
