package gateway

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/chorus-go/chorus/types"
)

// ErrSuperseded is returned by a send of Update Presence (opcode 3) that waited for a rate limit when a newer one was
// sent: the newer one has taken its place in the queue, and this one is never written. It is no failure: what the
// server is told in the end is the newest presence.
var ErrSuperseded = errors.New("gateway: superseded by a newer presence")

// RateLimit allows Count payloads in any span of time as long as Window: a sliding window, not one that begins anew.
// The zero value bounds nothing.
//
// The spans are those of this end, from the moment at which a payload was written. Because a later payload may reach
// the server faster than an earlier one did, they are taken to be one hundredth longer than Window: 0.6 s for a
// minute.
type RateLimit struct {
	Count  int           // how many payloads
	Window time.Duration // in a span of this length
}

// RateLimits are how fast a handle may send. A send that would be too fast waits, in the goroutine of its caller,
// until its context ends, the handle ends or its turn has come. Those that wait for the same limit go in the order in
// which they came; a send that gives up leaves its place to the next. Heartbeats (opcodes 1 and 40), Identify and
// Resume never wait, and count in Total. Of the presences (opcode 3) that wait, there is only the newest: see
// ErrSuperseded.
//
// The zero value is off, which is right for Spacebar: it enforces nothing. DiscordLimits are those of Discord. What
// the server itself says, by the event RATE_LIMITED, is obeyed whatever is set here: later sends of that opcode (in
// that guild, if it names one) wait until the time that the server gave has passed, and the request that was refused
// fails with a *RateLimitedError.
type RateLimits struct {
	// Total bounds all payloads of one connection to the server; it begins anew with the next connection. So many
	// of Count are kept from commands that heartbeats never make the connection exceed it: as many as fall into Window
	// by the server's interval, one more for a beat that was written late or that the server asked for, and one for
	// Identify or Resume. That is 4 of 120 at the interval of Discord, 41.25 s, and 63 at an interval of one second.
	// A Count that leaves nothing for commands is an error of Spawn, before anything is dialled when no interval could
	// mend it, and otherwise a *HandshakeError when the interval is known.
	Total RateLimit

	// Opcodes bounds each opcode, whatever it is about. Like PerGuild, and unlike Total, it goes on when the handle
	// connects anew: servers count these by session. Opcodes that never wait must not be in it.
	Opcodes map[types.Opcode]RateLimit

	// PerGuild bounds each opcode in each guild by itself. The guilds of a payload are those that it names as
	// guild_id or guild_ids; one that names several waits until it may be sent for all of them.
	PerGuild map[types.Opcode]RateLimit
}

// DiscordLimits returns the limits of Discord: 120 payloads a minute, five presences in 20 s, and one request for
// members (opcode 8) a guild in 30 s. A request for more members than fit in a payload takes several, and as many
// times 30 s. The caller may change what is returned.
//
// Source: https://docs.discord.food/topics/gateway#rate-limiting
func DiscordLimits() RateLimits {
	return RateLimits{
		Total:    RateLimit{Count: 120, Window: time.Minute},
		Opcodes:  map[types.Opcode]RateLimit{types.OpcodePresenceUpdate: {Count: 5, Window: 20 * time.Second}},
		PerGuild: map[types.Opcode]RateLimit{types.OpcodeRequestGuildMembers: {Count: 1, Window: 30 * time.Second}},
	}
}

// spareBeats is how many heartbeats are allowed for beyond the schedule: one that was written late, after a slow
// write, is nearer to the next one, and the server may ask for one. handshakes is one Identify or one Resume.
const (
	spareBeats = 1
	handshakes = 1
)

// maxWindow bounds windows, so that no sum of times overflows.
const maxWindow = 366 * 24 * time.Hour

// checked returns a copy of the limits, or the reason why they cannot work.
func (r RateLimits) checked() (RateLimits, error) {
	if err := r.Total.check("Total"); err != nil {
		return r, err
	}
	if least := spareBeats + handshakes + 1; r.Total.Count > 0 && r.Total.Count <= least {
		return r, fmt.Errorf("gateway: options: RateLimits.Total allows %d payloads; heartbeats and handshakes alone need %d",
			r.Total.Count, least)
	}
	if err := checkEach("Opcodes", r.Opcodes); err != nil {
		return r, err
	}
	if err := checkEach("PerGuild", r.PerGuild); err != nil {
		return r, err
	}
	r.Opcodes, r.PerGuild = maps.Clone(r.Opcodes), maps.Clone(r.PerGuild)
	return r, nil
}

func checkEach(field string, limits map[types.Opcode]RateLimit) error {
	for _, op := range slices.Sorted(maps.Keys(limits)) {
		if exempt(op) {
			return fmt.Errorf("gateway: options: RateLimits.%s[%v]: this opcode never waits", field, op)
		}
		if err := limits[op].check(fmt.Sprintf("%s[%v]", field, op)); err != nil {
			return err
		}
	}
	return nil
}

func (r RateLimit) check(field string) error {
	switch {
	case r == RateLimit{}:
		return nil
	case r.Count < 0 || r.Window < 0:
		return fmt.Errorf("gateway: options: RateLimits.%s is negative", field)
	case r.Count == 0:
		return fmt.Errorf("gateway: options: RateLimits.%s allows nothing", field)
	case r.Window == 0:
		return fmt.Errorf("gateway: options: RateLimits.%s has no window", field)
	case r.Window > maxWindow:
		return fmt.Errorf("gateway: options: RateLimits.%s has a window of more than a year", field)
	}
	return nil
}

// set reports whether any of the limits bounds anything.
func (r RateLimits) set() bool {
	return r.Total != RateLimit{} || len(r.Opcodes) > 0 || len(r.PerGuild) > 0
}

// window makes the window of a limit, or nil when it bounds nothing.
func (r RateLimit) window() *window {
	if r == (RateLimit{}) {
		return nil
	}
	return &window{limit: r.Count, length: r.Window + r.Window/100}
}

// reserve returns how many of the payloads of a window are kept for what never waits.
func reserve(length, interval time.Duration) int {
	return int(length/interval) + 1 + spareBeats + handshakes
}

// exempt reports whether an opcode never waits for a limit: what keeps or makes a session.
func exempt(op types.Opcode) bool {
	switch op {
	case types.OpcodeHeartbeat, types.OpcodeQoSHeartbeat, types.OpcodeIdentify, types.OpcodeResume:
		return true
	}
	return false
}
