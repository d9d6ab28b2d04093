package gatewaytest

import (
	"encoding/json"

	"github.com/chorus-go/chorus/internal/etf"
)

// The opcodes a replay understands.
const (
	opDispatch     = 0
	opHeartbeat    = 1
	opIdentify     = 2
	opResume       = 6
	opHello        = 10
	opHeartbeatAck = 11
	opQoSHeartbeat = 40
)

// heartbeatAck is the answer to a heartbeat, as Spacebar words it.
const heartbeatAck = `{"op":11,"d":{}}`

// request is what a player reacts to.
type request struct {
	op       int
	compress bool // of an Identify: whether it asks for compressed payloads
}

// requestOf reads what a client sends. Servers take JSON from a client whose encoding is ETF too.
func requestOf(frame []byte) request {
	text, _ := textOf(frame)
	var envelope struct {
		Op *int            `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if json.Unmarshal(text, &envelope) != nil || envelope.Op == nil {
		return request{op: -1}
	}
	r := request{op: *envelope.Op}
	if r.op == opIdentify {
		var identify struct {
			Compress bool `json:"compress"`
		}
		r.compress = json.Unmarshal(envelope.D, &identify) == nil && identify.Compress
	}
	return r
}

// opcode returns the op of a payload in JSON, or -1 if it has none.
func opcode(text []byte) int {
	var envelope struct {
		Op *int `json:"op"`
	}
	if json.Unmarshal(text, &envelope) != nil || envelope.Op == nil {
		return -1
	}
	return *envelope.Op
}

// etfVersion is the first byte of every term.
const etfVersion = 131

func isTerm(payload []byte) bool { return len(payload) > 0 && payload[0] == etfVersion }

// textOf returns a payload as JSON.
func textOf(payload []byte) ([]byte, error) {
	if !isTerm(payload) {
		return payload, nil
	}
	return etf.AppendJSON(nil, payload)
}

// encoded returns a payload in an encoding, whichever it is in.
func encoded(payload []byte, encoding string) ([]byte, error) {
	switch {
	case encoding == encodingETF && !isTerm(payload):
		return etf.Append(nil, payload)
	case encoding == encodingJSON:
		return textOf(payload)
	}
	return payload, nil
}
