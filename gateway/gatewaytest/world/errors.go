package world

import (
	"errors"
	"fmt"
)

// ErrForbidden is what a [ForbiddenError] is, in the sense of errors.Is: somebody may not do or see something.
var ErrForbidden = errors.New("world: forbidden")

// ErrNotFound is what a [NotFoundError] is, in the sense of errors.Is: there is nothing with that id.
var ErrNotFound = errors.New("world: not found")

// ErrNotAttached is the error of what is asked for a session that is not attached, or not any longer.
var ErrNotAttached = errors.New("world: the session is not attached")

// ErrConflict is the error of an edit whose function has been called a thousand times, and whose change met each time
// with another change of the same field. It is what a function gets that itself makes the world change that field to
// something new. Nothing has changed.
var ErrConflict = errors.New("world: others change what the edit changes each time")

// NotFoundError says that there is nothing of a kind with an id.
type NotFoundError struct {
	Kind string // such as "user", "guild", "member", "channel", "message"
	ID   string // what was asked for
}

// Error says what is not there.
func (e *NotFoundError) Error() string { return "world: no such " + e.Kind + ": " + e.ID }

// Is says that it is ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// ForbiddenError says that somebody may not do what was asked. Nothing has changed.
type ForbiddenError struct {
	Action string // what was to be done, such as "send a message"
	Reason string // why not
}

// Error says what is forbidden and why.
func (e *ForbiddenError) Error() string { return "world: may not " + e.Action + ": " + e.Reason }

// Is says that it is ErrForbidden.
func (e *ForbiddenError) Is(target error) bool { return target == ErrForbidden }

// InputError says that a request makes no sense, whoever makes it. Nothing has changed.
type InputError struct {
	Field  string // the field of the request, as on the wire
	Reason string // what is wrong with it
}

// Error names the field.
func (e *InputError) Error() string { return "world: " + e.Field + ": " + e.Reason }

// missing returns a NotFoundError.
func missing(kind string, id fmt.Stringer) error { return &NotFoundError{Kind: kind, ID: id.String()} }

// forbidden returns a ForbiddenError.
func forbidden(action, reason string) error { return &ForbiddenError{Action: action, Reason: reason} }

// wrong returns an InputError.
func wrong(field, reason string) error { return &InputError{Field: field, Reason: reason} }
