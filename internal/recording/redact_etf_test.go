package recording_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/recording"
)

// These build terms; a key is given as a term too, because it can be an atom or a binary.
func bin(s string) string {
	return "m" + string(binary.BigEndian.AppendUint32(nil, uint32(len(s)))) + s
}
func atom(s string) string {
	return "d" + string(binary.BigEndian.AppendUint16(nil, uint16(len(s)))) + s
}
func smallAtom(s string) string { return "w" + string(rune(len(s))) + s }
func etfMap(pairs ...string) string {
	return "t" + string(binary.BigEndian.AppendUint32(nil, uint32(len(pairs)/2))) + strings.Join(pairs, "")
}
func list(terms ...string) string {
	return "l" + string(binary.BigEndian.AppendUint32(nil, uint32(len(terms)))) + strings.Join(terms, "") + "j"
}

const (
	one      = "a\x01"
	integer  = "b\x00\x00\x01\x00"
	newFloat = "F\x40\x09\x21\xfb\x54\x44\x2d\x18"
	bigInt   = "n\x08\x00\x01\x02\x03\x04\x05\x06\x07\x08"
)

func TestRedactETF(t *testing.T) {
	oldFloat := "c" + strings.Repeat("0", 31)
	term := func(secret func(string) string) string {
		return "\x83" + etfMap(
			atom("op"), "a\x02",
			bin("d"), etfMap(
				bin("token"), bin(secret("abc.def")),
				atom("auth_token"), bin(secret("x")),
				smallAtom("analytics_token"), smallAtom("nil"),
				bin("content"), bin("my token"),
				bin("nonce"), bin("1"),
				bin("numbers"), list(one, integer, newFloat, oldFloat, bigInt, "h\x02"+one+one),
				bin("secrets"), etfMap(bin("join"), bin(secret("j")), bin("list"), list(bin(secret("k")))),
				bin("string_token"), "k\x00\x02"+secret("ab"),
				bin("none"), etfMap(),
			),
		)
	}
	in := term(func(s string) string { return s })
	want := term(func(s string) string { return strings.Repeat("R", len(s)) })
	before := []byte(in)
	if got := recording.Redact(before); string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if string(before) != in {
		t.Error("the input was changed")
	}
}

func TestRedactDamagedETF(t *testing.T) {
	for _, in := range []string{
		"\x83" + etfMap(bin("token"), bin("hunter2"), bin("d")),                                   // cut off
		"\x83t\x00\x00\x00\x01" + bin("token") + "m\x00\x00\x01\x00hunter2",                       // its value is
		"\x83\x00\x01" + atom("token") + bin("hunter2"),                                           // an unknown tag
		"\x83" + strings.Repeat("l\x00\x00\x00\x01", 5000) + etfMap(bin("token"), bin("hunter2")), // nested too deep
	} {
		got := recording.Redact([]byte(in))
		if bytes.Contains(got, []byte("hunter2")) || len(got) != len(in) {
			t.Errorf("%.60q became %.60q", in, got)
		}
	}
	for _, in := range []string{"\x83", "\x83m", "\x83m\x00\x00\x00\x05token", "\x83m\x00\x00\x00\x05tokenm", "\x83n", "\x83o\xff\xff\xff\xff\x00"} {
		if got := recording.Redact([]byte(in)); string(got) != in {
			t.Errorf("%q became %q", in, got)
		}
	}
}
