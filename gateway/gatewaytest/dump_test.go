package gatewaytest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/recording"
)

// dumper writes messages as the server does.
type dumper struct {
	t     *testing.T
	files fstest.MapFS
	now   int64
}

func newDumper(t *testing.T) *dumper {
	return &dumper{t: t, files: fstest.MapFS{}, now: 1_700_000_000_000}
}

// write dumps a message; dir is "in" for what the server received.
func (d *dumper) write(folder, dir, payload string) {
	d.t.Helper()
	var text bytes.Buffer
	if err := json.Indent(&text, []byte(payload), "", "  "); err != nil {
		d.t.Fatal(err)
	}
	d.now++
	d.files[fmt.Sprintf("%s/%d.%s.json", folder, d.now, dir)] = &fstest.MapFile{Data: text.Bytes()}
}

// read reads what was dumped.
func (d *dumper) read() *gatewaytest.Recording {
	d.t.Helper()
	rec, err := gatewaytest.ReadDump(d.files)
	if err != nil {
		d.t.Fatal(err)
	}
	return rec
}

// identifyFor is an Identify whose token is for a session.
func identifyFor(session, prefix string) string {
	part := base64.RawURLEncoding.EncodeToString
	claims := part([]byte(`{"id":"1","iat":1,"ver":3,"did":"` + session + `"}`))
	return `{"op":2,"d":{"token":"` + prefix + part([]byte(`{"alg":"ES512"}`)) + "." + claims + ".signature" + `"}}`
}

func readyFor(session string) string {
	return event("READY", `{"session_id":"`+session+`","auth_token":"`+token+`"}`)
}

// names lists a connection's events.
func names(rec *gatewaytest.Recording, conn string) []string {
	var all []string
	for _, event := range rec.Dispatches(conn) {
		all = append(all, event.Name+" "+string(event.Data))
	}
	return all
}

// TestReadDumpIsTheRecording dumps the sample as the server would have done, and finds the sample in it.
func TestReadDumpIsTheRecording(t *testing.T) {
	file := recordings(t)["sample.jsonl"]
	d := newDumper(t)
	greeted := map[string]bool{}
	for reader := recording.NewReader(bytes.NewReader(file)); ; {
		r, err := reader.Read()
		if err != nil {
			break
		}
		folder := "TEMP_" + r.Conn
		if greeted[r.Conn] {
			folder = strings.ToUpper(r.Conn)
		}
		switch payload := string(r.Data); {
		case r.Kind != recording.Text:
		case r.Dir == recording.In:
			d.write(folder, "out", payload)
		case strings.HasPrefix(payload, `{"op":2,`):
			d.write(folder, "in", identifyFor(strings.ToUpper(r.Conn), "Bot "))
			greeted[r.Conn] = true
		default:
			d.write(folder, "in", payload)
		}
	}
	rec := d.read()
	if got := rec.Connections(); !slices.Equal(got, []string{"ALICE-1", "ALICE-10", "BOT"}) {
		t.Fatalf("the connections are %q", got)
	}
	got := gatewaytest.Compare(gatewaytest.Sample(), rec, gatewaytest.CompareOptions{
		Exact: true, Heartbeats: true, Ignore: []string{"close:"},
	})
	if len(got) > 0 {
		t.Errorf("%d differences from the sample, the first is %v", len(got), got[0])
	}
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, serve(t, rec, gatewaytest.ReplayOptions{Network: &gatewaytest.Network{}}), "ws://gateway.test")
		c.receive()
		c.send(identify)
		if got, err := c.rest(); len(got) < 50 {
			t.Errorf("a replay of the dump gave %d messages and %v", len(got), err)
		}
	})
}

// TestReadDumpPutsConnectionsTogether has the ways in which the server spreads them over folders.
func TestReadDumpPutsConnectionsTogether(t *testing.T) {
	d := newDumper(t)
	d.write("TEMP_1", "out", hello)                              // 1: joined with ALICE
	d.write("TEMP_1", "in", identifyFor("ALICE", ""))            //
	d.write("ALICE", "out", acknowledge)                         // before its READY
	d.write("TEMP_3", "out", hello)                              // 2: a token without a session
	d.write("ALICE", "out", readyFor("ALICE"))                   //
	d.write("TEMP_3", "in", identify)                            //
	d.write("ALICE", "in", heartbeat)                            //
	d.write("TEMP_3", "out", readyFor("TEMP_3"))                 //
	d.write("TEMP_2", "out", hello)                              // 3: the next one of ALICE
	d.write("ALICE", "out", event("E", `1`))                     // still the first one's
	d.write("TEMP_2", "in", `{"op":6,"d":{"token":"x"}}`)        // cannot be resumed
	d.write("TEMP_2", "out", `{"op":9,"d":false}`)               //
	d.write("TEMP_2", "in", identifyFor("ALICE", "Bearer "))     //
	d.write("TEMP_2", "in", heartbeat)                           // while it is identified
	d.write("ALICE", "out", readyFor("ALICE"))                   //
	d.write("TEMP_2", "out", acknowledge)                        // begun before the session was known
	d.write("ALICE", "out", event("F", `1`))                     //
	d.write("ALICE", "out", readyFor("ALICE"))                   // 4: without a beginning
	d.write("ALICE", "out", event("G", `1`))                     //
	d.write("TEMP_5", "out", hello)                              // 5: refused, its session is not there
	d.write("TEMP_5", "in", identifyFor("NOBODY", ""))           //
	d.write("unknown", "out", hello)                             // 6: of an old server
	d.write("unknown", "in", `{"op":2,"d":["anything"]}`)        //
	d.write("unknown", "out", hello)                             // 7: joined
	d.write("unknown", "in", identifyFor("BOB", ""))             //
	d.write("BOB", "out", readyFor("BOB"))                       //
	d.write("TEMP_8", "out", hello)                              // 8: its session got nothing more
	d.write("TEMP_8", "in", identifyFor("BOB", ""))              //
	d.write("TEMP_9", "in", `"strange"`)                         // 9: clients may send anything
	d.write("TEMP_9", "in", `{"op":2,"t":[],"d":{"token":7}}`)   //
	d.write("TEMP_9", "in", `{"op":2,"d":{"token":"a.!.c"}}`)    //
	d.write("TEMP_9", "in", `{"op":2,"d":{"token":"a.bnVsbA"}}`) //
	d.files[".DS_Store"] = &fstest.MapFile{Data: []byte("x")}
	d.files["BOB/.swap"] = &fstest.MapFile{Data: []byte("x")}
	rec := d.read()
	want := []string{"ALICE", "TEMP_3", "ALICE#2", "ALICE#3", "TEMP_5", "unknown", "BOB", "BOB#2", "TEMP_9"}
	if got := rec.Connections(); !slices.Equal(got, want) {
		t.Fatalf("the connections are %q, want %q", got, want)
	}
	greeted := func(more ...string) *gatewaytest.Recording { return connection(t, append([]string{hello}, more...)...) }
	for name, conn := range map[string]*gatewaytest.Recording{
		"ALICE":   greeted("who", acknowledge, readyFor("ALICE"), event("E", "1")),
		"TEMP_3":  greeted("who", readyFor("TEMP_3")),
		"ALICE#2": greeted("who", `{"op":9,"d":false}`, "who", readyFor("ALICE"), acknowledge, event("F", "1")),
		"ALICE#3": connection(t, readyFor("ALICE"), event("G", "1")),
		"TEMP_5":  greeted("who"),
		"unknown": greeted("who"),
		"BOB":     greeted("who", readyFor("BOB")),
		"BOB#2":   greeted("who"),
		"TEMP_9":  connection(t, "who", "who", "who"),
	} {
		differ(t, name, gatewaytest.Compare(conn, rec, gatewaytest.CompareOptions{
			Exact: true, Heartbeats: true, Connections: map[string]string{"a": name},
		}))
	}
	if got := names(rec, "ALICE"); got[0] != `READY {"session_id":"ALICE","auth_token":"REDACTED"}` {
		t.Errorf("READY is %s", got[0])
	}
}

// TestReadDumpOrders: by the number in the name, whatever the length, and questions before answers.
func TestReadDumpOrders(t *testing.T) {
	d := newDumper(t)
	for i := range 20 {
		d.now = int64(9_990 + i - 1)
		d.write("S", "out", event("E", fmt.Sprint(i)))
	}
	d.now = 9_990 - 1
	d.write("S", "in", identify)
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("E %d", i))
	}
	rec := d.read()
	if got := names(rec, "S"); !slices.Equal(got, want) {
		t.Errorf("the order is %q", got)
	}
	differ(t, "the first millisecond", gatewaytest.Compare(connection(t, "who", event("E", "0")), rec,
		gatewaytest.CompareOptions{Limit: 1}), `message 2 E: added {"d":1,"op":0,"s":1,"t":"E"}`)
}

// broken is a file system that fails at one path.
type broken struct {
	fs.FS
	at string
}

var errBroken = errors.New("broken")

func (b broken) Open(name string) (fs.File, error) {
	if name == b.at {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errBroken}
	}
	return b.FS.Open(name)
}

// huge says of the files of one folder that they are larger than they are.
type huge struct{ fs.FS }

func (h huge) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(h.FS, name)
	for i := range entries {
		entries[i] = hugeEntry{entries[i]}
	}
	return entries, err
}

type hugeEntry struct{ fs.DirEntry }

func (e hugeEntry) Info() (fs.FileInfo, error) {
	info, err := e.DirEntry.Info()
	return hugeInfo{info}, err
}

type hugeInfo struct{ fs.FileInfo }

func (hugeInfo) Size() int64 { return 256<<20 + 1 }

func TestReadDumpRefuses(t *testing.T) {
	file := func(name, data string) fstest.MapFS { return fstest.MapFS{name: {Data: []byte(data)}} }
	good := file("S/1700000000000.out.json", hello)
	for _, test := range []struct {
		name string
		fsys fs.FS
		path string
		want error
	}{
		{"nothing", fstest.MapFS{}, ".", gatewaytest.ErrDumpEmpty},
		{"an empty folder", fstest.MapFS{"S": {Mode: fs.ModeDir}}, ".", gatewaytest.ErrDumpEmpty},
		{"one session's folder", file("1700000000000.out.json", hello), "1700000000000.out.json", gatewaytest.ErrDumpName},
		{"another file", file("S/notes.txt", "x"), "S/notes.txt", gatewaytest.ErrDumpName},
		{"no direction", file("S/1.json", "{}"), "S/1.json", gatewaytest.ErrDumpName},
		{"another direction", file("S/1.up.json", "{}"), "S/1.up.json", gatewaytest.ErrDumpName},
		{"no time", file("S/.in.json/x", "{}"), ".", gatewaytest.ErrDumpEmpty},
		{"a negative time", file("S/-1.in.json", "{}"), "S/-1.in.json", gatewaytest.ErrDumpName},
		{"an endless time", file("S/99999999999999999999.in.json", "{}"), "S/99999999999999999999.in.json", gatewaytest.ErrDumpName},
		{"a time out of range", file("S/9007199254740991.in.json", "{}"), "S/9007199254740991.in.json", gatewaytest.ErrDumpName},
		{"a folder in a folder", file("S/1.in.json/x", "{}"), "S/1.in.json", gatewaytest.ErrDumpName},
		{"a file that is too large", huge{good}, "S/1700000000000.out.json", gatewaytest.ErrDumpSize},
		{"an unreadable root", broken{good, "."}, ".", errBroken},
		{"an unreadable folder", broken{good, "S"}, "S", errBroken},
		{"an unreadable file", broken{good, "S/1700000000000.out.json"}, "S/1700000000000.out.json", errBroken},
	} {
		rec, err := gatewaytest.ReadDump(test.fsys)
		typed, ok := errors.AsType[*gatewaytest.DumpError](err)
		if rec != nil || !ok || typed.Path != test.path || !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v of %s", test.name, err, test.want, test.path)
		}
	}
	for _, data := range []string{"", "{", "{}{}", "hello", "\x00"} {
		_, err := gatewaytest.ReadDump(file("S/1.in.json", data))
		if _, ok := errors.AsType[*json.SyntaxError](err); !ok || !strings.HasPrefix(err.Error(), "gatewaytest: dump: S/1.in.json: ") {
			t.Errorf("%q: %v", data, err)
		}
	}
}
