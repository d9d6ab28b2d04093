package main

import (
	"fmt"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// category is a branch of the tree of events.
type category struct {
	// table is the table's name for it, field the Go name.
	table  string
	field  string
	events []*protocol.Event
}

// categories returns the branches in the order of the tables.
func (m *model) categories() []*category {
	var all []*category
	index := map[string]*category{}
	for i := range m.Events {
		event := &m.Events[i]
		branch, _ := m.path(event)
		if index[branch] == nil {
			index[branch] = &category{table: event.Category, field: branch}
			all = append(all, index[branch])
		}
		index[branch].events = append(index[branch].events, event)
	}
	return all
}

// path returns an event's branch and its field there: what the overrides say, else the path of Chorus, else the
// category, and the event's name without the category's.
func (m *model) path(event *protocol.Event) (branch, leaf string) {
	if path := m.eventOverride(event.Name).Path; path != "" {
		branch, leaf, _ = strings.Cut(path, ".")
		return branch, leaf
	}
	if event.ChorusPath != "" {
		before, after, _ := strings.Cut(event.ChorusPath, ".")
		return camel(before), camel(after)
	}
	prefix := strings.ToUpper(event.Category)
	for _, p := range []string{prefix + "_", prefix + "S_"} {
		if rest, found := strings.CutPrefix(event.Name, p); found {
			return camel(event.Category), camel(rest)
		}
	}
	return camel(event.Category), camel(event.Name)
}

// writeTree writes the tree of events.
func (m *model) writeTree(f *files) {
	const path = "gateway/events_gen.go"
	f.imports[path] = []string{
		`"github.com/chorus-go/chorus/observer"`, `"github.com/chorus-go/chorus/types"`,
	}
	out := f.file(path)
	m.writeRoot(out)
	for _, c := range m.categories() {
		m.writeBranch(out, c)
	}
}

func (m *model) writeRoot(out *text) {
	out.comment(0, "Events is the tree of publishers: one for every event of the protocol, by category, and beside them those "+
		"that tell what the connection itself does. Its zero value is ready for subscriptions.",
		"The names follow Chorus: MESSAGE_CREATE is Events.Message.Create. docs/EVENTS.md lists them all.")
	out.printf("type Events struct {\n")
	for _, c := range m.categories() {
		out.comment(1, c.field+" has "+m.summary("path: "+c.table)+".")
		out.printf("\t%s %sEvents\n", c.field, c.field)
	}
	for _, p := range observedConnection {
		out.printf("\n")
		out.comment(1, p.doc)
		out.printf("\t%s observer.Publisher[%s]\n", p.name, p.event)
	}
	out.printf("}\n\n")
}

// observedConnection are the publishers beside those of the events.
var observedConnection = [...]struct{ name, event, doc string }{
	{"Raw", "RawDispatch", "Raw publishes every dispatch before it is decoded: name, sequence and raw d."},
	{"Unknown", "RawDispatch", "Unknown publishes a dispatch whose name is in no table, with its raw d."},
	{"Error", "error", "Error publishes what went wrong without ending the handle: a [*DecodeError] for a payload that does " +
		"not decode, an [*observer.PanicError] for an observer that panicked, and so on."},
	{"Lifecycle", "LifecycleChange", "Lifecycle publishes every change of the connection's state, with its reason."},
	{"Lag", "observer.Lag", "Lag publishes that an observer or a queue falls behind, or that a queue has dropped an event."},
	{"Sent", "SentPayload", "Sent publishes every payload after it is written, with tokens redacted."},
}

func (m *model) writeBranch(out *text, c *category) {
	name := c.field + "Events"
	out.comment(0, name+" has "+m.summary("path: "+c.table)+".")
	out.printf("type %s struct {\n", name)
	seen := map[string]string{}
	for i, event := range c.events {
		_, leaf := m.path(event)
		if other := seen[leaf]; other != "" {
			m.errorf("%s and %s are both Events.%s.%s", other, event.Name, c.field, leaf)
		}
		seen[leaf] = event.Name
		if i > 0 {
			out.printf("\n")
		}
		out.comment(1, m.leafComment(event, leaf))
		out.printf("\t%s observer.Publisher[types.%s]\n", leaf, event.Struct)
	}
	out.printf("}\n\n")
}

// leafComment says what a publisher publishes, and to whom.
func (m *model) leafComment(event *protocol.Event, leaf string) string {
	return fmt.Sprintf("%s publishes %s: %s. %s%s", leaf, event.Name, m.summary(event.Name), deprecation(event), received(event))
}
