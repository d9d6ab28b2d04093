package recording

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Direction says which side sent a frame.
type Direction string

// The two directions, as the client sees them.
const (
	In  Direction = "in"  // from the server
	Out Direction = "out" // from the client
)

// Kind is the type of a line. A reader passes kinds it does not know through.
type Kind string

// The kinds of lines.
const (
	Open   Kind = "open"   // the connection was dialled; the data is the URL
	Text   Kind = "text"   // a text frame
	Binary Kind = "binary" // a binary frame
	Close  Kind = "close"  // a close frame
)

// Record is one line of a recording.
type Record struct {
	Time   time.Duration // since the recording began; the file keeps microseconds
	Conn   string        // which connection
	Dir    Direction     // who sent it
	Kind   Kind          // what it is
	Data   []byte        // the payload of a frame, or the URL of an open line; byte for byte what crossed the socket
	Code   int           // of a close line; 0 if the close frame had no code
	Reason string        // of a close line
}

// line is a Record as JSON. Pointers tell an absent payload from an empty one.
type line struct {
	Millis float64   `json:"t_ms"`
	Conn   string    `json:"conn"`
	Dir    Direction `json:"dir"`
	Kind   Kind      `json:"type"`
	Text   *string   `json:"text"`
	Base64 *string   `json:"b64"`
	Code   int       `json:"close_code"`
	Reason string    `json:"reason"`
}

// parse reads one line. Its errors have no prefix: the Reader adds the package and the line's number.
func parse(data []byte) (Record, error) {
	var l line
	if err := json.Unmarshal(data, &l); err != nil {
		return Record{}, err
	}
	if l.Conn == "" {
		return Record{}, errors.New("conn is missing")
	}
	if l.Dir != In && l.Dir != Out {
		return Record{}, fmt.Errorf("dir is %q, not in or out", l.Dir)
	}
	if l.Kind == "" {
		return Record{}, errors.New("type is missing")
	}
	r := Record{
		Time: time.Duration(l.Millis * float64(time.Millisecond)).Round(time.Microsecond),
		Conn: l.Conn, Dir: l.Dir, Kind: l.Kind, Code: l.Code, Reason: l.Reason,
	}
	switch {
	case l.Base64 != nil:
		raw, err := base64.StdEncoding.DecodeString(*l.Base64)
		if err != nil {
			return Record{}, fmt.Errorf("b64: %w", err)
		}
		r.Data = raw
	case l.Text != nil:
		r.Data = []byte(*l.Text)
	case l.Kind == Text || l.Kind == Binary || l.Kind == Open:
		return Record{}, fmt.Errorf("a line of type %s without text or b64", l.Kind)
	}
	return r, nil
}

// Append appends the record to dst as one line, the newline included, and returns the extended slice. It redacts nothing.
func (r Record) Append(dst []byte) []byte {
	return append(appendTime(dst, r.Time), r.tail()...)
}

// appendTime writes the beginning of a line: a Writer knows the time last, when it has the lock.
func appendTime(dst []byte, at time.Duration) []byte {
	dst = append(dst, `{"t_ms":`...)
	return strconv.AppendFloat(dst, float64(at.Microseconds())/1000, 'f', -1, 64)
}

// tail is the line behind its time.
func (r Record) tail() []byte {
	dst := make([]byte, 0, len(r.Data)+len(r.Data)/4+96)
	dst = appendString(append(dst, `,"conn":`...), r.Conn)
	dst = appendString(append(dst, `,"dir":`...), string(r.Dir))
	dst = appendString(append(dst, `,"type":`...), string(r.Kind))
	switch {
	case r.Kind == Close:
		dst = strconv.AppendInt(append(dst, `,"close_code":`...), int64(r.Code), 10)
		if r.Reason != "" {
			dst = appendString(append(dst, `,"reason":`...), r.Reason)
		}
	case r.Kind == Binary || !utf8.Valid(r.Data):
		dst = append(dst, `,"b64":"`...)
		dst = base64.StdEncoding.AppendEncode(dst, r.Data)
		dst = append(dst, '"')
	default:
		dst = appendString(append(dst, `,"text":`...), string(r.Data))
	}
	return append(dst, '}', '\n')
}

// appendString quotes s and escapes what JSON demands and nothing else: payloads are long, and full of quotes.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	dst = append(dst, '"')
	plain := 0 // where the bytes begin that are not copied yet
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[plain:i]...)
		plain = i + 1
		if c < ' ' {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		} else {
			dst = append(dst, '\\', c)
		}
	}
	return append(append(dst, s[plain:]...), '"')
}
