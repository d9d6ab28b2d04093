package gatewaytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/internal/etf"
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

	source pubsub.Event // of a dispatch, what Data is made from when it is written; no Payload if there is none
	raw    []byte       // of Peer.Send, the whole payload
	counts bool         // of Spacebar, whether it takes a number of the connection
	do     order        // what is no message
	code   int          // of closing
	reason string
	size   int64 // what it counts in the outbox
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

// wireForm and termForm are the forms of a payload that all recipients of an event share.
type (
	wireForm struct{} // in JSON, as clients of Spacebar get it
	termForm struct{} // as a term
)

// complete fills in what only the writer knows: the sequence of Spacebar, and the payload, which is encoded here so
// that nobody who dispatches waits for it. Of an event that many get it is encoded by the first writer alone.
func (p *Peer) complete(m *Outgoing) error {
	spacebar := p.server.options.Profile == Spacebar
	switch {
	case m.source.Payload == nil && spacebar:
		m.Data = withoutKeys(m.Data)
	case m.source.Payload != nil:
		data, err := m.data(spacebar)
		if err != nil {
			return fmt.Errorf("gatewaytest: %s: %w", m.Event, err)
		}
		m.Data = data
	}
	if !spacebar {
		return nil
	}
	if m.HasSeq = m.counts && !unnumbered[m.Event]; m.HasSeq {
		m.Seq = p.sequence
		p.sequence++
	}
	return nil
}

// data returns the payload of a dispatch in JSON.
func (m *Outgoing) data(spacebar bool) (json.RawMessage, error) {
	if !spacebar {
		return m.source.JSON()
	}
	data, err := m.source.Derive(wireForm{}, func(data json.RawMessage) any {
		return json.RawMessage(withoutKeys(data))
	})
	if err != nil {
		return nil, err
	}
	return data.(json.RawMessage), nil
}

// encodePayload makes JSON of a payload, without escaping for HTML.
func encodePayload(payload any) (json.RawMessage, error) {
	return pubsub.Event{Payload: payload}.JSON()
}

// payload appends the message in an encoding. What cannot be translated, because it is broken on purpose, stays as it
// is.
func (m *Outgoing) payload(b []byte, profile Profile, encoding string) []byte {
	switch {
	case m.raw != nil:
		payload, err := encoded(m.raw, encoding)
		if err != nil {
			payload = m.raw
		}
		return append(b, payload...)
	case encoding != encodingETF:
		return m.envelope(b, profile)
	}
	if term := m.term(b, profile); term != nil {
		return term
	}
	return m.envelope(b, profile)
}

// term appends the message as a term, of which d is the last part and is translated once for all recipients. It returns
// nil for what cannot be translated.
func (m *Outgoing) term(b []byte, profile Profile) []byte {
	d, ok := m.dataTerm()
	if !ok {
		return nil
	}
	hollow := *m
	if hollow.Data != nil {
		hollow.Data = json.RawMessage("null")
	}
	out, err := etf.Append(b, hollow.envelope(nil, profile))
	switch {
	case err != nil:
		return nil
	case m.Data == nil:
		return out
	}
	// The term of null, which is the last part now, makes room.
	return append(bytes.TrimSuffix(out, []byte(nullTerm[1:])), d[1:]...)
}

// nullTerm is the term of null. Its first byte, as that of each term that is not part of another, is the version.
const nullTerm = "\x83s\x03nil"

// dataTerm returns d as a term with its version.
func (m *Outgoing) dataTerm() (term []byte, ok bool) {
	translate := func(data json.RawMessage) any {
		term, err := etf.Append(nil, data)
		if err != nil {
			return []byte(nil)
		}
		return term
	}
	switch {
	case m.Data == nil:
		return nil, true
	case m.source.Payload == nil:
		term = translate(m.Data).([]byte)
	default:
		// Data was made of the same event, with the ids of Spacebar taken out.
		shared, err := m.source.Derive(termForm{}, func(json.RawMessage) any { return translate(m.Data) })
		if err != nil {
			return nil, false
		}
		term = shared.([]byte)
	}
	return term, term != nil
}

// envelope appends a message with the keys, and in their order, that the profile has.
func (m *Outgoing) envelope(b []byte, profile Profile) []byte {
	if profile == Discord {
		b = append(b, `{"t":`...)
		if m.Event != "" {
			b = strconv.AppendQuote(b, m.Event)
		} else {
			b = append(b, "null"...)
		}
		b = append(b, `,"s":`...)
		if m.HasSeq {
			b = strconv.AppendInt(b, m.Seq, 10)
		} else {
			b = append(b, "null"...)
		}
		b = append(b, `,"op":`...)
		b = strconv.AppendInt(b, int64(m.Op), 10)
		b = append(b, `,"d":`...)
		if m.Data == nil {
			return append(b, "null}"...)
		}
		return append(append(b, m.Data...), '}')
	}
	b = append(b, `{"op":`...)
	b = strconv.AppendInt(b, int64(m.Op), 10)
	if m.Event != "" {
		b = strconv.AppendQuote(append(b, `,"t":`...), m.Event)
	}
	if m.HasSeq {
		b = strconv.AppendInt(append(b, `,"s":`...), m.Seq, 10)
	}
	if m.Data != nil {
		b = append(append(b, `,"d":`...), m.Data...)
	}
	return append(b, '}')
}
