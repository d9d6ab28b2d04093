package main

import "slices"

// writeDispatch writes the table by which a dispatch finds its publisher.
func (m *model) writeDispatch(f *files) {
	const path = "gateway/dispatch_gen.go"
	f.imports[path] = []string{
		`quick "github.com/chorus-go/chorus/internal/decode"`, `"github.com/chorus-go/chorus/observer"`, `"github.com/chorus-go/chorus/types"`,
	}
	out := f.file(path)
	out.comment(0, "dispatchTable holds, for the name of every event of the protocol, the publisher, and the decoder of its own where it has one. It is never "+
		"written.")
	out.printf("var dispatchTable = map[string]*eventEntry{\n")
	for i := range m.Events {
		event := &m.Events[i]
		branch, leaf := m.path(event)
		decoder := "nil"
		if slices.Contains(hotEvents, event.Name) {
			decoder = "quick." + event.Struct
		}
		out.printf("\t%q: entry(%q, %q, func(e *Events) *observer.Publisher[types.%s] {\n\t\treturn &e.%s.%s\n\t}, %s),\n",
			event.Name, event.Name, event.Struct, event.Struct, branch, leaf, decoder)
	}
	out.printf("}\n")
}
