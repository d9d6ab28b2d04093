package main

import (
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// writeEvents writes the type of every event's payload.
func (m *model) writeEvents(f *files) {
	for i := range m.Events {
		event := &m.Events[i]
		out := f.types("event_" + fileOf(event.Category))
		m.eventComment(out, event)
		m.writePayload(out, event)
		m.writeEventApply(out, event)
	}
}

// fileOf returns the noun of the file for a category; the leftovers of the tables are events of the official client.
func fileOf(category string) string {
	if category == "misc" {
		return "client"
	}
	return category
}

// eventComment writes the doc comment of an event's type.
func (m *model) eventComment(out *text, event *protocol.Event) {
	paragraphs := []string{
		event.Struct + " is the event " + event.Name + ": " + m.summary(event.Name) + ".",
		m.partialSentence(event),
		deprecation(event) + received(event) + " Source: " + eventSource(event) + ".",
	}
	out.comment(0, paragraphs...)
}

// partialSentence says what an absent field of a partial update means.
func (m *model) partialSentence(event *protocol.Event) string {
	override := m.eventOverride(event.Name)
	if !override.Partial {
		return ""
	}
	s := "It is a partial update: a field that is absent has not changed, one that is null has been cleared."
	if len(override.Keep) > 0 {
		s += " Only " + enumerate(override.Keep) + " always " + plural(len(override.Keep), "comes", "come") + "."
	}
	return s
}

// deprecation says that servers are leaving an event behind. It is no Go deprecation, as other servers may go on.
func deprecation(event *protocol.Event) string {
	switch {
	case !event.Deprecated:
		return ""
	case event.Note != "" && event.Note != "legacy":
		return "It is deprecated (" + event.Note + "). "
	}
	return "It is deprecated. "
}

// received says who receives an event, and how it is asked for.
func received(event *protocol.Event) string {
	var s string
	switch event.Audience {
	case "user_only":
		s = "Only user accounts receive it"
	case "bot_only":
		s = "Only bots receive it"
	default:
		s = "User accounts and bots receive it"
	}
	if event.Scope == "oauth2_only" {
		s = "Only connections with an OAuth2 token receive it"
	}
	switch len(event.Intents) {
	case 0:
	case 1:
		s += ", those that name intents with " + event.Intents[0]
	default:
		s += ", those that name intents with " + strings.Join(event.Intents[:len(event.Intents)-1], ", ") + " or " +
			event.Intents[len(event.Intents)-1]
	}
	return s + "."
}

// eventSource says where an event is described.
func eventSource(event *protocol.Event) string {
	switch {
	case event.Userdoccers:
		return "userdoccers gateway/gateway-events.mdx"
	case event.DiscordDocs:
		return "discord-api-docs events/gateway-events.mdx"
	case event.Spacebar == "yes":
		return "the Spacebar server"
	case event.Spacebar == "declared":
		return "the Spacebar server, which names it and never sends it"
	}
	return "observed in the official client"
}

// writePayload writes the type that goes with the comment.
func (m *model) writePayload(out *text, event *protocol.Event) {
	payload, override := &event.Payload, m.eventOverride(event.Name)
	own := m.members(event.Name, payload.Fields)
	if override.Partial {
		m.writeStruct(out, event.Struct, nil, m.eventFields(event))
		return
	}
	switch payload.Kind {
	case protocol.KindObject:
		m.writeStruct(out, event.Struct, nil, m.goFields(own, read))
	case protocol.KindRef, protocol.KindEmbed:
		flat := m.flatMembers(payload.Ref)
		if override.Flat || event.Struct == payload.Ref {
			m.writeStruct(out, event.Struct, nil, m.goFields(join(flat, own), read))
			return
		}
		m.writeStruct(out, event.Struct, m.embedded(payload.Ref), m.goFields(besides(flat, own), read))
	case protocol.KindUnion:
		m.checkUnion(event)
		m.writeStruct(out, event.Struct, m.embedded(payload.Refs[0]), m.goFields(own, read))
	case protocol.KindArray:
		out.printf("type %s []%s\n\n", event.Struct, m.typeName(payload.Ref))
	case protocol.KindAlias:
		m.writeStruct(out, event.Struct, []string{m.Event(payload.Of).Struct}, m.goFields(own, read))
	case protocol.KindNull:
		out.printf("type %s struct{}\n\n", event.Struct)
	case protocol.KindAny:
		out.printf("type %s struct{ Raw }\n\n", event.Struct)
	default:
		m.errorf("event %s: kind %s", event.Name, payload.Kind)
	}
}

// eventFields returns the fields of an event's payload, with those of what it embeds.
func (m *model) eventFields(event *protocol.Event) []goField {
	override := m.eventOverride(event.Name)
	all := join(m.flatMembers(event.Payload.Ref), m.members(event.Name, event.Payload.Fields))
	if override.Partial {
		return m.partialFields(event.Name, all, override.Keep)
	}
	return m.goFields(all, read)
}

// partialFields returns the fields of a partial update. event is empty for an object of which any field may be missing.
func (m *model) partialFields(event string, members []member, keep []string) []goField {
	fields := make([]goField, len(members))
	for i, f := range members {
		f.event = event
		fields[i] = m.field(f, partial, keep)
	}
	return fields
}

// checkUnion reports a field that only a later alternative has.
func (m *model) checkUnion(event *protocol.Event) {
	first := m.flatMembers(event.Payload.Refs[0])
	for _, ref := range event.Payload.Refs[1:] {
		for _, f := range besides(first, m.flatMembers(ref)) {
			m.errorf("event %s: %s has no %s", event.Name, event.Payload.Refs[0], f.Name)
		}
	}
}

// enumerate joins words to "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
