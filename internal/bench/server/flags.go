package server

import (
	"flag"
	"strings"

	"github.com/chorus-go/chorus/internal/bench/corpus"
	"github.com/chorus-go/chorus/internal/bench/stream"
)

// Parse reads options from a command line.
func Parse(arguments []string) (Options, error) {
	o := Options{}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.Uint64Var(&o.Spec.Seed, "seed", 1, "of the corpus")
	flags.IntVar(&o.Spec.Guilds, "guilds", 100, "that the events are spread over")
	flags.StringVar((*string)(&o.Spec.Order), "order", string(corpus.Both), "of keys: spacebar, discord, both")
	flags.StringVar((*string)(&o.Spec.Content), "content", string(stream.Mix), "mix, large-guild or usual-guild")
	flags.IntVar(&o.Spec.Events, "events", 100_000, "of the flood")
	flags.IntVar(&o.Spec.Members, "members", 5000, "of a large guild")
	flags.IntVar(&o.Spec.ReadyBytes, "ready", 0, "size of READY; 0 is that of a bot")
	flags.IntVar(&o.Spec.Interval, "interval", 41_250, "of heartbeats, milliseconds")
	flags.DurationVar(&o.Loop, "loop", 0, "how long the flood is repeated; 0 is once")
	flags.BoolVar(&o.Auto, "auto", false, "begin the flood right after READY")
	compressions := flags.String("compressions", "none", "to be prepared: a list of none, zlib-stream, zstd-stream")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	for name := range strings.SplitSeq(*compressions, ",") {
		if name == "none" {
			name = ""
		}
		o.Compressions = append(o.Compressions, stream.Compression(name))
	}
	return o, nil
}

// Address is what a client has to know of a server.
type Address struct {
	URL     string          `json:"url"`     // of the gateway
	Control string          `json:"control"` // of control connections
	Sizes   map[string]Size `json:"sizes"`   // of the streams, by compression
}

// Size is how long a stream is.
type Size struct {
	Payload int64 `json:"payload"` // bytes of the flood's payloads before compression
	Ready   int64 `json:"ready"`   // bytes of READY before compression
	Wire    int64 `json:"wire"`    // bytes of the flood's frames
}

// Address returns where the server is and how much it has to say.
func (s *Server) Address() Address {
	a := Address{URL: s.URL(), Control: s.Control(), Sizes: map[string]Size{}}
	for compression, prepared := range s.streams {
		a.Sizes[string(compression)] = Size{
			Payload: prepared.Payload, Ready: prepared.ReadyPayload, Wire: prepared.Wire,
		}
	}
	return a
}
