package types

// Nonce is what a client puts into a request to recognise the answer. Servers echo it; where the client sent an
// integer, or the server stores one, it comes back as an integer. "" is none. It is written as a string.
type Nonce string

// UnmarshalJSON reads a string, or a number, of which the digits are kept as sent; null is "". On an error, a
// *[ValueError], n is left as it was.
func (n *Nonce) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	if isNull(trimmed) {
		*n = ""
		return nil
	}
	if s, ok := text(trimmed); ok {
		*n = Nonce(s)
		return nil
	}
	if !isNumber(trimmed) {
		return unreadable("a nonce", data, nil)
	}
	*n = Nonce(trimmed)
	return nil
}
