package gatewaytest

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// command is what an opcode makes the world do.
type command struct {
	// check is what Spacebar says of the payload; nil takes anything.
	check func(json.RawMessage) error
	// early is how Spacebar answers it before Identify, when it closes for all others.
	early func(*Peer, json.RawMessage) error
	// run carries it out. The error is a refusal, or what the world says.
	run func(*Peer, *pubsub.State, json.RawMessage) error
}

// with makes the run of a command whose payload is a T.
func with[T any](do func(backend, *pubsub.State, T) error) func(*Peer, *pubsub.State, json.RawMessage) error {
	return func(p *Peer, state *pubsub.State, d json.RawMessage) error {
		var payload T
		if json.Unmarshal(d, &payload) != nil {
			return refuse(p.server.rules.wrong, "a malformed payload")
		}
		return do(p.server.options.backend, state, payload)
	}
}

// commands are the opcodes that are for the world.
func commands() map[types.Opcode]command {
	return map[types.Opcode]command{
		types.OpcodePresenceUpdate:         {check: checkPresence, run: with(backend.UpdatePresence)},
		types.OpcodeVoiceStateUpdate:       {check: checkVoice, run: with(backend.UpdateVoiceState)},
		types.OpcodeRequestGuildMembers:    {check: checkMembers, run: requestMembers},
		types.OpcodeGuildSync:              {check: checkSync, early: earlySync, run: with(backend.SyncGuilds)},
		types.OpcodeCallConnect:            {early: ignore, run: connectCall},
		types.OpcodeGuildSubscriptions:     {check: checkLazy, run: with(subscribe)},
		types.OpcodeStreamCreate:           {check: checkCreate, run: with(backend.CreateStream)},
		types.OpcodeStreamDelete:           {check: checkStream, run: with(backend.DeleteStream)},
		types.OpcodeStreamWatch:            {check: checkStream, run: with(backend.WatchStream)},
		types.OpcodeRequestChannelStatuses: {early: early("CHANNEL_STATUSES"), run: with(backend.ChannelStatuses)},
		types.OpcodeGuildSubscriptionsBulk: {check: checkBulk, run: with(subscribeBulk)},
		types.OpcodeRequestChannelInfo:     {check: checkInfo, early: early("CHANNEL_INFO"), run: with(backend.ChannelInfo)},
	}
}

// knownOpcodes are those that Discord does not close with 4001 although nothing happens here.
func knownOpcode(op types.Opcode) bool { return op >= 1 && op <= types.OpcodeRequestChannelInfo }

// requestMembers is op 8, of which Discord limits the rate.
func requestMembers(p *Peer, state *pubsub.State, d json.RawMessage) error {
	var request types.RequestGuildMembers
	if json.Unmarshal(d, &request) != nil {
		return refuse(p.server.rules.wrong, "a malformed payload")
	}
	if n := p.current(); n != nil && p.server.rules.limits && n.limited(request) {
		return nil
	}
	return p.server.options.backend.RequestMembers(state, request)
}

// ignore is how Spacebar answers an opcode that it does not know.
func ignore(*Peer, json.RawMessage) error { return nil }

// connectCall is op 13, which Spacebar does not know.
func connectCall(p *Peer, state *pubsub.State, d json.RawMessage) error {
	if p.server.options.Profile == Spacebar {
		return ignore(p, d)
	}
	return with(backend.ConnectCall)(p, state, d)
}

// subscribe is op 14.
func subscribe(world backend, state *pubsub.State, s types.GuildSubscriptionSingle) error {
	return world.Subscribe(state, s.GuildID, types.GuildSubscription{
		Typing: s.Typing, Threads: s.Threads, Activities: s.Activities, MemberUpdates: s.MemberUpdates,
		Members: s.Members, Channels: s.Channels, ThreadMemberLists: s.ThreadMemberLists,
	})
}

// subscribeBulk is op 37; a guild that fails does not keep the next from being subscribed to.
func subscribeBulk(world backend, state *pubsub.State, bulk types.GuildSubscriptionsBulk) error {
	var errs []error
	for _, guild := range slices.Sorted(maps.Keys(bulk.Subscriptions)) {
		errs = append(errs, world.Subscribe(state, guild, bulk.Subscriptions[guild]))
	}
	return errors.Join(errs...)
}

// obey does what a client asks for. The error is why the connection is closed.
func (p *Peer) obey(in incoming) error {
	rules := &p.server.rules
	if rules.limits {
		if err := p.window.admit(in.Op); err != nil {
			return err
		}
	}
	switch in.Op {
	case types.OpcodeHeartbeat:
		if c := startOf(in.Data); c != 0 && c != 'n' && c != '-' && (c < '0' || c > '9') {
			return refuse(rules.wrong, "the sequence of a heartbeat is no number")
		}
		p.beat()
		return nil
	case types.OpcodeQoSHeartbeat:
		p.beat()
		return nil
	case types.OpcodeIdentify:
		return p.identifyWith(in.Data)
	case types.OpcodeResume:
		return p.resumeWith(in.Data)
	}
	c, ok := p.server.commands[in.Op]
	if !ok {
		return p.other(in.Op)
	}
	return p.execute(c, in)
}

// other is an opcode for which nothing is done.
func (p *Peer) other(op types.Opcode) error {
	switch {
	case !knownOpcode(op):
		return refuse(p.server.rules.unknown, "unknown opcode")
	case p.current() == nil && p.server.options.Profile == Discord:
		return refuse(p.server.rules.tooEarly, "not authenticated")
	}
	return nil
}

// execute carries out a command, if the client may give it.
func (p *Peer) execute(c command, in incoming) error {
	rules := &p.server.rules
	if rules.strictKeys && c.check != nil {
		if err := c.check(in.Data); err != nil {
			return err
		}
	}
	n := p.current()
	if n == nil && rules.strictKeys && c.early != nil {
		return c.early(p, in.Data)
	}
	if n == nil {
		return refuse(rules.tooEarly, "not authenticated")
	}
	err := c.run(p, n.state, in.Data)
	var r *refusal
	if err == nil || errors.As(err, &r) {
		return err
	}
	p.log.add(Entry{Direction: Outbound, Kind: EntryError, Op: in.Op, Text: err.Error()})
	return refuse(rules.badCommand, "refused")
}
