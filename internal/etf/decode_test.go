package etf

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// term returns the bytes that are written in hexadecimal with spaces, text in single quotes standing for itself.
func term(t testing.TB, written string) []byte {
	t.Helper()
	var b []byte
	for i, part := range strings.Split(written, "'") {
		if i%2 == 1 {
			b = append(b, part...)
			continue
		}
		raw, err := hex.DecodeString(strings.ReplaceAll(part, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, raw...)
	}
	return b
}

// decodings are terms without their version byte, by hand from the documentation.
var decodings = []struct{ name, term, want string }{
	{"SMALL_INTEGER_EXT", "61 00", "0"},
	{"SMALL_INTEGER_EXT unsigned", "61 ff", "255"},
	{"INTEGER_EXT", "62 00000100", "256"},
	{"INTEGER_EXT largest", "62 7fffffff", "2147483647"},
	{"INTEGER_EXT negative", "62 ffffffff", "-1"},
	{"INTEGER_EXT smallest", "62 80000000", "-2147483648"},
	{"SMALL_BIG_EXT", "6e 04 00 00000080", "2147483648"},
	{"SMALL_BIG_EXT negative", "6e 04 01 01000080", "-2147483649"},
	{"SMALL_BIG_EXT of 64 bits", "6e 08 00 ffffffffffffffff", "18446744073709551615"},
	{"SMALL_BIG_EXT of 72 bits", "6e 09 01 000000000000000001", "-18446744073709551616"},
	{"SMALL_BIG_EXT of one chunk", "6e 08 00 00 00 e8 89 04 23 c7 8a", "10000000000000000000"},
	{"SMALL_BIG_EXT of two chunks", "6e 09 00 00 00 10 63 2d 5e c7 6b 05", "100000000000000000000"},
	{"SMALL_BIG_EXT, zeros on top", "6e 0c 00 010000000000000000000000", "1"},
	{"SMALL_BIG_EXT, empty", "6e 00 00", "0"},
	{"SMALL_BIG_EXT, negative zero", "6e 02 01 0000", "0"},
	{"LARGE_BIG_EXT", "6f 00000009 00 000000000000000010", "295147905179352825856"},
	{"LARGE_BIG_EXT, short", "6f 00000001 01 2a", "-42"},
	{"NEW_FLOAT_EXT", "46 3ff8000000000000", "1.5"},
	{"NEW_FLOAT_EXT negative", "46 bfb999999999999a", "-0.1"},
	{"NEW_FLOAT_EXT integral", "46 4278bcfe56800000", "1700000000000"},
	{"NEW_FLOAT_EXT of milliseconds", "46 427a200c6b6ec000", "1795309352684"},
	{"NEW_FLOAT_EXT, the largest that is odd", "46 433fffffffffffff", "9007199254740991"},
	{"NEW_FLOAT_EXT, negative and integral", "46 c27a200c6b6ec000", "-1795309352684"},
	{"NEW_FLOAT_EXT 2^53", "46 4340000000000000", "9007199254740992"},
	{"NEW_FLOAT_EXT 2^60", "46 43b0000000000000", "1152921504606846976"},
	{"NEW_FLOAT_EXT 2^63", "46 43e0000000000000", "9223372036854775808"},
	{"NEW_FLOAT_EXT -2^63", "46 c3e0000000000000", "-9223372036854775808"},
	{"NEW_FLOAT_EXT 2^64", "46 43f0000000000000", "1.8446744073709552e+19"},
	{"NEW_FLOAT_EXT zero", "46 0000000000000000", "0"},
	{"NEW_FLOAT_EXT negative zero", "46 8000000000000000", "-0"},
	{"NEW_FLOAT_EXT 1e21", "46 444b1ae4d6e2ef50", "1e+21"},
	{"NEW_FLOAT_EXT 1e-6", "46 3eb0c6f7a0b5ed8d", "0.000001"},
	{"NEW_FLOAT_EXT 1e-7", "46 3e7ad7f29abcaf48", "1e-7"},
	{"NEW_FLOAT_EXT smallest", "46 0000000000000001", "5e-324"},
	{"NEW_FLOAT_EXT largest", "46 7fefffffffffffff", "1.7976931348623157e+308"},
	{"FLOAT_EXT", "63 '1.50000000000000000000e+00' 0000000000", "1.5"},
	{"FLOAT_EXT negative", "63 '-2.50000000000000000000e+02' 00000000", "-250"},
	{"FLOAT_EXT full", "63 '1.000000000000000000000000E+003'", "1000"},
	{"ATOM_EXT", "64 0002 'ok'", `"ok"`},
	{"ATOM_EXT Latin-1", "64 0004 e922 0a ff", `"é\"\nÿ"`},
	{"ATOM_EXT nil", "64 0003 'nil'", "null"},
	{"SMALL_ATOM_EXT", "73 02 'ok'", `"ok"`},
	{"SMALL_ATOM_EXT Latin-1", "73 01 ed", `"í"`},
	{"SMALL_ATOM_EXT nil", "73 03 'nil'", "null"},
	{"SMALL_ATOM_EXT null", "73 04 'null'", "null"},
	{"SMALL_ATOM_EXT true", "73 04 'true'", "true"},
	{"SMALL_ATOM_EXT false", "73 05 'false'", "false"},
	{"SMALL_ATOM_EXT True", "73 04 'True'", `"True"`},
	{"SMALL_ATOM_EXT empty", "73 00", `""`},
	{"ATOM_UTF8_EXT", "76 0002 c3a9", `"é"`},
	{"ATOM_UTF8_EXT true", "76 0004 'true'", "true"},
	{"SMALL_ATOM_UTF8_EXT", "77 02 c3a9", `"é"`},
	{"SMALL_ATOM_UTF8_EXT false", "77 05 'false'", "false"},
	{"BINARY_EXT", "6d 00000005 'hello'", `"hello"`},
	{"BINARY_EXT empty", "6d 00000000", `""`},
	{"BINARY_EXT nil", "6d 00000003 'nil'", `"nil"`},
	{"BINARY_EXT escapes", "6d 00000008 '\"\\/' 0a0d09 001f", `"\"\\/\n\r\t\u0000\u001f"`},
	{"BINARY_EXT del", "6d 00000001 7f", "\"\x7f\""},
	{"BINARY_EXT UTF-8", "6d 00000007 c3a9 f09f9880 21", `"é😀!"`},
	{"BINARY_EXT Hangul", "6d 00000006 ed9e9f ed809f", "\"\xed\x9e\x9f\xed\x80\x9f\""},
	{"BINARY_EXT lone surrogates", "6d 00000008 'a' eda0bd edbfbf 'b'", `"a\ud83d\udfffb"`},
	{"BINARY_EXT first and last surrogate", "6d 00000006 eda080 edbfaf", `"\ud800\udfef"`},
	{"BINARY_EXT invalid UTF-8", "6d 00000006 ff80 edc080 ed", "\"\xff\x80\xed\xc0\x80\xed\""},
	{"BINARY_EXT half a surrogate", "6d 00000003 eda0 'x'", "\"\xed\xa0x\""},
	{"STRING_EXT", "6b 0004 00 09 63 ff", "[0,9,99,255]"},
	{"STRING_EXT empty", "6b 0000", "[]"},
	{"NIL_EXT", "6a", "[]"},
	{"LIST_EXT", "6c 00000002 61 01 6d 00000001 'a' 6a", `[1,"a"]`},
	{"LIST_EXT empty", "6c 00000000 6a", "[]"},
	{"LIST_EXT nested", "6c 00000002 6a 6c 00000001 6a 6a 6a", "[[],[[]]]"},
	{"SMALL_TUPLE_EXT", "68 02 61 01 61 02", "[1,2]"},
	{"SMALL_TUPLE_EXT empty", "68 00", "[]"},
	{"LARGE_TUPLE_EXT", "69 00000002 61 01 73 03 'nil'", "[1,null]"},
	{"MAP_EXT", "74 00000002 6d 00000002 'op' 61 0a 6d 00000001 'd' 74 00000000", `{"op":10,"d":{}}`},
	{"MAP_EXT atom keys", "74 00000005 73 01 'a' 6a 64 0001 e9 6a 77 02 c3a9 6a 76 0003 'nil' 6a 73 04 'true' 6a",
		`{"a":[],"é":[],"é":[],"nil":[],"true":[]}`},
	{"MAP_EXT integer keys", "74 00000004 61 07 6a 62 ffffffff 6a 6e 05 00 0000000001 6a 6f 00000001 00 01 6a",
		`{"7":[],"-1":[],"4294967296":[],"1":[]}`},
	{"MAP_EXT escaped key", "74 00000001 6d 00000001 22 6a", `{"\"":[]}`},
	{"MAP_EXT twice the same key", "74 00000002 73 01 'a' 61 01 73 01 'a' 61 02", `{"a":1,"a":2}`},
}

func TestAppendJSON(t *testing.T) {
	for _, test := range decodings {
		t.Run(test.name, func(t *testing.T) {
			in := append([]byte{131}, term(t, test.term)...)
			got, err := AppendJSON([]byte("before"), in)
			if err != nil || string(got) != "before"+test.want {
				t.Fatalf("%q, %v; want %q", got, err, test.want)
			}
			if !json.Valid(got[len("before"):]) {
				t.Error("not valid")
			}
			for n := range in {
				refuse(t, in[:n])
			}
		})
	}
}

// refuse checks that AppendJSON refuses a term properly.
func refuse(t *testing.T, in []byte) *TermError {
	t.Helper()
	// Reading beyond the end panics if there is no capacity.
	got, err := AppendJSON([]byte("before"), slices.Clip(in))
	var te *TermError
	if !errors.As(err, &te) || string(got) != "before" {
		t.Fatalf("%x: %q, %v", in, got, err)
	}
	if te.Offset < 0 || te.Offset > len(in) || !strings.HasPrefix(err.Error(), "etf: term: ") {
		t.Fatalf("%x: %v", in, err)
	}
	return te
}

func TestAppendJSONRefuses(t *testing.T) {
	const tail, size = "a tail other than NIL_EXT", "a size beyond the end of the input"
	for _, test := range []struct {
		term   string
		tag    byte
		offset int
		reason string
	}{
		{"", 0, 0, "empty"},
		{"82 6a", 0, 0, "not of version 131"},
		{"'{}'", 0, 0, "not of version 131"},
		{"83", 0, 1, cutOff},
		{"83 6a 6a", 0, 2, "something behind the term"},
		{"83 50 00000002 789c", 80, 1, "no form in JSON"},
		{"83 44 00", 68, 1, "no form in JSON"},
		{"83 6c 00000001 67 73 00 00000000 00000000 00 6a", 103, 6, "no form in JSON"},
		{"83 4d 00000001 08 ff", 77, 1, "no form in JSON"},
		{"83 58 00", 88, 1, "no form in JSON"},
		{"83 71 00", 113, 1, "no form in JSON"},
		{"83 75 00", 117, 1, "no form in JSON"},
		{"83 70 00", 112, 1, "no form in JSON"},
		{"83 00", 0, 1, "no form in JSON"},
		{"83 ff", 255, 1, "no form in JSON"},
		{"83 61", tagSmallInteger, 2, cutOff},
		{"83 62 000000", tagInteger, 2, cutOff},
		{"83 6d ffffffff 'x'", tagBinary, 2, size},
		{"83 6d 00000002 'x'", tagBinary, 2, size},
		{"83 64 ffff 'x'", tagAtom, 2, size},
		{"83 73 02 'x'", tagSmallAtom, 2, size},
		{"83 6b ffff 01", tagString, 2, size},
		{"83 6c ffffffff 6a", tagList, 2, size},
		{"83 69 ffffffff 6a", tagLargeTuple, 2, size},
		{"83 68 ff 6a", tagSmallTuple, 2, size},
		{"83 74 ffffffff 73 00 6a", tagMap, 2, size},
		{"83 74 00000002 73 00 6a 73 00", tagMap, 2, size},
		{"83 6e ff 00 01", tagSmallBig, 2, size},
		{"83 6e 01 00", tagSmallBig, 3, cutOff},
		{"83 6e 01 02 01", tagSmallBig, 3, "a sign other than 0 and 1"},
		{"83 6f ffffffff 00 01", tagLargeBig, 2, size},
		{"83 6c 00000001 61 01 61 02", tagList, 8, tail},
		{"83 6c 00000001 61 01 6b 0001 02", tagList, 8, tail},
		{"83 6c 00000001 61 01", 0, 8, cutOff},
		{"83 46 7ff0000000000000", tagNewFloat, 2, "not a finite number"},
		{"83 46 fff0000000000000", tagNewFloat, 2, "not a finite number"},
		{"83 46 7ff8000000000000", tagNewFloat, 2, "not a finite number"},
		{"83 46 00000000000000", tagNewFloat, 2, cutOff},
		{"83 63 '1.50000000000000000000e+00' 00000000", tagFloat, 2, cutOff},
		{"83 63 '1.50000000000000000000e+00' 0000000031", tagFloat, 2, "a malformed float"},
		{"83 63 '1.50000000000000000000e+999' 00000000", tagFloat, 2, "not a finite number"},
		{"83 63 'inf' " + strings.Repeat("00", 28), tagFloat, 2, "a malformed float"},
		{"83 63 '0x10p1' " + strings.Repeat("00", 25), tagFloat, 2, "a malformed float"},
		{"83 63 " + strings.Repeat("00", 31), tagFloat, 2, "a malformed float"},
		{"83 74 00000001 46 3ff0000000000000 6a", tagNewFloat, 6, "not a key of an object"},
		{"83 74 00000001 6a 61 01", tagNil, 6, "not a key of an object"},
		{"83 74 00000001 6b 0001 41 6a", tagString, 6, "not a key of an object"},
		{"83 74 00000001 67 6a 6a", 103, 6, "not a key of an object"},
	} {
		te := refuse(t, term(t, test.term))
		if te.Tag != test.tag || te.Offset != test.offset || te.Reason != test.reason {
			t.Errorf("%s: %v", test.term, te)
		}
	}
}

func TestTermErrorText(t *testing.T) {
	for text, te := range map[string]*TermError{
		"etf: term: empty (at byte 0)":                           {Reason: "empty"},
		"etf: term: tag 7: no form in JSON (at byte 3)":          {Offset: 3, Tag: 7, Reason: "no form in JSON"},
		"etf: term: PID_EXT (tag 103): cut off (at byte 5)":      {Offset: 5, Tag: 103, Reason: cutOff},
		"etf: term: a compressed term (tag 80): x (at byte 1)":   {Offset: 1, Tag: 80, Reason: "x"},
		"etf: term: NEW_FLOAT_EXT (tag 70): cut off (at byte 2)": {Offset: 2, Tag: tagNewFloat, Reason: cutOff},
	} {
		if te.Error() != text {
			t.Errorf("%q instead of %q", te.Error(), text)
		}
	}
}

func TestAppendJSONDepth(t *testing.T) {
	for name, test := range map[string]struct {
		open, inner, closing string
		tag                  byte
	}{
		"list":  {"6c 00000001", "6b 0001 07", "6a", tagString},
		"tuple": {"68 01", "6a", "", tagNil},
		"map":   {"74 00000001 73 00", "69 00000000", "", tagLargeTuple},
	} {
		nested := func(depth int) []byte {
			return term(t, "83"+strings.Repeat(test.open, depth-1)+test.inner+strings.Repeat(test.closing, depth-1))
		}
		if _, err := AppendJSON(nil, nested(MaxDepth)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if te := refuse(t, nested(MaxDepth+1)); !errors.Is(te, ErrTooDeep) || te.Tag != test.tag {
			t.Errorf("%s: %v", name, te)
		}
		if te := refuse(t, nested(1<<16)); !errors.Is(te, ErrTooDeep) {
			t.Errorf("%s: %v", name, te)
		}
	}
	if errors.Is(refuse(t, nil), ErrTooDeep) {
		t.Error("an empty term is too deep")
	}
}

// TestHostileSizes checks that what a size promises is not allocated.
func TestHostileSizes(t *testing.T) {
	for _, hostile := range []string{"6d", "6c", "69", "74", "6f"} {
		in := append(term(t, "83"+hostile+"7fffffff"), make([]byte, 100)...)
		var got []byte
		// The error is the one allocation.
		if n := testing.AllocsPerRun(10, func() { got, _ = AppendJSON(nil, in) }); n > 1 || cap(got) > 0 {
			t.Errorf("%s: %v allocations", hostile, n)
		}
	}
}

func TestAppendJSONBig(t *testing.T) {
	for _, size := range []int{1, 8, 9, 16, 17, 100, 255, 256, 1000, 1023, 1024} {
		for _, fill := range []byte{0x01, 0x80, 0xff} {
			in := []byte{131, 111, 0, 0, byte(size >> 8), byte(size), 1}
			magnitude := make([]byte, size)
			for i := range magnitude {
				magnitude[i] = fill
				in = append(in, fill)
			}
			// All bytes are the same, so their order does not matter.
			want := new(big.Int).Neg(new(big.Int).SetBytes(magnitude)).String()
			if got, err := AppendJSON(nil, in); err != nil || string(got) != want {
				t.Fatalf("%d bytes %#x: %s, %v", size, fill, got, err)
			}
		}
	}
	// Powers of ten have chunks of zeros.
	for power := range 600 {
		n := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(power)), nil)
		b := n.FillBytes(make([]byte, 250))
		in := []byte{131, 110, 250, 0}
		for i := range b {
			in = append(in, b[len(b)-1-i])
		}
		if got, err := AppendJSON(nil, in); err != nil || string(got) != n.String() {
			t.Fatalf("10^%d: %s, %v", power, got, err)
		}
	}
	te := refuse(t, append([]byte{131, 111, 0, 0, 4, 1, 0}, make([]byte, 1025)...))
	if te.Tag != tagLargeBig || te.Offset != 2 || te.Reason != reasonTooLarge {
		t.Error(te)
	}
}
