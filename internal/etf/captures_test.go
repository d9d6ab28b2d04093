package etf

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"unicode/utf8"
)

// captured returns all inbound frames of the captures of a real server, which lie beside the repository; none if they do not.
func captured(t testing.TB) [][]byte {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "captures", "plain.jsonl"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var frames [][]byte
	for r := bufio.NewReader(file); ; {
		text, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) > 0 {
			var line struct{ Dir, Type, Text string }
			if err := json.Unmarshal(text, &line); err != nil {
				t.Fatal(err)
			}
			if line.Dir == "in" && line.Type == "text" {
				frames = append(frames, []byte(line.Text))
			}
		}
		if err == io.EOF {
			return frames
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// parse returns what encoding/json reads, every number as its exact value.
func parse(t testing.TB, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.200q", err, text)
	}
	return exact(v)
}

// exact replaces the numbers in v: digits by their value, all others, which are floats on the way, by the closest float.
func exact(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = exact(value)
		}
	case []any:
		for i, value := range v {
			v[i] = exact(value)
		}
	case json.Number:
		if n, ok := new(big.Int).SetString(v.String(), 10); ok {
			return n.String()
		}
		f, err := v.Float64()
		if err == nil && f == float64(int64(f)) {
			return new(big.Int).SetInt64(int64(f)).String()
		}
		n, _ := new(big.Float).SetFloat64(f).Int(nil)
		if new(big.Float).SetInt(n).Cmp(big.NewFloat(f)) == 0 {
			return n.String()
		}
		return f
	}
	return v
}

// checkRoundTrip translates text to a term and back, and compares what encoding/json reads. It returns the term.
func checkRoundTrip(t testing.TB, text []byte) []byte {
	t.Helper()
	term, err := Append(nil, text)
	if err != nil {
		t.Fatalf("%v in %.200q", err, text)
	}
	back, err := AppendJSON(nil, term)
	if err != nil {
		t.Fatalf("%v in %.200x", err, term)
	}
	if !utf8.Valid(text) && bytes.IndexByte(text, surrogateLead) >= 0 {
		// The bytes of a surrogate, which encoding/json reads as three characters, come back as an escape.
		return term
	}
	if want, got := parse(t, text), parse(t, back); !reflect.DeepEqual(want, got) {
		t.Fatalf("%.500q became %.500q", text, back)
	}
	return term
}

func TestRoundTripCaptures(t *testing.T) {
	frames := captured(t)
	if frames == nil {
		t.Skip("no captures here")
	}
	largest := 0
	for _, frame := range frames {
		term := checkRoundTrip(t, frame)
		largest = max(largest, len(term))
	}
	if len(frames) < 500 || largest < 5000 {
		t.Errorf("only %d frames, of at most %d bytes", len(frames), largest)
	}
}

// sample is a payload with all that can be in one.
const sample = `{"op":0,"t":"MESSAGE_CREATE","s":70000,"d":{"id":"1573868328970205030","content":"say \"hi\" \u00e9\ud83d\ude00 😀 \\ \n",
	"mentions":[],"attachments":[{"size":4294967296,"ratio":0.5625,"spoiler":false}],"embeds":[[1,-1,255,256,-2147483648]],"nonce":null,
	"tts":true,"flags":9007199254740993,"reactions":{}}}`

func TestRoundTripSample(t *testing.T) { checkRoundTrip(t, []byte(sample)) }

func TestAllocations(t *testing.T) {
	term, err := Append(nil, []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	big := append([]byte{version, tagSmallBig, 200, 0}, bytes.Repeat([]byte{0xfe}, 200)...)
	old := append([]byte{version, tagFloat}, make([]byte, oldFloatSize)...)
	copy(old[2:], "1.50000000000000000000e+00")
	text, buffer := []byte(sample), make([]byte, 0, 4096)
	for name, f := range map[string]func() error{
		"AppendJSON":       func() error { _, err := AppendJSON(buffer, term); return err },
		"AppendJSON big":   func() error { _, err := AppendJSON(buffer, big); return err },
		"AppendJSON float": func() error { _, err := AppendJSON(buffer, old); return err },
		"Append":           func() error { _, err := Append(buffer, text); return err },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := f(); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) { benchmark(b, AppendJSON, Append) }

func BenchmarkAppend(b *testing.B) {
	benchmark(b, Append, func(dst, text []byte) ([]byte, error) { return append(dst, text...), nil })
}

// benchmark measures f with the sample and with the longest captured frame, prepared from the JSON text.
func benchmark(b *testing.B, f, prepare func(dst, src []byte) ([]byte, error)) {
	texts := map[string][]byte{"sample": []byte(sample)}
	for _, frame := range captured(b) {
		if len(frame) > len(texts["capture"]) {
			texts["capture"] = frame
		}
	}
	for name, text := range texts {
		src, err := prepare(nil, text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			var buffer []byte
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if buffer, err = f(buffer[:0], src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
