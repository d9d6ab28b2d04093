package recording_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chorus-go/chorus/internal/recording"
)

// readAll returns the records before the first error, and that error.
func readAll(r io.Reader) ([]recording.Record, error) {
	var records []recording.Record
	for reader := recording.NewReader(r); ; {
		record, err := reader.Read()
		if err != nil {
			return records, err
		}
		records = append(records, record)
	}
}

func TestReadEveryKind(t *testing.T) {
	const file = `{"t_ms":3394.797,"conn":"a","dir":"out","type":"open","text":"ws://h/?v=9"}

{"t_ms":3400,"conn":"a","dir":"in","type":"text","text":"{\"op\":10,\"x\":\"\\ud83d\"}","later":{"deep":[1]}}` + "\r\n" + `
{"t_ms":3401.5,"conn":"a","dir":"in","type":"binary","b64":"eJyq"}
{"t_ms":3402,"conn":"a","dir":"in","type":"text","b64":"/w=="}
{"t_ms":3403,"conn":"a","dir":"in","type":"novel"}
{"t_ms":3404,"conn":"a","dir":"in","type":"close","close_code":4009,"reason":"slow"}`
	want := []recording.Record{
		{Time: 3394797 * time.Microsecond, Conn: "a", Dir: recording.Out, Kind: recording.Open, Data: []byte("ws://h/?v=9")},
		{Time: 3400 * time.Millisecond, Conn: "a", Dir: recording.In, Kind: recording.Text, Data: []byte(`{"op":10,"x":"\ud83d"}`)},
		{Time: 3401500 * time.Microsecond, Conn: "a", Dir: recording.In, Kind: recording.Binary, Data: []byte{0x78, 0x9c, 0xaa}},
		{Time: 3402 * time.Millisecond, Conn: "a", Dir: recording.In, Kind: recording.Text, Data: []byte{0xff}},
		{Time: 3403 * time.Millisecond, Conn: "a", Dir: recording.In, Kind: "novel"},
		{Time: 3404 * time.Millisecond, Conn: "a", Dir: recording.In, Kind: recording.Close, Code: 4009, Reason: "slow"},
	}
	got, err := readAll(strings.NewReader(file))
	if err != io.EOF {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func same(a, b recording.Record) bool {
	return a.Time == b.Time && a.Conn == b.Conn && a.Dir == b.Dir && a.Kind == b.Kind && bytes.Equal(a.Data, b.Data) &&
		a.Code == b.Code && a.Reason == b.Reason
}

func TestReadNamesTheLine(t *testing.T) {
	const good = `{"t_ms":1,"conn":"a","dir":"in","type":"text","text":""}` + "\n\n"
	for line, want := range map[string]string{
		`{"t_ms":`: "line 3: unexpected end",
		`{"t_ms":1,"dir":"in","type":"text","text":""}`:                         "line 3: conn is missing",
		`{"t_ms":1,"conn":"a","dir":"up","type":"text","text":""}`:              `line 3: dir is "up"`,
		`{"t_ms":1,"conn":"a","dir":"in"}`:                                      "line 3: type is missing",
		`{"t_ms":1,"conn":"a","dir":"in","type":"text"}`:                        "line 3: a line of type text without",
		`{"t_ms":1,"conn":"a","dir":"in","type":"binary","b64":"?"}`:            "line 3: b64: illegal",
		`{"t_ms":1,"conn":"a","dir":"in","type":"text","text":7}` + "\n" + good: "line 3: json: cannot unmarshal",
	} {
		reader := recording.NewReader(strings.NewReader(good + line))
		if _, err := reader.Read(); err != nil {
			t.Fatal(err)
		}
		_, err := reader.Read()
		if err == nil || !strings.HasPrefix(err.Error(), "recording: "+want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
		if _, again := reader.Read(); again != err {
			t.Errorf("the second error is %v, the first was %v", again, err)
		}
	}
	broken := errors.New("broken disk")
	_, err := readAll(io.MultiReader(strings.NewReader(good+`{"t_ms":1`), failing{broken}))
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "line 3") {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestLongLine(t *testing.T) {
	record := recording.Record{Conn: "a", Dir: recording.In, Kind: recording.Text, Data: bytes.Repeat([]byte(`<"`), 2<<20)}
	got, err := readAll(bytes.NewReader(record.Append(record.Append(nil))))
	if err != io.EOF || len(got) != 2 || !same(got[0], record) || !same(got[1], record) {
		t.Error(len(got), err)
	}
}

// TestCapturesSurvive reads real recordings, writes them, and reads that.
func TestCapturesSurvive(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "captures", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if own, err := filepath.Glob(filepath.Join("..", "..", "gateway", "gatewaytest", "testdata", "*.jsonl")); err == nil {
		files = append(files, own...)
	}
	if len(files) == 0 {
		t.Fatal("no recording found")
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		first, err := readAll(file)
		if err != io.EOF || len(first) == 0 {
			t.Fatal(name, len(first), err)
		}
		var written []byte
		for _, record := range first {
			written = record.Append(written)
		}
		second, err := readAll(bytes.NewReader(written))
		if err != io.EOF || !slices.EqualFunc(first, second, same) {
			t.Errorf("%s: differs after writing: %v", name, err)
		}
	}
}
