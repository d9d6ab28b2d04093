package gatewaytest

import (
	"fmt"
	"strings"

	"github.com/gorilla/websocket"
)

// frameChecks are about what a client sends.
func frameChecks() []conformanceCheck {
	return []conformanceCheck{
		{name: "heartbeat", spacebar: spacebarHeartbeat, discord: discordHeartbeat},
		{name: "unknown-opcode", spacebar: spacebarUnknown, discord: discordUnknown},
		{name: "malformed-frames", spacebar: spacebarMalformed, discord: discordMalformed},
		{name: "envelope", spacebar: spacebarEnvelope, discord: discordEnvelope},
		{name: "frame-limits", spacebar: spacebarFrames, discord: discordFrames},
		{name: "before-identify", spacebar: spacebarEarly, discord: discordEarly},
		{name: "refused-commands", spacebar: spacebarCommands, discord: discordCommands},
		{name: "send-rate", spacebar: spacebarRate, discord: discordRate},
	}
}

// heartbeats checks op 11 before Identify, and what is no heartbeat.
func (p *probe) heartbeats(data string) {
	p.Helper()
	s := p.dial(plainQuery)
	for _, frame := range []string{`{"op":1,"d":null}`, `{"op":1,"d":5}`, `{"op":1}`} {
		s.send(frame)
		if m, err := s.read(); err != nil || m.Op != 11 || string(m.Data) != data {
			p.Errorf("%s: instead of op 11 with %s: %s, %v", frame, data, m.text, err)
		}
	}
	s.send(`{"op":1,"d":"five"}`)
	s.wantClosed("a heartbeat with a string", 4002)
}

func spacebarHeartbeat(p *probe) { p.heartbeats("{}") }

func discordHeartbeat(p *probe) { p.heartbeats("null") }

func spacebarUnknown(p *probe) {
	p.wants(bare, outcome{`{"op":99,"d":null}`, 0}, outcome{`{"op":-5}`, 0})
}

func discordUnknown(p *probe) {
	p.wants(bare, outcome{`{"op":99,"d":null}`, 4001}, outcome{`{"op":-5}`, 4001})
}

// garbage is what is no JSON: as text, and as binary frames.
func garbage() (texts, binaries []string) {
	return []string{`{"op":1`, "\ufeff" + `{"op":1,"d":null}`, "", "nonsense"}, []string{"\x00\x01garbage", ""}
}

func spacebarMalformed(p *probe) {
	texts, binaries := garbage()
	s := p.dial(plainQuery)
	s.send(texts...)
	for _, data := range binaries {
		s.frame(websocket.BinaryMessage, data)
	}
	s.wantOpen("after garbage")
}

func discordMalformed(p *probe) {
	texts, binaries := garbage()
	for _, text := range texts {
		p.wants(bare, outcome{text, 4002})
	}
	for _, data := range binaries {
		s := p.dial(plainQuery)
		s.frame(websocket.BinaryMessage, data)
		s.wantClosed(fmt.Sprintf("binary %q", data), 4002)
	}
}

func spacebarEnvelope(p *probe) {
	p.wants(bare, outcome{`[]`, 4002}, outcome{`null`, 4002}, outcome{`1`, 4002}, outcome{`{"d":null}`, 4002},
		outcome{`{"op":1,"d":null,"extra":1}`, 4002})
}

func discordEnvelope(p *probe) {
	p.wants(bare, outcome{`[]`, 4002}, outcome{`null`, 4002}, outcome{`1`, 4002}, outcome{`{"d":null}`, 4002},
		outcome{`{"op":1,"d":null,"extra":1}`, 0})
}

// padded is a heartbeat of a length.
func padded(length int) string {
	const heartbeat = `{"op":1,"d":null}`
	return heartbeat + strings.Repeat(" ", length-len(heartbeat))
}

// limits checks how long a frame may be, and that it is UTF-8.
func (p *probe) limits(tooLarge int) {
	p.Helper()
	s := p.dial(plainQuery)
	s.send(padded(4096))
	if m, err := s.answer(); err != nil || m.Op != 11 {
		p.Errorf("4096 bytes: instead of op 11: %s, %v", m.text, err)
	}
	p.wants(bare, outcome{padded(4097), tooLarge}, outcome{"{\"op\":1,\"d\":\"\xff\"}", 1007})
}

func spacebarFrames(p *probe) { p.limits(1009) }

func discordFrames(p *probe) { p.limits(4002) }

// guild is the target's, or any.
func (p *probe) guild() string {
	if p.target.Guild != 0 {
		return p.target.Guild.String()
	}
	return "1"
}

// earlyFrames are commands that need a session, and the event with which Spacebar answers some of them without one.
func (p *probe) earlyFrames() map[string]string {
	guild := p.guild()
	return map[string]string{
		`{"op":3,"d":{"status":"online"}}`:                                                         "",
		fmt.Sprintf(`{"op":8,"d":{"guild_id":%q}}`, guild):                                         "",
		fmt.Sprintf(`{"op":14,"d":{"guild_id":%q}}`, guild):                                        "",
		fmt.Sprintf(`{"op":12,"d":[%q]}`, guild):                                                   "GUILD_SYNC",
		fmt.Sprintf(`{"op":36,"d":{"guild_id":%q}}`, guild):                                        "CHANNEL_STATUSES",
		fmt.Sprintf(`{"op":43,"d":{"guild_id":%q,"fields":["status","voice_start_time"]}}`, guild): "CHANNEL_INFO",
	}
}

func spacebarEarly(p *probe) {
	for frame, event := range p.earlyFrames() {
		if event == "" {
			p.wants(bare, outcome{frame, 4000})
			continue
		}
		s := p.dial(plainQuery)
		s.send(frame)
		m := s.event(event)
		if numbered := m.Seq != nil; numbered != (event == "GUILD_SYNC") {
			p.Errorf("%s has a sequence: %t", event, numbered)
		}
		s.wantOpen(frame)
	}
}

func discordEarly(p *probe) {
	for frame := range p.earlyFrames() {
		p.wants(bare, outcome{frame, 4003})
	}
}

// withGuild puts the guild into frames.
func (p *probe) withGuild(outcomes ...outcome) []outcome {
	for i := range outcomes {
		outcomes[i].frame = strings.ReplaceAll(outcomes[i].frame, "GUILD", `"`+p.guild()+`"`)
	}
	return outcomes
}

func spacebarCommands(p *probe) {
	p.wants(known, p.withGuild(
		outcome{`{"op":3,"d":{"status":"online","unknown":1}}`, 4002},
		outcome{`{"op":4,"d":{"guild_id":GUILD,"self_video":false,"unknown":1}}`, 4002},
		outcome{`{"op":8,"d":{"guild_id":GUILD,"unknown":1}}`, 4002},
		outcome{`{"op":14,"d":{"guild_id":GUILD,"unknown":1}}`, 4002},
		outcome{`{"op":37,"d":{"subscriptions":{},"unknown":1}}`, 4002},
		outcome{`{"op":8,"d":{"guild_id":GUILD,"query":"a"}}`, 4000},
		outcome{`{"op":8,"d":{"guild_id":GUILD,"query":"a","limit":5,"user_ids":["1"]}}`, 4000},
		outcome{`{"op":8,"d":{"guild_id":"12345","query":"","limit":0}}`, 4000},
		outcome{`{"op":4,"d":{"guild_id":GUILD,"self_mute":true,"self_deaf":false}}`, 4000},
		outcome{`{"op":4,"d":{"guild_id":GUILD,"self_mute":true,"self_deaf":false,"self_video":null}}`, 4000},
		outcome{`{"op":4,"d":{"guild_id":GUILD,"self_video":false,"preferred_regions":[]}}`, 4002},
		outcome{`{"op":3,"d":{"status":"online","activities":null}}`, 4000},
		outcome{`{"op":3,"d":{"status":"online","activities":[{"name":"x","type":0,"created_at":1}]}}`, 4002},
		outcome{`{"op":3,"d":{"status":"online","activities":[{"name":"x","type":0}]}}`, 0},
	)...)
	p.hidden(4000)
}

func discordCommands(p *probe) {
	p.wants(known, p.withGuild(
		outcome{`{"op":3,"d":{"status":"online","since":0,"activities":[],"afk":false,"unknown":1}}`, 0},
		outcome{`{"op":8,"d":{"guild_id":"12345","query":"","limit":0}}`, 0},
		outcome{`{"op":3,"d":7}`, 4002}, outcome{`{"op":8,"d":"x"}`, 4002},
	)...)
	p.hidden(0)
}

// hidden subscribes to the members of a channel that the account may not see.
func (p *probe) hidden(code int) {
	p.Helper()
	p.need(p.target.Guild != 0 && p.target.HiddenChannel != 0, "hidden channel")
	p.wants(known, p.withGuild(outcome{
		fmt.Sprintf(`{"op":14,"d":{"guild_id":GUILD,"channels":{"%s":[[0,99]]}}}`, p.target.HiddenChannel), code,
	})...)
}

const presenceFrame = `{"op":3,"d":{"status":"idle","activities":[],"afk":false,"since":0}}`

func spacebarRate(p *probe) {
	s := p.dial(plainQuery)
	for range 200 {
		s.wantOpen("one of 200 heartbeats")
	}
	s.identify(p.target.Token, "")
	for range 130 {
		s.send(presenceFrame)
	}
	s.wantOpen("after 130 presences")
	for range 30 {
		p.dial(plainQuery).identify(p.target.Token, "")
	}
}

func discordRate(p *probe) {
	s := p.dial(plainQuery)
	for range 120 {
		s.wantOpen("one of 120 heartbeats")
	}
	s.send(`{"op":1,"d":null}`)
	s.wantClosed("heartbeat 121 within a minute", 4008)

	s = p.dial(plainQuery)
	s.identify(p.target.Token, "")
	for range 5 {
		s.send(presenceFrame)
	}
	s.wantOpen("after 5 presences")
	s.send(presenceFrame)
	s.wantClosed("presence 6 within 20 s", 4008)

	s = p.dial(plainQuery)
	s.send(p.identifyFrame(p.target.Token, ""))
	if m, err := s.read(); err != nil || m.Op != 9 || string(m.Data) != "false" {
		p.Errorf("an Identify within 5 s of another: instead of op 9: %.100s, %v", m.text, err)
	}
}
