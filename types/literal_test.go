package types

import (
	"encoding/json"
	"testing"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`""`: "", `"a"`: "a", `"ü"`: "ü", `"\u00fc\t\/"`: "ü\t/", `"\ud83d"`: "\ufffd", "\"a\xffb\"": "a\ufffdb", `"\""`: `"`, "\"\x7f\"": "\x7f",
	} {
		if got, ok := text([]byte(in)); !ok || string(got) != want {
			t.Errorf("%s is %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{``, `"`, `a`, `"a`, `a"`, `"a"b"`, "\"a\nb\"", "\"\x00\"", `"\"`, `"\x"`, `1`, `null`, ` "a"`} {
		if got, ok := text([]byte(in)); ok {
			t.Errorf("%s is %q", in, got)
		}
	}
}

func TestTrim(t *testing.T) {
	for in, want := range map[string]string{"": "", " \t\r\n": "", "\n1 2\t ": "1 2", "\v1": "\v1", "1\u00a0": "1\u00a0"} {
		if got := trim([]byte(in)); string(got) != want {
			t.Errorf("%q is trimmed to %q", in, got)
		}
	}
}

func TestIsNumber(t *testing.T) {
	for in, want := range map[string]bool{
		"0": true, "-0": true, "1.50": true, "1e5": true, "-1E-5": true,
		"": false, "-": false, "01": false, "1.": false, ".1": false, "1e": false, "+1": false, "1 ": false, " 1": false, "NaN": false, "0x1": false, "1_0": false,
	} {
		if got := isNumber([]byte(in)); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, in := range []string{`"a"`, `"\ud83d\udc4d"`, `"\ud83d"`, "\"\xff\"", `"\u12"`, `"a"b"`, "\"\t\""} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := text(data)
		var want string
		valid := isString(data) && json.Unmarshal(data, &want) == nil
		if ok != valid || ok && string(got) != want {
			t.Fatalf("%q is %q, %v; encoding/json says %q, %v", data, got, ok, want, valid)
		}
	})
}
