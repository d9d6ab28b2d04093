package gatewaytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// DifferenceKind says in which way two recordings differ.
type DifferenceKind string

// The kinds of differences. What is said of a and b is said of the first and the second recording.
const (
	DifferenceMissing  DifferenceKind = "missing"  // only a has it: a connection, a message, a key
	DifferenceAdded    DifferenceKind = "added"    // only b has it
	DifferenceType     DifferenceKind = "type"     // both have it, with different types
	DifferenceValue    DifferenceKind = "value"    // both have it, with different values
	DifferenceLength   DifferenceKind = "length"   // lists of different lengths; they are compared as far as both go
	DifferenceIdentity DifferenceKind = "identity" // an id stands where another one was before
)

// Difference is one thing in which two recordings differ.
type Difference struct {
	Connection string         // the connection's name in a; in b if a does not have it
	Message    int            // which message from the server it is, from 1, in a; in b if only b has it
	Event      string         // the event's name, the opcode as "op 10", "close", "client identifies", "unreadable" or "connection"
	Path       string         // where in the message, as in "d.guilds[0].name"; empty for all of it
	Kind       DifferenceKind // in which way
	A, B       string         // what stands there, as JSON or, of types, their names; empty where nothing does
}

// longestShown is how much of a value String shows, in bytes.
const longestShown = 100

// String says it in one line, such as
//
//	alice: message 2 READY: d.user.username: "alice" became "bob"
//
// Long values are shortened.
func (d Difference) String() string {
	var text strings.Builder
	text.WriteString(d.Connection + ": ")
	switch d.Event {
	case "connection", remarkAwait, remarkClose:
		text.WriteString(d.Event)
	default:
		fmt.Fprintf(&text, "message %d %s", d.Message, d.Event)
	}
	text.WriteString(": ")
	if d.Path != "" {
		text.WriteString(d.Path + ": ")
	}
	switch d.Kind {
	case DifferenceMissing, DifferenceAdded:
		text.WriteString(string(d.Kind))
		if shown := shorten(d.A + d.B); shown != "" {
			text.WriteString(" " + shown)
		}
	case DifferenceIdentity:
		text.WriteString(shorten(d.A) + " became " + shorten(d.B) + ", and one of them was paired otherwise before")
	default:
		if d.Kind != DifferenceValue {
			text.WriteString(string(d.Kind) + " ")
		}
		text.WriteString(shorten(d.A) + " became " + shorten(d.B))
	}
	return text.String()
}

func shorten(text string) string {
	if len(text) <= longestShown {
		return text
	}
	end := longestShown
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// valueText is a value as JSON; nothing of nil, which is what a remark without a value has.
func valueText(value any) string {
	if value == nil {
		return ""
	}
	return jsonText(value)
}

func jsonText(value any) string {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if enc.Encode(value) != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// decodeNumbers reads one JSON value; numbers keep their digits.
func decodeNumbers(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("something stands behind the value")
	}
	return value, nil
}
