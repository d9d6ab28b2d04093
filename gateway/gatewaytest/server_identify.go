package gatewaytest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// identifyOverlap is how long Spacebar takes to notice that a connection has identified: a second Identify within that
// time is answered by READY as well.
const identifyOverlap = 10 * time.Millisecond

// identifying is an Identify that was read.
type identifying struct {
	token    string // without its prefix
	prefix   string
	identify types.Identify
	raw      map[string]json.RawMessage
}

// identifyWith answers an Identify.
func (p *Peer) identifyWith(d json.RawMessage) error {
	rules := &p.server.rules
	before := p.current()
	if before != nil && (p.server.options.Profile != Spacebar || time.Since(p.identified) > identifyOverlap) {
		return refuse(4005, "already identified")
	}
	in, err := p.readIdentify(d)
	if err != nil {
		return err
	}
	user, ok := p.server.options.backend.Authenticate(in.token)
	if !ok || user.Disabled || in.token == "" || rules.filters && in.prefix == "Bot " && !user.Bot {
		return refuse(rules.badToken, "authentication failed")
	}
	if err := p.readIntents(&in, user); err != nil {
		return err
	}
	shard, err := p.readShard(in.raw["shard"])
	if err != nil {
		return err
	}
	if !rules.filters {
		shard = pubsub.Shard{}
	}
	if rules.filters && user.Bot && p.server.guildsOf(user.ID, shard) > p.server.options.MaxGuilds {
		return refuse(4011, "sharding required")
	}
	if !user.Bot && rules.limits && p.server.sessionsOf(user.ID) >= p.server.options.MaxSessions {
		return refuse(4015, "too many sessions")
	}
	if rules.limits && !p.server.identify.admit(fmt.Sprint(user.ID, shard), p.server.options.IdentifyInterval) {
		p.enqueue(Outgoing{Op: types.OpcodeInvalidSession, Data: json.RawMessage("false")})
		return nil
	}
	return p.begin(user, in, shard, before)
}

// readIdentify reads all of an Identify but the shard and the intents.
func (p *Peer) readIdentify(d json.RawMessage) (in identifying, err error) {
	rules := &p.server.rules
	if json.Unmarshal(d, &in.raw) != nil || in.raw == nil {
		return in, refuse(rules.wrong, "Identify is no object")
	}
	if rules.strictKeys {
		if err := identifySchema.check(in.raw); err != nil {
			return in, err
		}
		if state := in.raw["client_state"]; !isNull(state) {
			if _, err := clientStateSchema.object(state); err != nil {
				return in, err
			}
		}
	}
	var token *string
	if json.Unmarshal(in.raw["token"], &token) != nil || token == nil {
		return in, refuse(rules.wrong, "no token")
	}
	in.prefix, in.token = splitToken(*token)
	// Spacebar does not look at the presence; the rest of what it does not need is read as far as it can be.
	rest := map[string]json.RawMessage{}
	for name, value := range in.raw {
		switch name {
		case "presence", "shard", "intents", "clientState", "client_state":
		default:
			rest[name] = value
		}
	}
	data, err := json.Marshal(rest)
	if err != nil || json.Unmarshal(data, &in.identify) != nil {
		return in, refuse(rules.wrong, "a malformed Identify")
	}
	in.identify.Token = in.token
	var presence types.UpdatePresence
	switch presented := in.raw["presence"]; {
	case isNull(presented):
	case json.Unmarshal(presented, &presence) == nil:
		in.identify.Presence = &presence
	case !rules.strictKeys:
		return in, refuse(rules.wrong, "a malformed presence")
	}
	var state types.ClientState
	if !isNull(in.raw["client_state"]) && json.Unmarshal(in.raw["client_state"], &state) == nil {
		in.identify.ClientState = &state
	}
	return in, nil
}

// splitToken takes the kind of a token off.
func splitToken(token string) (prefix, rest string) {
	for _, prefix := range []string{"Bot ", "Bearer "} {
		if rest, ok := strings.CutPrefix(token, prefix); ok {
			return prefix, rest
		}
	}
	return "", token
}

// readIntents reads the intents; absent and null are none.
func (p *Peer) readIntents(in *identifying, user *world.User) error {
	rules := &p.server.rules
	raw := in.raw["intents"]
	if isNull(raw) {
		if rules.filters && user.Bot {
			return refuse(rules.badIntents, "a bot without intents")
		}
		return nil
	}
	var intents types.Intents
	var number json.Number
	switch c := startOf(raw); {
	case c == 't' || c == 'f' || c == '-':
		return refuse(rules.badIntents, "invalid intents")
	case json.Unmarshal(raw, &number) != nil || c == '"' || json.Unmarshal(raw, &intents) != nil:
		return refuse(rules.wrong, "intents are no integer")
	}
	if rules.filters && intents&^knownIntents != 0 {
		return refuse(rules.badIntents, "invalid intents")
	}
	if rules.filters && intents&p.server.options.DeniedIntents != 0 {
		return refuse(4014, "disallowed intents")
	}
	in.identify.Intents = types.Some(intents)
	return nil
}

// readShard reads the shard. Spacebar lets the number be as high as the count.
func (p *Peer) readShard(raw json.RawMessage) (pubsub.Shard, error) {
	if isNull(raw) {
		return pubsub.Shard{}, nil
	}
	var numbers []float64
	if startOf(raw) != '[' || json.Unmarshal(raw, &numbers) != nil {
		return pubsub.Shard{}, refuse(p.server.rules.wrong, "shard is no array of numbers")
	}
	if len(numbers) < 2 || numbers[0] < 0 || numbers[1] <= 0 || numbers[0] > numbers[1] {
		return pubsub.Shard{}, refuse(4010, "invalid shard")
	}
	shard := pubsub.Shard{ID: int(numbers[0]), Count: int(numbers[1])}
	if p.server.rules.filters && shard.ID == shard.Count {
		return pubsub.Shard{}, refuse(4010, "invalid shard")
	}
	return shard, nil
}

// guildsOf counts the guilds that a user has on a shard.
func (s *Server) guildsOf(user types.Snowflake, shard pubsub.Shard) int {
	if s.options.World == nil {
		return 0
	}
	guilds, err := s.options.World.User(user).Guilds()
	if err != nil {
		return 0 // deleted in the meantime
	}
	return len(slices.DeleteFunc(guilds, func(guild types.Snowflake) bool { return !shard.Holds(guild) }))
}

// begin lets a session in and tells it what there is.
func (p *Peer) begin(user *world.User, in identifying, shard pubsub.Shard, before *session) error {
	if p.server.rules.filters && shard.Count > 0 {
		in.identify.Shard = [2]int64{int64(shard.ID), int64(shard.Count)}
	}
	n, err := p.server.newSession(p, user, in.token, in.identify, shard)
	if err != nil {
		return refuse(4000, "%v", err)
	}
	p.identified = time.Now()
	p.mu.Lock()
	p.session = n
	p.mu.Unlock()
	p.arrived()
	first, err := p.attach(n, in.identify)
	if err != nil {
		p.server.forget(n)
		p.log.add(Entry{Direction: Outbound, Kind: EntryError, Op: types.OpcodeIdentify, Text: err.Error()})
		return refuse(4000, "the session cannot begin")
	}
	if in.identify.Compress && p.server.rules.payloadZlib {
		p.enqueue(Outgoing{do: orderCompress})
	}
	err = n.begin(first)
	if before != nil {
		p.server.forget(before)
	}
	return err
}

// attach asks the world for the first dispatches of a session.
func (p *Peer) attach(n *session, identify types.Identify) ([]pubsub.Event, error) {
	boot, err := p.server.options.backend.Attach(n.account, n.state, identify)
	if err != nil {
		return nil, err
	}
	ready, err := p.server.ready(n, boot.Ready)
	if err != nil {
		return nil, err
	}
	return append([]pubsub.Event{{Type: "READY", Payload: ready}}, boot.After...), nil
}

// identifyLimit remembers when shards have identified.
type identifyLimit struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// admit says whether a shard may identify, and notes it if so.
func (l *identifyLimit) admit(shard string, interval time.Duration) bool {
	if interval < 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if last, ok := l.last[shard]; ok && now.Sub(last) < interval {
		return false
	}
	if l.last == nil {
		l.last = make(map[string]time.Time)
	}
	l.last[shard] = now
	return true
}
