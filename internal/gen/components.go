package main

import (
	"maps"
	"slices"
	"strconv"

	"github.com/chorus-go/chorus/internal/protocol"
)

// componentTypes returns the constant of the type of each component, by the component's object.
func (m *model) componentTypes() map[string]string {
	constants := map[string]string{}
	for value, name := range m.Object("Component").Variants {
		number, err := strconv.Atoi(value)
		types := m.enums["ComponentType"].values
		i := slices.IndexFunc(types, func(v goValue) bool { return v.Number == number })
		if err != nil || i < 0 {
			m.errorf("component %s has type %s, which is no ComponentType", name, value)
			continue
		}
		constants[name] = types[i].constant
	}
	return constants
}

// writeComponents writes the components and what the hand-written union of them needs.
func (m *model) writeComponents(f *files) {
	constants := m.componentTypes()
	out := f.types(m.Object("Component").File)
	var known []*protocol.Object
	for i := range m.Objects {
		object := &m.Objects[i]
		if constants[object.Name] == "" {
			continue
		}
		known = append(known, object)
		name := m.typeName(object.Name)
		m.writeObject(out, object)
		out.comment(0, "ComponentType returns ["+constants[object.Name]+"].")
		out.printf("func (*%s) ComponentType() ComponentType { return %s }\n\n", name, constants[object.Name])
		out.comment(0, "MarshalJSON writes the component with its type, whatever c.Type is.")
		out.printf("func (c %s) MarshalJSON() ([]byte, error) {\n\ttype plain %s\n\tc.Type = %s\n\treturn encode(plain(c))\n}\n\n",
			name, name, constants[object.Name])
	}
	if missing := len(constants) - len(known); missing != 0 {
		m.errorf("%d of the components %v have no object", missing, slices.Sorted(maps.Keys(constants)))
	}
	out.comment(0, "newComponent returns an empty component of a type, or nil if the type has no structure.")
	out.printf("func newComponent(t ComponentType) Component {\n\tswitch t {\n")
	for _, object := range known {
		out.printf("\tcase %s:\n\t\treturn new(%s)\n", constants[object.Name], m.typeName(object.Name))
	}
	out.printf("\t}\n\treturn nil\n}\n")
}
