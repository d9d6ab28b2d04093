package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// Options are how a connection is made and kept. The zero value is right for a Spacebar server.
// A value that cannot work is an error of Spawn, before anything is dialled. A copy is taken; changing a field
// afterwards changes nothing.
type Options struct {
	// Encoding of what is sent and received.
	Encoding Encoding

	// Compression of what the server sends.
	Compression Compression

	// Events is the tree that the handle publishes on, made with NewEvents, so that observers can be subscribed
	// before anything is dialled. When nil, Spawn makes one. Several handles may share a tree; events of one
	// handle are in order, events of different handles are concurrent.
	Events *Events

	// Dialer makes the connection: proxy, TLS, an in-memory network. When nil, one with the environment's proxy
	// and small buffers. Its subprotocols and compression must be unset: gateways use neither.
	Dialer *websocket.Dialer

	// Header is sent with the upgrade request. A User-Agent is added when it has none: Spacebar closes
	// connections without one.
	Header http.Header

	// Session is resumed instead of waiting for an Identify, in Spawn and Connect. A session that cannot be resumed, as it
	// lacks something, is an error of theirs; one that the server refuses is not: Connect identifies then, and after
	// Spawn the handle is in StateConnected and waits for Identify.
	Session *Session

	// SessionStore keeps the session under SessionKey, so that the next process goes on where this one ended, however it
	// ended: after READY and RESUMED, every five seconds, on Suspend. Spawn and Connect resume what they find there, as if
	// it were given as Session, which precedes it. Close, and the loss of the session, delete it. The key is leased
	// until the handle ends; ErrSessionLeased is an error of Spawn. What a store cannot do later is on Events.Error.
	SessionStore SessionStore
	SessionKey   string // such as the bot's name and the shard; must not be empty when there is a SessionStore

	// Checkpoint says which events count as received in a session that Suspend or SessionStore keeps.
	Checkpoint Checkpoint

	// MaxSessionAge is how long after it was last alive a session is resumed; an older one is given up and identified
	// anew. 0 is no limit: the server knows.
	MaxSessionAge time.Duration

	// PinURL makes the handle resume on the URL that Spawn was given, whatever READY advertises: private Spacebar instances
	// advertise an endpoint that often cannot be reached.
	PinURL bool

	// NoReconnect ends the handle when its socket is lost, instead of making another one.
	NoReconnect bool

	// CloseActions says what to do for some close codes instead of what CloseActionOf says. It does not concern 1000 and
	// 4000 when they follow opcode 7 or answer the handle's own close frame, with which it begins to reconnect.
	CloseActions map[types.CloseCode]CloseAction

	// Logger receives what goes wrong. When nil, slog.Default at level warning and above.
	Logger *slog.Logger

	// Recorder, when set, writes down what crosses the socket, tokens redacted.
	Recorder *Recorder

	// MaxFrame is the largest frame, in bytes, that a send may write; longer ones are refused with ErrTooLarge.
	// 0 means 4096, the limit of Spacebar.
	MaxFrame int

	// MaxPayload is the largest payload, in bytes after decompression, that is accepted from the server; a longer
	// one ends the socket. 0 means 256 MiB. A payload of a hostile server may take up to a hundred times its size when
	// it is decoded: set less where servers are not trusted.
	MaxPayload int

	// RateLimits are how fast the handle may send. The zero value is off, which is right for Spacebar; DiscordLimits
	// are those of Discord.
	RateLimits RateLimits

	// QueueEvents and QueueBytes bound the handle's queue: how many events, and how many bytes of payload, may
	// wait for observers before reading stops. Events count with the size of their payload, not with that of what they
	// were decoded into. 0 means 65,536 events and 64 MiB.
	QueueEvents int
	QueueBytes  int // see QueueEvents
}

const (
	defaultMaxFrame    = 4096
	minMaxFrame        = 64
	defaultMaxPayload  = 256 << 20
	defaultQueueEvents = 65_536
	defaultQueueBytes  = 64 << 20
	dialTimeout        = 20 * time.Second
	userAgent          = "chorus-go (https://github.com/chorus-go/chorus)"
)

// String describes the options without what may be secret: of the header only the names.
func (o Options) String() string {
	names := slices.Sorted(maps.Keys(o.Header))
	return fmt.Sprintf("gateway.Options{Encoding: %v, Compression: %v, Header: %v, MaxFrame: %d, MaxPayload: %d, QueueEvents: %d, QueueBytes: %d}",
		o.Encoding, o.Compression, names, o.MaxFrame, o.MaxPayload, o.QueueEvents, o.QueueBytes)
}

// GoString is String: %#v shows no secrets either.
func (o Options) GoString() string { return o.String() }

// LogValue is String: neither does a log line.
func (o Options) LogValue() slog.Value { return slog.StringValue(o.String()) }

// checked returns the options with their defaults filled in, or the reason why they cannot work.
func (o Options) checked() (Options, error) {
	if !o.Compression.known() {
		return o, fmt.Errorf("gateway: options: unknown compression %v", o.Compression)
	}
	if o.Encoding > ETF {
		return o, fmt.Errorf("gateway: options: unknown encoding %v", o.Encoding)
	}
	if o.Encoding == ETF && o.Compression == PayloadZlib {
		return o, errors.New("gateway: options: payloads are compressed on their own in JSON only")
	}
	if o.MaxFrame < 0 || o.MaxPayload < 0 || o.QueueEvents < 0 || o.QueueBytes < 0 {
		return o, errors.New("gateway: options: a limit is negative")
	}
	if o.MaxFrame > 0 && o.MaxFrame < minMaxFrame {
		return o, fmt.Errorf("gateway: options: MaxFrame is %d; heartbeats need %d", o.MaxFrame, minMaxFrame)
	}
	if o.SessionStore != nil && o.SessionKey == "" {
		return o, errors.New("gateway: options: a SessionStore needs a SessionKey")
	}
	if o.Checkpoint > CheckpointObserved {
		return o, fmt.Errorf("gateway: options: unknown checkpoint %d", o.Checkpoint)
	}
	if o.MaxSessionAge < 0 {
		return o, errors.New("gateway: options: MaxSessionAge is negative")
	}
	for code, action := range o.CloseActions {
		if action < CloseResume || action > CloseFatal {
			return o, fmt.Errorf("gateway: options: CloseActions has no action for %v", code)
		}
	}
	o.CloseActions = maps.Clone(o.CloseActions)
	limits, err := o.RateLimits.checked()
	if err != nil {
		return o, err
	}
	o.RateLimits = limits
	if o.Logger != nil && o.Logger.Handler() == nil {
		return o, errors.New("gateway: options: the logger has no handler")
	}
	if o.Recorder != nil && o.Recorder.writer == nil {
		return o, errors.New("gateway: options: the recorder was not made by NewRecorder")
	}
	if o.Dialer != nil && (o.Dialer.EnableCompression || len(o.Dialer.Subprotocols) > 0) {
		return o, errors.New("gateway: options: the dialer asks for a subprotocol or permessage-deflate, which gateways do not speak")
	}
	o.MaxFrame = orDefault(o.MaxFrame, defaultMaxFrame)
	o.MaxPayload = orDefault(o.MaxPayload, defaultMaxPayload)
	o.QueueEvents = orDefault(o.QueueEvents, defaultQueueEvents)
	o.QueueBytes = orDefault(o.QueueBytes, defaultQueueBytes)
	if o.Events == nil {
		o.Events = NewEvents()
	}
	if o.Logger == nil {
		o.Logger = slog.New(warnings{slog.Default().Handler()})
	}
	o.Header = o.Header.Clone()
	return o, nil
}

func orDefault(value, otherwise int) int {
	if value == 0 {
		return otherwise
	}
	return value
}
