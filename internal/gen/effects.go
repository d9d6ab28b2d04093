package main

import (
	"fmt"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// effectsPath is the file with the effects of events.
const effectsPath = "internal/effect/effect_gen.go"

// writeEffects writes what events do to entities.
func (m *model) writeEffects(f *files) {
	f.imports["internal/effect/kind_gen.go"] = nil
	m.writeKinds(f.file("internal/effect/kind_gen.go"))
	m.writeTrees(f)
	f.imports[effectsPath] = []string{`"github.com/chorus-go/chorus/types"`}
	out := f.file(effectsPath)
	m.writeSources(out)
	m.writeOf(out)
	for i := range m.Effects.Kinds {
		m.writeSet(out, &m.Effects.Kinds[i])
	}
	written := map[string]bool{}
	for i := range m.Effects.Effects {
		source := m.Effects.Effects[i].Source()
		if !written[source] {
			written[source] = true
			m.writeEffectsOf(out, source)
		}
	}
}

// writeKinds writes the kinds of entities.
func (m *model) writeKinds(out *text) {
	out.comment(0, "The kinds of entities. The comment of each names the type of its values.")
	out.printf("const (\n")
	for i, kind := range m.Effects.Kinds {
		out.comment(1, fmt.Sprintf("Kind%s are %s: *types.%s.", kind.Kind, kind.Doc, m.kindType(&kind)))
		out.printf("\tKind%s", kind.Kind)
		if i == 0 {
			out.printf(" Kind = iota + 1")
		}
		out.printf("\n")
	}
	out.printf(")\n\n")
	out.comment(0, "kindCount is the number of kinds. kinds says of each what it is, beginning with the one that is none.")
	out.printf("const kindCount = %d\n\nvar kinds = [kindCount + 1]description{\n", len(m.Effects.Kinds))
	for _, kind := range m.Effects.Kinds {
		out.printf("\tKind%s: {name: %q", kind.Kind, kind.Kind)
		if kind.Within != "" {
			out.printf(", within: Kind%s", kind.Within)
		}
		out.printf(", unique: %v},\n", kind.Unique)
	}
	out.printf("}\n")
}

// kindType returns the Go type of a kind's values.
func (m *model) kindType(kind *protocol.EntityKind) string {
	name, _ := m.entity(kind.Entity)
	return name
}

// writeSources writes which events have effects on which kinds.
func (m *model) writeSources(out *text) {
	out.comment(0, "sources are the events that have effects, with the kinds of the entities, in the order of the "+
		"documentation.")
	out.printf("var sources = []Source{\n")
	for i := range m.Events {
		if kinds := m.Effects.KindsOf(m.Events[i].Name); len(kinds) > 0 {
			out.printf("\t{Event: %q, Kinds: SetOf(Kind%s)},\n", m.Events[i].Name, strings.Join(kinds, ", Kind"))
		}
	}
	out.printf("}\n\n")
}

// writeTrees writes how package state subscribes to the events that have effects.
func (m *model) writeTrees(f *files) {
	const path = "gateway/state/trees_gen.go"
	f.imports[path] = []string{
		`"context"`, "", `"github.com/chorus-go/chorus/gateway"`, `"github.com/chorus-go/chorus/observer"`,
	}
	out := f.file(path)
	out.comment(0, "trees are the events that have effects, and how each is watched.")
	out.printf("var trees = []struct {\n\tevent string\n")
	out.printf("\tto func(e *gateway.Events, take func(context.Context, any)) *observer.Subscription\n}{\n")
	for i := range m.Events {
		event := &m.Events[i]
		if len(m.Effects.Of(event.Name)) == 0 {
			continue
		}
		branch, leaf := m.path(event)
		out.printf("\t{%q, func(e *gateway.Events, take func(context.Context, any)) *observer.Subscription {\n", event.Name)
		out.printf("\t\treturn watch(&e.%s.%s, take)\n\t}},\n", branch, leaf)
	}
	out.printf("}\n")
}

// writeOf writes how the effects of an event are found.
func (m *model) writeOf(out *text) {
	out.comment(0, "Of calls emit with each effect of an event, in their order, and returns whether the event is one that "+
		"can have any. The event "+
		"is a pointer to its type in package types. It is not changed; values of effects are parts of it.")
	out.printf("func Of(event any, emit func(Effect)) bool {\n\tswitch e := event.(type) {\n")
	for i := range m.Events {
		if event := &m.Events[i]; len(m.Effects.Of(event.Name)) > 0 {
			out.printf("\tcase *types.%s:\n\t\tof%s(e, emit)\n", event.Struct, event.Struct)
		}
	}
	out.printf("\tdefault:\n\t\treturn false\n\t}\n\treturn true\n}\n\n")
}

// writeSet writes the function that sets an entity, with those that come with it.
func (m *model) writeSet(out *text, kind *protocol.EntityKind) {
	if len(kind.ID) == 0 {
		return
	}
	typ := m.kindType(kind)
	out.comment(0, fmt.Sprintf("set%s emits that an entity is what v is. Without an id it is nothing.", kind.Kind))
	out.printf("func set%s(scope types.Snowflake, v *types.%s, emit func(Effect)) {\n", kind.Kind, typ)
	out.printf("\tif v == nil {\n\t\treturn\n\t}\n\tvar id types.Snowflake\n")
	for i, path := range kind.ID {
		p := m.resolve(typ, "v", path)
		if i > 0 {
			p.guards = append(p.guards, "id == 0")
		}
		out.printf("\t%sid = %s\n", p.condition(), p.expression)
		if p.condition() != "" {
			out.printf("\t}\n")
		}
	}
	if kind.Kind != "UserGuildSettings" {
		out.printf("\tif id == 0 {\n\t\treturn\n\t}\n")
	}
	if kind.Field != "" {
		p := m.resolve(typ, "v", kind.Field)
		out.printf("\tif %s == 0 && scope != 0 {\n\t\tc := *v\n\t\tc.%s = scope\n\t\tv = &c\n\t}\n", p.expression,
			strings.TrimPrefix(p.expression, "v."))
	}
	for _, also := range kind.Also {
		m.writeAlso(out, typ, also)
	}
	out.printf("\temit(Effect{Op: Set, Key: Key{Kind%s, scope, id}, Value: v})\n}\n\n", kind.Kind)
}

// writeAlso writes that an entity within another is set with it.
func (m *model) writeAlso(out *text, typ string, also protocol.Companion) {
	kind := m.Effects.Kind(also.Kind)
	scope := "scope"
	if kind.Within == "" {
		scope = "0"
	}
	p := m.resolve(typ, "v", also.Field)
	if strings.HasPrefix(p.typ, "[]") {
		out.printf("\tfor i := range %s {\n\t\tset%s(%s, &%s[i], emit)\n\t}\n", p.expression, also.Kind, scope, p.expression)
		return
	}
	out.printf("\tset%s(%s, %s, emit)\n", also.Kind, scope, p.pointer())
}

// writeEffectsOf writes the function that emits the effects of an event or an object.
func (m *model) writeEffectsOf(out *text, source string) {
	name, typ := source, m.typeName(source)
	if event := m.Event(source); event != nil {
		name, typ = event.Struct, event.Struct
	}
	out.comment(0, fmt.Sprintf("of%s emits the effects of %s.", name, source))
	out.printf("func of%s(e *types.%s, emit func(Effect)) {\n", name, typ)
	for _, row := range m.Effects.Of(source) {
		m.writeEffect(out, typ, &row)
	}
	out.printf("}\n\n")
}

// writeEffect writes what one row says.
func (m *model) writeEffect(out *text, typ string, row *protocol.Effect) {
	if row.Rule != "" {
		out.printf("\t%s(e, emit)\n", row.Rule)
		return
	}
	at := place{model: m, row: row, typ: typ, payload: typ}
	if row.Each != "" {
		list := m.resolve(typ, "e", row.Each)
		at.typ = elementOf(list.typ)
		out.printf("\tfor i := range %s {\n", list.expression)
		out.printf("\t\tv := &%s[i]\n", list.expression)
		defer out.printf("\t}\n")
	}
	if row.Of != "" {
		out.printf("\tof%s(%s, emit)\n", row.Of, at.value().pointer())
		return
	}
	kind := m.Effects.Kind(row.Kind)
	if row.Op == protocol.EffectSet {
		out.printf("\tset%s(%s, %s, emit)\n", row.Kind, at.scope(), at.entity(m.kindType(kind)))
		return
	}
	key := fmt.Sprintf("Key{Kind%s, %s, %s}", row.Kind, at.scope(), at.id())
	switch row.Op {
	case protocol.EffectDelete:
		out.printf("\temit(Effect{Op: Delete, Key: %s})\n", key)
	case protocol.EffectRefresh:
		out.printf("\temit(Effect{Op: Refresh, Key: %s, All: true})\n", key)
	default:
		m.writePatch(out, row, key, at, m.kindType(kind))
	}
}

// writePatch writes an effect that changes a part of an entity.
func (m *model) writePatch(out *text, row *protocol.Effect, key string, at place, entity string) {
	by := at.value()
	op, all := "Patch", ""
	if row.Op == protocol.EffectUpsert {
		op = "Upsert"
	}
	if row.All {
		all = ", All: true"
	}
	source := strings.TrimPrefix(by.typ, "*")
	cast := fmt.Sprintf("by.(*types.%s)", source)
	out.printf("\temit(Effect{Op: %s, Key: %s%s, by: %s, next: func(by, old any) any {\n", op, key, all, by.pointer())
	switch {
	case row.All && row.With != "":
		out.printf("\t\tif v := %s(%s, old.(*types.%s)); v != nil {\n", row.With, cast, entity)
		out.printf("\t\t\treturn v\n\t\t}\n\t\treturn nil\n")
	case row.With != "":
		out.printf("\t\tv := copyOf[types.%s](old)\n\t\t%s(%s, v)\n\t\treturn v\n", entity, row.With, cast)
	default:
		out.printf("\t\tv := copyOf[types.%s](old)\n\t\t%s.Apply(v)\n\t\treturn v\n", entity, cast)
	}
	out.printf("\t}})\n")
}
