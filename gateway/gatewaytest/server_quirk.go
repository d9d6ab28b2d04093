package gatewaytest

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/chorus-go/chorus/types"
)

// Quirks are things that a real Spacebar does to dispatches, and that [Server] does only if it is asked to. They are
// bits. What [Peer.Send] sends is never concerned.
type Quirks uint

const (
	// QuirkDuplicates has each CHANNEL_CREATE and GUILD_CREATE after READY_SUPPLEMENTAL subscribe the connection once
	// more, and each of its copies too: what is dispatched later comes twice, then four times, at most 64 times, each time
	// with another s. What answers a client's request comes once.
	QuirkDuplicates Quirks = 1 << iota
	// QuirkTypes has fields of other types than the documented ones: public_flags is a string among the recipients of
	// CHANNEL_CREATE and of the authors of MESSAGE_UPDATE and of referenced messages; the member of MESSAGE_CREATE has
	// roles in place of their ids, which the real server does in answers to interactions only.
	QuirkTypes
	// QuirkNulls has null where a column of the database is empty: the pronouns of users, the video_quality_mode of
	// channels, the self_stream of voice states, the guild_id of what happens in private channels.
	QuirkNulls
	// QuirkListSync has member lists send SYNC alone: what changes later is not told.
	QuirkListSync
	// QuirkIntegerIDs has ids as numbers in place of strings. It was not observed, and is no part of AllQuirks: in the
	// encoding JSON clients in JavaScript cannot read it.
	QuirkIntegerIDs

	// AllQuirks are those that were observed.
	AllQuirks = QuirkDuplicates | QuirkTypes | QuirkNulls | QuirkListSync
)

// maxCopies is how many copies of an event were seen.
const maxCopies = 64

// answers are the dispatches that the server sends to the one connection that has asked, whatever it is subscribed to.
var answers = map[string]bool{
	"READY": true, "READY_SUPPLEMENTAL": true, "GUILD_MEMBERS_CHUNK": true, "GUILD_MEMBER_LIST_UPDATE": true,
	"GUILD_SYNC": true, "CHANNEL_INFO": true, "CHANNEL_STATUSES": true,
}

// oddity is what the writer of a connection remembers for its quirks.
type oddity struct {
	begun  bool // READY_SUPPLEMENTAL was sent
	copies int  // that come of each event beside the first
}

// sendQuirky sends a message as a Spacebar with quirks does: changed, several times, or not at all.
func (p *Peer) sendQuirky(m Outgoing) error {
	quirks := p.server.options.Quirks
	if m.Event == "" || m.raw != nil || m.source.Payload == nil {
		return p.send(m)
	}
	data, err := m.source.JSON()
	if err != nil {
		return p.send(m) // which says what is wrong with it
	}
	data = p.server.quirky(m.Event, data)
	if data == nil {
		return nil
	}
	m.source.Payload = data
	times := 1
	if quirks&QuirkDuplicates != 0 && !answers[m.Event] {
		times += p.odd.copies
	}
	for range times {
		if err := p.send(m); err != nil {
			return err
		}
	}
	switch m.Event {
	case "READY_SUPPLEMENTAL":
		p.odd.begun = true
	case "CHANNEL_CREATE", "GUILD_CREATE":
		if p.odd.begun {
			p.odd.copies = min(p.odd.copies+times, maxCopies-1)
		}
	}
	return nil
}

// quirky returns the payload of a dispatch as a Spacebar with the quirks of the server has it, nil for one that it does
// not send.
func (s *Server) quirky(event string, data json.RawMessage) json.RawMessage {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var payload any
	if decoder.Decode(&payload) != nil {
		return data
	}
	object, isObject := payload.(map[string]any)
	quirks := s.options.Quirks
	if quirks&QuirkListSync != 0 && event == "GUILD_MEMBER_LIST_UPDATE" && isObject && !onlySync(object) {
		return nil
	}
	if quirks&QuirkTypes != 0 && isObject {
		s.otherTypes(event, object)
	}
	if quirks&QuirkNulls != 0 {
		if isObject && inChannels[event] && object["guild_id"] == nil {
			object["guild_id"] = nil
		}
		eachObject(payload, emptyColumns)
	}
	if quirks&QuirkIntegerIDs != 0 {
		eachObject(payload, integerIDs)
	}
	changed, err := encodePayload(payload)
	if err != nil {
		return data
	}
	return changed
}

// onlySync takes what is no SYNC out of a GUILD_MEMBER_LIST_UPDATE, and says whether anything is left.
func onlySync(list map[string]any) bool {
	ops, _ := list["ops"].([]any)
	var left []any
	for _, op := range ops {
		if o, ok := op.(map[string]any); ok && o["op"] == "SYNC" {
			left = append(left, op)
		}
	}
	list["ops"] = left
	return len(left) > 0
}

// otherTypes changes the types of what QuirkTypes names.
func (s *Server) otherTypes(event string, object map[string]any) {
	text := func(user any) {
		if u, ok := user.(map[string]any); ok {
			flags, _ := u["public_flags"].(json.Number)
			u["public_flags"] = cmp.Or(flags.String(), "0")
		}
	}
	referenced, _ := object["referenced_message"].(map[string]any)
	text(referenced["author"])
	switch event {
	case "CHANNEL_CREATE":
		recipients, _ := object["recipients"].([]any)
		for _, recipient := range recipients {
			text(recipient)
		}
	case "MESSAGE_UPDATE":
		text(object["author"])
	case "MESSAGE_CREATE":
		member, _ := object["member"].(map[string]any)
		s.rolesOf(object["guild_id"], member)
	}
}

// rolesOf puts the roles of a member in the place of their ids.
func (s *Server) rolesOf(guild any, member map[string]any) {
	text, _ := guild.(string)
	id, err := types.ParseSnowflake(text)
	if err != nil || member == nil || s.options.World == nil {
		return
	}
	snapshot, err := s.options.World.Guild(id).Snapshot()
	if err != nil {
		return // deleted in the meantime
	}
	ids, _ := member["roles"].([]any)
	for i := range ids {
		for _, role := range snapshot.Roles {
			if ids[i] == role.ID.String() {
				ids[i] = role
				break
			}
		}
	}
}
