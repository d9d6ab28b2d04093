package main

import (
	stdjson "encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/protocol"
	"github.com/chorus-go/chorus/types"
)

// unionSample is an object of a union, as JSON, and the variant that it is.
type unionSample struct {
	*protocol.Union
	kind *protocol.Variant
	// value is the discriminator as it stands in text.
	value string
	text  string
	// written is what the object is encoded to.
	written string
}

func (s unionSample) String() string { return s.Object + " " + s.value }

// unionSamples returns, for every value of every discriminator, an object with all fields of its variant.
func unionSamples(t *testing.T) []unionSample {
	t.Helper()
	s := newSampler(modelled(t), true, false)
	var samples []unionSample
	for i := range s.Unions {
		u := &s.Unions[i]
		for k := range u.Variants {
			v := &u.Variants[k]
			values := unionValues(s.Table, u, v)
			if v.IDs {
				values = append(values, `"1573868328970205030"`)
			}
			for _, value := range values {
				s.whole = map[string]bool{}
				text := s.variant(u, v, value)
				samples = append(samples, unionSample{Union: u, kind: v, value: value, text: text.sent, written: text.written})
			}
		}
	}
	if len(samples) < 200 {
		t.Errorf("only %d samples", len(samples))
	}
	return samples
}

// unionValues returns the values of a variant's discriminator as JSON.
func unionValues(table *protocol.Table, u *protocol.Union, v *protocol.Variant) []string {
	var values []string
	for _, name := range v.Values {
		if u.Enum == "" {
			values = append(values, fmt.Sprintf("%q", name))
			continue
		}
		all := table.Enum(u.Enum).Values
		value := all[slices.IndexFunc(all, func(v protocol.Value) bool { return v.Name == name })]
		if value.Text != "" {
			values = append(values, fmt.Sprintf("%q", value.Text))
			continue
		}
		values = append(values, fmt.Sprint(value.Number))
	}
	return values
}

// variant writes an object with the fields of a variant; what is raw in the object has the shape that the variant gives it.
func (s *sampler) variant(u *protocol.Union, v *protocol.Variant, value string) sample {
	has := u.FieldsOf(v)
	var fields []member
	shapes := map[string]sample{}
	for _, field := range s.flatMembers(u.Object) {
		switch {
		case field.Name == u.Discriminator:
			shapes[field.Name] = same(value)
			fields = append(fields, field)
		case has[field.Name]:
			if shape := v.Types[field.Name]; shape != "" {
				shapes[field.Name] = s.shape(field, shape)
			}
			fields = append(fields, field)
		}
	}
	var sent, written []string
	for _, field := range fields {
		value, shaped := shapes[field.Name]
		if !shaped {
			value = s.member(field)
		}
		sent = append(sent, fmt.Sprintf("%q:%s", field.Name, value.sent))
		written = append(written, fmt.Sprintf("%q:%s", field.Name, value.written))
	}
	return sample{"{" + strings.Join(sent, ",") + "}", "{" + strings.Join(written, ",") + "}"}
}

// wireForms are the table's names for what Go types are read from.
var wireForms = map[string]string{
	"string": "string", "int64": "integer", "float64": "number", "bool": "boolean", "Snowflake": "snowflake", "Scalar": "integer",
	"Timestamp": "timestamp",
}

// shape writes a value of a Go type, which is what becomes of a field.
func (s *sampler) shape(f member, goType string) sample {
	name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(goType, "Optional["), "*"), "]")
	if element, isList := strings.CutPrefix(name, "[]"); isList {
		return list(s.shape(f, element))
	}
	if wire := wireForms[name]; wire != "" {
		return s.value(f, protocol.Type{Name: wire})
	}
	s.n++
	switch name {
	case "Permissions":
		// A number is read as well, and written in quotes.
		return sample{fmt.Sprint(1000 + s.n), fmt.Sprintf(`"%d"`, 1000+s.n)}
	case "AuditLogRole":
		return same(fmt.Sprintf(`{"id":"%d","name":"role %d"}`, 1573868328970205030+s.n, s.n))
	}
	return s.object(f.place(), name)
}

// view calls Variant of a flat structure.
func view(flat reflect.Value) reflect.Value {
	return flat.MethodByName("Variant").Call(nil)[0]
}

// decodedBoth decodes text with the decoder of the gateway and with the standard one, which must agree.
func decodedBoth(t *testing.T, sample unionSample, typ reflect.Type, text []byte) reflect.Value {
	t.Helper()
	value, standard := reflect.New(typ), reflect.New(typ)
	if err := json.Unmarshal(text, value.Interface()); err != nil {
		t.Fatalf("%s: %v in %s", sample, err, text)
	}
	if err := stdjson.Unmarshal(text, standard.Interface()); err != nil {
		t.Fatalf("%s with encoding/json: %v in %s", sample, err, text)
	}
	if !reflect.DeepEqual(value.Interface(), standard.Interface()) {
		t.Fatalf("%s: the two decoders differ on %s", sample, text)
	}
	return value
}

// TestVariantsRoundTrip decodes every kind of every union in both ways, which must give the same, and encodes it again,
// which must lose nothing.
func TestVariantsRoundTrip(t *testing.T) {
	for _, sample := range unionSamples(t) {
		union := unionTypes[sample.Object]
		flat := decodedBoth(t, sample, union.flat, []byte(sample.text))
		any := decodedBoth(t, sample, union.any, []byte(sample.text))
		inner := any.Elem().Field(0).Elem()
		if want := reflect.PointerTo(union.variants[sample.kind.Go]); inner.Type() != want {
			t.Errorf("%s is read as %s, not %s", sample, inner.Type(), want)
			continue
		}
		if !reflect.DeepEqual(view(flat).Interface(), inner.Interface()) {
			t.Errorf("%s: Variant gives %+v, %s has %+v", sample, view(flat).Elem(), union.any, inner)
		}
		encoded, err := json.Marshal(any.Interface())
		if err != nil {
			t.Errorf("%s: %v", sample, err)
			continue
		}
		compareLeaves(t, sample.String(), parsed(t, []byte(sample.written)), parsed(t, encoded))
		// What the object itself is after it was written and read: an absent Scalar, for one, is null then.
		want := decodedBoth(t, sample, union.flat, marshaled(t, flat.Interface()))
		again := decodedBoth(t, sample, union.flat, encoded)
		if !hasShapes(sample.kind) && !reflect.DeepEqual(again.Interface(), want.Interface()) {
			t.Errorf("%s: the object is another after it was written as %s", sample, encoded)
		}
		if twice := marshaled(t, view(again).Interface()); string(twice) != string(encoded) {
			t.Errorf("%s: written as %s, and then as %s", sample, encoded, twice)
		}
	}
}

func marshaled(t *testing.T, v any) []byte {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// hasShapes says whether a variant decodes what is raw in the object, so that it may be written in other words.
func hasShapes(v *protocol.Variant) bool { return len(v.Types) > 0 }

// TestVariantsHoldOnlyTheirFields looks at the keys of every variant.
func TestVariantsHoldOnlyTheirFields(t *testing.T) {
	table := loaded(t)
	for i := range table.Unions {
		u := &table.Unions[i]
		for k := range u.Variants {
			v := &u.Variants[k]
			has, want := jsonFields(unionTypes[u.Object].variants[v.Go]), u.FieldsOf(v)
			for name := range want {
				if has[name] == nil {
					t.Errorf("%s has no field %s", v.Go, name)
				}
			}
			if len(has) != len(want) {
				t.Errorf("%s has %d fields, not %d", v.Go, len(has), len(want))
			}
		}
	}
}

// TestVariantsOfUnknownKind decodes what the tables do not know, which must keep every byte.
func TestVariantsOfUnknownKind(t *testing.T) {
	table := loaded(t)
	for i := range table.Unions {
		u := &table.Unions[i]
		union := unionTypes[u.Object]
		kinds := []string{"4242", `"4242x"`, "[]", "true", "1.5", `{"a":1}`, `"\ud83d"`, ""}
		for _, kind := range kinds {
			text := fmt.Sprintf(`{"new":[1.50,"\u00e9\ud83d",{}],%q:%s,"big":123456789012345678901}`, u.Discriminator, kind)
			if kind == "" {
				text = `{"new":[1.50]}`
			}
			if kind == "" && slices.ContainsFunc(u.Variants, func(v protocol.Variant) bool { return v.Absent }) {
				continue
			}
			sample := unionSample{Union: u, value: kind}
			any := decodedBoth(t, sample, union.any, []byte(text))
			if inner := any.Elem().Field(0).Elem(); inner.Type() != reflect.PointerTo(union.unknown) {
				t.Errorf("%s is read as %s", sample, inner.Type())
				continue
			}
			encoded, err := json.Marshal(any.Interface())
			if err != nil || string(encoded) != text {
				t.Errorf("%s is written as %s, %v", sample, encoded, err)
			}
		}
		flat := reflect.New(union.flat)
		if f := flat.Elem().FieldByName(camel(u.Discriminator)); f.Kind() == reflect.String {
			f.SetString("new kind")
		} else {
			f.SetInt(4242)
		}
		unknown := view(flat).Elem()
		plain, err := stdjson.Marshal(flat.Interface())
		if unknown.Type() != reflect.PointerTo(union.unknown) || err != nil ||
			string(unknown.Elem().FieldByName("Raw").Bytes()) != string(plain) {
			t.Errorf("Variant of an unknown %s is %+v, not with %s, %v", u.Object, unknown, plain, err)
		}
		if none := view(reflect.Zero(reflect.PointerTo(union.flat))); !none.IsNil() {
			t.Errorf("Variant of no %s is %v", u.Object, none)
		}
	}
}

// TestVariantsRefuse decodes values of wrong JSON types into every kind: an error, or the unknown kind where that is how
// the union reads.
func TestVariantsRefuse(t *testing.T) {
	for _, sample := range unionSamples(t) {
		union := unionTypes[sample.Object]
		for field := range sample.FieldsOf(sample.kind) {
			if field == sample.Discriminator {
				continue
			}
			for _, wrong := range []string{`[[[0]]]`, `{"x":[]}`, `"wrong"`, `-1.5`, `true`} {
				text := []byte(fmt.Sprintf("{%q:%s,%q:%s}", sample.Discriminator, sample.value, field, wrong))
				any, flat := reflect.New(union.any), reflect.New(union.flat)
				err, flatErr := json.Unmarshal(text, any.Interface()), json.Unmarshal(text, flat.Interface())
				if _, shaped := sample.kind.Types[field]; !shaped && (err == nil) != (flatErr == nil) {
					t.Errorf("%s: the object says %v, %s says %v", text, flatErr, union.any, err)
				}
				if err != nil && !any.Elem().Field(0).IsNil() {
					t.Errorf("%s gives %v and %v", text, any.Elem(), err)
				}
				if err != nil && sample.Lenient {
					t.Errorf("%s: %v", text, err)
				}
				if flatErr == nil && err == nil && view(flat).Elem().Type() != any.Elem().Field(0).Elem().Type() {
					t.Errorf("%s: Variant gives %s, %s has %s", text, view(flat).Elem().Type(), union.any, any.Elem().Field(0).Elem().Type())
				}
			}
		}
	}
}

// TestAuditLogKeysFitTheirObjects decodes a change of each field of what the audit log is about, as that field is
// documented.
func TestAuditLogKeysFitTheirObjects(t *testing.T) {
	s := newSampler(modelled(t), true, false)
	known := map[string]bool{}
	for _, u := range s.Unions {
		if u.Object != "AuditLogChange" {
			continue
		}
		for _, v := range u.Variants {
			for _, key := range v.Values {
				known[key] = true
			}
		}
	}
	checked := 0
	for _, name := range []string{
		"Guild", "Channel", "ThreadMetadata", "PermissionOverwrite", "GuildMember", "Emoji", "Integration", "StageInstance", "Sticker",
		"GuildScheduledEvent", "GuildScheduledEventException", "SoundboardSound", "AutoModRule", "ApplicationCommandPermissions",
	} {
		for _, field := range s.flatMembers(name) {
			if !known[field.Name] || name == "Guild" && field.Name == "roles" {
				continue
			}
			checked++
			value := s.member(field).sent
			var change types.AnyAuditLogChange
			err := json.Unmarshal([]byte(fmt.Sprintf(`{"key":%q,"new_value":%s,"old_value":null}`, field.Name, value)), &change)
			if _, unknown := change.AuditLogChangeVariant.(*types.UnknownAuditLogChange); unknown || err != nil {
				t.Errorf("%s of %s: %s does not fit, %v", field.Name, name, value, err)
			}
		}
	}
	if checked < 120 {
		t.Errorf("only %d fields were checked", checked)
	}
}

// TestVariantsOfCaptures looks at every object of a union in the captured events: its variant has all that was sent.
// Spacebar gives threads a position among the channels, and every channel an empty list of tags.
func TestVariantsOfCaptures(t *testing.T) {
	flats := map[reflect.Type]string{}
	for object, union := range unionTypes {
		flats[union.flat] = object
	}
	seen := map[string]int{}
	for _, d := range captured(t) {
		event := reflect.New(eventTypes[d.Name])
		if err := json.Unmarshal(d.Data, event.Interface()); err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		each(event, func(value reflect.Value) {
			object := flats[value.Type()]
			if object == "" {
				return
			}
			seen[object]++
			variant := view(value.Addr())
			if object == "Interaction" && value.Addr().Interface().(*types.Interaction).Type == 0 {
				return // a user account gets the id and nothing else
			}
			if variant.Elem().Type() == reflect.PointerTo(unionTypes[object].unknown) {
				t.Errorf("%s: %s of an unknown kind: %s", d.Name, object, variant)
			}
			for _, key := range lost(t, value.Interface(), variant.Interface()) {
				if object != "Channel" || key != "position" || variant.Elem().Type() != reflect.TypeFor[*types.Thread]() {
					t.Errorf("%s: %s has no %s, which was sent", d.Name, variant.Elem().Type(), key)
				}
			}
		})
	}
	if seen["Channel"] < 100 || seen["Activity"] == 0 || seen["Embed"] == 0 || seen["Interaction"] == 0 {
		t.Errorf("the captures have %v", seen)
	}
}

// lost returns the keys of an object, other than those of empty lists, that its variant has not.
func lost(t *testing.T, object, variant any) []string {
	t.Helper()
	before, _ := parsed(t, marshaled(t, object)).(map[string]any)
	after, _ := parsed(t, marshaled(t, variant)).(map[string]any)
	var keys []string
	for key, value := range before {
		if _, found := after[key]; !found && !reflect.DeepEqual(value, []any{}) {
			keys = append(keys, key)
		}
	}
	return keys
}

// each calls visit for every structure within value that can be addressed.
func each(value reflect.Value, visit func(reflect.Value)) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			each(value.Elem(), visit)
		}
	case reflect.Slice:
		for i := range value.Len() {
			each(value.Index(i), visit)
		}
	case reflect.Struct:
		if value.CanAddr() {
			visit(value)
		}
		for _, field := range reflect.VisibleFields(value.Type()) {
			if field.IsExported() && len(field.Index) == 1 {
				each(value.FieldByIndex(field.Index), visit)
			}
		}
	}
}
