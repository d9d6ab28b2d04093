package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
)

// replacements are what a mutation puts in the place of a value.
var replacements = []string{
	`null`, `true`, `false`, `0`, `1`, `-1`, `-0`, `1.5`, `12.0`, `1e2`, `1E400`, `-1e-400`, `255`, `-129`, `2147483648`, `9007199254740993`,
	`9223372036854775807`, `9223372036854775808`, `18446744073709551615`, `18446744073709551616`, `-9223372036854775809`,
	strings.Repeat("9", 400), `""`, `"0"`, `"1"`, `"-1"`, `" 1"`, `"1.0"`, `"18446744073709551616"`, `"true"`, `"null"`, `"text"`, `"\ud83d"`,
	`"\ude00\ud83d"`, `"\u0000"`, `"\u0031"`, "\"\xff\"", "\"\xed\xa0\x80\"", `"é\n"`, `"2026-11-22"`, `"2026-11-22T01:10:50.686Z"`,
	`"2026-13-22T01:10:50Z"`, `[]`, `[null]`, `[1]`, `["1"]`, `[1,"2",null]`, `[[]]`, `[{}]`, `[{"id":"1"},"2"]`, `{}`, `{"id":null}`,
	`{"type":2}`, `{"type":99,"x":[1]}`, `{"type":"2","components":[{"type":17,"components":[{"type":1}]}]}`, `{"1":{}}`, `{"1":null,"x":[]}`,
	`{"entries":null,"partial":1,"version":"3"}`, `{"entries":[{}]}`, "\t[ 1 , 2 ]\n", `nul`, `01`, `+1`, `"`, `[1`, `{"a"}`, `tru`, ``,
}

// span is a value in a JSON text. member is where the key before it begins, or where it begins itself.
type span struct{ member, from, to int }

// spans returns the values in a valid text, each before those that it contains.
func spans(text []byte) []span {
	s := scanner{text: text}
	s.value(0, true)
	return s.found
}

// scanner walks over a text that is valid JSON.
type scanner struct {
	text  []byte
	at    int
	found []span
}

// skip goes past white space and the punctuation between values.
func (s *scanner) skip(punctuation string) {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n"+punctuation, s.text[s.at]) >= 0 {
		s.at++
	}
}

// value goes past the value that comes next, whose key began at member unless it has none.
func (s *scanner) value(member int, alone bool) {
	s.skip(",:")
	if alone {
		member = s.at
	}
	i := len(s.found)
	s.found = append(s.found, span{member: member, from: s.at})
	switch s.text[s.at] {
	case '{', '[':
		end := s.text[s.at] + 2
		s.at++
		for s.skip(","); s.text[s.at] != end; s.skip(",") {
			key := s.at
			if end == '}' {
				s.string()
			}
			s.value(key, end == ']')
		}
		s.at++
	case '"':
		s.string()
	default:
		for s.at < len(s.text) && strings.IndexByte(" \t\r\n,]}", s.text[s.at]) < 0 {
			s.at++
		}
	}
	s.found[i].to = s.at
}

func (s *scanner) string() {
	for s.at++; s.text[s.at] != '"'; s.at++ {
		if s.text[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
}

// maxMutations is how many of the steps of a script are done.
const maxMutations = 8

// mutate changes a text as a script says, of which four bytes are a step: what is done, to which value, and with what. It
// ends when the text is not valid any more.
func mutate(text, script []byte) []byte {
	for range min(len(script)/4, maxMutations) {
		if !json.Valid(text) {
			break
		}
		all := spans(text)
		v := all[(int(script[1])<<8|int(script[2]))%len(all)]
		text = mutated(text, v, script[0], script[3])
		script = script[4:]
	}
	return text
}

// mutated does one step.
func mutated(text []byte, v span, step, with byte) []byte {
	replacement := replacements[int(with)%len(replacements)]
	key, value, rest := text[v.member:v.from], text[v.from:v.to], text[v.to:]
	put := func(parts ...string) []byte {
		return append([]byte(string(text[:v.member])+strings.Join(parts, "")), rest...)
	}
	switch step % 8 {
	default:
		return put(string(key), replacement)
	case 3: // delete
		return slices.Concat(bytes.TrimRight(text[:v.member], ", \t\r\n"), rest)
	case 4: // once more, with the same key
		return put(string(key), string(value), ",", string(key), replacement)
	case 5: // once more, with the key in capitals
		return put(string(key), string(value), ",", strings.ToUpper(string(key)), replacement)
	case 6: // in an array
		return put(string(key), "[", string(value), "]")
	case 7: // cut off
		return bytes.Clone(text[:v.from+int(with)%(v.to-v.from+1)])
	}
}

func TestMutate(t *testing.T) {
	const text = `{"a": [1, "x\"]"], "b":{"c":null}}`
	var values []string
	for _, v := range spans([]byte(text)) {
		values = append(values, text[v.member:v.to])
	}
	want := []string{text, `"a": [1, "x\"]"]`, `1`, `"x\"]"`, `"b":{"c":null}`, `"c":null`}
	if got := strings.Join(values, "~"); got != strings.Join(want, "~") {
		t.Errorf("%s", got)
	}
	for _, test := range []struct{ script, want string }{
		{"", text},
		{"\x00\x00\x02\x00", `{"a": [null, "x\"]"], "b":{"c":null}}`},
		{"\x03\x00\x04\x00", `{"a": [1, "x\"]"]}`},
		{"\x03\x00\x03\x00", `{"a": [1], "b":{"c":null}}`},
		{"\x04\x00\x05\x01", `{"a": [1, "x\"]"], "b":{"c":null,"c":true}}`},
		{"\x05\x00\x05\x01", `{"a": [1, "x\"]"], "b":{"c":null,"C":true}}`},
		{"\x06\x00\x02\x00", `{"a": [[1], "x\"]"], "b":{"c":null}}`},
		{"\x07\x00\x01\x04\x00\x00\x00\x00", `{"a": [1, `},
		{"\x06\x00\x02\x00\x00\x00\x00\x03", `0`},
	} {
		original := []byte(text)
		if got := string(mutate(original, []byte(test.script))); got != test.want {
			t.Errorf("%q gives %s, not %s", test.script, got, test.want)
		}
		if string(original) != text {
			t.Errorf("%q changes the original to %s", test.script, original)
		}
	}
}
