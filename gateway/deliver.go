package gateway

import (
	"bytes"
	"errors"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/wire"
)

// What the connection reads itself.
var (
	readyEntry   = dispatchTable["READY"]
	resumedEntry = dispatchTable["RESUMED"]
)

// readerOf returns how a socket reads an event that the connection reads itself, and nil for the others.
func (s *socket) readerOf(entry *eventEntry) func(wire.Envelope) error {
	switch entry {
	case nil:
	case readyEntry:
		return s.ready
	case resumedEntry:
		return s.resumed
	case rateLimitedEntry:
		return s.c.obey
	}
	return nil
}

// dispatch delivers one event, if anybody observes it. An event that nobody observes costs the scan of its
// envelope, one look-up and one atomic load.
func (s *socket) dispatch(envelope wire.Envelope, payload []byte) {
	c := s.c
	c.counts.dispatches.Add(1)
	if c.replaying.Load() && c.replayed(envelope) {
		return
	}
	if envelope.HasSeq && envelope.Seq > c.sequence.Load() {
		c.sequence.Store(envelope.Seq)
	}
	entry := dispatchTable[string(envelope.Name)]
	observed := entry != nil && entry.observed(c.events)
	raw := c.events.Raw.Observed() || entry == nil && c.events.Unknown.Observed()
	own := s.readerOf(entry)
	if own != nil && entry != readyEntry || raw {
		envelope = exact(envelope, payload)
	}
	if entry == readyEntry && observed && !raw && s.readyObserved(envelope, payload) {
		return
	}
	if own != nil {
		err := own(envelope)
		if err != nil && !raw {
			// READY, which is large, is read on trust first.
			envelope = exact(envelope, payload)
			err = own(envelope)
		}
		// When it is observed, the decoding for its observers fails as well.
		if err != nil && !observed {
			c.report(undecodable(envelope, err))
		}
	}
	if !observed && !raw {
		if c.options.Checkpoint == CheckpointObserved && envelope.HasSeq {
			c.marks.done(c.marks.add(envelope.Seq))
		}
		return
	}
	d := c.newDelivery(entry, envelope, len(payload))
	d.received = s.arrived
	defer s.lend(d)
	if raw {
		c.deliverRaw(d, entry == nil)
	}
	if !observed {
		return
	}
	err := entry.publish(d, c.events, c.queue, d.data)
	if err != nil && !raw {
		if envelope = exact(envelope, payload); len(envelope.Data) != len(d.data) {
			d.data = envelope.Data // Nobody has seen the delivery yet.
			err = entry.publish(d, c.events, c.queue, d.data)
		}
	}
	if err != nil {
		failure := undecodable(envelope, err)
		c.report(failure)
		_ = c.undecoded.Publish(d, failure) // Its only subscribers are requests, which do not fail.
		if entry == readyEntry {
			c.refuse(failure)
		}
	}
}

// replayed says whether a dispatch was received before the resume that the server answers. RESUMED ends the replay.
func (c *connection) replayed(envelope wire.Envelope) bool {
	switch string(envelope.Name) {
	case "RESUMED", "READY":
		c.replaying.Store(false)
		return false
	}
	return envelope.HasSeq && envelope.Seq <= c.sequence.Load()
}

// exact returns the envelope without the trust of a scan that nothing but the known keys follows d. See wire.Scan.
func exact(envelope wire.Envelope, payload []byte) wire.Envelope {
	if walked, err := wire.Walk(payload); err == nil {
		return walked
	}
	return envelope
}

// deliverRaw publishes a dispatch undecoded, ahead of its typed event.
func (c *connection) deliverRaw(d *delivery, unknown bool) {
	event := &RawDispatch{
		Name:        *d.name,
		Sequence:    d.sequence,
		HasSequence: d.hasSequence,
		Data:        bytes.Clone(d.data),
	}
	// What comes back from publishing is what Report was told already.
	_ = c.events.Raw.PublishOn(d, c.queue, event)
	if unknown {
		_ = c.events.Unknown.PublishOn(d, c.queue, event)
	}
}

// undecodable makes the error of a dispatch that does not decode.
func undecodable(envelope wire.Envelope, err error) *DecodeError {
	failure := &DecodeError{
		Event:       string(envelope.Name),
		Sequence:    envelope.Seq,
		HasSequence: envelope.HasSeq,
		Raw:         bytes.Clone(envelope.Data),
		Err:         err,
	}
	if mismatch, ok := errors.AsType[*json.Error](err); ok {
		failure.Path = mismatch.Path
	}
	return failure
}

// refuse ends a pending Identify or Resume.
func (c *connection) refuse(err error) {
	// Its only subscribers are the handle's own, which do not fail.
	_ = c.refusals.Publish(c.life, &err)
}
