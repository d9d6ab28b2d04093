package gatewaytest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// connection is a recording of one connection with these payloads.
func connection(t *testing.T, payloads ...string) *gatewaytest.Recording {
	t.Helper()
	return parse(t, lines(t, "a", payloads...))
}

// lines is a connection in the file format. A payload of three letters is an Identify, one of digits a close code.
func lines(t *testing.T, name string, payloads ...string) []byte {
	t.Helper()
	var file bytes.Buffer
	fmt.Fprintf(&file, `{"t_ms":0,"conn":%q,"dir":"out","type":"open","text":"ws://x"}`+"\n", name)
	for _, payload := range payloads {
		if code, err := strconv.Atoi(payload); err == nil {
			fmt.Fprintf(&file, `{"t_ms":0,"conn":%q,"dir":"in","type":"close","close_code":%d,"reason":"r"}`+"\n", name, code)
			continue
		}
		dir := "in"
		if payload == "who" {
			dir, payload = "out", identify
		}
		text, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&file, `{"t_ms":0,"conn":%q,"dir":%q,"type":"text","text":%s}`+"\n", name, dir, text)
	}
	return file.Bytes()
}

// event is a dispatch.
func event(name, d string) string { return `{"op":0,"t":"` + name + `","s":1,"d":` + d + `}` }

// differ expects these differences, as strings without the connection's name.
func differ(t *testing.T, what string, got []gatewaytest.Difference, want ...string) {
	t.Helper()
	var texts []string
	for _, d := range got {
		texts = append(texts, strings.TrimPrefix(d.String(), "a: "))
	}
	if !slices.Equal(texts, want) {
		t.Errorf("%s: the differences are\n%s\nwant\n%s", what, strings.Join(texts, "\n"), strings.Join(want, "\n"))
	}
}

const (
	id1 = "100000000000000001"
	id2 = "100000000000000002"
	id3 = "2000000000000000003"
	id4 = "2000000000000000004"
)

// compared is two times the d of an event, and the differences between them.
type compared struct {
	a, b string
	want []string
}

func (test compared) check(t *testing.T) {
	t.Helper()
	a, b := connection(t, event("E", test.a)), connection(t, event("E", test.b))
	differ(t, test.a+" and "+test.b, gatewaytest.Compare(a, b, gatewaytest.CompareOptions{}), test.want...)
	exact := gatewaytest.CompareOptions{Exact: true}
	secret := strings.Contains(test.a, "token") // which are equal all the same
	if got := gatewaytest.Compare(a, b, exact); !secret && (len(got) == 0) != (test.a == test.b) {
		t.Errorf("%s and %s exactly: %v", test.a, test.b, got)
	}
	if got := gatewaytest.Compare(a, a, exact); len(got) > 0 {
		t.Errorf("%s and itself: %v", test.a, got)
	}
}

func TestCompareValues(t *testing.T) {
	inE := "message 1 E: "
	for _, test := range []compared{
		{`{"x":1}`, `{"x":1}`, nil},
		{`{"x":1,"y":"b"}`, `{"y":"c","x":2}`, []string{inE + "d.x: 1 became 2", inE + `d.y: "b" became "c"`}},
		{`{"x":1,"z":{"q":null}}`, `{"y":true}`, []string{
			inE + "d.x: missing 1", inE + `d.z: missing {"q":null}`, inE + "d.y: added true",
		}},
		{`{"x":{"y":[1,{"z":"s"}]}}`, `{"x":{"y":[1,{"z":null}]}}`, []string{inE + `d.x.y[1].z: type "s" became null`}},
		{`[1,2,3]`, `[1,5]`, []string{inE + "d: length 3 became 2", inE + "d[1]: 2 became 5"}},
		{`null`, `{}`, []string{inE + "d: type null became {}"}},
		{`{"x":false}`, `{"x":true}`, []string{inE + "d.x: false became true"}},
		{`{"x":1.0}`, `{"x":1}`, []string{inE + "d.x: 1.0 became 1"}},
		// secrets
		{`{"token":"abc","auth_token":"REDACTED"}`, `{"token":"defg","auth_token":"xyz"}`, nil},
		{`{"token":"abc"}`, `{"token":null}`, []string{inE + `d.token: type "REDACTED" became null`}},
		// moments
		{`["2024-01-02T03:04:05.678Z",1700000000000]`, `["2025-01-02T03:04:05+00:00",1600000000000]`, nil},
		{`{"timestamp":1,"joined_at":5}`, `{"timestamp":2,"joined_at":6}`, nil},
		{`["2024-01-02T03:04:05Z",1]`, `["soon",2]`, []string{
			inE + `d[0]: "2024-01-02T03:04:05Z" became "soon"`, inE + "d[1]: 1 became 2",
		}},
		// the server's own
		{`{"resume_gateway_url":"ws://a","endpoint":"a","_trace":["1"]}`, `{"resume_gateway_url":"ws://b","endpoint":"b","_trace":[]}`, nil},
		{`{"s":1}`, `{"s":2}`, []string{inE + "d.s: 1 became 2"}},
	} {
		test.check(t)
	}
}

func TestCompareIdentities(t *testing.T) {
	inE := "message 1 E: "
	for _, test := range []compared{
		{`["` + id1 + `","` + id2 + `","` + id1 + `"]`, `["` + id3 + `","` + id4 + `","` + id3 + `"]`, nil},
		{`["` + id1 + `","` + id2 + `","` + id1 + `"]`, `["` + id3 + `","` + id4 + `","` + id4 + `"]`, []string{
			inE + `d[2]: "` + id1 + `" became "` + id4 + `", and one of them was paired otherwise before`,
		}},
		{`["` + id1 + `","` + id2 + `"]`, `["` + id3 + `","` + id3 + `"]`, []string{
			inE + `d[1]: "` + id2 + `" became "` + id3 + `", and one of them was paired otherwise before`,
		}},
		{`["` + id1 + `","` + id2 + `","` + id2 + `"]`, `["` + id3 + `","` + id3 + `","` + id3 + `"]`, []string{
			inE + `d[1]: "` + id2 + `" became "` + id3 + `", and one of them was paired otherwise before`, // told once
		}},
		{`["` + id1 + `","<@` + id1 + `> hi"]`, `["` + id3 + `","<@` + id3 + `> hi"]`, nil},
		{`["` + id1 + `","<@` + id1 + `> hi"]`, `["` + id3 + `","<@` + id4 + `> hi"]`, []string{
			inE + `d[1]: "<@` + id1 + `> hi" became "<@` + id4 + `> hi", and one of them was paired otherwise before`,
		}},
		{`["<@` + id1 + `> hi"]`, `["<@` + id3 + `> ho"]`, []string{inE + `d[0]: "<@` + id1 + `> hi" became "<@` + id3 + `> ho"`}},
		{`["<@` + id1 + `>"]`, `["<@1>"]`, []string{inE + `d[0]: "<@` + id1 + `>" became "<@1>"`}},
		{`[` + id1 + `,` + id1 + `]`, `[` + id3 + `,` + id4 + `]`, []string{
			inE + "d[1]: " + id1 + " became " + id4 + ", and one of them was paired otherwise before",
		}},
		{`{"m":{"` + id1 + `":1,"` + id2 + `":2}}`, `{"m":{"` + id3 + `":1,"` + id4 + `":3}}`, []string{
			inE + "d.m." + id2 + ": 2 became 3",
		}},
		{`{"session_id":"A","x":{"session_id":"A"}}`, `{"session_id":"B","x":{"session_id":"C"}}`, []string{
			inE + `d.x.session_id: "A" became "C", and one of them was paired otherwise before`,
		}},
		{`{"a_id":"A","b_id":"A"}`, `{"a_id":"A","b_id":"C"}`, []string{
			inE + `d.b_id: "A" became "C", and one of them was paired otherwise before`, // equal ids are a pair too
		}},
		{`{"id":""}`, `{"id":"A"}`, []string{inE + `d.id: "" became "A"`}},
		// lists by id
		{`{"id":"` + id1 + `","l":[{"id":"` + id2 + `","x":2},{"id":"` + id1 + `","x":1}]}`,
			`{"id":"` + id3 + `","l":[{"id":"` + id3 + `","x":1},{"id":"` + id4 + `","x":2}]}`, nil},
		{`[{"id":"A","x":1},{"id":"A","x":2},{"id":"B","x":3}]`, `[{"id":"B","x":3},{"id":"A","x":1},{"id":"A","x":2}]`, nil},
		{`{"a":{"` + id1 + `":1},"x":"` + id1 + `"}`, `{"a":{"` + id3 + `":1},"x":"` + id4 + `"}`, []string{
			inE + `d.x: "` + id1 + `" became "` + id4 + `", and one of them was paired otherwise before`,
		}},
	} {
		test.check(t)
	}
}

// TestCompareOrder: a message too many or too few does not put the others out of step.
func TestCompareOrder(t *testing.T) {
	hi, e, f, g, beat, ack := hello, event("E", `1`), event("F", `1`), event("G", `1`), `{"op":1}`, acknowledge
	for _, test := range []struct {
		name    string
		a, b    []string
		options gatewaytest.CompareOptions
		want    []string
	}{
		{"equal", []string{hi, "who", e, f}, []string{hi, "who", e, f}, gatewaytest.CompareOptions{}, nil},
		{"missing", []string{hi, e, f, g}, []string{hi, f, g}, gatewaytest.CompareOptions{},
			[]string{`message 2 E: missing {"d":1,"op":0,"s":1,"t":"E"}`}},
		{"added", []string{hi, f}, []string{hi, e, e, f}, gatewaytest.CompareOptions{},
			[]string{`message 2 E: added {"d":1,"op":0,"s":1,"t":"E"}`, `message 3 E: added {"d":1,"op":0,"s":1,"t":"E"}`}},
		{"moved", []string{e, f, g}, []string{f, g, e}, gatewaytest.CompareOptions{},
			[]string{`message 1 E: missing {"d":1,"op":0,"s":1,"t":"E"}`, `message 3 E: added {"d":1,"op":0,"s":1,"t":"E"}`}},
		{"other", []string{e}, []string{f}, gatewaytest.CompareOptions{},
			[]string{`message 1 E: missing {"d":1,"op":0,"s":1,"t":"E"}`, `message 1 F: added {"d":1,"op":0,"s":1,"t":"F"}`}},
		{"rest", []string{e}, []string{e, `{"op":9,"d":false}`}, gatewaytest.CompareOptions{},
			[]string{`message 2 op 9: added {"d":false,"op":9}`}},
		{"heartbeats", []string{beat, ack, e}, []string{e, ack}, gatewaytest.CompareOptions{}, nil},
		{"with heartbeats", []string{beat, ack, e}, []string{ack, e}, gatewaytest.CompareOptions{Heartbeats: true},
			[]string{`message 1 op 1: missing {"op":1}`}},
		{"early", []string{hi, "who", e}, []string{hi, e, "who"}, gatewaytest.CompareOptions{},
			[]string{`message 2 E: added {"d":1,"op":0,"s":1,"t":"E"}`, `message 2 E: missing {"d":1,"op":0,"s":1,"t":"E"}`}},
		{"closes", []string{e, "4000"}, []string{e, "4009"}, gatewaytest.CompareOptions{}, []string{"close: close_code: 4000 became 4009"}},
		{"close", []string{e, "4000"}, []string{e}, gatewaytest.CompareOptions{},
			[]string{`close: missing {"close_code":4000,"reason":"r"}`}},
		{"no JSON", []string{"{x"}, []string{"{y"}, gatewaytest.CompareOptions{}, []string{`message 1 unreadable: "{x" became "{y"`}},
		{"ignored", []string{e, hi, "4000"}, []string{hi, f}, gatewaytest.CompareOptions{Ignore: []string{"E:", "F:", "close:"}}, nil},
		{"limit", []string{e, e, e}, nil, gatewaytest.CompareOptions{Limit: 1},
			[]string{`message 1 E: missing {"d":1,"op":0,"s":1,"t":"E"}`}},
	} {
		differ(t, test.name, gatewaytest.Compare(connection(t, test.a...), connection(t, test.b...), test.options), test.want...)
	}
	var long, longer []string
	for i := range 3000 {
		long = append(long, event("E"+strconv.Itoa(i), "1"))
		longer = append(longer, event("F"+strconv.Itoa(i), "1"))
	}
	got := gatewaytest.Compare(connection(t, append(long, e)...), connection(t, append(longer, e)...), gatewaytest.CompareOptions{})
	if len(got) != 6000 {
		t.Errorf("two connections that have nothing in common but their end have %d differences", len(got))
	}
}

func TestCompareIgnores(t *testing.T) {
	a := connection(t, event("E", `{"x":1,"l":[{"x":2,"y":{"x":3}}]}`))
	b := connection(t, event("E", `{"x":9,"l":[{"x":9,"y":{"x":9}}]}`))
	all := []string{"d.l[0].x", "d.l[0].y.x", "d.x"}
	for pattern, want := range map[string][]string{
		"":                 all,
		":":                all,
		"d.x":              all[:2],
		"x":                all,
		"d.l":              all[2:],
		"d.l[*].x":         all[1:],
		"d.l.0.x":          all[1:],
		"d.l[1].x":         all,
		"d.*.x":            all,
		"d.*.*.x":          all[1:],
		"**.x":             nil,
		"d.**.x":           nil,
		"d.**.y.x":         {all[0], all[2]},
		"d.l.**":           all[2:],
		"E:d.x":            all[:2],
		"F:d.x":            all,
		"E:":               nil,
		"F:":               all,
		"E:d.l[0].y.x.z":   all,
		"E:d.l[0].y":       {all[0], all[2]},
		"*:d.x":            all,
		"d.nothing.at.all": all,
	} {
		var got []string
		for _, d := range gatewaytest.Compare(a, b, gatewaytest.CompareOptions{Ignore: []string{pattern}}) {
			got = append(got, d.Path)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q leaves %q, want %q", pattern, got, want)
		}
	}
	one, other := connection(t, event("E", `{"x":1}`)), connection(t, event("E", `{"y":[]}`))
	differ(t, "keys", gatewaytest.Compare(one, other, gatewaytest.CompareOptions{Ignore: []string{"d.x", "d.y"}}))
}

func TestCompareShapes(t *testing.T) {
	inE := "message 1 E: "
	for _, test := range []struct {
		a, b string
		want []string
	}{
		{`{"x":1,"l":[1,2,3]}`, `{"x":2,"l":[]}`, nil},
		{`{"x":1}`, `{"x":"1","y":2}`, []string{inE + "d.x: type number became string", inE + "d.y: added number"}},
		{`{"x":null}`, `{"x":{}}`, nil},
		{`{"x":null}`, `{}`, []string{inE + "d.x: missing null"}},
		{`[{"x":1},{"x":2,"y":1}]`, `[{"x":1}]`, nil}, // y may be absent
		{`[{"x":1},{"x":2}]`, `[{"z":1},{"z":1}]`, []string{inE + "d[*].x: missing number", inE + "d[*].z: added number"}},
		{`[{"x":[{"y":1}]},{"x":[]}]`, `[{"x":[{"y":"s"}]}]`, []string{inE + "d[*].x[*].y: type number became string"}},
		{`[{"x":1}]`, `[null]`, nil},
		{`[1,"a"]`, `["b"]`, nil},
		{`[1,"a"]`, `[true]`, []string{inE + "d[*]: type number or string became boolean"}},
		{`{"` + id1 + `":{"x":1}}`, `{"` + id3 + `":{"x":1},"` + id4 + `":{"x":2}}`, nil},
		{`{"` + id1 + `":{"x":1}}`, `{"` + id3 + `":{"x":[]}}`, []string{inE + "d[*].x: type number became list"}},
	} {
		a, b := connection(t, event("E", test.a)), connection(t, event("E", test.b))
		differ(t, test.a+" and "+test.b, gatewaytest.Compare(a, b, gatewaytest.CompareOptions{Shapes: true}), test.want...)
	}
}

func TestComparePairsConnections(t *testing.T) {
	e, f := event("E", "1"), event("F", "1")
	a := parse(t, append(lines(t, "one", e), lines(t, "two", f)...))
	b := parse(t, append(lines(t, "zwei", f), lines(t, "eins", e)...))
	three := parse(t, slices.Concat(lines(t, "x", e), lines(t, "y", f), lines(t, "z", f)))
	none := gatewaytest.CompareOptions{}
	differ(t, "equal", gatewaytest.Compare(a, b, gatewaytest.CompareOptions{
		Connections: map[string]string{"one": "eins", "two": "zwei"},
	}))
	differ(t, "one more", gatewaytest.Compare(a, three, none), "z: connection: added")
	differ(t, "one less", gatewaytest.Compare(three, a, none), "z: connection: missing")
	differ(t, "nothing", gatewaytest.Compare(nil, nil, none))
	differ(t, "nothing but", gatewaytest.Compare(nil, a, none), "one: connection: added", "two: connection: added")
	differ(t, "names that are not there", gatewaytest.Compare(a, b, gatewaytest.CompareOptions{
		Connections: map[string]string{"one": "drei", "three": "eins", "four": "vier"},
	}), "one: connection: missing", "eins: connection: added")
	if got := gatewaytest.Compare(a, b, none); len(got) != 4 || got[0].Connection != "one" || got[2].Connection != "two" {
		t.Errorf("in order: %v", got)
	}
}

func TestDifferenceShortens(t *testing.T) {
	a := connection(t, event("E", `"`+strings.Repeat("ä", 200)+`"`))
	got := gatewaytest.Compare(a, connection(t, event("E", `1`)), gatewaytest.CompareOptions{})
	if len(got) != 1 || len(got[0].A) != 402 {
		t.Fatalf("the difference is %#v", got)
	}
	want := `a: message 1 E: d: type "` + strings.Repeat("ä", 49) + "… became 1"
	if text := got[0].String(); text != want {
		t.Errorf("it reads %s, want %s", text, want)
	}
}

// TestCompareFindsTheSameServer compares the recordings of a real server with themselves after another run: with
// other ids, and at other times.
func TestCompareFindsTheSameServer(t *testing.T) {
	snowflake := regexp.MustCompile(`\b\d{17,20}\b`)
	moment := regexp.MustCompile(`\b20(\d\d-\d\d-\d\dT\d\d:\d\d)`)
	for name, data := range recordings(t) {
		a := parse(t, data)
		differ(t, name+" and itself", gatewaytest.Compare(a, a, gatewaytest.CompareOptions{Exact: true, Heartbeats: true}))
		if bytes.Contains(data, []byte(`"b64"`)) {
			continue
		}
		ids := map[string]string{}
		later := snowflake.ReplaceAllFunc(data, func(id []byte) []byte {
			if ids[string(id)] == "" {
				ids[string(id)] = fmt.Sprintf("%019d", 3_000_000_000_000_000_000+len(ids)*1_000_000)
			}
			return []byte(ids[string(id)])
		})
		later = moment.ReplaceAll(later, []byte("19$1"))
		b := parse(t, later)
		differ(t, name+" and later", gatewaytest.Compare(a, b, gatewaytest.CompareOptions{}))
		exact := gatewaytest.CompareOptions{Exact: true, Limit: 1000}
		if got := gatewaytest.Compare(a, b, exact); len(got) != 1000 || len(ids) < 50 {
			t.Errorf("%s: %d ids were replaced, exactly there are %d differences", name, len(ids), len(got))
		}
	}
}

// TestCompareReplayWithRecording plays the sample through a proxy to clients of all encodings and compressions: what
// was recorded of them is the sample.
func TestCompareReplayWithRecording(t *testing.T) {
	for _, query := range transports {
		synctest.Test(t, func(t *testing.T) {
			network, written := &gatewaytest.Network{}, &tape{}
			server := serve(t, gatewaytest.Sample(), gatewaytest.ReplayOptions{Network: network})
			p := proxy(t, server.URL(), written, gatewaytest.ProxyOptions{Network: network})
			for range gatewaytest.Sample().Connections() {
				c := through(t, p, "/?"+query)
				c.receive()
				c.send(identify)
				c.rest()
				c.ws.Close()
				synctest.Wait()
			}
			ends(t, p, nil, "")
			rec := parse(t, []byte(written.String()))
			got := gatewaytest.Compare(gatewaytest.Sample(), rec, gatewaytest.CompareOptions{Exact: true})
			if len(rec.Connections()) != 3 || len(got) > 0 {
				t.Errorf("%s: %d connections, %d differences, the first are %v", query, len(rec.Connections()), len(got), got[:min(5, len(got))])
			}
		})
	}
}
