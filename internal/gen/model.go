package main

import (
	"fmt"

	"github.com/chorus-go/chorus/internal/protocol"
)

// model is the tables with what the overrides change, and what has to be worked out before anything can be written.
type model struct {
	*protocol.Table

	// enums are the Go types of the enumerations, by the table's name.
	enums map[string]*goEnum
	// overridden are the overrides of fields, by where the field is and its name.
	overridden map[[2]string][]*protocol.FieldOverride
	// cyclic are the objects that would contain themselves by value, each with the number of its cycle.
	cyclic map[string]int
	// sentOnly are the objects that only a client sends.
	sentOnly map[string]bool

	// structs are the structures that have been written, by their Go names.
	structs map[string]*goStruct
	// custom are the structures that read themselves.
	custom map[string]bool

	// decoded are the structures that have a decoder.
	decoded []string

	// told are the summaries that were used.
	told map[string]bool
	errs []error
}

func newModel(table *protocol.Table) (*model, error) {
	m := &model{
		Table: table, told: map[string]bool{}, overridden: map[[2]string][]*protocol.FieldOverride{},
		structs: map[string]*goStruct{}, custom: map[string]bool{},
	}
	for i := range table.Overrides.Fields {
		o := &table.Overrides.Fields[i]
		at := [2]string{o.In, o.Field}
		m.overridden[at] = append(m.overridden[at], o)
	}
	m.enums = m.goEnums()
	m.cyclic = m.findCycles()
	m.sentOnly = m.findSentOnly()
	return m, m.checkNames()
}

func (m *model) errorf(format string, args ...any) {
	m.errs = append(m.errs, fmt.Errorf("gen: "+format, args...))
}

// summary returns what something is; that nothing says so is an error.
func (m *model) summary(name string) string {
	s := m.optionalSummary(name)
	if s == "" {
		m.errorf("no summary of %q", name)
	}
	return s
}

// optionalSummary returns what something is, or nothing.
func (m *model) optionalSummary(name string) string {
	m.told[name] = true
	return m.Summaries[name]
}

// checkSummaries reports those that are about nothing.
func (m *model) checkSummaries() {
	for name := range m.Summaries {
		if !m.told[name] {
			m.errorf("a summary of %q, which is nowhere", name)
		}
	}
}

// typeName returns the Go name of an object.
func (m *model) typeName(object string) string {
	for _, o := range m.Overrides.Types {
		if o.Object == object && o.Go != "" {
			return o.Go
		}
	}
	return object
}

// sentName returns the Go name of a sent payload's structure.
func (m *model) sentName(p *protocol.Payload) string {
	for _, o := range m.Overrides.Types {
		if o.Op == p.Op && o.Op != 0 && o.Go != "" {
			return o.Go
		}
	}
	return p.Struct
}

// eventOverride returns what is overridden about an event.
func (m *model) eventOverride(name string) protocol.EventOverride {
	merged := protocol.EventOverride{}
	for _, o := range m.Overrides.Events {
		if o.Event != name {
			continue
		}
		if o.Path != "" {
			merged.Path = o.Path
		}
		merged.Flat = merged.Flat || o.Flat
		merged.Partial = merged.Partial || o.Partial
		merged.Keep = append(merged.Keep, o.Keep...)
	}
	return merged
}

// checkNames reports Go types that would have the same name.
func (m *model) checkNames() error {
	owner := map[string]string{}
	claim := func(name, what string) {
		if other, taken := owner[name]; taken {
			m.errorf("%s and %s are both types.%s", other, what, name)
		}
		owner[name] = what
	}
	for _, o := range m.Objects {
		if !m.isEventStruct(o.Name) && !m.isFlattened(o.Name) {
			claim(m.typeName(o.Name), "object "+o.Name)
		}
	}
	for _, e := range m.Events {
		claim(e.Struct, "event "+e.Name)
	}
	for i := range m.Sent {
		if m.Sent[i].Kind != protocol.KindRef {
			claim(m.sentName(&m.Sent[i]), fmt.Sprintf("op %d", m.Sent[i].Op))
		}
	}
	for i := range m.Unions {
		for _, name := range m.unionNames(&m.Unions[i]) {
			claim(name, "union "+m.Unions[i].Object)
		}
	}
	for _, p := range m.Overrides.Partials {
		claim(p.Go, "partial type of "+p.Object)
	}
	for name, e := range m.enums {
		claim(e.name, "enumeration "+name)
	}
	if len(m.errs) > 0 {
		return m.errs[0]
	}
	return nil
}

// isEventStruct says whether an object is the payload of the one event that has its name.
func (m *model) isEventStruct(object string) bool {
	for i := range m.Events {
		e := &m.Events[i]
		if e.Struct == object && e.Payload.Kind == protocol.KindRef && e.Payload.Ref == object {
			return true
		}
	}
	return false
}

// isFlattened says whether an object has no type of its own, because the one payload with its fields is flat.
func (m *model) isFlattened(object string) bool {
	for i := range m.Events {
		if e := &m.Events[i]; e.Payload.Ref == object && m.eventOverride(e.Name).Flat {
			return true
		}
	}
	return false
}

// walk calls visit for every object that fields reach, once.
func (m *model) walk(seen map[string]bool, fields []protocol.Field) {
	for _, field := range fields {
		for _, name := range field.Type.Objects() {
			m.reach(seen, name)
		}
	}
}

// reach adds an object and all it reaches to seen.
func (m *model) reach(seen map[string]bool, name string) {
	object := m.Object(name)
	if object == nil || seen[name] {
		return
	}
	seen[name] = true
	m.walk(seen, object.Fields)
	m.reach(seen, object.Embed)
	for _, variant := range object.Variants {
		m.reach(seen, variant)
	}
}

// received returns the objects that an event reaches.
func (m *model) received() map[string]bool {
	seen := map[string]bool{}
	for _, event := range m.Events {
		m.reach(seen, event.Payload.Ref)
		for _, ref := range event.Payload.Refs {
			m.reach(seen, ref)
		}
		m.walk(seen, event.Payload.Fields)
	}
	return seen
}

func (m *model) findSentOnly() map[string]bool {
	received, sent := m.received(), map[string]bool{}
	for _, payload := range m.Sent {
		m.reach(sent, payload.Ref)
		m.reach(sent, payload.Embed)
		m.walk(sent, payload.Fields)
	}
	for name := range received {
		delete(sent, name)
	}
	return sent
}

// findCycles numbers the groups of objects that reach each other through values that are always there.
func (m *model) findCycles() map[string]int {
	reaches := map[string]map[string]bool{}
	for _, o := range m.Objects {
		reaches[o.Name] = map[string]bool{}
		m.reachByValue(reaches[o.Name], o.Name)
	}
	cycles := map[string]int{}
	for i, o := range m.Objects {
		if !reaches[o.Name][o.Name] || cycles[o.Name] != 0 {
			continue
		}
		for other := range reaches[o.Name] {
			if reaches[other][o.Name] {
				cycles[other] = i + 1
			}
		}
	}
	return cycles
}

func (m *model) reachByValue(seen map[string]bool, name string) {
	object := m.Object(name)
	next := []string{object.Embed}
	for _, field := range object.Fields {
		if field.Type.IsObject() && !field.Optional && !field.Nullable && m.Object(field.Type.Name).Discriminator == "" {
			next = append(next, field.Type.Name)
		}
	}
	for _, to := range next {
		if to != "" && !seen[to] {
			seen[to] = true
			m.reachByValue(seen, to)
		}
	}
}
