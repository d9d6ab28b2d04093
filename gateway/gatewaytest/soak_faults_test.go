package gatewaytest

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/internal/soak"
	"github.com/chorus-go/chorus/types"
)

// soakFault is something that goes wrong between the server and a client.
type soakFault struct {
	name string
	do   func(s *trial, p *Peer, dice int) // dice is at random, below soakDice

	// settled is whether the session must have begun: the same close code in answer to Identify or Resume may rightly end
	// a handle, as it is the payload then that is refused.
	settled bool
	// streamed is whether the client must have a compressed stream: of plain payloads one that is broken is reported and
	// passed over, as nothing that follows says that it was missing.
	streamed bool
}

const soakDice = 1000

// fault breaks something between the server and a client.
func (s *trial) fault() (string, func() error) {
	c, f, dice := soak.One(&s.Chance, s.clients), soak.One(&s.Chance, soakFaults()), s.Rand.IntN(soakDice)
	return c.name + " meets " + f.name, func() error {
		p := s.peerOf(c)
		streams := c.options.Compression == gateway.ZlibStream || c.options.Compression == gateway.ZstdStream
		if p == nil || f.settled && c.handle.State() != gateway.StateReady || f.streamed && !streams {
			return nil
		}
		s.faults[f.name]++
		f.do(s, p, dice)
		return nil
	}
}

// peerOf returns the newest connection of a client, or nil.
func (s *trial) peerOf(c *soakClient) *Peer {
	var newest *Peer
	for _, p := range s.server.Peers() {
		if p.Header().Get(soakHeader) == c.name {
			newest = p
		}
	}
	return newest
}

// soakFaults are the faults that lose nothing in the end, because whoever is disconnected is told again, by a replay or
// by READY. Two faults of messages are confined to where the protocol lets a client survive them:
//
// Duplicate repeats what is replayed, which the client knows by its sequence; at other times nothing says of a dispatch
// that it is a copy, as Spacebar numbers each message that it writes. There it repeats only what says how something is
// now, not that something is added or happens once more.
//
// Reorder acts on acknowledgements alone. A dispatch behind its successor means something else, such as a message in a
// channel that is not there yet, and is lost when the socket is cut in between: a Resume has one sequence, and no list.
func soakFaults() []soakFault {
	return []soakFault{
		{name: "a cut", do: func(_ *trial, p *Peer, _ int) { p.Drop() }},
		{name: "losing all and then a cut", do: func(s *trial, p *Peer, _ int) {
			p.Inject(Drop())
			s.repairs = append(s.repairs, p.Drop)
		}},
		{name: "a stall", do: func(s *trial, p *Peer, _ int) {
			p.Stall()
			s.repairs = append(s.repairs, p.Unstall)
		}},
		{name: "half a close", do: func(_ *trial, p *Peer, _ int) { p.HalfClose() }},
		{name: "no acknowledgements", do: func(s *trial, p *Peer, _ int) {
			s.repairs = append(s.repairs, p.Inject(WithholdAcknowledgements()).Remove)
		}},
		{name: "a corrupt frame", streamed: true, do: func(_ *trial, p *Peer, _ int) { p.Inject(Corrupt().Times(1)) }},
		{name: "a short frame", streamed: true, do: func(_ *trial, p *Peer, dice int) {
			p.Inject(Truncate(1 + dice%30).Times(1))
		}},
		{name: "delays", do: func(_ *trial, p *Peer, dice int) {
			p.Inject(Delay(time.Duration(dice) * 8 * time.Millisecond).Times(1 + dice%7))
		}},
		{name: "op 7", do: func(_ *trial, p *Peer, dice int) { p.Reconnect(time.Duration(dice-100) * time.Millisecond) }},
		{name: "op 9 true", do: func(_ *trial, p *Peer, _ int) { p.InvalidSession(true) }},
		{name: "op 9 false", do: func(_ *trial, p *Peer, _ int) { p.InvalidSession(false) }},
		{name: "a close code", settled: true, do: func(_ *trial, p *Peer, dice int) {
			codes := soakCodes()
			p.Close(codes[dice%len(codes)], "soak")
		}},
		{name: "a resume host with 503", do: func(s *trial, p *Peer, _ int) {
			s.server.RefuseResumeHost(true)
			p.Drop()
			s.repairs = append(s.repairs, func() { s.server.RefuseResumeHost(false) })
		}},
		{name: "a logout", settled: true, do: func(s *trial, p *Peer, _ int) {
			if n := p.current(); n != nil {
				s.server.Logout(n.token)
			}
		}},
		{name: "nonsense", do: func(_ *trial, p *Peer, dice int) {
			payloads := []string{`{"op":`, `{"op":99,"d":1}`, `{"op":0,"t":"NO_SUCH_EVENT","d":[]}`, `[]`, `{"op":10,"d":{}}`}
			p.Send([]byte(payloads[dice%len(payloads)]))
		}},
		{name: "op 1", do: func(_ *trial, p *Peer, _ int) { p.Heartbeat() }},
		{name: "copies", do: func(_ *trial, p *Peer, dice int) {
			p.Inject(Duplicate().When(func(m Outgoing) bool { return strings.HasSuffix(m.Event, "_UPDATE") }).Times(1 + dice%5))
		}},
		{name: "late acknowledgements", do: func(_ *trial, p *Peer, dice int) {
			p.Inject(Reorder().When(func(m Outgoing) bool { return m.Op == types.OpcodeHeartbeatAck }).Times(1 + dice%2))
		}},
		{name: "a cut of everybody", do: func(s *trial, _ *Peer, _ int) {
			for _, p := range s.server.Peers() {
				p.Drop()
			}
		}},
	}
}

// soakCodes are the close codes with which a client reconnects.
func soakCodes() []int {
	return []int{1000, 1001, 1006, 1009, 1011, 1012, 4000, 4001, 4002, 4003, 4005, 4006, 4007, 4008, 4009, 4999}
}

// repeatReplays has every other resume repeat all that it repeats.
func (s *trial) repeatReplays() {
	var resumes atomic.Int64
	s.server.On(types.OpcodeResume, func(in Received) bool {
		if resumes.Add(1)%2 == 0 {
			over := false // the writer's
			in.Peer.Inject(Duplicate().When(func(m Outgoing) bool {
				over = over || m.Event == "RESUMED" || m.Event == "READY"
				return !over && m.HasSeq
			}))
		}
		return false
	})
}
