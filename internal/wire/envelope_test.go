package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// permute calls f with every order of list.
func permute(list []string, f func([]string)) {
	var turn func(n int)
	turn = func(n int) {
		if n == len(list) {
			f(list)
			return
		}
		for i := n; i < len(list); i++ {
			list[n], list[i] = list[i], list[n]
			turn(n + 1)
			list[n], list[i] = list[i], list[n]
		}
	}
	turn(0)
}

// datas are values of d, some of which look like the rest of an envelope.
var datas = []string{
	`null`, `true`, `1234`, `-1.5e+3`, `""`, `"x"`, `"x,\"s\":5}"`, `"\\"`, `"\\\""`, `[]`, `{}`, `[[]]`, `[{}]`, `{"a":[]}`, `["s",5]`,
	`{"s":5}`, `{"op":7,"t":"A","s":5,"d":{}}`, `[{"a":"]"},"}"]`, `{"a":"{"}`, `{"x":",\"s\":5}"}`, `{"x":"\\\",\"s\":5}"}`,
	`{"x":"\\","s":5}`, `["\\",",\"t\":\"A\"}"]`, `{"a":{"b":[1,2,{"c":"日本"}]},"s":7}`, `{"s":1,"t":"X","op":2}`, `[1,"s",2]`,
}

func TestScanAllOrders(t *testing.T) {
	count := 0
	for _, d := range datas {
		for _, members := range [][]string{
			{`"op":0`, `"t":"MESSAGE_CREATE"`, `"s":0`, `"d":` + d},
			{`"op":0`, `"t":"A-B c.\u0064"`, `"s":-12`, `"d":` + d},
			{`"op":0`, `"t":null`, `"s":null`, `"d":` + d},
			{`"op":9`, `"s":123456789012345678`, `"d":` + d},
			{`"op":10`, `"d":` + d},
			{`"op":11`, `"d":` + d, `"extra":[{"a":1}]`},
			{`"op":0`, `"t":"X"`, `"s":9223372036854775807`, `"d":` + d, `"extra":"x"`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"_trace":-1`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"extra":{"a":1}`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"extra":["a"]`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `" s":2`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `",\"s":2`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"S":2`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"\u0073":2`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"s":2`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"d":2`},
			{`"op":0`, `"t":"X"`, `"s":1`, `"d":` + d, `"t":null`},
			{`"o\u0070":0`, `"t":""`, `"s":1`, `"d":` + d},
			{`"t":"X"`, `"s":1`, `"d":` + d},
			{`"op":null`, `"t":"X"`, `"s":1`, `"d":` + d},
			{`"op":"0"`, `"t":"X"`, `"s":1`, `"d":` + d},
			{`"op":0`, `"t":"X"`, `"s":1.0`, `"d":` + d},
			{`"op":0`, `"t":5`, `"s":1`, `"d":` + d},
		} {
			permute(members, func(members []string) {
				for _, form := range []struct{ before, between string }{{"", ","}, {" ", " , "}, {"\n", "\t,\r\n"}} {
					text := form.before + "{" + form.before + strings.Join(members, form.between) + form.before + "}" + form.before
					if form.before != "" {
						text = strings.ReplaceAll(text, `":`, `" : `)
					}
					checkEnvelope(t, []byte(text))
					count++
				}
			})
		}
	}
	t.Logf("%d payloads", count)
}

func TestScan(t *testing.T) {
	for _, tt := range []struct{ payload, want string }{
		{`{"op":10,"d":{"heartbeat_interval":30000}}`, `10 - - {"heartbeat_interval":30000}`},
		{`{"op":0,"t":"READY","s":0,"d":{"v":9}}`, `0 0 READY {"v":9}`},
		{`{"op":0,"t":"READY","d":{"v":9},"s":0}`, `0 0 READY {"v":9}`},
		{`{"t":"READY","s":1,"op":0,"d":{"v":9}}`, `0 1 READY {"v":9}`},
		{`{"t":null,"s":null,"op":11,"d":null}`, `11 - - null`},
		{`{"op":9,"s":5}`, `9 5 - -`},
		{`{"op":7,"s":2,"d":1234}`, `7 2 - 1234`},
		{`{"d":{"a":"}"},"t":"X","s":3,"op":0}`, `0 3 X {"a":"}"}`},
		{`{"d":[1],"t":"X_Y2","s":3,"op":0}`, `0 3 X_Y2 [1]`},
		{`{"op":0,"t":"\u0052EADY","s":1,"d":{}}`, `0 1 READY {}`},
		{`{"op":0,"t":"\ud83d","s":1,"d":{}}`, `0 1 ` + "\ufffd" + ` {}`},
		{`{"\u006fp":1,"\u0064":[]}`, `1 - - []`},
		{`{"op":0,"OP":1,"Op":2}`, `0 - - -`},
		{"\t\r\n {\"op\" :\n-1 }\n", `-1 - - -`},
		{`{"op":1,"op":2,"s":3,"s":null,"t":"A","t":"B","d":1,"d":2}`, `2 - B 2`},
		{`{"op":"x","op":2}`, `2 - - -`},
	} {
		for _, f := range []func([]byte) (Envelope, error){Scan, Walk} {
			env, err := f([]byte(tt.payload))
			seq, name, data := "-", "-", "-"
			if env.HasSeq {
				seq = fmt.Sprint(env.Seq)
			}
			if env.Name != nil {
				name = string(env.Name)
			}
			if env.Data != nil {
				data = string(env.Data)
			}
			if got := fmt.Sprint(env.Op, " ", seq, " ", name, " ", data); got != tt.want || err != nil {
				t.Errorf("%s: %s, %v; want %s", tt.payload, got, err, tt.want)
			}
		}
	}
}

func TestScanErrors(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, tt := range []struct {
		payload, reason string
		offset          int
	}{
		{"", "empty", 0},
		{" \n", "empty", 2},
		{"[]", "not an object", 0},
		{"null", "not an object", 0},
		{" 1", "not an object", 1},
		{"\xef\xbb\xbf{\"op\":0}", "not an object", 0},
		{"garbage", "not an object", 0},
		{"{}", "no op", 2},
		{`{"d":{}}`, "no op", 8},
		{`{"op":null}`, "op is not an integer", 6},
		{`{"op":"0"}`, "op is not an integer", 6},
		{`{"op":1.0}`, "op is not an integer", 6},
		{`{"op":1e1}`, "op is not an integer", 6},
		{`{"op":9223372036854775808}`, "op is not an integer", 6},
		{`{"op":01}`, "a malformed number", 6},
		{`{"op":-}`, "a malformed number", 7},
		{`{"op":1.}`, "a malformed number", 8},
		{`{"op":1e+}`, "a malformed number", 9},
		{`{"op":}`, "not a value", 6},
		{`{"op":nul}`, "not a value", 6},
		{`{"op":0,"s":"1"}`, "s is not an integer", 12},
		{`{"op":0,"s":1.5}`, "s is not an integer", 12},
		{`{"op":0,"t":1}`, "t is not a string", 12},
		{`{"op":0,"t":"\x"}`, "t is malformed", 12},
		{`{"op":0,"\x":1}`, "a malformed key", 8},
		{`{"op":0,}`, "no key", 8},
		{`{op:0}`, "no key", 1},
		{`{"op" 0}`, "no colon behind a key", 6},
		{`{"op":0 "d":1}`, "no comma and no end behind a value", 8},
		{`{"op":0,"d":tru}`, "not a value", 12},
		{`{"op":0}}`, "something behind the object", 8},
		{`{"op":0} x`, "something behind the object", 9},
		{`{"op":0,"t":"X","s":1,"d":{}]`, "no comma and no end behind a value", 28},
		{`{"op":0,"t":"X","d":{},"s":1]`, "no comma and no end behind a value", 28},
		{`{"op":0,"t":"X","d":{},"s":1x}`, "no comma and no end behind a value", 28},
		{`{"op":0,"s":1,"d":{},"t":nullx}`, "no comma and no end behind a value", 29},
		{`{"op":0,"s":1,"d":{},"t":X"}`, "not a value", 25},
		{`{"op":0,"t":"X","s":1,"d":{}`, "unterminated", 28},
		{`{"op":0,"t":"X","s":01,"d":{}}`, "a malformed number", 20},
		{`{"op":0,"t":"X","s":9223372036854775808,"d":{}}`, "s is not an integer", 20},
		{`{"op":0,"t":"X","d":{},"s":10000000000000000000000000}`, "s is not an integer", 27},
		{`{"op":0,"d":` + deep(MaxDepth) + `}`, "nested too deep", 12 + MaxDepth - 1},
	} {
		_, err := Scan([]byte(tt.payload))
		var ee *EnvelopeError
		if !errors.As(err, &ee) || ee.Reason != tt.reason || ee.Offset != tt.offset || !strings.HasPrefix(err.Error(), "wire: envelope: ") {
			t.Errorf("%.60s: %v; want %s at %d", tt.payload, err, tt.reason, tt.offset)
		}
	}
	checkEnvelope(t, []byte(`{"op":0,"d":`+deep(MaxDepth-1)+`}`))
	if _, err := Scan([]byte(`{"op":0,"d":` + deep(MaxDepth-1) + `}`)); err != nil {
		t.Error(err)
	}
}

// TestScanTruncated cuts payloads anywhere. Where the rest happens to look complete only d is malformed.
func TestScanTruncated(t *testing.T) {
	for _, payload := range []string{
		`{"op":0,"t":"X\u0041","s":1,"d":{"a":[1,-2.5e3,"b\"",null,true]},"x":{"y":"z"}}`,
		`{"op":0,"t":"X","d":{"a":{"b":{}}},"s":12}`,
		`{"d":{"a":{"b":{}}},"t":"X","s":12,"op":0}`,
	} {
		for n := range len(payload) {
			env, err := Scan([]byte(payload[:n]))
			if err == nil && json.Valid(env.Data) {
				t.Errorf("%s: no error", payload[:n])
			}
			if _, err = Walk([]byte(payload[:n])); err == nil {
				t.Errorf("%s: no error of Walk", payload[:n])
			}
		}
	}
}

// TestScanException pins the exception in the doc comment of Scan.
func TestScanException(t *testing.T) {
	payload := []byte(`{"op":0,"t":"X","s":1,"d":{"a":1},"x":{"b":2}}`)
	env, err := Scan(payload)
	if string(env.Data) != `{"a":1},"x":{"b":2}` || env.Seq != 1 || string(env.Name) != "X" || err != nil {
		t.Errorf("Scan: %+v, %v", env, err)
	}
	if env, err = Walk(payload); string(env.Data) != `{"a":1}` || err != nil {
		t.Errorf("Walk: %+v, %v", env, err)
	}
	// With a container of the other kind, or without all of the four, there is no exception.
	for _, payload := range []string{`{"op":0,"t":"X","s":1,"d":{"a":1},"x":[2]}`, `{"op":0,"t":"X","d":{"a":1},"x":{"b":2}}`} {
		if env, err = Scan([]byte(payload)); string(env.Data) != `{"a":1}` || err != nil {
			t.Errorf("%s: %+v, %v", payload, env, err)
		}
	}
}

func TestEnvelopeErrorKeepsSecrets(t *testing.T) {
	_, err := Scan([]byte(`{"op":"secret","token":"secret"}`))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestScanAllocates(t *testing.T) {
	for _, payload := range []string{
		`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":{"a":"b"}}`,
		`{"op":0,"t":"MESSAGE_CREATE","d":{"a":"b"},"s":1}`,
		`{"op":0, "t":"CHANNEL_INFO", "d":{"a":"b"}}`,
		`{"op":10,"d":{"heartbeat_interval":30000}}`,
		`{"t":null,"s":null,"op":11,"d":null}`,
	} {
		text := []byte(payload)
		if n := testing.AllocsPerRun(100, func() {
			if _, err := Scan(text); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", payload, n)
		}
	}
}
