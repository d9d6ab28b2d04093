package etf

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestStrings puts each byte at each place of a string that is read eight bytes at a time, and compares with encoding/json.
func TestStrings(t *testing.T) {
	for c := range 256 {
		for at := range 19 {
			text := bytes.Repeat([]byte{'a'}, 19)
			text[at] = byte(c)
			checkString(t, text)
			// What is flagged wrongly is behind what is flagged rightly.
			if at < 18 {
				text[at+1] = ' '
				checkString(t, text)
			}
		}
	}
}

func TestStringsOfUnicode(t *testing.T) {
	for r := rune(0x80); r <= 0x10ffff; r += 1 + r/500 {
		checkString(t, []byte("1234567"+string(r)+"12"+string(r)))
	}
}

// checkString translates a string to JSON and back.
func checkString(t *testing.T, text []byte) {
	t.Helper()
	in := append([]byte{version, tagBinary, 0, 0, 0, byte(len(text))}, text...)
	quoted, err := AppendJSON(nil, in)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := json.Unmarshal(quoted, &got); err != nil || got != string(bytes.ToValidUTF8(text, []byte("\ufffd"))) {
		t.Fatalf("%q became %s, %v", text, quoted, err)
	}
	if back, err := Append(nil, quoted); err != nil || !bytes.Equal(back, in) {
		t.Fatalf("%q became %x, %v", text, back, err)
	}
}
