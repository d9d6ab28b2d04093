package types

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
