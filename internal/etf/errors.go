package etf

import (
	"errors"
	"fmt"
)

const (
	// MaxDepth is how deep containers may nest, in both directions. Payloads of known servers stay below 20.
	MaxDepth = 512
	// MaxIntegerSize is how many bytes the magnitude of an integer may have, in both directions.
	MaxIntegerSize = 1024
)

// ErrTooDeep is what errors.Is finds in the error for containers that nest deeper than MaxDepth.
var ErrTooDeep = errors.New("etf: nested too deep")

const (
	reasonTooDeep  = "nested too deep"
	reasonTooLarge = "an integer that is too large"
)

// TermError says why AppendJSON refused a term.
type TermError struct {
	// Offset is where in the term it was noticed, in bytes. The byte with the version has offset 0.
	Offset int
	// Tag is the tag of the term, nested or not, that is wrong; 0 if it is none.
	Tag byte
	// Reason is a short English phrase. It never quotes the term, which may hold secrets.
	Reason string
}

// Error implements error.
func (e *TermError) Error() string {
	switch {
	case e.Tag == 0:
		return fmt.Sprintf("etf: term: %s (at byte %d)", e.Reason, e.Offset)
	case tagNames[e.Tag] == "":
		return fmt.Sprintf("etf: term: tag %d: %s (at byte %d)", e.Tag, e.Reason, e.Offset)
	}
	return fmt.Sprintf("etf: term: %s (tag %d): %s (at byte %d)", tagNames[e.Tag], e.Tag, e.Reason, e.Offset)
}

// Is says that the error is ErrTooDeep if it is for that reason.
func (e *TermError) Is(target error) bool { return target == ErrTooDeep && e.Reason == reasonTooDeep }

// TextError says why Append refused a JSON text.
type TextError struct {
	// Offset is where in the text it was noticed, in bytes.
	Offset int
	// Reason is a short English phrase. It never quotes the text, which may hold secrets.
	Reason string
}

// Error implements error.
func (e *TextError) Error() string {
	return fmt.Sprintf("etf: json: %s (at byte %d)", e.Reason, e.Offset)
}

// Is says that the error is ErrTooDeep if it is for that reason.
func (e *TextError) Is(target error) bool { return target == ErrTooDeep && e.Reason == reasonTooDeep }
