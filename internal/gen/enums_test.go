package main

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/protocol"
)

// TestEveryEnumKnowsItself asks every enumeration about all of its values and about one that none of them is, and every
// set of flags what it is for.
func TestEveryEnumKnowsItself(t *testing.T) {
	m := modelled(t)
	for name, enum := range m.enums {
		typ := enumTypes[name]
		if typ == nil {
			t.Errorf("%s is not in the registry", name)
			continue
		}
		if enum.Kind == protocol.EnumFlags {
			checkFlags(t, enum, typ)
			continue
		}
		for _, v := range enum.values {
			value := reflect.New(typ).Elem()
			want := v.Name
			if enum.Kind == protocol.EnumString {
				value.SetString(v.Text)
				want = v.Text
			} else {
				value.SetInt(int64(v.Number))
			}
			if !known(value) {
				t.Errorf("%s does not know %s", typ, v.Name)
			}
			if got := value.Interface().(fmt.Stringer).String(); enum.Kind == protocol.EnumString && got != want {
				t.Errorf("%s prints %s, not %s", v.constant, got, want)
			}
		}
		stranger := reflect.New(typ).Elem()
		if enum.Kind == protocol.EnumString {
			stranger.SetString("no such value")
		} else {
			stranger.SetInt(987654)
		}
		if known(stranger) {
			t.Errorf("%s knows %v", typ, stranger)
		}
	}
}

func known(value reflect.Value) bool {
	return value.Interface().(interface{ IsKnown() bool }).IsKnown()
}

// checkFlags adds, finds and removes every flag, and prints it together with a bit that has no name.
func checkFlags(t *testing.T, enum *goEnum, typ reflect.Type) {
	t.Helper()
	unnamed := uint64(1) << 63
	value := func(set uint64) reflect.Value {
		v := reflect.New(typ).Elem()
		v.SetUint(set)
		return v
	}
	call := func(set uint64, method string, other uint64) reflect.Value {
		return value(set).MethodByName(method).Call([]reflect.Value{value(other)})[0]
	}
	seen := map[int]bool{}
	for _, v := range enum.values {
		bit := uint64(1) << v.Number
		if call(unnamed, "Add", bit).Uint() != unnamed|bit || call(unnamed|bit, "Remove", bit).Uint() != unnamed {
			t.Errorf("%s: Add or Remove of %s", typ, v.Name)
		}
		if !call(unnamed|bit, "Has", bit).Bool() || call(unnamed, "Has", unnamed|bit).Bool() {
			t.Errorf("%s: Has of %s", typ, v.Name)
		}
		got := value(unnamed | bit).Interface().(fmt.Stringer).String()
		if want := v.Name + "|0x8000000000000000"; got != want && !seen[v.Number] {
			t.Errorf("%s prints %s, not %s", typ, got, want)
		}
		seen[v.Number] = true
		if strings.Contains(value(bit).Interface().(fmt.Stringer).String(), "0x") {
			t.Errorf("%s has no name for %s", typ, v.Name)
		}
	}
}
