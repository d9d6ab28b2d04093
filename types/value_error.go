package types

import "strconv"

// maxErrorText is how many bytes of an unreadable value a [ValueError] quotes.
const maxErrorText = 64

// ValueError is the error of every brick of this package whose value has a form that the brick does not know. It
// works with errors.As through the errors of the decoder that called the brick.
type ValueError struct {
	// Want says what was to be read, with its article: "a snowflake".
	Want string
	// Text is the JSON text that was met instead, cut to its first 64 bytes. It is a copy.
	Text string
	// Length is the length of the whole text in bytes.
	Length int
	// Err is the cause where there is one, and nil otherwise.
	Err error
}

// Error gives what was wanted and the beginning of what was met, quoted, so that it never holds control characters.
func (e *ValueError) Error() string {
	s := "types: cannot read " + e.Want + " from " + strconv.Quote(e.Text)
	if e.Length > len(e.Text) {
		s += "… (" + strconv.Itoa(e.Length) + " bytes)"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause, or nil.
func (e *ValueError) Unwrap() error { return e.Err }

// unreadable is the error for data that is not want; it copies what it keeps.
func unreadable(want string, data []byte, cause error) *ValueError {
	return &ValueError{Want: want, Text: string(data[:min(len(data), maxErrorText)]), Length: len(data), Err: cause}
}
