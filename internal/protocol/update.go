package protocol

// UpdateKind says how an update tells what has become of an entity.
type UpdateKind string

const (
	// UpdatePartial has some fields of the entity: one that is absent has not changed, one that is null was cleared.
	UpdatePartial UpdateKind = "partial"
	// UpdateWhole has the entity as it is now.
	UpdateWhole UpdateKind = "whole"
)

// Update says which entity an event, or an object within an event, updates.
type Update struct {
	// Event is the event; it is empty for an object within events, which Object names.
	Event  string `json:"event"`
	Object string `json:"object"`
	// Entity is the object that is updated, or the event whose payload is that where there is no such object.
	Entity string     `json:"entity"`
	Kind   UpdateKind `json:"kind"`
	// Field is the field of the event that holds the entity of an [UpdateWhole]. Without it the payload is the entity.
	Field string `json:"field"`
	// As names the fields of the entity that have another name in the update, by that name.
	As map[string]string `json:"as"`
	// Identified are the fields with an object that says nothing if it has no id.
	Identified []string `json:"identified"`
	// Without are the fields that the entity does not have.
	Without []Exclusion `json:"without"`
}

// Exclusion is a field of an update that is not carried out.
type Exclusion struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// Excludes says whether a field of the update is not carried out.
func (u *Update) Excludes(field string) bool {
	for _, e := range u.Without {
		if e.Field == field {
			return true
		}
	}
	return false
}

// Target returns the name of the entity's field for a field of the update.
func (u *Update) Target(field string) string {
	if target := u.As[field]; target != "" {
		return target
	}
	return field
}

// Source returns the name of the event or of the object.
func (u *Update) Source() string {
	if u.Event != "" {
		return u.Event
	}
	return u.Object
}

// Update returns how an event or an object updates an entity, or nil.
func (t *Table) Update(source string) *Update {
	for i := range t.Updates {
		if t.Updates[i].Source() == source {
			return &t.Updates[i]
		}
	}
	return nil
}

// validateUpdates checks that what the rows name is there, and that each row is complete. Whether the fields of update
// and entity fit is known only to the generator.
func (t *Table) validateUpdates(p *problems) {
	seen := map[string]bool{}
	for i := range t.Updates {
		u := &t.Updates[i]
		source := u.Source()
		if seen[source] {
			p.addf("two updates by %s", source)
		}
		seen[source] = true
		if (u.Event == "") == (u.Object == "") || u.Event != "" && t.Event(u.Event) == nil ||
			u.Object != "" && t.Object(u.Object) == nil {
			p.addf("update by event %q, object %q: one of them must be there", u.Event, u.Object)
		}
		if t.Object(u.Entity) == nil && t.Event(u.Entity) == nil {
			p.addf("update by %s: no entity %q", source, u.Entity)
		}
		partial, details := u.Kind == UpdatePartial, len(u.As)+len(u.Identified)+len(u.Without) > 0
		if !partial && (u.Kind != UpdateWhole || details) || partial && u.Field != "" {
			p.addf("update by %s: kind %q does not go with the rest of the row", source, u.Kind)
		}
		for _, e := range u.Without {
			if e.Reason == "" {
				p.addf("update by %s is without %s for no reason", source, e.Field)
			}
		}
	}
}
