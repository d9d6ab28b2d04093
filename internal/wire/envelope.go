// Package wire reads what comes out of a gateway's websocket, up to the point where the content of an event begins: Inflater undoes the
// transport compression zlib-stream, Scan reads the envelope of a payload.
package wire

import "fmt"

// Envelope is the outer object of one inbound gateway payload, {"op":…,"d":…,"s":…,"t":…} in any order, as it stands on the
// wire. Name and Data are parts of the scanned payload: they live as long as it does and must not be written to.
type Envelope struct {
	// Op is the opcode. An envelope without one is an error.
	Op int
	// Seq is the sequence number, meaningful only if HasSeq. Spacebar starts at 0.
	Seq int64
	// HasSeq is false when s is absent or null.
	HasSeq bool
	// Name is the value of t without its quotes, nil when t is absent or null. It is a part of the payload, unless it was
	// written with escapes: then it is a decoded copy. Invalid UTF-8 in it stays as it is.
	Name []byte
	// Data is the raw value of d without surrounding white space, nil when d is absent. A null d is the four bytes "null".
	// Its capacity ends where it does, so appending to it copies.
	Data []byte
}

// EnvelopeError says why a payload is no gateway envelope.
type EnvelopeError struct {
	// Offset is where in the payload it was noticed, in bytes.
	Offset int
	// Reason is a short English phrase. It never quotes the payload, which may hold secrets.
	Reason string
}

// Error implements error.
func (e *EnvelopeError) Error() string {
	return fmt.Sprintf("wire: envelope: %s (at byte %d)", e.Reason, e.Offset)
}

// MaxDepth is how deep containers may nest, the envelope's own object included, where Scan and Walk look into them. It is
// the limit of encoding/json.
const MaxDepth = 10000

// Scan reads the envelope of one payload without looking into d, so that its time does not depend on the size of d, and
// without allocating (but for an error and for a name written with escapes). It never panics.
//
// Keys may come in any order and are compared exactly: case-sensitively, after undoing escapes. Unknown keys are skipped. Of
// a key that occurs twice the last one counts. An error is always an *EnvelopeError, and the Envelope is empty then: the
// payload is not one JSON object, op is missing or no integer, s is neither an integer nor null, t is neither a string nor
// null. That the inside of d is malformed need not be noticed: the decoder of d does that.
//
// For every payload that is valid JSON, Scan says what Walk says, with one exception that no method can avoid which does not
// read all of d: if op, s, t and d are all there and a fifth member stands behind d whose value is a container of d's kind,
// as in {"op":0,"t":"X","s":1,"d":{},"x":{}}, then Data may run on to the end of that member. Such a Data is never valid JSON, so
// its decoder fails; and as long as the fifth member is not one of the four over again, the other fields are right. No known
// server sends such an envelope. Who fails to decode Data, or must have it exactly without decoding it, calls Walk.
//
// How d is stepped over, and why that is right, is explained in quick.go.
func Scan(payload []byte) (env Envelope, err error) {
	if quick(payload, &env) {
		return env, nil
	}
	return Walk(payload)
}

// Walk is Scan without its exception. It reads every byte of d for that, at about a nanosecond each.
func Walk(payload []byte) (Envelope, error) {
	w := walker{text: payload}
	if err := w.object(); err != nil {
		return Envelope{}, err
	}
	env, err := w.envelope()
	if err != nil {
		return Envelope{}, err
	}
	return env, nil
}
