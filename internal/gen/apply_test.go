package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/protocol"
	"github.com/chorus-go/chorus/types"
)

// applying is one way of the tables to update an entity, with what a test needs to try it.
type applying struct {
	update         *protocol.Update
	source, entity reflect.Type
	members        []member
	// full is a payload of the entity with all fields, whole the entity that it decodes to.
	full  map[string]string
	whole reflect.Value
}

// applyings returns all updates of the tables, and those by the partial types.
func applyings(t *testing.T) []applying {
	t.Helper()
	m := modelled(t)
	var all []applying
	for i := range m.Updates {
		u := &m.Updates[i]
		a := applying{update: u, source: objectTypes[u.Object], entity: objectTypes[u.Entity], members: m.flatMembers(u.Object)}
		if event := m.Event(u.Event); event != nil {
			a.source = eventTypes[u.Event]
			a.members = join(m.flatMembers(event.Payload.Ref), m.members(event.Name, event.Payload.Fields))
		}
		target := m.flatMembers(u.Entity)
		if event := m.Event(u.Entity); event != nil {
			a.entity, target = eventTypes[u.Entity], m.members(event.Name, event.Payload.Fields)
		}
		a.full = sampleFields(m, target)
		a.whole = a.decode(t, a.entity, a.full)
		all = append(all, a)
	}
	for _, p := range m.Overrides.Partials {
		members := m.partialMembers(p.Object)
		a := applying{
			update: &protocol.Update{Object: p.Object, Entity: p.Object, Kind: protocol.UpdatePartial},
			source: partialTypes[p.Go], entity: objectTypes[p.Object], members: members, full: sampleFields(m, members),
		}
		a.whole = a.decode(t, a.entity, a.full)
		all = append(all, a)
	}
	return all
}

// sampleFields writes the value of every field. No object has nothing in it: for that, some are there a second time.
func sampleFields(m *model, members []member) map[string]string {
	s := newSampler(m, true, false)
	values := map[string]string{}
	for _, f := range members {
		if values[f.Name] = s.member(f).sent; strings.Contains(values[f.Name], "{}") {
			s.whole = map[string]bool{}
			values[f.Name] = s.member(f).sent
		}
	}
	return values
}

// decode reads an object with these fields.
func (a *applying) decode(t *testing.T, typ reflect.Type, fields map[string]string) reflect.Value {
	t.Helper()
	var pairs []string
	for name, value := range fields {
		pairs = append(pairs, fmt.Sprintf("%q:%s", name, value))
	}
	value := reflect.New(typ)
	if err := json.Unmarshal([]byte("{"+strings.Join(pairs, ",")+"}"), value.Interface()); err != nil {
		t.Fatalf("%s: %v in %v", typ, err, pairs)
	}
	return value
}

// copied returns a copy of the whole entity, of which the fields may be set.
func (a *applying) copied() reflect.Value {
	value := reflect.New(a.entity)
	value.Elem().Set(a.whole.Elem())
	return value
}

// appliedToNothing is what becomes of an entity that is not known yet.
func (a *applying) appliedToNothing(t *testing.T, fields map[string]string) reflect.Value {
	t.Helper()
	update, to := a.decode(t, a.source, fields), reflect.New(a.entity)
	update.MethodByName("Apply").Call([]reflect.Value{to})
	return to
}

// applied is what becomes of the whole entity. That neither the update nor a copy of the entity that was made before
// changes is checked on the way.
func (a *applying) applied(t *testing.T, fields map[string]string) reflect.Value {
	t.Helper()
	update, to := a.decode(t, a.source, fields), a.decode(t, a.entity, a.full)
	earlier := reflect.New(a.entity)
	earlier.Elem().Set(to.Elem())
	update.MethodByName("Apply").Call([]reflect.Value{to})
	if !reflect.DeepEqual(update.Interface(), a.decode(t, a.source, fields).Interface()) {
		t.Errorf("%s has changed by being applied", a.source)
	}
	if !reflect.DeepEqual(earlier.Interface(), a.whole.Interface()) {
		t.Errorf("%s has changed an earlier copy", a.source)
	}
	return to
}

// always returns the fields of the update that are not told absent, with the values that the entity has already.
func (a *applying) always() map[string]string {
	fields := map[string]string{}
	for _, f := range a.members {
		typ := jsonFields(a.source)[f.Name]
		if !a.update.Excludes(f.Name) && !isOptional(typ) && typ != reflect.TypeFor[types.Raw]() {
			fields[f.Name] = a.full[a.update.Target(f.Name)]
		}
	}
	return fields
}

func isOptional(typ reflect.Type) bool { return strings.HasPrefix(typ.Name(), "Optional[") }

// entityField returns the field of an entity by its key.
func entityField(entity reflect.Value, key string) reflect.Value {
	for _, field := range reflect.VisibleFields(entity.Elem().Type()) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name == key {
			return entity.Elem().FieldByIndex(field.Index)
		}
	}
	return reflect.Value{}
}

// TestPartialUpdatesLeaveWhatIsAbsent applies each update with nothing but what always comes.
func TestPartialUpdatesLeaveWhatIsAbsent(t *testing.T) {
	for _, a := range applyings(t) {
		if a.update.Kind != protocol.UpdatePartial {
			continue
		}
		if got := a.applied(t, a.always()); !reflect.DeepEqual(got.Interface(), a.whole.Interface()) {
			t.Errorf("%s with no more than %v changes a %s", a.source, a.always(), a.entity)
		}
	}
}

// TestPartialUpdatesSetValues applies each field of each update to nothing, which must give the same as decoding the
// entity with that field.
func TestPartialUpdatesSetValues(t *testing.T) {
	tried := 0
	for _, a := range applyings(t) {
		for _, f := range a.members {
			if a.update.Kind != protocol.UpdatePartial || a.update.Excludes(f.Name) {
				continue
			}
			tried++
			target := a.update.Target(f.Name)
			got := a.appliedToNothing(t, map[string]string{f.Name: a.full[target]})
			want := a.decode(t, a.entity, map[string]string{target: a.full[target]})
			if !reflect.DeepEqual(got.Interface(), want.Interface()) || entityField(got, target).IsZero() {
				t.Errorf("%s does not set %s", a.source, f.Name)
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d fields were tried", tried)
	}
}

// TestPartialUpdatesReplaceObjects applies an object, a list or a map with nothing in it to an entity that has one: it is
// replaced, and what was there before is not written to.
func TestPartialUpdatesReplaceObjects(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, a := range applyings(t) {
		for _, f := range a.members {
			if a.update.Kind != protocol.UpdatePartial || a.update.Excludes(f.Name) {
				continue
			}
			target, empty := a.update.Target(f.Name), "{}"
			switch kind := entityField(reflect.New(a.entity), target).Kind(); {
			case slices.Contains(a.update.Identified, f.Name):
				empty = `{"id":"5"}`
			case kind == reflect.Slice && jsonFields(a.source)[f.Name] != reflect.TypeFor[types.Raw]():
				empty = "[]"
			case kind != reflect.Pointer && kind != reflect.Map && kind != reflect.Struct,
				isOptional(jsonFields(a.entity)[target]):
				continue
			}
			tried++
			fields := a.always()
			fields[f.Name] = empty
			if got := a.applied(t, fields); reflect.DeepEqual(got.Interface(), a.whole.Interface()) {
				t.Errorf("%s with %s as %s changes nothing", a.source, empty, f.Name)
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d fields were tried", tried)
	}
}

// TestPartialUpdatesClearNulls applies null in each field of each update to an entity that has everything.
func TestPartialUpdatesClearNulls(t *testing.T) {
	t.Parallel()
	for _, a := range applyings(t) {
		for _, f := range a.members {
			if a.update.Kind != protocol.UpdatePartial || a.update.Excludes(f.Name) {
				continue
			}
			target, fields := a.update.Target(f.Name), a.always()
			fields[f.Name] = "null"
			got, want := a.applied(t, fields), a.copied()
			field := entityField(want, target)
			_, kept := a.always()[f.Name]
			switch {
			case kept && slices.Contains(a.update.Identified, f.Name):
				// What has no id says nothing.
			case isOptional(field.Type()):
				field.Set(entityField(a.decode(t, a.entity, map[string]string{target: "null"}), target))
			default:
				field.SetZero()
			}
			if !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Errorf("%s with null as %s gives %v", a.source, f.Name, entityField(got, target))
			}
		}
	}
}

// TestPartialUpdatesSkipExcludedFields applies the fields that an entity has no place for.
func TestPartialUpdatesSkipExcludedFields(t *testing.T) {
	s := newSampler(modelled(t), true, false)
	for _, a := range applyings(t) {
		fields := a.always()
		for _, f := range a.members {
			if a.update.Excludes(f.Name) {
				fields[f.Name] = s.member(f).sent
			}
		}
		if a.update.Kind != protocol.UpdatePartial || len(a.update.Without) == 0 {
			continue
		}
		if got := a.applied(t, fields); !reflect.DeepEqual(got.Interface(), a.whole.Interface()) {
			t.Errorf("%s carries out what it is without", a.source)
		}
	}
}

// TestWholeUpdatesReplace applies updates that have the entity as it is now.
func TestWholeUpdatesReplace(t *testing.T) {
	for _, a := range applyings(t) {
		if a.update.Kind != protocol.UpdateWhole {
			continue
		}
		less := map[string]string{}
		for i, name := range slices.Sorted(maps.Keys(a.full)) {
			if i%2 == 0 {
				less[name] = a.full[name]
			}
		}
		fields := less
		if a.update.Field != "" {
			var pairs []string
			for name, value := range less {
				pairs = append(pairs, fmt.Sprintf("%q:%s", name, value))
			}
			fields = map[string]string{a.update.Field: "{" + strings.Join(pairs, ",") + "}"}
		}
		if got := a.applied(t, fields); !reflect.DeepEqual(got.Interface(), a.decode(t, a.entity, less).Interface()) {
			t.Errorf("%s does not replace the %s", a.source, a.entity)
		}
	}
}

// TestEveryPartialEventIsApplied looks for an update of every event that the overrides call partial, and for one of every
// row of the tables.
func TestEveryPartialEventIsApplied(t *testing.T) {
	table := loaded(t)
	for _, o := range table.Overrides.Events {
		if u := table.Update(o.Event); o.Partial && (u == nil || u.Kind != protocol.UpdatePartial) {
			t.Errorf("nothing says what %s updates", o.Event)
		}
	}
	for _, a := range applyings(t) {
		method, found := reflect.PointerTo(a.source).MethodByName("Apply")
		if !found || method.Type.NumIn() != 2 || method.Type.In(1) != reflect.PointerTo(a.entity) {
			t.Errorf("%s has no Apply(*%s)", a.source, a.entity)
		}
	}
}

// TestCapturedUpdatesApply applies what a real server sent to nothing, which must give the same as decoding it as the
// entity: no field that has a place there gets lost.
func TestCapturedUpdatesApply(t *testing.T) {
	byEvent := map[string]applying{}
	for _, a := range applyings(t) {
		if a.update.Event != "" && a.update.Kind == protocol.UpdatePartial && len(a.update.As) == 0 {
			byEvent[a.update.Event] = a
		}
	}
	seen := map[string]int{}
	for _, d := range captured(t) {
		a, found := byEvent[d.Name]
		if !found {
			continue
		}
		seen[d.Name]++
		update, got, want := reflect.New(a.source), reflect.New(a.entity), reflect.New(a.entity)
		for _, v := range []reflect.Value{update, want} {
			if err := json.Unmarshal(d.Data, v.Interface()); err != nil {
				t.Fatal(err)
			}
		}
		for _, e := range a.update.Without {
			if field := entityField(want, e.Field); field.IsValid() {
				field.SetZero()
			}
		}
		update.MethodByName("Apply").Call([]reflect.Value{got})
		if !reflect.DeepEqual(got.Interface(), want.Interface()) {
			t.Errorf("%s: applied it is\n%+v\ndecoded\n%+v", d.Name, got, want)
		}
	}
	for _, name := range []string{"MESSAGE_UPDATE", "GUILD_MEMBER_UPDATE", "PRESENCE_UPDATE", "RELATIONSHIP_UPDATE"} {
		if seen[name] == 0 {
			t.Errorf("no %s was captured", name)
		}
	}
}
