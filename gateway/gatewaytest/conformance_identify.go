package gatewaytest

import "fmt"

// identifyChecks are about Identify and what answers it.
func identifyChecks() []conformanceCheck {
	return []conformanceCheck{
		{name: "bad-token", spacebar: spacebarBadToken, discord: discordBadToken},
		{name: "malformed-identify", spacebar: spacebarIdentify, discord: discordIdentify},
		{name: "token-prefix", spacebar: spacebarPrefix, discord: discordPrefix},
		{name: "presence-in-identify", spacebar: spacebarPresence, discord: discordPresence},
		{name: "second-identify", spacebar: spacebarSecond, discord: discordSecond},
		{name: "shard", spacebar: spacebarShard, discord: discordShard},
		{name: "intents", spacebar: spacebarIntents, discord: discordIntents},
		{name: "ready", spacebar: spacebarReady, discord: discordReady},
		{name: "bot-ready", spacebar: spacebarBotReady, discord: discordBotReady},
		{name: "session-id", spacebar: spacebarSessionIDs, discord: discordSessionIDs},
	}
}

// badTokens has what nobody may come in with.
func (p *probe) badTokens(code int) {
	p.Helper()
	tokens := []string{"nonsense", "", "Bot nonsense", "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl"}
	for _, token := range append(tokens, p.target.DisabledToken, p.target.DeletedToken) {
		p.admits(outcome{p.identifyFrame(token, ""), code})
	}
}

func spacebarBadToken(p *probe) { p.badTokens(4000) }

func discordBadToken(p *probe) { p.badTokens(4004) }

func spacebarIdentify(p *probe) {
	p.admits(
		outcome{`{"op":2}`, 4002}, outcome{`{"op":2,"d":{}}`, 4002}, outcome{`{"op":2,"d":{"token":null}}`, 4002},
		outcome{`{"op":2,"d":{"token":7}}`, 4002},
		outcome{p.identifyFrame(p.target.Token, `,"unknown":1`), 4002},
		outcome{p.identifyFrame(p.target.Token, `,"client_state":{"unknown":1}`), 4002},
		outcome{p.identifyFrame(p.target.Token, `,"client_state":{}`), 0},
	)
}

func discordIdentify(p *probe) {
	p.admits(
		outcome{`{"op":2}`, 4002}, outcome{`{"op":2,"d":{}}`, 4002}, outcome{`{"op":2,"d":{"token":null}}`, 4002},
		outcome{`{"op":2,"d":{"token":7}}`, 4002},
		outcome{p.identifyFrame(p.target.Token, `,"unknown":1,"client_state":{"unknown":1}`), 0},
	)
}

func spacebarPrefix(p *probe) {
	p.admits(
		outcome{p.identifyFrame("Bot "+p.target.Token, ""), 0}, outcome{p.identifyFrame("Bearer "+p.target.Token, ""), 0},
		outcome{p.identifyFrame(p.target.Token, `,"properties":{}`), 0},
	)
}

func discordPrefix(p *probe) {
	p.admits(
		outcome{p.identifyFrame("Bot "+p.target.Token, `,"intents":0`), 4004},
		outcome{p.identifyFrame("Bearer "+p.target.Token, ""), 0},
	)
	p.need(p.target.BotToken != "", "bot")
	p.admits(outcome{p.identifyFrame("Bot "+p.target.BotToken, `,"intents":0`), 0})
}

func spacebarPresence(p *probe) {
	p.admits(
		outcome{p.identifyFrame(p.target.Token, `,"presence":{"status":7,"activities":"none","unknown":[]}`), 0},
		outcome{p.identifyFrame(p.target.Token, `,"presence":[]`), 0},
	)
}

func discordPresence(p *probe) {
	const presence = `,"presence":{"status":"idle","activities":[],"since":0,"afk":false}`
	p.admits(
		outcome{p.identifyFrame(p.target.Token, `,"presence":7`), 4002},
		outcome{p.identifyFrame(p.target.Token, presence), 0},
	)
}

func spacebarSecond(p *probe) {
	p.lateIdentify()
	s, frame := p.dial(plainQuery), p.identifyFrame(p.target.Token, "")
	s.send(frame, frame)
	s.event("READY")
	s.event("READY")
	s.wantOpen("after two READY")
}

func discordSecond(p *probe) { p.lateIdentify() }

// lateIdentify identifies, and then again.
func (p *probe) lateIdentify() {
	p.Helper()
	s := p.dial(plainQuery)
	s.identify(p.target.Token, "")
	s.pause(p.target.Settle)
	s.send(p.identifyFrame(p.target.Token, ""))
	s.wantClosed("a second Identify", 4005)
}

// fields makes the outcomes of one field of Identify.
func (p *probe) fields(token string, codes map[string]int) {
	p.Helper()
	for field, code := range codes {
		p.admits(outcome{p.identifyFrame(token, ","+field), code})
	}
}

func spacebarShard(p *probe) {
	p.fields(p.target.Token, map[string]int{
		`"shard":[2,1]`: 4010, `"shard":[0,0]`: 4010, `"shard":[-1,1]`: 4010, `"shard":[0]`: 4010, `"shard":[1,1]`: 0,
		`"shard":"0,1"`: 4002, `"shard":{}`: 4002,
	})
	p.guildOfShard(true)
}

func discordShard(p *probe) {
	p.need(p.target.BotToken != "", "bot")
	p.fields(p.target.BotToken, map[string]int{
		`"shard":[2,1]`: 4010, `"shard":[0,0]`: 4010, `"shard":[-1,1]`: 4010, `"shard":[0]`: 4010, `"shard":[1,1]`: 4010,
		`"shard":"0,1"`: 4002, `"shard":[0,1]`: 0,
	})
	p.guildOfShard(false)
}

// guildOfShard checks whether a bot gets a guild on the shard that is not the guild's, and that it does on the one that
// is.
func (p *probe) guildOfShard(everywhere bool) {
	p.Helper()
	p.need(p.target.BotToken != "" && p.target.Guild != 0, "bot with a guild")
	home := uint64(p.target.Guild) >> 22 % 2
	for shard := range uint64(2) {
		ready := p.dial(plainQuery).identify(p.target.BotToken, fmt.Sprintf(`,"intents":1,"shard":[%d,2]`, shard))
		want := everywhere || shard == home
		if has := p.identity(ready).has(p.target.Guild.String()); has != want {
			p.Errorf("shard %d of 2 has the guild of shard %d: %t, want %t", shard, home, has, want)
		}
	}
}

func spacebarIntents(p *probe) {
	p.fields(p.target.Token, map[string]int{
		`"intents":-1`: 4000, `"intents":true`: 4000, `"intents":"1"`: 4002, `"intents":1.5`: 4002, `"intents":{}`: 4002,
		`"intents":0`: 0,
	})
	p.guildOfIntents(true)
}

func discordIntents(p *probe) {
	p.need(p.target.BotToken != "", "bot")
	p.fields(p.target.BotToken, map[string]int{
		`"intents":-1`: 4013, `"intents":true`: 4013, `"intents":536870912`: 4013, `"intents":"1"`: 4002, `"intents":0`: 0,
	})
	p.guildOfIntents(false)
}

// guildOfIntents checks whether GUILD_CREATE reaches a bot that has no intents.
func (p *probe) guildOfIntents(always bool) {
	p.Helper()
	p.need(p.target.BotToken != "" && p.target.Guild != 0, "bot with a guild")
	for intents := range 2 {
		s := p.dial(plainQuery)
		s.identify(p.target.BotToken, fmt.Sprintf(`,"intents":%d`, intents))
		// What follows READY may take the server a while, during which it answers heartbeats.
		s.pause(p.target.Settle)
		s.send(`{"op":1,"d":null}`)
		created := false
		for {
			m, err := s.read()
			if err != nil {
				p.Fatalf("intents %d: %v", intents, err)
			}
			if m.Op == 11 {
				break
			}
			created = created || m.Name == "GUILD_CREATE"
		}
		if want := always || intents == 1; created != want {
			p.Errorf("intents %d get GUILD_CREATE: %t, want %t", intents, created, want)
		}
	}
}

func spacebarReady(p *probe) { p.readyFrom(0, "") }

func discordReady(p *probe) { p.readyFrom(1, supplementing) }

// supplementing are the capabilities with which Discord sends READY_SUPPLEMENTAL: DEDUPE_USER_OBJECTS and
// PRIORITIZED_READY_PAYLOAD.
const supplementing = `,"capabilities":48`

// readyFrom checks READY, the sequence that it has, and that READY_SUPPLEMENTAL follows.
func (p *probe) readyFrom(first int64, fields string) {
	p.Helper()
	s := p.dial(plainQuery)
	ready := s.identify(p.target.Token, fields)
	if id := p.identity(ready); ready.Seq == nil || *ready.Seq != first || id.SessionID == "" || id.ResumeURL == "" {
		p.Errorf("READY is %.300s", ready.text)
	}
	if supplemental := s.event("READY_SUPPLEMENTAL"); supplemental.Seq == nil || *supplemental.Seq <= first {
		p.Errorf("READY_SUPPLEMENTAL is %.300s", supplemental.text)
	}
}

func spacebarBotReady(p *probe) { p.botReady().event("READY_SUPPLEMENTAL") }

func discordBotReady(p *probe) { p.botReady() }

// botReady checks that a bot gets its guilds one by one.
func (p *probe) botReady() *socket {
	p.Helper()
	p.need(p.target.BotToken != "" && p.target.Guild != 0, "bot with a guild")
	s := p.dial(plainQuery)
	id := p.identity(s.identify(p.target.BotToken, `,"intents":1`))
	for _, guild := range id.Guilds {
		if !guild.Unavailable {
			p.Errorf("guild %s of READY is available", guild.ID)
		}
	}
	if !id.has(p.target.Guild.String()) {
		p.Errorf("READY has %v", id.Guilds)
	}
	for range id.Guilds {
		s.event("GUILD_CREATE")
	}
	return s
}

// twoSessions identifies twice and returns the two session ids.
func (p *probe) twoSessions() (first, second string) {
	p.Helper()
	first = p.identity(p.dial(plainQuery).identify(p.target.Token, "")).SessionID
	return first, p.identity(p.dial(plainQuery).identify(p.target.Token, "")).SessionID
}

func spacebarSessionIDs(p *probe) {
	if first, second := p.twoSessions(); first != second {
		p.Errorf("two sockets with one token have the sessions %s and %s", first, second)
	}
}

func discordSessionIDs(p *probe) {
	if first, second := p.twoSessions(); first == second {
		p.Errorf("two sockets have the same session %s", first)
	}
}
