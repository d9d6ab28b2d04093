package protocol

import (
	"errors"
	"fmt"
	"slices"
)

// problems gathers what is wrong with a table.
type problems struct{ errs []error }

func (p *problems) addf(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("protocol: "+format, args...))
}

// validate checks what the generator relies on: every reference resolves, nothing is there twice.
func (t *Table) validate() error {
	p := &problems{}
	for i := range t.Objects {
		t.validateObject(p, &t.Objects[i])
	}
	for i := range t.Events {
		t.validateEvent(p, &t.Events[i])
	}
	for i := range t.Sent {
		t.validatePayload(p, fmt.Sprintf("op %d", t.Sent[i].Op), &t.Sent[i])
	}
	t.validateEnums(p)
	t.validateCodes(p)
	t.validateUpdates(p)
	t.validateEffects(p)
	t.validateOverrides(p)
	t.validateUnions(p)
	for name := range t.Summaries {
		if len(name) == 0 {
			p.addf("a summary of nothing")
		}
	}
	return errors.Join(p.errs...)
}

func (t *Table) validateObject(p *problems, o *Object) {
	if o.File == "" || o.Source == "" {
		p.addf("object %s has no file or no source", o.Name)
	}
	if o.Embed != "" {
		t.resolve(p, "object "+o.Name, o.Embed)
	}
	for value, variant := range o.Variants {
		t.resolve(p, "object "+o.Name+" variant "+value, variant)
	}
	if len(o.Fields) == 0 && len(o.Variants) == 0 {
		p.addf("object %s has no fields", o.Name)
	}
	t.validateFields(p, "object "+o.Name, o.Fields)
}

func (t *Table) validateFields(p *problems, where string, fields []Field) {
	seen := map[string]bool{}
	for _, field := range fields {
		if field.Name == "" || seen[field.Name] {
			p.addf("%s has field %q twice or without a name", where, field.Name)
		}
		seen[field.Name] = true
		for _, name := range field.Type.Objects() {
			t.resolve(p, where+" field "+field.Name, name)
		}
		if field.Enum != "" && t.Enum(field.Enum) == nil && !t.dropsEnum(field) {
			p.addf("%s field %s: no enumeration %s", where, field.Name, field.Enum)
		}
	}
}

// dropsEnum says whether an override takes the enumeration away from a field, so that the table need not have it.
func (t *Table) dropsEnum(field Field) bool {
	return slices.ContainsFunc(t.Overrides.Fields, func(o FieldOverride) bool { return o.Field == field.Name && o.NoEnum })
}

func (t *Table) resolve(p *problems, where, name string) {
	if t.Object(name) == nil {
		p.addf("%s: no object %s", where, name)
	}
}

func (t *Table) validateEvent(p *problems, e *Event) {
	if e.Struct == "" || e.Category == "" {
		p.addf("event %s has no struct or no category", e.Name)
	}
	if !slices.Contains([]string{"both", "user_only", "bot_only"}, e.Audience) {
		p.addf("event %s: audience %q", e.Name, e.Audience)
	}
	intents := t.Enum("GatewayIntents")
	for _, intent := range e.Intents {
		if intents == nil || !slices.ContainsFunc(intents.Values, func(v Value) bool { return v.Name == intent }) {
			p.addf("event %s: no intent %s", e.Name, intent)
		}
	}
	t.validatePayload(p, "event "+e.Name, &e.Payload)
	if e.Payload.Kind == KindAlias && t.Event(e.Payload.Of) == nil {
		p.addf("event %s: no event %s", e.Name, e.Payload.Of)
	}
}

func (t *Table) validatePayload(p *problems, where string, payload *Payload) {
	switch payload.Kind {
	case KindObject, KindObjects:
		if len(payload.Fields) == 0 {
			p.addf("%s has no fields", where)
		}
	case KindRef, KindEmbed:
		t.resolve(p, where, payload.Ref)
	case KindArray:
		if payload.Of == "" {
			t.resolve(p, where, payload.Ref)
		}
	case KindUnion:
		for _, ref := range payload.Refs {
			t.resolve(p, where, ref)
		}
	case KindAlias, KindNull, KindAny:
	default:
		p.addf("%s: kind %q", where, payload.Kind)
	}
	if payload.Embed != "" {
		t.resolve(p, where, payload.Embed)
	}
	t.validateFields(p, where, payload.Fields)
}

func (t *Table) validateEnums(p *problems) {
	for _, e := range t.Enums {
		if !slices.Contains([]EnumKind{EnumInteger, EnumString, EnumFlags}, e.Kind) || e.File == "" || e.Source == "" {
			p.addf("enumeration %s: kind %q, file %q, source %q", e.Name, e.Kind, e.File, e.Source)
		}
		for _, v := range e.Values {
			if v.Name == "" || (v.Text != "") != (e.Kind == EnumString) || e.Kind == EnumFlags && v.Number > 63 {
				p.addf("enumeration %s: value %q does not fit", e.Name, v.Name)
			}
		}
	}
}

func (t *Table) validateCodes(p *problems) {
	for i, op := range t.Opcodes {
		if op.Code != i || op.Name == "" {
			p.addf("opcode %d %q is out of order or has no name", op.Code, op.Name)
		}
		if !slices.Contains([]string{"send", "receive", "both"}, op.Direction) || (op.Payload == "") == (t.sent(op.Code) == nil) {
			p.addf("opcode %d: direction %q, payload %q", op.Code, op.Direction, op.Payload)
		}
		if !slices.Contains([]string{"handled", "ignored", "sent", "enum_only", "no"}, op.Spacebar) ||
			!slices.Contains([]string{"enum+send", "enum+receive", "enum_only", "no"}, op.Chorus) {
			p.addf("opcode %d: Spacebar %q, Chorus %q", op.Code, op.Spacebar, op.Chorus)
		}
	}
	for i, c := range t.CloseCodes {
		if c.Name == "" || i > 0 && c.Code <= t.CloseCodes[i-1].Code {
			p.addf("close code %d %q is out of order or has no name", c.Code, c.Name)
		}
	}
}
