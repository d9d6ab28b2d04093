package main

import (
	"bytes"
	"encoding/binary"
	stdjson "encoding/json"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// erlangTerm writes a JSON text as a server in Erlang would, and not as package etf does: keys are atoms, or integers if all
// their characters are digits, null is the atom nil.
func erlangTerm(t *testing.T, text string) []byte {
	t.Helper()
	decoder := stdjson.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return appendErlang([]byte{131}, value)
}

func appendErlang(dst []byte, value any) []byte {
	switch v := value.(type) {
	case map[string]any:
		dst = binary.BigEndian.AppendUint32(append(dst, 116), uint32(len(v)))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if strings.Trim(key, "0123456789") == "" && key != "" && key[0] != '0' {
				dst = appendErlangInteger(dst, key)
			} else {
				dst = append(append(dst, 119, byte(len(key))), key...)
			}
			dst = appendErlang(dst, v[key])
		}
		return dst
	case []any:
		if len(v) == 0 {
			return append(dst, 106)
		}
		dst = binary.BigEndian.AppendUint32(append(dst, 108), uint32(len(v)))
		for _, element := range v {
			dst = appendErlang(dst, element)
		}
		return append(dst, 106)
	case string:
		return append(binary.BigEndian.AppendUint32(append(dst, 109), uint32(len(v))), v...)
	case stdjson.Number:
		if strings.ContainsAny(v.String(), ".e") {
			f, _ := v.Float64()
			return binary.BigEndian.AppendUint64(append(dst, 70), math.Float64bits(f))
		}
		return appendErlangInteger(dst, v.String())
	case bool:
		if v {
			return append(dst, "\x73\x04true"...)
		}
		return append(dst, "\x73\x05false"...)
	}
	return append(dst, "\x73\x03nil"...)
}

// appendErlangInteger writes digits as an integer of the smallest kind.
func appendErlangInteger(dst []byte, digits string) []byte {
	n, _ := new(big.Int).SetString(digits, 10)
	if n.IsInt64() && n.Int64() >= math.MinInt32 && n.Int64() <= math.MaxInt32 {
		return binary.BigEndian.AppendUint32(append(dst, 98), uint32(n.Int64()))
	}
	magnitude := n.Bytes()
	slices.Reverse(magnitude)
	sign := byte(0)
	if n.Sign() < 0 {
		sign = 1
	}
	return append(append(dst, 110, byte(len(magnitude)), sign), magnitude...)
}

func TestErlangTerm(t *testing.T) {
	got := erlangTerm(t, `{"12":"a","a":[1,null,-4294967297],"b":1.5}`)
	want := "\x83t\x00\x00\x00\x03b\x00\x00\x00\x0cm\x00\x00\x00\x01aw\x01al\x00\x00\x00\x03b\x00\x00\x00\x01s\x03niln\x05\x01\x01\x00\x00\x00\x01" +
		"jw\x01bF\x3f\xf8\x00\x00\x00\x00\x00\x00"
	if !bytes.Equal(got, []byte(want)) {
		t.Errorf("%q, not %q", got, want)
	}
}
