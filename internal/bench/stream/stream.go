package stream

import (
	"fmt"

	"github.com/chorus-go/chorus/internal/bench/corpus"
)

// Content is what a flood consists of.
type Content string

// The floods. Each of them ends with the sentinel.
const (
	Mix        Content = "mix"
	LargeGuild Content = "large-guild" // GUILD_CREATE of a guild with Spec.Members
	UsualGuild Content = "usual-guild" // GUILD_CREATE of 109 KB
)

// Spec says what a server has to say. It is the same for every connection.
type Spec struct {
	Seed       uint64
	Guilds     int          // that the events are spread over, and that READY lists
	Order      corpus.Order // of the envelope's keys
	Content    Content
	Events     int // of the flood, without the sentinel
	Members    int // of a LargeGuild
	ReadyBytes int // at least so large a READY, with whole guilds; 0 is that of a bot
	Interval   int // of heartbeats, milliseconds
}

// Stream is what one connection is sent, framed.
type Stream struct {
	Hello, Ready []byte
	Flood        [][]byte // whole frames, about 256 KiB together
	End          []byte   // the sentinel
	Payload      int64    // bytes of the flood's payloads before compression, without READY
	ReadyPayload int64    // bytes of READY before compression
	Wire         int64    // bytes of the flood's frames
}

// chunk is how much is written at once.
const chunk = 256 << 10

// Build makes the stream of a compression.
func Build(spec Spec, compression Compression) (*Stream, error) {
	if !spec.Order.Known() {
		return nil, fmt.Errorf("stream: unknown order %q", spec.Order)
	}
	encoder, err := newEncoder(compression)
	if err != nil {
		return nil, err
	}
	source := corpus.New(corpus.Options{Seed: spec.Seed, Guilds: spec.Guilds})
	s := &Stream{}
	hello := fmt.Appendf(nil, `{"op":10,"d":{"heartbeat_interval":%d,"_trace":[]}}`, spec.Interval)
	if s.Hello, err = encoder.frame(nil, hello); err != nil {
		return nil, err
	}
	ready := source.Ready()
	if spec.ReadyBytes > 0 {
		ready = source.LargeReady(spec.ReadyBytes)
	}
	payload := ready.Payload(1, spec.Order)
	s.ReadyPayload = int64(len(payload))
	if s.Ready, err = encoder.frame(nil, payload); err != nil {
		return nil, err
	}
	next, err := spec.source(source)
	if err != nil {
		return nil, err
	}
	if err := s.flood(spec, encoder, next); err != nil {
		return nil, err
	}
	s.End, err = encoder.frame(nil, corpus.Sentinel().Payload(spec.Events+2, spec.Order))
	return s, err
}

// source is where the flood's events come from.
func (spec Spec) source(c *corpus.Corpus) (func() corpus.Event, error) {
	switch spec.Content {
	case Mix:
		return c.Next, nil
	case LargeGuild:
		return func() corpus.Event { return c.LargeGuild(spec.Members) }, nil
	case UsualGuild:
		return c.UsualGuild, nil
	}
	return nil, fmt.Errorf("stream: unknown content %q", spec.Content)
}

func (s *Stream) flood(spec Spec, encoder *encoder, next func() corpus.Event) error {
	var err error
	var frames []byte
	for i := range spec.Events {
		payload := next().Payload(i+2, spec.Order)
		s.Payload += int64(len(payload))
		if frames, err = encoder.frame(frames, payload); err != nil {
			return err
		}
		if len(frames) >= chunk || i == spec.Events-1 {
			s.Wire += int64(len(frames))
			s.Flood = append(s.Flood, frames)
			frames = make([]byte, 0, chunk+8<<10)
		}
	}
	return nil
}
