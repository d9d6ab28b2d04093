package json

import (
	"errors"

	gojson "github.com/goccy/go-json"
)

// Path returns where in the document the value is that an error of Unmarshal is about: the keys and indices
// to it, joined by dots. It is "" when the error does not tell.
func Path(err error) string {
	if mismatch, ok := errors.AsType[*gojson.UnmarshalTypeError](err); ok {
		return mismatch.Field
	}
	return ""
}
