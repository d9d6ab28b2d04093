package gatewaytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/chorus-go/chorus/types"
)

// Outgoing is a message on its way to a client, as faults see it.
type Outgoing struct {
	Op    types.Opcode    // the opcode
	Event string          // the name of a dispatch, empty of all else
	Seq   int64           // s, if HasSeq
	Data  json.RawMessage // d; nil if there is none. It is read-only

	// HasSeq says whether the message has a sequence number.
	HasSeq bool

	payload any    // of a dispatch, what Data is made from when the message is written
	raw     []byte // of Peer.Send, the whole payload
	counts  bool   // of Spacebar, whether it takes a number of the connection
	do      order  // what is no message
	code    int    // of closing
	reason  string
}

// order is what a writer does beside sending messages.
type order int

const (
	orderSend order = iota
	orderFrame
	orderClose
	orderCut
	orderHalfClose
	orderCompress
)

// unnumbered are the dispatches that Spacebar sends without a sequence.
var unnumbered = map[string]bool{"CHANNEL_INFO": true, "CHANNEL_STATUSES": true}

// complete fills in what only the writer knows: the sequence of Spacebar, and the payload, which is encoded here so that
// nobody who dispatches waits for it.
func (p *Peer) complete(m *Outgoing) error {
	if m.payload != nil {
		data, err := encodePayload(m.payload)
		if err != nil {
			return fmt.Errorf("gatewaytest: %s: %w", m.Event, err)
		}
		m.Data, m.payload = data, nil
	}
	if p.server.options.Profile == Spacebar {
		m.Data = withoutKeys(m.Data)
		if m.HasSeq = m.counts && !unnumbered[m.Event]; m.HasSeq {
			m.Seq = p.sequence
			p.sequence++
		}
	}
	return nil
}

// encodePayload makes JSON of a payload, without escaping for HTML.
func encodePayload(payload any) (json.RawMessage, error) {
	switch p := payload.(type) {
	case json.RawMessage:
		return p, nil
	case []byte:
		return p, nil
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(payload); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// envelope writes a message with the keys, and in their order, that the profile has.
func (m *Outgoing) envelope(profile Profile) []byte {
	if m.raw != nil {
		return m.raw
	}
	b := make([]byte, 0, len(m.Data)+len(m.Event)+48)
	seq := "null"
	if m.HasSeq {
		seq = strconv.FormatInt(m.Seq, 10)
	}
	if profile == Discord {
		name, data := "null", []byte("null")
		if m.Event != "" {
			name = strconv.Quote(m.Event)
		}
		if m.Data != nil {
			data = m.Data
		}
		b = fmt.Appendf(b, `{"t":%s,"s":%s,"op":%d,"d":`, name, seq, m.Op)
		return append(append(b, data...), '}')
	}
	b = fmt.Appendf(b, `{"op":%d`, m.Op)
	if m.Event != "" {
		b = fmt.Appendf(b, `,"t":%q`, m.Event)
	}
	if m.HasSeq {
		b = append(append(b, `,"s":`...), seq...)
	}
	if m.Data != nil {
		b = append(append(b, `,"d":`...), m.Data...)
	}
	return append(b, '}')
}
