package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// sharing is what every Apply says of the memory that it leaves behind.
const sharing = "It writes to *to alone: e and earlier copies of *to stay as they are. What slices, maps and pointers " +
	"of *to refer to afterwards belongs to e too and is, like every event, read-only."

// writeEventApply writes the method that carries an event out on the entity that it updates.
func (m *model) writeEventApply(out *text, event *protocol.Event) {
	if u := m.Update(event.Name); u != nil {
		m.writeApply(out, u, event.Struct, m.eventFields(event))
	}
}

// writeObjectApply writes the method that carries an object within events out on the entity that it updates.
func (m *model) writeObjectApply(out *text, object *protocol.Object) {
	if u := m.Update(object.Name); u != nil {
		m.writeApply(out, u, m.typeName(object.Name), m.goFields(m.flatMembers(object.Name), m.modeOf(object.Name)))
	}
}

// writePartialTypes writes the second types of an object, and how they are carried out on the first.
func (m *model) writePartialTypes(out *text, object *protocol.Object) {
	for _, p := range m.Overrides.Partials {
		if p.Object != object.Name {
			continue
		}
		fields := m.partialFields("", m.partialMembers(object.Name), p.Keep)
		out.comment(0, fmt.Sprintf("%s is as much of a [%s] as a server likes to send: a field that is absent has not "+
			"changed, one that is null has been cleared. Only %s always %s.", p.Go, m.typeName(object.Name), enumerate(p.Keep),
			plural(len(p.Keep), "comes", "come")), "Source: "+object.Source+".")
		m.writeStruct(out, p.Go, nil, fields)
		u := &protocol.Update{Object: object.Name, Entity: object.Name, Kind: protocol.UpdatePartial}
		m.writeApply(out, u, p.Go, fields)
	}
}

// partialMembers returns the fields of the second type of an object.
func (m *model) partialMembers(object string) []member {
	return slices.DeleteFunc(m.flatMembers(object), func(f member) bool { return f.only != "" })
}

// entity returns the Go type and the fields of what is updated.
func (m *model) entity(name string) (string, []goField) {
	if event := m.Event(name); event != nil {
		return event.Struct, m.eventFields(event)
	}
	return m.objectType(name), m.goFields(m.flatMembers(name), m.modeOf(name))
}

func (m *model) writeApply(out *text, u *protocol.Update, typ string, fields []goField) {
	entity, targets := m.entity(u.Entity)
	if u.Kind == protocol.UpdateWhole {
		m.writeApplyWhole(out, u, typ, entity, fields)
		return
	}
	m.checkUpdate(u, fields)
	out.comment(0, m.applySentence(u, entity, fields), sharing)
	out.printf("func (e *%s) Apply(to *%s) {\n", typ, entity)
	for _, f := range fields {
		if u.Excludes(f.json) {
			continue
		}
		i := slices.IndexFunc(targets, func(t goField) bool { return t.json == u.Target(f.json) })
		if i < 0 {
			m.errorf("update by %s: %s has no field %s", u.Source(), entity, u.Target(f.json))
			continue
		}
		m.writeApplyField(out, u, f, targets[i])
	}
	out.printf("}\n\n")
}

// checkUpdate reports what a row says of fields that the update does not have.
func (m *model) checkUpdate(u *protocol.Update, fields []goField) {
	check := func(name string) {
		if !slices.ContainsFunc(fields, func(f goField) bool { return f.json == name }) {
			m.errorf("update by %s: it has no field %s", u.Source(), name)
		}
	}
	for _, e := range u.Without {
		check(e.Field)
	}
	for field := range u.As {
		check(field)
	}
	for _, field := range u.Identified {
		check(field)
	}
}

// applySentence says what Apply does.
func (m *model) applySentence(u *protocol.Update, entity string, fields []goField) string {
	s := "Apply carries the update out on an earlier value of the [" + entity + "]. "
	if slices.ContainsFunc(fields, func(f goField) bool { return f.omit && !u.Excludes(f.json) }) {
		s += "A field that is absent leaves what *to has, one that is null makes it the zero value, any other replaces it, " +
			"lists and objects as a whole."
	} else {
		s += "It sets the fields that e has, lists and objects as a whole, and leaves all others."
	}
	for _, f := range fields {
		switch {
		case slices.Contains(u.Identified, f.json) && m.partialOf(f.typ) != "":
			s += fmt.Sprintf(" Of the %s, too, only what is there is taken; one without an id says nothing.", f.json)
		case slices.Contains(u.Identified, f.json):
			s += fmt.Sprintf(" The %s is left if the one in e has no id, which says nothing.", f.json)
		}
	}
	var without []string
	for _, e := range u.Without {
		without = append(without, e.Field)
	}
	if len(without) > 0 {
		s += fmt.Sprintf(" There is no place in *to for %s.", enumerate(without))
	}
	return s
}

// partialOf returns the Go type that a partial type is a part of, or "".
func (m *model) partialOf(typ string) string {
	for _, p := range m.Overrides.Partials {
		if p.Go == typ {
			return m.typeName(p.Object)
		}
	}
	return ""
}

// writeApplyField writes how one field is carried out.
func (m *model) writeApplyField(out *text, u *protocol.Update, f, target goField) {
	identified := slices.Contains(u.Identified, f.json)
	inner, optional := strings.CutPrefix(f.typ, "Optional[")
	inner = strings.TrimSuffix(inner, "]")
	switch {
	case identified && optional:
		v, cleared := unexported(f.name), "!ok"
		if strings.HasPrefix(inner, "*") {
			cleared += " || " + v + " == nil"
		}
		out.printf("\tif %s, ok := e.%s.Get(); %s || %s.ID != 0 {\n", v, f.name, cleared, v)
	case identified:
		out.printf("\tif e.%s.ID != 0 {\n", f.name)
	}
	whole := m.partialOf(f.typ)
	switch {
	case optional && target.typ == inner:
		out.printf("\te.%s.Apply(&to.%s)\n", f.name, target.name)
	case optional && target.typ == f.typ:
		out.printf("\tif e.%s.IsPresent() {\n\t\tto.%s = e.%s\n\t}\n", f.name, target.name, f.name)
	case f.typ == "Raw" && target.typ == "Raw":
		out.printf("\tapplyRaw(e.%s, &to.%s)\n", f.name, target.name)
	case f.omit && !optional:
		m.errorf("update by %s: %s, a %s, does not tell absent from null", u.Source(), f.json, f.typ)
	case whole != "" && target.typ == "*"+whole:
		v := unexported(f.name)
		out.printf("\tvar %s %s\n\tif to.%s != nil {\n\t\t%s = *to.%s\n\t}\n", v, whole, target.name, v, target.name)
		out.printf("\te.%s.Apply(&%s)\n\tto.%s = &%s\n", f.name, v, target.name, v)
	case f.typ == target.typ:
		out.printf("\tto.%s = e.%s\n", target.name, f.name)
	case target.typ == "*"+f.typ:
		out.printf("\t%s := e.%s\n\tto.%s = &%s\n", unexported(f.name), f.name, target.name, unexported(f.name))
	default:
		m.errorf("update by %s: %s, a %s, is a %s in %s", u.Source(), f.json, f.typ, target.typ, u.Entity)
	}
	if identified {
		out.printf("\t}\n")
	}
}

// writeApplyWhole writes the method of an update that has the entity as it is now.
func (m *model) writeApplyWhole(out *text, u *protocol.Update, typ, entity string, fields []goField) {
	from := entity
	if u.Field != "" {
		i := slices.IndexFunc(fields, func(f goField) bool { return f.json == u.Field && f.typ == entity })
		if i < 0 {
			m.errorf("update by %s: no field %s that is a %s", u.Source(), u.Field, entity)
			return
		}
		from = fields[i].name
	} else if event := m.Event(u.Event); event == nil || event.Payload.Ref != u.Entity || event.Struct == entity ||
		m.eventOverride(u.Event).Partial || m.eventOverride(u.Event).Flat {
		m.errorf("update by %s: the payload does not hold a %s", u.Source(), entity)
		return
	}
	out.comment(0, "Apply carries the update out on an earlier value of the ["+entity+"], which it replaces as a whole. "+
		sharing)
	out.printf("func (e *%s) Apply(to *%s) { *to = e.%s }\n\n", typ, entity, from)
}
