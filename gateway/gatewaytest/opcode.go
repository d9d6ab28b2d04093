package gatewaytest

import (
	"bytes"
	"encoding/json"
)

// The opcodes a replay understands.
const (
	opDispatch     = 0
	opHeartbeat    = 1
	opIdentify     = 2
	opResume       = 6
	opHeartbeatAck = 11
	opQoSHeartbeat = 40
)

// heartbeatAck is the answer to a heartbeat, as Spacebar words it.
func heartbeatAck(encoding string) []byte {
	if encoding == encodingETF {
		return []byte("\x83t\x00\x00\x00\x02m\x00\x00\x00\x02opa\x0bm\x00\x00\x00\x01dt\x00\x00\x00\x00")
	}
	return []byte(`{"op":11,"d":{}}`)
}

// opcode returns a payload's op, or -1 if it has none.
func opcode(payload []byte, encoding string) int {
	if encoding == encodingETF {
		return etfOpcode(payload)
	}
	var envelope struct {
		Op *int `json:"op"`
	}
	if json.Unmarshal(payload, &envelope) != nil || envelope.Op == nil {
		return -1
	}
	return *envelope.Op
}

const (
	etfVersion      = 131
	etfSmallInteger = 'a'
)

// etfOpcode looks for the key op, as an atom or a binary, with a small integer behind it. It takes the first one in the
// payload: clients and servers write the envelope's op before its d.
func etfOpcode(payload []byte) int {
	if len(payload) == 0 || payload[0] != etfVersion {
		return -1
	}
	for i := 1; i+4 <= len(payload); i++ {
		n := bytes.Index(payload[i:], []byte{2, 'o', 'p', etfSmallInteger})
		if n < 0 {
			break
		}
		i += n
		if i+4 < len(payload) {
			return int(payload[i+4])
		}
	}
	return -1
}
