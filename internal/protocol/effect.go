package protocol

import "slices"

// Effects say what events do to the entities of the protocol: what a client keeps that wants to know the state of
// things.
type Effects struct {
	// Kinds are the kinds of entities.
	Kinds []EntityKind `json:"kinds"`
	// Effects are what events, and objects within them, do. Those of an event happen in the order of the rows.
	Effects []Effect `json:"effects"`
	// None are the events that do nothing to any entity.
	None []Exemption `json:"none"`
}

// EntityKind is a kind of entities.
type EntityKind struct {
	// Kind is its name in Go.
	Kind string `json:"kind"`
	// Entity is the object, or the event whose payload is the entity where there is no such object.
	Entity string `json:"entity"`
	// ID are the fields of the entity that can hold its id; the first one that is set counts. Without them only rules
	// set entities of the kind.
	ID []string `json:"id"`
	// Within is the kind of which an entity is the scope of these, and with which they are gone. It is empty for
	// those that belong to nothing else, which have the scope 0.
	Within string `json:"within"`
	// Field is the field of the entity that holds the scope, which servers leave out where it follows from the context.
	Field string `json:"field"`
	// Also are the fields with entities of other kinds, which are set with it, in the same scope where they have one.
	Also []Companion `json:"also"`
	// Unique says that no two entities of the kind have the same id, whatever their scopes.
	Unique bool `json:"unique"`
	// Doc says what the entities are, as a sentence without its end.
	Doc string `json:"doc"`
}

// Companion is a field of an entity that holds one of another kind, or several.
type Companion struct {
	Kind  string `json:"kind"`
	Field string `json:"field"`
}

// EffectOp is what is done to an entity.
type EffectOp string

const (
	// EffectSet replaces the entity as a whole, or creates it.
	EffectSet EffectOp = "set"
	// EffectPatch changes a part of an entity that is known.
	EffectPatch EffectOp = "patch"
	// EffectUpsert changes a part of an entity, beginning with the zero value if it is not known.
	EffectUpsert EffectOp = "upsert"
	// EffectDelete removes the entity.
	EffectDelete EffectOp = "delete"
	// EffectRefresh removes what is in the scope and is not set by the same event.
	EffectRefresh EffectOp = "refresh"
)

// Effect is what an event does to entities of one kind.
type Effect struct {
	// Event is the event; it is empty for an object within events, which Object names.
	Event  string `json:"event"`
	Object string `json:"object"`
	// Kind and Op say what happens to which entities.
	Kind string   `json:"kind"`
	Op   EffectOp `json:"op"`
	// Value is the field with the entity; without it the payload holds it. Each is the field with a list: the row is
	// about every element.
	Value string `json:"value"`
	Each  string `json:"each"`
	// Scope is the path to the scope in the payload, or in the element if it begins with a dot. Without it the scope
	// is 0.
	Scope string `json:"scope"`
	// ID is the path to the id in the payload or in the element. Without it, it is that of the value.
	ID string `json:"id"`
	// All says that the row is about all entities of the scope. Then With returns for each what becomes of it.
	All bool `json:"all"`
	// With names the function of package effect that changes the entity, where it is no generated Apply.
	With string `json:"with"`
	// Of is the object of which the rows say what happens: that of Value, or of every element of Each.
	Of string `json:"of"`
	// Rule names the function of package effect that does what cannot be said in a row, to the Kinds; none are all.
	Rule  string   `json:"rule"`
	Kinds []string `json:"kinds"`
}

// Exemption is an event without an entry, and why it has none.
type Exemption struct {
	Event  string `json:"event"`
	Reason string `json:"reason"`
}

// Source returns the name of the event or of the object.
func (e *Effect) Source() string {
	if e.Event != "" {
		return e.Event
	}
	return e.Object
}

// Kind returns a kind of entities, or nil.
func (e *Effects) Kind(name string) *EntityKind {
	for i := range e.Kinds {
		if e.Kinds[i].Kind == name {
			return &e.Kinds[i]
		}
	}
	return nil
}

// Of returns the rows of an event or of an object.
func (e *Effects) Of(source string) []Effect {
	var rows []Effect
	for _, row := range e.Effects {
		if row.Source() == source {
			rows = append(rows, row)
		}
	}
	return rows
}

// KindsOf returns the kinds that an event or an object has effects on, in the order of the table.
func (e *Effects) KindsOf(source string) []string {
	found := map[string]bool{}
	for _, row := range e.Of(source) {
		names := row.Kinds
		switch {
		case row.Of != "":
			names = e.KindsOf(row.Of)
		case row.Rule == "":
			names = []string{row.Kind}
		case len(names) == 0:
			for _, kind := range e.Kinds {
				names = append(names, kind.Kind)
			}
		}
		for _, name := range names {
			if row.Op == EffectSet {
				e.add(found, name)
			}
			found[name] = true
		}
	}
	var kinds []string
	for _, kind := range e.Kinds {
		if found[kind.Kind] {
			kinds = append(kinds, kind.Kind)
		}
	}
	return kinds
}

// add adds a kind with those that are set with it.
func (e *Effects) add(found map[string]bool, name string) {
	found[name] = true
	for _, also := range e.Kind(name).Also {
		e.add(found, also.Kind)
	}
}

// validateEffects checks that what the rows name is there, that each row is complete, and that every event either has
// effects or a reason for having none. Whether paths lead to what they should is known only to the generator.
func (t *Table) validateEffects(p *problems) {
	e := &t.Effects
	seen := map[string]bool{}
	for _, kind := range e.Kinds {
		if seen[kind.Kind] || kind.Kind == "" || kind.Doc == "" {
			p.addf("kind %q is there twice, or has no doc", kind.Kind)
		}
		seen[kind.Kind] = true
		if t.Object(kind.Entity) == nil && t.Event(kind.Entity) == nil {
			p.addf("kind %s: no entity %q", kind.Kind, kind.Entity)
		}
		if kind.Within != "" && !seen[kind.Within] {
			p.addf("kind %s is within %q, which does not stand before it", kind.Kind, kind.Within)
		}
	}
	for i := range e.Effects {
		t.validateEffect(p, &e.Effects[i])
	}
	for i := range t.Events {
		name := t.Events[i].Name
		exempt := slices.ContainsFunc(e.None, func(x Exemption) bool { return x.Event == name && x.Reason != "" })
		if exempt == (len(e.Of(name)) > 0) {
			p.addf("event %s must have either effects or a reason for having none", name)
		}
	}
	for _, x := range e.None {
		if t.Event(x.Event) == nil {
			p.addf("no effects of %q, which is no event", x.Event)
		}
	}
}

func (t *Table) validateEffect(p *problems, row *Effect) {
	source := row.Source()
	if (row.Event == "") == (row.Object == "") || row.Event != "" && t.Event(row.Event) == nil ||
		row.Object != "" && t.Object(row.Object) == nil {
		p.addf("effect of event %q, object %q: one of them must be there", row.Event, row.Object)
	}
	for _, kind := range append(row.Kinds, row.Kind) {
		if kind != "" && t.Effects.Kind(kind) == nil {
			p.addf("effect of %s: no kind %q", source, kind)
		}
	}
	switch {
	case row.Rule != "":
		if row.Kind != "" || row.Op != "" || row.Of != "" {
			p.addf("effect of %s: the rule %s says everything by itself", source, row.Rule)
		}
		return
	case row.Of != "":
		if len(t.Effects.Of(row.Of)) == 0 || row.Kind != "" || row.Op != "" {
			p.addf("effect of %s: there are none of %q, or the row says more", source, row.Of)
		}
		return
	case row.Kind == "":
		p.addf("effect of %s on nothing", source)
	}
	changes := row.Op == EffectPatch || row.Op == EffectUpsert
	ops := []EffectOp{EffectSet, EffectPatch, EffectUpsert, EffectDelete, EffectRefresh}
	if !slices.Contains(ops, row.Op) || row.With != "" && !changes || row.All && row.ID != "" ||
		changes && row.ID == "" && !row.All {
		p.addf("effect of %s on %s: op %q does not go with the rest of the row", source, row.Kind, row.Op)
	}
}
