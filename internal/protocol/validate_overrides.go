package protocol

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// validateOverrides checks that each row changes something that is there, and says why.
func (t *Table) validateOverrides(p *problems) {
	o := &t.Overrides
	for _, r := range o.Fields {
		where := "override of " + r.In + "." + r.Field
		if r.Reason == "" {
			p.addf("%s has no reason", where)
		}
		if !t.hasField(r.In, r.Field) && !t.hasExtra(r.In, r.Field) {
			p.addf("%s: no such field", where)
		}
	}
	for _, r := range o.Extra {
		if r.Reason == "" || t.fields(r.In) == nil || t.hasField(r.In, r.Field.Name) {
			p.addf("extra field %s.%s: no reason, nowhere to add it, or documented meanwhile", r.In, r.Field.Name)
		}
		t.validateFields(p, "extra field of "+r.In, []Field{r.Field})
		if r.Only != "" && !t.holds(r.Only, r.In) {
			p.addf("extra field %s.%s: no %s in %s", r.In, r.Field.Name, r.In, r.Only)
		}
	}
	for _, r := range o.Types {
		if r.Reason == "" || t.Object(r.Object) == nil && t.sent(r.Op) == nil {
			p.addf("override of type %q, op %d: no reason or no such type", r.Object, r.Op)
		}
	}
	for _, r := range o.Partials {
		if r.Reason == "" || r.Go == "" || t.Object(r.Object) == nil {
			p.addf("partial type %q of %q: no reason, no name or no such object", r.Go, r.Object)
		}
		for _, field := range r.Keep {
			if !t.hasField(r.Object, field) && !t.hasExtra(r.Object, field) {
				p.addf("partial type %s: no field %s", r.Go, field)
			}
		}
	}
	for _, r := range o.Opcodes {
		if r.Reason == "" || r.Op < 0 || r.Op >= len(t.Opcodes) || t.Opcodes[r.Op].Direction == "receive" {
			p.addf("override of opcode %d: no reason or nothing that a client sends", r.Op)
		}
	}
	for _, r := range o.Events {
		if r.Reason == "" || t.Event(r.Event) == nil {
			p.addf("override of event %q: no reason or no such event", r.Event)
		}
	}
	for _, r := range o.Enums {
		if r.Reason == "" || t.Enum(r.Enum) == nil {
			p.addf("override of enumeration %q: no reason or no such enumeration", r.Enum)
		}
	}
	for _, r := range o.Values {
		if r.Reason == "" || t.Enum(r.Enum) == nil || !slices.ContainsFunc(t.Enum(r.Enum).Values, r.Matches) {
			p.addf("override of value %s.%s: no reason or no such value", r.Enum, r.Value)
		}
	}
	for _, r := range o.NotMirrored {
		if r.Reason == "" || r.Of == "" || r.What == "" || r.Instead == "" || r.Doc != "events" && r.Doc != "opcodes" {
			p.addf("not mirrored: %q of %q: no reason, nothing instead, or nowhere to say it", r.What, r.Of)
		}
	}
}

// holds says whether a field, as Object.field, has objects of that name in it.
func (t *Table) holds(place, object string) bool {
	in, name, _ := strings.Cut(place, ".")
	return slices.ContainsFunc(t.fields(in), func(f Field) bool {
		return f.Name == name && slices.Contains(f.Type.Objects(), object)
	})
}

// Matches says whether o is about v.
func (o ValueOverride) Matches(v Value) bool {
	return o.Value == v.Name || o.Value == strconv.Itoa(v.Number) && v.Text == ""
}

// hasField says whether there is a field of that name; in is as in [FieldOverride].
func (t *Table) hasField(in, field string) bool {
	named := func(f Field) bool { return f.Name == field }
	if in != "*" {
		return slices.ContainsFunc(t.fields(in), named)
	}
	return slices.ContainsFunc(t.Objects, func(o Object) bool { return slices.ContainsFunc(o.Fields, named) })
}

// fields returns the fields of an object, an event or "op 8", without what they embed. A partial update is flat: it has the
// fields of the object that it refers to.
func (t *Table) fields(in string) []Field {
	if o := t.Object(in); o != nil {
		return o.Fields
	}
	if e := t.Event(in); e != nil {
		if object := t.Object(e.Payload.Ref); object != nil && t.isPartial(in) {
			return slices.Concat(e.Payload.Fields, object.Fields)
		}
		return e.Payload.Fields
	}
	for i := range t.Sent {
		if in == fmt.Sprintf("op %d", t.Sent[i].Op) {
			return t.Sent[i].Fields
		}
	}
	return nil
}

// isPartial says whether an event is made a partial update.
func (t *Table) isPartial(event string) bool {
	return slices.ContainsFunc(t.Overrides.Events, func(o EventOverride) bool { return o.Event == event && o.Partial })
}

// sent returns the payload of an opcode other than 0, or nil.
func (t *Table) sent(op int) *Payload {
	for i := range t.Sent {
		if t.Sent[i].Op == op && op != 0 {
			return &t.Sent[i]
		}
	}
	return nil
}

// hasExtra says whether the overrides add a field of that name.
func (t *Table) hasExtra(in, field string) bool {
	return slices.ContainsFunc(t.Overrides.Extra, func(o ExtraField) bool { return o.In == in && o.Field.Name == field })
}
