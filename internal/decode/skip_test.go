package decode

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestSkipLikeEncodingJSON goes past values, good and bad ones, alone and in others.
func TestSkipLikeEncodingJSON(t *testing.T) {
	values := []string{
		`null`, `true`, `false`, `nul`, `nulL`, `tru`, `True`, `0`, `-0`, `-`, `+1`, `01`, `-01`, `1.`, `.5`,
		`1.5`, `1e5`, `1E+5`, `1e-`, `1e`, `1.e1`,
		`12345678901234567890123`, `1x`, `""`, `"a`, `a"`, `[]`, `[ ]`, `[,]`, `[1,]`, `[1 2]`, `[1`, `]`,
		`[[]]`, `[{}]`, `{}`, `{ }`, `{,}`, `{"a"}`,
		`{"a":}`, `{"a":1,}`, `{"a":1 "b":2}`, `{"a" : [ ] , "b" : { } }`, `{1:2}`, `{"a\"b":"\\"}`, `{"a":1}}`,
		`{"a":1`, "{\"a\n\":1}", "\t1", "\v1", "\x001",
		`NaN`, `'x'`, ``, `/**/1`, `{"a":{"b":[{"c":[1,"x",null,true,-1.5e-7]}]}}`, `[1}`, `{"a":1]`,
	}
	for _, value := range values {
		for _, around := range []string{
			"%", "[%]", "[1,%,2]", `{"a":%}`, `{"a":[],"b": % ,"c":"x"}`, " %\n", "%,", "% 1", "%\v",
		} {
			text := strings.Replace(around, "%", value, 1)
			c := reading(text)
			c.space()
			c.skip()
			c.space()
			if valid := !c.odd && c.at == len(c.data); valid != json.Valid(c.data) {
				t.Errorf("%q is skipped: %v", text, valid)
			}
		}
	}
}

func TestSkipDeep(t *testing.T) {
	for _, n := range []int{maxDepth, maxDepth + 1, 1_000_000} {
		for _, pair := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
			middle := "1"
			c := reading(strings.Repeat(pair[0], n) + middle + strings.Repeat(pair[1], n))
			if c.skip(); c.odd != (n > maxDepth) {
				t.Errorf("%d %s are skipped: %v", n, pair[0], !c.odd)
			}
		}
	}
}
