package effect

import "iter"

// Kind is a kind of entities. The zero Kind is none, or in [Refresh] all of them.
type Kind uint8

// description is what is known about a kind.
type description struct {
	name   string
	within Kind
	unique bool
}

// String returns the kind's name, such as Channel.
func (k Kind) String() string {
	if k == 0 || k > kindCount {
		return "none"
	}
	return kinds[k].name
}

// Within returns the kind of which an entity is the scope of this kind's entities, which go when it goes; 0 if they are
// within nothing.
func (k Kind) Within() Kind {
	if k > kindCount {
		return 0
	}
	return kinds[k].within
}

// Unique says that no two entities of the kind have the same id, so that an entity can be found without its scope, and
// has to be when an event does not tell it.
func (k Kind) Unique() bool { return k <= kindCount && kinds[k].unique }

// Kinds returns all kinds, those that others are within before them.
func Kinds() iter.Seq[Kind] {
	return func(yield func(Kind) bool) {
		for k := Kind(1); k <= kindCount; k++ {
			if !yield(k) {
				return
			}
		}
	}
}

// KindSet is a set of kinds.
type KindSet uint64

// SetOf returns the set of some kinds.
func SetOf(kinds ...Kind) KindSet {
	var s KindSet
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

// Has says whether a kind is in the set.
func (s KindSet) Has(k Kind) bool { return s&(1<<k) != 0 }

// Source is an event that has effects.
type Source struct {
	// Event is its name on the wire.
	Event string
	// Kinds are the kinds of which it can have effects on entities.
	Kinds KindSet
}

// Sources returns the events that can have effects on some kinds, in the order of the documentation: those that have to
// be observed by whoever keeps entities of these kinds.
func Sources(kinds KindSet) iter.Seq[Source] {
	return func(yield func(Source) bool) {
		for _, s := range sources {
			if s.Kinds&kinds != 0 && !yield(s) {
				return
			}
		}
	}
}
