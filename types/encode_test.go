package types

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestEncodeString(t *testing.T) {
	for c := range 256 {
		for _, in := range []string{string([]byte{byte(c)}), "a" + string([]byte{byte(c)}) + "b"} {
			want, err := encode(in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := encodeString(in)
			var back string
			if err != nil || string(got) != string(want) || json.Unmarshal(got, &back) != nil || back != strings.ToValidUTF8(in, "\ufffd") {
				t.Errorf("%q is written as %s (%v), want %s", in, got, err, want)
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = encodeString("an ordinary <text>") }); n != 1 {
		t.Errorf("an ordinary text costs %v allocations", n)
	}
}

func TestEncode(t *testing.T) {
	if got, err := encode(map[string]string{"a": "<b>\n"}); err != nil || string(got) != `{"a":"<b>\n"}` {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := encode(make(chan int)); err == nil {
		t.Errorf("a channel is written as %s", got)
	}
}
