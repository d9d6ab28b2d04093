// Package etf translates between JSON text and the external term format of Erlang, version 131, the gateway's other encoding
// (https://www.erlang.org/doc/apps/erts/erl_ext_dist). A payload that arrives as a term becomes JSON and is then read like any other
// one; what is to be sent is encoded as JSON and becomes a term. So the same types serve both encodings.
//
//	text, err := etf.AppendJSON(buffer[:0], frame) // what arrived
//	frame, err := etf.Append(buffer[:0], text)     // what is to be sent
//
// Both functions append and allocate nothing but room in dst. They call themselves for nested containers, up to MaxDepth. They are
// safe for concurrent use.
//
// # From a term to JSON
//
//   - The atoms nil and null become null, true and false become booleans, every other atom a string. The two older kinds of atoms are
//     Latin-1.
//   - Integers of any of the four kinds become digits. One of more than MaxIntegerSize bytes is an error, because the time for a
//     conversion to decimal grows with the square of the size.
//   - A float that is integral and less than 2^64 away from zero becomes exactly its digits, without fraction and exponent: Spacebar
//     sends integers from 2^32 on as floats. Other floats are written as shortly as possible, with a fraction or an exponent, so that
//     digits alone are always exact. What is not finite is an error. The negative zero becomes -0.
//   - A binary becomes a string. Invalid UTF-8 is kept as it is, so that the reader of the JSON text refuses just the event that it
//     is part of, as it does when that came as JSON. There is one exception: a lone surrogate that was encoded as if it were a character
//     (three bytes, from 0xED 0xA0 0x80 on) becomes an escape like \ud83d, which is how the same server writes it in JSON.
//   - A list with a proper end, a tuple, and a string, which is how Erlang abbreviates lists of bytes, become arrays.
//   - A map becomes an object, in its order. Keys are binaries, atoms (by their names, nil too) or integers; any other key is an error.
//     Of a key that occurs twice both members are written: in JSON the last one counts.
//   - Everything else has no form in JSON and is an error, as is a compressed term, and anything behind the term.
//
// A length or a count that the rest of the input cannot fulfil is an error before anything is done with it. The text is at most
// six times as long as the term, and a few bytes.
//
// # From JSON to a term
//
//   - An object becomes a map whose keys are binaries, since servers refuse atoms; in its order, and with keys that occur twice, which
//     Erlang does not read.
//   - A string becomes a binary, its escapes resolved. A lone surrogate becomes U+FFFD, as encoding/json reads it, since no server
//     reads anything else there. Invalid UTF-8 is kept as it is.
//   - A number without fraction and exponent becomes the smallest kind of integer that holds it, up to MaxIntegerSize, with one
//     exception: what fits neither 32 bits with a sign nor 32 bits without becomes a float as long as that is exact, which is up to 2^53.
//     Moments in milliseconds are such numbers. Clients in JavaScript send them so, and Spacebar reads a larger big integer as a string.
//     -0 becomes a float. Other numbers become floats; one that is out of their range is an error.
//   - An array becomes a list, an empty one nil (which is Erlang's empty list, not the atom). The literals become the atoms nil, true and false.
//
// What is accepted is what encoding/json accepts, within the limits said.
package etf
