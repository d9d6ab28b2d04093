package etf

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// encodings are JSON texts and their terms without the version byte, by hand from the documentation.
var encodings = []struct{ text, want string }{
	{"null", "73 03 'nil'"},
	{"true", "73 04 'true'"},
	{"false", "73 05 'false'"},
	{"0", "61 00"},
	{"255", "61 ff"},
	{"256", "62 00000100"},
	{"2147483647", "62 7fffffff"},
	{"-1", "62 ffffffff"},
	{"-2147483648", "62 80000000"},
	{"2147483648", "6e 04 00 00000080"},
	{"4294967295", "6e 04 00 ffffffff"},
	{"4294967296", "46 41f0000000000000"},
	{"-2147483649", "46 c1e0000000200000"},
	{"1795309352684", "46 427a200c6b6ec000"},
	{"-1795309352684", "46 c27a200c6b6ec000"},
	{"9007199254740991", "46 433fffffffffffff"},
	{"9007199254740992", "46 4340000000000000"},
	{"-9007199254740992", "46 c340000000000000"},
	{"9007199254740993", "6e 07 00 01000000000020"},
	{"-9007199254740993", "6e 07 01 01000000000020"},
	{`"1795309352684"`, "6d 0000000d '1795309352684'"},
	{"1573868328970205030", "6e 08 00 66b7810fe880d715"},
	{"9999999999999999999", "6e 08 00 ffffe7890423c78a"},
	{"10000000000000000000", "6e 08 00 0000e8890423c78a"},
	{"18446744073709551615", "6e 08 00 ffffffffffffffff"},
	{"-18446744073709551616", "6e 09 01 000000000000000001"},
	{"100000000000000000000", "6e 09 00 000010632d5ec76b05"},
	{"-0", "46 8000000000000000"},
	{"1.5", "46 3ff8000000000000"},
	{"-0.1", "46 bfb999999999999a"},
	{"1.0", "46 3ff0000000000000"},
	{"1e3", "46 408f400000000000"},
	{"1E+3", "46 408f400000000000"},
	{"0e-1", "46 0000000000000000"},
	{"1e-999", "46 0000000000000000"},
	{"0.30000000000000000000000000000000000000000000001", "46 3fd3333333333333"},
	{`""`, "6d 00000000"},
	{`"hello"`, "6d 00000005 'hello'"},
	{`"\"\\\/\b\f\n\r\t"`, "6d 00000008 22 5c 2f 08 0c 0a 0d 09"},
	{`"\u0000\u00e9\u20AC"`, "6d 00000006 00 c3a9 e282ac"},
	{`"a\ud83d\uDE00b"`, "6d 00000006 'a' f09f9880 'b'"},
	{`"\ud83d"`, "6d 00000003 efbfbd"},
	{`"\ude00x"`, "6d 00000004 efbfbd 'x'"},
	{`"\ud83d\ud83d\ude00"`, "6d 00000007 efbfbd f09f9880"},
	{`"\ud83d\n"`, "6d 00000004 efbfbd 0a"},
	{`"\ud83d\u0041"`, "6d 00000004 efbfbd 'A'"},
	{`"é😀"`, "6d 00000006 c3a9 f09f9880"},
	{"\"\xff\x7f\"", "6d 00000002 ff7f"},
	{"[]", "6a"},
	{" [ ] ", "6a"},
	{"[1]", "6c 00000001 61 01 6a"},
	{"[ [ ] , {}\t,\r\n\"x\" ]", "6c 00000003 6a 74 00000000 6d 00000001 'x' 6a"},
	{"{}", "74 00000000"},
	{" { } ", "74 00000000"},
	{`{"op":1,"d":null}`, "74 00000002 6d 00000002 'op' 61 01 6d 00000001 'd' 73 03 'nil'"},
	{`{ "1" : [ 2 , 3 ] , "\u0061" : { "1" : "x" } }`,
		"74 00000002 6d 00000001 '1' 6c 00000002 61 02 61 03 6a 6d 00000001 'a' 74 00000001 6d 00000001 '1' 6d 00000001 'x'"},
	{`{"a":1,"a":2}`, "74 00000002 6d 00000001 'a' 61 01 6d 00000001 'a' 61 02"},
}

func TestAppend(t *testing.T) {
	for _, test := range encodings {
		t.Run(test.text, func(t *testing.T) {
			want := append([]byte("before\x83"), term(t, test.want)...)
			got, err := Append([]byte("before"), []byte(test.text))
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%x, %v; want %x", got, err, want)
			}
			checkRoundTrip(t, []byte(test.text))
			for n := range test.text {
				if !json.Valid([]byte(test.text[:n])) {
					reject(t, test.text[:n])
				}
			}
		})
	}
}

// reject checks that Append refuses a text properly.
func reject(t *testing.T, text string) *TextError {
	t.Helper()
	// Reading beyond the end panics if there is no capacity.
	got, err := Append([]byte("before"), slices.Clip([]byte(text)))
	var te *TextError
	if !errors.As(err, &te) || string(got) != "before" {
		t.Fatalf("%q: %x, %v", text, got, err)
	}
	if te.Offset < 0 || te.Offset > len(text) || !strings.HasPrefix(err.Error(), "etf: json: ") {
		t.Fatalf("%q: %v", text, err)
	}
	return te
}

func TestAppendRefuses(t *testing.T) {
	const escape, between, control = "a malformed escape", "no comma and no end behind a value", "a control character in a string"
	for _, test := range []struct {
		text   string
		offset int
		reason string
	}{
		{"", 0, unterminated},
		{"  ", 2, unterminated},
		{"x", 0, "not a value"},
		{"\x00", 0, "not a value"},
		{"nul", 0, "not a value"},
		{"trux", 0, "not a value"},
		{"+1", 0, "not a value"},
		{".5", 0, "not a value"},
		{"null null", 5, "something behind the value"},
		{"1 2", 2, "something behind the value"},
		{"01", 0, malformedNumber},
		{"[-01]", 1, malformedNumber},
		{"-x", 1, malformedNumber},
		{"[1.]", 3, malformedNumber},
		{"[1e]", 3, malformedNumber},
		{"[1e+]", 4, malformedNumber},
		{"-", 1, unterminated},
		{"1.", 2, unterminated},
		{"[1e400]", 1, "a number that is out of range"},
		{"[,1]", 1, "not a value"},
		{"[1,]", 3, "not a value"},
		{"[1 2]", 3, between},
		{"[1}", 2, between},
		{"[1", 2, unterminated},
		{"[1,", 3, unterminated},
		{"{1:2}", 1, "no key"},
		{"{,}", 1, "no key"},
		{`{"a":1,}`, 7, "no key"},
		{`{"a" 1}`, 5, "no colon behind a key"},
		{`{"a":}`, 5, "not a value"},
		{`{"a":1]`, 6, between},
		{`{"a":1 "b":2}`, 7, between},
		{`{"a`, 3, unterminated},
		{"{", 1, unterminated},
		{"\"a\nb\"", 2, control},
		{"\"\x00\"", 1, control},
		{"\"\x1f\"", 1, control},
		{`"\x"`, 1, escape},
		{`"\'"`, 1, escape},
		{`"\u12"`, 1, escape},
		{`"\u12g4"`, 1, escape},
		{`"\u+123"`, 1, escape},
		{`"\ud83d\u12"`, 7, escape},
		{`"\`, 2, unterminated},
		{`"\u12`, 1, escape},
		{`"\u123`, 1, escape},
	} {
		if json.Valid([]byte(test.text)) && test.text != "[1e400]" {
			t.Errorf("%q is valid", test.text)
		}
		if te := reject(t, test.text); te.Offset != test.offset || te.Reason != test.reason {
			t.Errorf("%q: %v", test.text, te)
		}
	}
	if text := reject(t, "[,]").Error(); text != "etf: json: not a value (at byte 1)" {
		t.Error(text)
	}
}

func TestAppendDepth(t *testing.T) {
	for _, brackets := range [][2]string{{"[", "]"}, {`{"":`, "}"}} {
		nested := func(depth int) string {
			return strings.Repeat(brackets[0], depth-1) + "[0]" + strings.Repeat(brackets[1], depth-1)
		}
		checkRoundTrip(t, []byte(nested(MaxDepth)))
		te := reject(t, nested(MaxDepth+1))
		if !errors.Is(te, ErrTooDeep) || te.Offset != MaxDepth*len(brackets[0]) {
			t.Error(te)
		}
		if te := reject(t, strings.Repeat(brackets[0], 1<<20)); !errors.Is(te, ErrTooDeep) {
			t.Error(te)
		}
	}
	if errors.Is(reject(t, "["), ErrTooDeep) {
		t.Error("an open bracket is too deep")
	}
}

// TestMillisecondsStayIntegers sends and receives what is a float on the way; the reader wants an integer.
func TestMillisecondsStayIntegers(t *testing.T) {
	type payload struct {
		Since int64  `json:"since"`
		ID    string `json:"id"`
	}
	for _, since := range []int64{1<<32 - 1, 1 << 32, 1795309352684, 1<<53 - 1, 1 << 53, 1<<53 + 1, -1<<31 - 1, -1795309352684, -1<<53 - 1} {
		want := payload{Since: since, ID: "1573868328970205030"}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		back, err := AppendJSON(nil, checkRoundTrip(t, text))
		if err != nil || !bytes.Equal(back, text) {
			t.Errorf("%s became %s, %v", text, back, err)
		}
		var got payload
		if err := json.Unmarshal(back, &got); err != nil || got != want {
			t.Errorf("%+v became %+v, %v", want, got, err)
		}
	}
}

func TestAppendBig(t *testing.T) {
	one := big.NewInt(1)
	for size := uint(1); size <= MaxIntegerSize; size++ {
		edge := new(big.Int).Lsh(one, 8*size)
		largest := new(big.Int).Sub(edge, one)
		in := []byte(largest.String())
		got := checkRoundTrip(t, in)
		if size > 4 && size < 7 && (got[1] != tagNewFloat || len(got) != 1+9) {
			t.Fatalf("%d bytes: %x", size, got)
		}
		if size >= 7 && size < 256 && (got[1] != tagSmallBig || got[2] != byte(size) || len(got) != int(4+size)) {
			t.Fatalf("%d bytes: %x", size, got)
		}
		if size >= 256 && (got[1] != tagLargeBig || got[5] != byte(size) || got[4] != byte(size>>8) || len(got) != int(7+size)) {
			t.Fatalf("%d bytes: %x", size, got)
		}
		if size < MaxIntegerSize {
			checkRoundTrip(t, edge.Append([]byte("-"), 10))
			continue
		}
		// One more is as many digits, but too many bytes.
		if te := reject(t, "["+edge.String()+"]"); te.Reason != reasonTooLarge || te.Offset != 1 {
			t.Error(te)
		}
		if len(edge.String()) != maxDigits {
			t.Errorf("%d digits", len(edge.String()))
		}
	}
	for _, text := range []string{strings.Repeat("9", maxDigits+1), "-1" + strings.Repeat("0", 1<<20)} {
		if te := reject(t, text); te.Reason != reasonTooLarge {
			t.Error(te)
		}
	}
	for zeros := range 2400 {
		checkRoundTrip(t, []byte("-1"+strings.Repeat("0", zeros)))
	}
}
