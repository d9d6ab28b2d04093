package recording_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/internal/recording"
)

func TestWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		w := recording.NewWriter(&file)
		w.Open("c-1", "wss://gateway/?v=9&token=secret")
		time.Sleep(1500 * time.Microsecond)
		w.In("c-1", []byte(`{"op":10}`))
		time.Sleep(time.Second)
		w.Out("c-1", []byte(`{"op":2,"d":{"token":"secret"}}`))
		w.In("c-1", []byte("\x83"+bin("<&>")))
		w.Out("c-1", []byte("\xff<&>\u2028"))
		w.Closed("c-1", recording.Out, 1000, "")
		w.Closed("c-1", recording.In, 4009, "sess\"ion")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		const want = `{"t_ms":0,"conn":"c-1","dir":"out","type":"open","text":"wss://gateway/?v=9&token=REDACTED"}
{"t_ms":1.5,"conn":"c-1","dir":"in","type":"text","text":"{\"op\":10}"}
{"t_ms":1001.5,"conn":"c-1","dir":"out","type":"text","text":"{\"op\":2,\"d\":{\"token\":\"REDACTED\"}}"}
{"t_ms":1001.5,"conn":"c-1","dir":"in","type":"binary","b64":"g20AAAADPCY+"}
{"t_ms":1001.5,"conn":"c-1","dir":"out","type":"text","b64":"/zwmPuKAqA=="}
{"t_ms":1001.5,"conn":"c-1","dir":"out","type":"close","close_code":1000}
{"t_ms":1001.5,"conn":"c-1","dir":"in","type":"close","close_code":4009,"reason":"sess\"ion"}
`
		if file.String() != want {
			t.Errorf("got\n%swant\n%s", &file, want)
		}
		w.In("c-1", []byte("late"))
		if err := w.Close(); err != nil || file.String() != want {
			t.Errorf("after Close %v, and the file is\n%s", err, &file)
		}
	})
}

// TestWriterConcurrently checks that lines stay whole, times never go back, and each connection keeps its order.
func TestWriterConcurrently(t *testing.T) {
	const conns, frames = 8, 300
	var file bytes.Buffer
	w := recording.NewWriter(&file)
	var work sync.WaitGroup
	for c := range conns {
		work.Go(func() {
			name := fmt.Sprint(c)
			for i := range frames {
				w.In(name, fmt.Appendf(nil, "%d", i))
			}
		})
	}
	work.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	records, err := readAll(&file)
	if err != io.EOF || len(records) != conns*frames {
		t.Fatal(len(records), err)
	}
	next := map[string]int{}
	var last time.Duration
	for _, record := range records {
		if want := fmt.Sprint(next[record.Conn]); string(record.Data) != want {
			t.Fatalf("connection %s: %s, want %s", record.Conn, record.Data, want)
		}
		next[record.Conn]++
		if record.Time < last {
			t.Fatalf("%v after %v", record.Time, last)
		}
		last = record.Time
	}
}

// gate is a destination that takes nothing until it is opened.
type gate struct {
	open   chan struct{}
	writes [][]byte
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	g.writes = append(g.writes, bytes.Clone(p))
	return len(p), nil
}

func TestWriterNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := &gate{open: make(chan struct{})}
		w := recording.NewWriter(file)
		start := time.Now()
		for range 1000 {
			w.In("a", []byte("frame"))
		}
		synctest.Wait()
		if took := time.Since(start); took != 0 {
			t.Errorf("recording waited %v", took)
		}
		closed := make(chan error, 1)
		go func() { closed <- w.Close() }()
		synctest.Wait()
		select {
		case err := <-closed:
			t.Errorf("Close returned %v before everything was written", err)
		default:
		}
		close(file.open)
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if lines := bytes.Count(bytes.Join(file.writes, nil), []byte{'\n'}); lines != 1000 {
			t.Errorf("%d lines were written", lines)
		}
		for _, p := range file.writes {
			if !bytes.HasSuffix(p, []byte{'\n'}) {
				t.Error("a write is not whole lines")
			}
		}
	})
}

func TestWriterBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := &gate{open: make(chan struct{})}
		w := recording.NewWriter(file)
		recording.Limit(w, 64<<10)
		frame := bytes.Repeat([]byte("x"), 8<<10)
		for i := range 20 { // the first one is being written, then seven fit
			w.In("a", frame)
			synctest.Wait()
			if err := w.Err(); errors.Is(err, recording.ErrBehind) != (i >= 8) {
				t.Errorf("after %d frames the error is %v", i+1, err)
			}
		}
		close(file.open)
		if err := w.Close(); !errors.Is(err, recording.ErrBehind) {
			t.Errorf("the error is %v", err)
		}
		records, err := readAll(bytes.NewReader(bytes.Join(file.writes, nil)))
		if err != io.EOF || len(records) != 8 {
			t.Errorf("%d whole records, then %v", len(records), err)
		}
	})
}

// TestWriterTakesOneHugeFrame: the bound is on what waits, not on what a frame may be.
func TestWriterTakesOneHugeFrame(t *testing.T) {
	var file bytes.Buffer
	w := recording.NewWriter(&file)
	recording.Limit(w, 64<<10)
	w.In("a", bytes.Repeat([]byte("x"), 65<<10))
	if err := w.Close(); err != nil || file.Len() < 65<<10 {
		t.Error(file.Len(), err)
	}
}

type short struct{}

func (short) Write(p []byte) (int, error) { return len(p) - 1, nil }

func TestWriterKeepsTheError(t *testing.T) {
	broken := errors.New("disk full")
	for name, test := range map[string]struct {
		file io.Writer
		want error
	}{
		"error": {failing{broken}, broken},
		"short": {short{}, io.ErrShortWrite},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := recording.NewWriter(test.file)
			w.In("a", []byte("frame"))
			synctest.Wait()
			w.In("a", []byte("frame"))
			for _, err := range []error{w.Err(), w.Close(), w.Err()} {
				if !errors.Is(err, test.want) || !strings.HasPrefix(err.Error(), "recording: ") {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// once fails the first write, which takes until it is told so, and takes all others.
type once struct {
	fail  chan error
	later int
}

func (o *once) Write(p []byte) (int, error) {
	if o.fail != nil {
		err := <-o.fail
		o.fail = nil
		return 0, err
	}
	o.later += len(p)
	return len(p), nil
}

// TestWriterLeavesNoHole: what waited behind a failed write is not written either.
func TestWriterLeavesNoHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fail := make(chan error)
		file := &once{fail: fail}
		w := recording.NewWriter(file)
		w.In("a", []byte("first"))
		synctest.Wait()
		w.In("a", []byte("second"))
		fail <- errors.New("disk full")
		if err := w.Close(); err == nil || file.later > 0 {
			t.Errorf("%d bytes were written behind the hole: %v", file.later, err)
		}
	})
}

// TestWriterIsReadByTheReader keeps the two ends of the format together.
func TestWriterIsReadByTheReader(t *testing.T) {
	var file bytes.Buffer
	w := recording.NewWriter(&file)
	payloads := []string{`{"a":"ä\ud83d"}`, "", "\x00\x01", "\xff\xfe", "<script>\u2028", "\x83\x00\xff"}
	for _, payload := range payloads {
		w.In("a", []byte(payload))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	records, err := readAll(&file)
	if err != io.EOF || len(records) != len(payloads) {
		t.Fatal(len(records), err)
	}
	for i, record := range records {
		if string(record.Data) != payloads[i] {
			t.Errorf("%q became %q", payloads[i], record.Data)
		}
	}
}
