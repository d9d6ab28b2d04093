package types_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// find returns the values at a path of JSON keys in a decoded payload; none if there is no field for it.
func find(v reflect.Value, keys []string) []reflect.Value {
	if len(keys) == 0 {
		return []reflect.Value{v}
	}
	if v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		return find(v.Elem(), keys)
	}
	if get := v.MethodByName("Get"); get.IsValid() && v.Kind() == reflect.Struct {
		return find(get.Call(nil)[0], keys) // an Optional
	}
	if v.Kind() == reflect.Slice {
		var all []reflect.Value
		for i := range v.Len() {
			if keys[0] == "[]" {
				all = append(all, find(v.Index(i), keys[1:])...)
			}
		}
		return all
	}
	if v.Kind() == reflect.Map {
		element := v.MapIndex(reflect.ValueOf(keys[0]))
		if !element.IsValid() {
			element = reflect.Zero(v.Type().Elem())
		}
		return find(element, keys[1:])
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	if component, ok := v.Interface().(types.AnyComponent); ok {
		return find(reflect.ValueOf(component.Component), keys)
	}
	if field, ok := keyed(v.Type(), keys[0]); ok {
		return find(v.FieldByIndex(field.Index), keys[1:])
	}
	return nil
}

// keyed returns the field of a key; of several the least embedded one, as decoders do.
func keyed(typ reflect.Type, key string) (best reflect.StructField, found bool) {
	for _, field := range reflect.VisibleFields(typ) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" && !field.Anonymous {
			name = strings.ToLower(field.Name) // of Versioned, which has no tags
		}
		if name == key && (!found || len(field.Index) < len(best.Index)) {
			best, found = field, true
		}
	}
	return best, found
}

// isEmpty says whether a value tells of nothing: absent, null or zero. Where a null or an absent key means something of
// its own, exactly that must have been read.
func isEmpty(v reflect.Value, kind string) bool {
	if present := v.MethodByName("IsPresent"); present.IsValid() {
		isNull := v.MethodByName("IsNull").Call(nil)[0].Bool()
		switch kind {
		case "missing":
			return !present.Call(nil)[0].Bool()
		case "null-not-allowed":
			return isNull
		default:
			return isEmpty(v.MethodByName("Get").Call(nil)[0], kind)
		}
	}
	if raw, ok := v.Interface().(types.Raw); ok {
		return raw.IsNull() || isEmptyJSON(raw)
	}
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// isEmptyJSON says whether a JSON value is the zero value of its type, or an object of nothing else.
func isEmptyJSON(raw []byte) bool {
	switch string(raw) {
	case "null", `""`, "0", "false", "[]":
		return true
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return false
	}
	for _, value := range object {
		if !isEmptyJSON(value) {
			return false
		}
	}
	return true
}

func describe(place []reflect.Value) string {
	var all []string
	for _, v := range place {
		all = append(all, fmt.Sprintf("%#v", v.Interface()))
	}
	return strings.Join(all, ", ") + fmt.Sprintf(" (%d values)", len(place))
}

// quoted returns the JSON at a path; the payloads of this test have one value there.
func quoted(t *testing.T, data []byte, keys []string) []byte {
	t.Helper()
	for _, key := range keys {
		if key == "[]" {
			var list []json.RawMessage
			if err := json.Unmarshal(data, &list); err != nil || len(list) != 1 {
				t.Fatalf("%s is no list of one: %v", data, err)
			}
			data = list[0]
			continue
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(data, &object); err != nil || object[key] == nil {
			t.Fatalf("%s has no %s: %v", data, key, err)
		}
		data = object[key]
	}
	return data
}

// without returns data without the key at the end of a path.
func without(t *testing.T, data []byte, keys []string) []byte {
	t.Helper()
	var cut func(data json.RawMessage, keys []string) json.RawMessage
	cut = func(data json.RawMessage, keys []string) json.RawMessage {
		var out any
		if keys[0] == "[]" {
			out = []json.RawMessage{cut(quoted(t, data, keys[:1]), keys[1:])}
		} else {
			object := map[string]json.RawMessage{}
			if err := json.Unmarshal(data, &object); err != nil {
				t.Fatal(err)
			}
			if len(keys) == 1 {
				delete(object, keys[0])
			} else {
				object[keys[0]] = cut(object[keys[0]], keys[1:])
			}
			out = object
		}
		encoded, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	return cut(data, keys)
}
