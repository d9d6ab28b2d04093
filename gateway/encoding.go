package gateway

import (
	"fmt"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/etf"
)

// Encoding is how payloads are written, in both directions.
type Encoding uint8

// The encodings. The zero value is JSON. Everything that is observed is the same with either: a term is translated to
// JSON when it arrives, so raw bytes are JSON too.
//
// Source: https://docs.discord.food/topics/gateway#encoding-and-compression
const (
	JSON Encoding = iota // encoding=json
	ETF                  // encoding=etf, the external term format of Erlang; it knows no PayloadZlib
)

// String returns the value of the URL's encoding parameter.
func (e Encoding) String() string {
	switch e {
	case JSON:
		return "json"
	case ETF:
		return "etf"
	}
	return fmt.Sprintf("Encoding(%d)", uint8(e))
}

// form is what the frames of a connection have to be like.
type form struct {
	encoding Encoding
	maxFrame int
}

func (o *Options) form() form { return form{encoding: o.Encoding, maxFrame: o.MaxFrame} }

// frame makes a frame of a payload.
func (f form) frame(payload []byte) ([]byte, error) {
	if f.encoding != ETF {
		return payload, nil
	}
	return etf.Append(make([]byte, 0, len(payload)), payload)
}

// kind is that of a websocket message.
func (e Encoding) kind() int {
	if e == ETF {
		return websocket.BinaryMessage
	}
	return websocket.TextMessage
}

// text returns the JSON of a payload that arrived. A term is translated into buffer, which is returned grown.
func (e Encoding) text(buffer, payload []byte) (text, grown []byte, err error) {
	if e != ETF || len(payload) > 0 && payload[0] == '{' {
		return payload, buffer, nil
	}
	buffer, err = etf.AppendJSON(buffer[:0], payload)
	return buffer, buffer, err
}
