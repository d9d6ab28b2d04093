package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	gojson "github.com/goccy/go-json"
)

func TestTmp(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "captures", "plain.jsonl"))
	if err != nil {
		t.Skip(err)
	}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<26)
	n := 0
	bad := map[string]int{}
	extra := map[string]int{}
	for sc.Scan() {
		var l struct{ Dir, Type, Text string }
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if l.Dir != "in" || l.Type != "text" {
			continue
		}
		var e struct {
			Op int
			T  string
			D  json.RawMessage
		}
		json.Unmarshal([]byte(l.Text), &e)
		if e.Op != 0 {
			continue
		}
		n++
		ty := eventTypes[e.T]
		if ty == nil {
			t.Fatal(e.T)
		}
		v := reflect.New(ty)
		if err := gojson.Unmarshal(e.D, v.Interface()); err != nil {
			bad[e.T+": "+err.Error()]++
		}
		v = reflect.New(ty)
		if err := json.Unmarshal(e.D, v.Interface()); err != nil {
			bad["std "+e.T+": "+err.Error()]++
		}
		var a any
		json.Unmarshal(e.D, &a)
		collect(extra, e.T, ty, a)
	}
	t.Log(n)
	for k, c := range bad {
		t.Log(c, k)
	}
	for k, c := range extra {
		t.Log("EXTRA", k, c)
	}
}

func collect(extra map[string]int, path string, ty reflect.Type, v any) {
	for ty.Kind() == reflect.Pointer {
		ty = ty.Elem()
	}
	if strings.HasPrefix(ty.Name(), "Optional[") || strings.HasPrefix(ty.Name(), "Versioned[") {
		ty = ty.Field(0).Type
	}
	switch v := v.(type) {
	case []any:
		if ty.Kind() == reflect.Slice || ty.Kind() == reflect.Array {
			for _, x := range v {
				collect(extra, path+"[]", ty.Elem(), x)
			}
		}
	case map[string]any:
		if ty.Kind() == reflect.Map {
			for _, x := range v {
				collect(extra, path+"{}", ty.Elem(), x)
			}
			return
		}
		if ty.Kind() != reflect.Struct || ty.Name() == "Scalar" || ty.Name() == "AnyComponent" || ty.Name() == "InteractionData" {
			return
		}
		fs := map[string]reflect.Type{}
		for _, f := range reflect.VisibleFields(ty) {
			n, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			fs[n] = f.Type
		}
		for k, x := range v {
			if fs[k] == nil {
				s, _ := json.Marshal(x)
				if len(s) > 60 {
					s = s[:60]
				}
				extra[ty.Name()+"."+k+"   "+path+" "+string(s)]++
				continue
			}
			collect(extra, path+"."+k, fs[k], x)
		}
	}
}
