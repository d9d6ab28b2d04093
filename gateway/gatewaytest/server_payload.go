package gatewaytest

import (
	"bytes"
	"encoding/json"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// incoming is what a client sent.
type incoming struct {
	Op   types.Opcode
	Data json.RawMessage // nil if there is no d
}

// payload reads a message. It is not ok if there is nothing to answer; the error is why the connection is closed.
func (p *Peer) payload(kind int, data []byte) (in incoming, ok bool, err error) {
	rules := &p.server.rules
	text := data
	if kind == websocket.BinaryMessage && !bytes.HasPrefix(data, []byte("{")) {
		if p.courier.asked.encoding != encodingETF || !isTerm(data) {
			return in, false, refuse(rules.malformed, "not the encoding that was asked for")
		}
		if text, err = textOf(data); err != nil {
			return in, false, refuse(rules.malformed, "a malformed term")
		}
	}
	if !json.Valid(text) {
		return in, false, refuse(rules.malformed, "malformed JSON")
	}
	var envelope map[string]json.RawMessage
	if json.Unmarshal(text, &envelope) != nil || envelope == nil {
		return in, false, refuse(rules.wrong, "not an object")
	}
	if json.Unmarshal(envelope["op"], &in.Op) != nil || isNull(envelope["op"]) {
		return in, false, refuse(rules.wrong, "no op")
	}
	in.Data = envelope["d"]
	if rules.strictKeys {
		if err := envelopeSchema.check(envelope); err != nil {
			return in, false, err
		}
		if !spacebarData(in.Data) {
			return in, false, refuse(rules.wrong, "d is neither an object, an array, a number nor null")
		}
	}
	return in, true, nil
}

// isNull says whether a value is absent or null.
func isNull(value json.RawMessage) bool {
	value = bytes.TrimSpace(value)
	return len(value) == 0 || string(value) == "null"
}

// startOf returns the first character of a value, which says of what kind it is, or 0.
func startOf(value json.RawMessage) byte {
	value = bytes.TrimSpace(value)
	if len(value) == 0 {
		return 0
	}
	return value[0]
}

// spacebarData says whether Spacebar takes a value as d: no boolean, and a string only if it is a number.
func spacebarData(d json.RawMessage) bool {
	switch startOf(d) {
	case 't', 'f':
		return false
	case '"':
		var s string
		var n json.Number
		return json.Unmarshal(d, &s) == nil && json.Unmarshal([]byte(s), &n) == nil
	}
	return true
}
