package recording_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chorus-go/chorus/internal/recording"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		`{"op":2,"d":{"token":"abc.def","intents":1}}`:                  `{"op":2,"d":{"token":"REDACTED","intents":1}}`,
		"{ \"token\" :\t\r\n \"a\" , \"x\":\"a\"}":                      "{ \"token\" :\t\r\n \"REDACTED\" , \"x\":\"a\"}",
		`{"op":6,"d":{"token":"a\"b\\","session_id":"s"}}`:              `{"op":6,"d":{"token":"REDACTED","session_id":"s"}}`,
		`{"d":{"auth_token":"a","analytics_token":"b"}}`:                `{"d":{"auth_token":"REDACTED","analytics_token":"REDACTED"}}`,
		`{"d":{"webhook":{"token":"w"},"interaction":[{"token":"i"}]}}`: `{"d":{"webhook":{"token":"REDACTED"},"interaction":[{"token":"REDACTED"}]}}`,
		`{"to\u006ben":"a"}`:                                            `{"to\u006ben":"REDACTED"}`,
		`{"TOKEN":"a","Authorization":"b"}`:                             `{"TOKEN":"REDACTED","Authorization":"REDACTED"}`,
		`{"totp_secret":"a","new_password":"b"}`:                        `{"totp_secret":"REDACTED","new_password":"REDACTED"}`,
		`{"secrets":{"join":"a","n":1,"deep":["b"]},"state":"c"}`:       `{"secrets":{"join":"REDACTED","n":1,"deep":["REDACTED"]},"state":"c"}`,
		`{"token":["a",{"b":"c"}],"x":"d"}`:                             `{"token":["REDACTED",{"b":"REDACTED"}],"x":"d"}`,
		`[{"token":"a"},"token","b"]`:                                   `[{"token":"REDACTED"},"token","b"]`,
		`{"token":"abc`:                                                 `{"token":"REDACTED`,
		"{\"token\":\"a\xff\",\"x\":\"\xff\"}":                          "{\"token\":\"REDACTED\",\"x\":\"\xff\"}",
	} {
		if got := recording.Redact([]byte(in)); string(got) != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestRedactLeavesAlone(t *testing.T) {
	for _, in := range []string{
		``, `{`, `"`, `]]}`, `"token"`, `{"token"`, `{"token":`, `null`, `"token":}`,
		`{"token":null,"x":"a"}`, `{"token":12,"x":"a"}`, `{"token":"","x":"a"}`, `{"token":true}`, `{"token":{},"x":"a"}`,
		`{"content":"token","x":"\"token\":\"a\""}`, `{"tokens_left":"a","tok":"b","secretary":"c","session_id":"d"}`,
		`{"ends in a backslash\\":"a","token\\":"b"}`, `{"x":"` + strings.Repeat(`\\\"`, 1000) + `"}`,
		`{"token" "a"}`,
	} {
		before := []byte(in)
		got := recording.Redact(before)
		if string(got) != in {
			t.Errorf("%s became %s", in, got)
		}
		if len(in) > 0 && &got[0] != &before[0] {
			t.Errorf("%s was copied", in)
		}
	}
}

func TestRedactKeepsItsInput(t *testing.T) {
	in := []byte(`{"token":"abc"}`)
	recording.Redact(in)
	if string(in) != `{"token":"abc"}` {
		t.Errorf("the input is %s now", in)
	}
}

// TestRedactIsLinear would take minutes if a string with many escapes were searched for its end once per escape.
func TestRedactIsLinear(t *testing.T) {
	in := []byte(`{"x":"` + strings.Repeat(`\n`, 4<<20) + `","token":"a"}`)
	start := time.Now()
	if !bytes.HasSuffix(recording.Redact(in), []byte(`"REDACTED"}`)) {
		t.Error("the token is still there")
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestRedactURL(t *testing.T) {
	for in, want := range map[string]string{
		"wss://h/?v=9&token=abc&encoding=json":          "wss://h/?v=9&token=REDACTED&encoding=json",
		"wss://h/p?Access_Token=a%20b&x=%7e#token=1":    "wss://h/p?Access_Token=REDACTED&x=%7e#token=1",
		"wss://h/?t%6fken=a":                            "wss://h/?t%6fken=REDACTED",
		"wss://user:pa@ss@h:1/x?v=9":                    "wss://user:REDACTED@h:1/x?v=9",
		"wss://user:pass@h":                             "wss://user:REDACTED@h",
		"wss://user@h/a@b:c?token=&token&=a":            "wss://user@h/a@b:c?token=&token&=a",
		"ws://127.0.0.1:3002/?encoding=json&v=9":        "ws://127.0.0.1:3002/?encoding=json&v=9",
		"not a url at all":                              "not a url at all",
		"":                                              "",
		"wss://h/?session=1&stoken=%zz&mytoken=%zz&%z=": "wss://h/?session=1&stoken=REDACTED&mytoken=REDACTED&%z=",
	} {
		if got := recording.RedactURL(in); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

// FuzzRedact compares with the same rule applied to decoded JSON.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{
		`{"op":2,"d":{"token":"abc.def","intents":1}}`, `{"secrets":{"join":"a","deep":[{"token":"b"}]},"x":["c"]}`,
		`{"t\u006fken":"a\\\"","token":null,"a":{"password":""}}`, `[[{"tokens":["a",1,{}]},"b"],{"token":"c"}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out := recording.Redact(in)
		if again := recording.Redact(out); !bytes.Equal(again, out) {
			t.Errorf("redacting twice gives %s, once %s", again, out)
		}
		if !json.Valid(in) || bytes.Contains(in, []byte{'\\', 'u'}) && bytes.Contains(in, []byte{'\\', 'u', 'd'}) {
			return
		}
		var before, after any
		if err := json.Unmarshal(in, &before); err != nil {
			return
		}
		if err := json.Unmarshal(out, &after); err != nil {
			t.Fatalf("%s became %s: %v", in, out, err)
		}
		if duplicates(in) {
			return
		}
		if want := redactDecoded(before, false); !reflect.DeepEqual(after, want) {
			t.Errorf("%s became %s, want %s", in, out, fmt.Sprint(want))
		}
	})
}

// duplicates says whether an object has a key twice: decoding then forgets the first one, so there is nothing to
// compare with.
func duplicates(in []byte) bool {
	var value any
	if json.Unmarshal(in, &value) != nil {
		return true
	}
	return bytes.Count(in, []byte{':'})-colons(value) != 0
}

// colons counts the keys and the colons inside of strings.
func colons(value any) int {
	switch v := value.(type) {
	case string:
		return strings.Count(v, ":")
	case []any:
		n := 0
		for _, element := range v {
			n += colons(element)
		}
		return n
	case map[string]any:
		n := 0
		for key, element := range v {
			n += 1 + strings.Count(key, ":") + colons(element)
		}
		return n
	}
	return 0
}

func redactDecoded(value any, secret bool) any {
	switch v := value.(type) {
	case string:
		if secret && v != "" {
			return recording.Redacted
		}
	case []any:
		for i := range v {
			v[i] = redactDecoded(v[i], secret)
		}
	case map[string]any:
		for key := range v {
			v[key] = redactDecoded(v[key], secret || isSecret(key))
		}
	}
	return value
}

func isSecret(key string) bool {
	key = strings.ToLower(key)
	for _, ending := range []string{"token", "secret", "password", "authorization"} {
		if strings.HasSuffix(key, ending) {
			return true
		}
	}
	return key == "secrets" || key == "tokens" || key == "passwords"
}
