package gatewaytest

import (
	"maps"
	"slices"
	"strings"
)

// shape is what one or several examples of a value have in common.
type shape struct {
	types    map[string]bool
	examples int               // how many
	objects  int               // how many of them are objects
	members  map[string]*shape // of those
	elements *shape            // of those that are lists, and of objects whose keys are snowflakes
}

func shapeOf(value any) *shape {
	s := &shape{types: map[string]bool{}, members: map[string]*shape{}}
	s.learn(value)
	return s
}

// learn adds an example.
func (s *shape) learn(value any) {
	s.examples++
	object, isObject := value.(map[string]any)
	s.types[typeOf(value)] = true
	switch list, isList := value.([]any); {
	case isList:
		for _, element := range list {
			s.element(element)
		}
	case isObject && len(object) > 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(object)), notSnowflake):
		for _, element := range object {
			s.element(element)
		}
	case isObject:
		s.objects++
		for key, member := range object {
			if s.members[key] == nil {
				s.members[key] = shapeOf(member)
			} else {
				s.members[key].learn(member)
			}
		}
	}
}

func notSnowflake(key string) bool { return !isSnowflake(key) }

func (s *shape) element(value any) {
	if s.elements == nil {
		s.elements = shapeOf(value)
	} else {
		s.elements.learn(value)
	}
}

// names lists the types but null, which fits every one.
func (s *shape) names() string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.types)) {
		if name != "null" {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// shapes compares what stands at a place. Types of lists with mixed elements must overlap.
func (c *comparison) shapes(path []string, a, b *shape) {
	if c.full() || c.skipped(path) {
		return
	}
	left, right := a.names(), b.names()
	if left != "" && right != "" && !overlap(a.types, b.types) {
		c.at(path, DifferenceType, left, right)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(a.members)) {
		if other := b.members[key]; other != nil {
			c.shapes(below(path, key), a.members[key], other)
		} else {
			c.absent(below(path, key), DifferenceMissing, a, b, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b.members)) {
		if a.members[key] == nil {
			c.absent(below(path, key), DifferenceAdded, b, a, key)
		}
	}
	if a.elements != nil && b.elements != nil {
		c.shapes(below(path, "[*]"), a.elements, b.elements)
	}
}

func overlap(a, b map[string]bool) bool {
	for name := range a {
		if name != "null" && b[name] {
			return true
		}
	}
	return false
}

// absent tells of a key that all examples of one side have and none of the other, if there are any.
func (c *comparison) absent(path []string, kind DifferenceKind, with, without *shape, key string) {
	member := with.members[key]
	if without.objects == 0 || member.examples < with.objects || c.skipped(path) {
		return
	}
	name := member.names()
	if name == "" {
		name = "null"
	}
	if kind == DifferenceMissing {
		c.at(path, kind, name, "")
	} else {
		c.at(path, kind, "", name)
	}
}
