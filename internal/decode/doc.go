// Package decode has decoders of the events that are frequent or large, written by internal/gen for one type each:
// without reflection, and several times faster than a decoder for any type.
//
// A decoder here reads ordinary payloads only, and gives up on everything else: on malformed text, on a string that is
// not UTF-8, on a value of
// another type than its field has and no brick of package types accepts, on a number out of range, on a key that
// comes twice where that would merge two values. Whoever calls it then decodes the payload again, from the beginning
// and into a new value, with internal/json. So what an odd payload means is decided in one place; where a decoder of
// this package succeeds, its value is the one that internal/json gives.
//
// What is decoded owns its memory: nothing of it refers to the input.
//
// cursor.go walks over the text, skip.go over values that no field takes; string.go, number.go, moment.go read
// scalars, optional.go, list.go and map.go what is made of other values. The generated files hold the types.
package decode

import "errors"

// errOdd is the error of all decoders: the payload is not an ordinary one, which internal/json may read all the same.
var errOdd = errors.New("decode: not an ordinary payload")
