package main

import (
	"fmt"

	"github.com/chorus-go/chorus/internal/protocol"
)

// writeRegistry writes tables for the tests of this package: the Go type of every object, event and sent payload, and the
// method that sends each opcode.
func (m *model) writeRegistry(f *files) {
	const path = "internal/gen/registry_gen_test.go"
	f.imports[path] = []string{`"reflect"`, "", `"github.com/chorus-go/chorus/internal/decode"`, `"github.com/chorus-go/chorus/types"`}
	out := f.file(path)
	m.writeRegistryTable(out, "objectTypes", "the Go type of every object of the tables", func(entry func(key, typ string)) {
		for i := range m.Objects {
			object := &m.Objects[i]
			if object.Discriminator == "" {
				entry(object.Name, m.objectType(object.Name))
			}
		}
	})
	m.writeRegistryTable(out, "eventTypes", "the Go type of the payload of every event", func(entry func(key, typ string)) {
		for i := range m.Events {
			entry(m.Events[i].Name, m.Events[i].Struct)
		}
	})
	m.writeRegistryTable(out, "sentTypes", "the Go type of what is sent with an opcode", func(entry func(key, typ string)) {
		for i := range m.Sent {
			payload := &m.Sent[i]
			name := m.sentName(payload)
			if payload.Kind == protocol.KindObjects {
				name += "s"
			}
			entry(fmt.Sprintf("op %d", payload.Op), name)
		}
	})
	m.writeRegistryUnions(out)
	m.writeRegistryTable(out, "partialTypes", "the second Go types of objects, of which any field may be missing", func(entry func(key, typ string)) {
		for _, p := range m.Overrides.Partials {
			entry(p.Go, p.Go)
		}
	})
	m.writeRegistryTable(out, "enumTypes", "the Go type of every enumeration and set of flags", func(entry func(key, typ string)) {
		for i := range m.Enums {
			if e := m.enums[m.Enums[i].Name]; e != nil {
				entry(e.Name, e.name)
			}
		}
	})
	out.comment(0, "eventDecoders is the decoder of every event that has one.")
	out.printf("var eventDecoders = map[string]func([]byte) (any, error){\n")
	for _, name := range hotEvents {
		out.printf("\t%q: decoderOf(decode.%s),\n", name, m.Event(name).Struct)
	}
	out.printf("}\n\n")
	m.writeRegistryTable(out, "decodedTypes", "the structures that the decoders of events read field by field", func(entry func(key, typ string)) {
		for _, name := range m.decoded {
			entry(name, name)
		}
	})
	out.comment(0, "sendMethods is the method of gateway.GatewayHandle that sends each opcode that a client may send.")
	out.printf("var sendMethods = map[int]string{\n")
	for i := range m.Opcodes {
		if method := m.sendMethod(&m.Opcodes[i]); method != "" {
			out.printf("\t%d: %q,\n", m.Opcodes[i].Code, method)
		}
	}
	out.printf("}\n")
}

// objectType returns the Go type that has the fields of an object.
func (m *model) objectType(object string) string {
	for i := range m.Events {
		event := &m.Events[i]
		if event.Payload.Ref == object && (m.eventOverride(event.Name).Flat || event.Struct == object) {
			return event.Struct
		}
	}
	return m.typeName(object)
}

func (m *model) writeRegistryTable(out *text, name, what string, each func(entry func(key, typ string))) {
	out.comment(0, name+" is "+what+".")
	out.printf("var %s = map[string]reflect.Type{\n", name)
	each(func(key, typ string) { out.printf("\t%q: reflect.TypeFor[types.%s](),\n", key, typ) })
	out.printf("}\n\n")
}

func (m *model) writeRegistryUnions(out *text) {
	out.comment(0, "unionType is the Go types of a union: of the object, of what reads any of its kinds, of the unknown kind, "+
		"and of the kinds by their names.")
	out.printf("type unionType struct {\n\tflat, any, unknown reflect.Type\n\tvariants map[string]reflect.Type\n}\n\n")
	out.comment(0, "unionTypes is the Go types of every union by its object.")
	out.printf("var unionTypes = map[string]unionType{\n")
	for _, u := range m.goUnions() {
		out.printf("\t%q: {\n", u.Object)
		for _, entry := range [][2]string{{"flat", u.flat}, {"any", u.wrapper()}, {"unknown", u.unknown()}} {
			out.printf("\t\t%s: reflect.TypeFor[types.%s](),\n", entry[0], entry[1])
		}
		out.printf("\t\tvariants: map[string]reflect.Type{\n")
		for _, v := range u.variants {
			out.printf("\t\t\t%q: reflect.TypeFor[types.%s](),\n", v.Go, v.Go)
		}
		out.printf("\t\t},\n\t},\n")
	}
	out.printf("}\n\n")
}
