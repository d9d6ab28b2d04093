package gatewaytest

import (
	"fmt"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// Profile is which server a [Server] behaves like.
type Profile string

const (
	// Spacebar is a Spacebar server as it was observed, with its faults: nothing is resumed, intents and shards filter
	// nothing, what it does not expect closes with 4000 or 4002. It is the default.
	Spacebar Profile = "spacebar"
	// Discord is a server as it is documented: sessions are resumed and missed events replayed, intents and shards filter,
	// rates are limited, each refusal has its own close code.
	Discord Profile = "discord"
)

// ServerOptions say what a [Server] is like. The zero value is a Spacebar on a loopback socket, with a world in which
// there is nobody yet.
type ServerOptions struct {
	// Profile is which server it behaves like; Spacebar if empty.
	Profile Profile
	// World is who and what there is. It must be of the same profile, and serves one server. Nil makes an empty one, of
	// Profile and Seed, which [Server.World] returns.
	World *world.World
	// Network is the network to listen on; nil means TCP sockets on 127.0.0.1 with free ports.
	Network *Network
	// Host is the name under which to listen on Network; "gateway.test" if empty. The resume host is the same name with
	// "resume." before it. It has no meaning without Network.
	Host string
	// Seed is what session ids are made from: servers with the same seed give the same ids to the same clients.
	Seed uint64

	// HeartbeatInterval is what HELLO says: 30 s of Spacebar and 41.25 s of Discord if it is not positive.
	HeartbeatInterval time.Duration
	// HeartbeatTimeout is how long a session may be without a heartbeat before it is closed with 4009; one and a half
	// intervals if it is not positive, which is 45 s of Spacebar.
	HeartbeatTimeout time.Duration
	// IdentifyTimeout is how long a client may take to identify, or to resume where that works, before it is closed with
	// 4009; 30 s if it is not positive.
	IdentifyTimeout time.Duration
	// MaxFrame is how many bytes a client may send in one message; 4096 if it is not positive.
	MaxFrame int

	// SeparateResumeHost makes READY of Spacebar name the resume host too. That of Discord always does, that of Spacebar
	// otherwise names the server itself, as real instances do. See [Server.RefuseResumeHost].
	SeparateResumeHost bool

	// Quirks are what of Spacebar's oddities there is; none if 0. With another profile they are an error.
	Quirks Quirks

	// ResumeWindow is how long a session of Discord outlives its socket; two minutes if zero, not at all if negative.
	ResumeWindow time.Duration
	// ReplayEvents is how many events a session of Discord keeps for a resume; 250 if zero, none if negative.
	ReplayEvents int
	// DeniedIntents are the intents that Discord refuses with 4014.
	DeniedIntents types.Intents
	// MaxSessions is how many sessions a user of Discord may have before 4015; 50 if it is not positive. Bots have no
	// such limit.
	MaxSessions int
	// MaxGuilds is in how many guilds a bot of Discord may be on one shard before Identify is closed with 4011; 2500 if it
	// is not positive.
	MaxGuilds int
	// IdentifyInterval is how long after an Identify a further one of the same account and shard is answered by op 9, on
	// Discord; 5 s if zero, no time if negative.
	IdentifyInterval time.Duration
	// NoRateLimits switches off what Discord closes with 4008 and the RATE_LIMITED of op 8.
	NoRateLimits bool

	// LogEntries is how many entries the log of each connection keeps, the oldest being forgotten; 1000 if zero, none if
	// negative. See [Peer.Log]. An entry takes about 200 bytes beside its payload, which all who got the same event share:
	// a test with thousands of connections that live long wants fewer.
	LogEntries int
	// OutboxBytes is how much may wait for one client that does not read; 64 MiB if it is zero, without a bound if
	// negative. Each message counts 256 bytes, and its payload if nobody else gets the same. Beyond it the connection is
	// cut, as by a server that gives up on a client, with an error in its log; a session of Discord can be resumed. What
	// comes while [Peer.Stall] holds the connection counts as nothing, so that the fault by itself loses nothing.
	OutboxBytes int

	backend backend // what is served instead of World
}

// filled returns the options with their defaults, or what is wrong with them.
func (o ServerOptions) filled() (ServerOptions, error) {
	if o.Profile == "" {
		o.Profile = Spacebar
	}
	interval, profile := 30*time.Second, world.Spacebar
	switch o.Profile {
	case Spacebar:
	case Discord:
		interval, profile = 41250*time.Millisecond, world.Discord
		o.SeparateResumeHost = true
	default:
		return o, fmt.Errorf("gatewaytest: unknown profile %q", o.Profile)
	}
	if o.Quirks != 0 && o.Profile != Spacebar {
		return o, fmt.Errorf("gatewaytest: profile %q has no quirks", o.Profile)
	}
	if o.World == nil && o.backend == nil {
		o.World = world.New(world.Options{Seed: o.Seed, Profile: profile})
	}
	if o.backend == nil {
		o.backend = o.World
	}
	if o.Host == "" {
		o.Host = "gateway.test"
	}
	orElse(&o.HeartbeatInterval, interval)
	orElse(&o.HeartbeatTimeout, o.HeartbeatInterval*3/2)
	orElse(&o.IdentifyTimeout, 30*time.Second)
	orElse(&o.MaxFrame, 4096)
	orElse(&o.MaxSessions, 50)
	orElse(&o.MaxGuilds, 2500)
	if o.ResumeWindow == 0 {
		o.ResumeWindow = 2 * time.Minute
	}
	if o.IdentifyInterval == 0 {
		o.IdentifyInterval = 5 * time.Second
	}
	if o.LogEntries == 0 {
		o.LogEntries = 1000
	}
	if o.OutboxBytes == 0 {
		o.OutboxBytes = 64 << 20
	}
	return o, nil
}

// orElse replaces what is not positive.
func orElse[T int | time.Duration](value *T, standard T) {
	if *value <= 0 {
		*value = standard
	}
}
