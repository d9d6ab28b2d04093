// Package json is the one door to goccy/go-json, which decodes gateway events several times faster than encoding/json. Nothing else
// in this module imports it.
//
// # What it keeps of encoding/json
//
// Which texts are accepted, what is decoded from them and what is encoded are those of encoding/json. The tests compare the two,
// and say so for these in particular:
//
//   - Only white space may follow the value.
//   - Containers may nest 10,000 deep, in fields and in what no field takes just as well. One more is an error; the stack does not grow
//     with the input beyond that.
//   - Invalid UTF-8 in a string is accepted, each bad byte becoming U+FFFD. So does a lone surrogate like \ud83d. A RawMessage keeps
//     both as they are.
//   - A number that does not fit its field (an overflow, a fraction for an integer) is an error. In a RawMessage, a Number or in what no
//     field takes it may be of any size.
//   - Of a key that occurs twice the last one counts, merged into the first where it is a struct or a map.
//   - A key matches a field exactly or else whatever its case is, by Unicode's simple folding.
//   - null leaves numbers, strings, booleans and structs as they are, makes pointers, slices, maps and interfaces nil, is given to
//     UnmarshalJSON, and is not given to UnmarshalText.
//   - omitempty, omitzero with IsZero, string, and embedded structs mean the same. Maps are encoded in the order of their keys.
//
// # What differs
//
//   - After an error, what the destination holds is not what encoding/json would leave there. It means nothing: throw it away.
//   - Errors have other types and now and then other words; the path in one counts list elements. This package turns all into *Error.
//   - A panic of a method of the value, or of go-json itself, becomes an error.
package json

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	gojson "github.com/goccy/go-json"
)

// Error is the error of Unmarshal and Marshal.
type Error struct {
	// Path leads to the value that does not fit, with field names as in the JSON text and list indices, all separated by
	// dots. It is empty where it is not known: for malformed text, and for what methods of the value refuse.
	Path string
	// Offset is how many bytes had been read then, 0 if that is not known.
	Offset int64
	// Err is the cause: a *PanicError, what a method of the value returned, or an error of go-json.
	Err error
}

// Error implements error. The text begins with "json: ".
func (e *Error) Error() string {
	text := e.Err.Error()
	if strings.HasPrefix(text, "json: ") {
		return text
	}
	return "json: " + text
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// PanicError is a panic that Unmarshal or Marshal met.
type PanicError struct {
	// Value is what was given to panic.
	Value any
	// Stack is the stack of the goroutine, as runtime/debug prints it.
	Stack []byte
}

// Error implements error. It does not print the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the value if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Unmarshal decodes one JSON value into what v points to. It neither changes nor keeps data: nothing that was decoded refers to it,
// so its buffer can be used again at once. (UnmarshalJSON and UnmarshalText must copy what they keep, as their contracts say.) It does not panic. An error is always an *Error, after which the destination may be
// filled in part. It is safe for concurrent use.
//
// go-json copies data to a buffer of a pool, so a process holds as much memory as its largest input for each goroutine that
// decodes at the same time, until the garbage collector has emptied the pool.
func Unmarshal(data []byte, v any) (err error) {
	defer catch(&err)
	if err := gojson.Unmarshal(data, v); err != nil {
		return wrap(err)
	}
	return nil
}

// Marshal encodes v without white space. Unlike encoding/json's Marshal it leaves <, > and & as they are; U+2028 and U+2029 are
// escaped. A cycle of pointers is an error. It does not panic. An error is always an *Error. It is safe for concurrent use.
func Marshal(v any) (data []byte, err error) {
	defer catch(&err)
	data, err = gojson.MarshalWithOption(v, gojson.DisableHTMLEscape())
	if err != nil {
		return nil, wrap(err)
	}
	return data, nil
}

// Valid reports whether data is one JSON value, by the rules of Unmarshal.
func Valid(data []byte) bool { return gojson.Valid(data) }

// catch is to be deferred. It turns a panic into an error.
func catch(err *error) {
	if value := recover(); value != nil {
		*err = &Error{Err: &PanicError{Value: value, Stack: debug.Stack()}}
	}
}

// wrap makes an *Error of any error.
func wrap(err error) error {
	var (
		ours    *Error
		typeErr *gojson.UnmarshalTypeError
		syntax  *gojson.SyntaxError
	)
	switch {
	case errors.As(err, &ours):
		// A method of the value called this package.
		return &Error{Path: ours.Path, Err: err}
	case errors.As(err, &typeErr):
		return &Error{Path: typeErr.Field, Offset: typeErr.Offset, Err: err}
	case errors.As(err, &syntax):
		return &Error{Offset: syntax.Offset, Err: err}
	}
	return &Error{Err: err}
}
