package wire

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// captureLine is one line of a capture of a real server's traffic.
type captureLine struct {
	Conn   string `json:"conn"`
	Dir    string `json:"dir"`
	Type   string `json:"type"`
	Text   string `json:"text"`
	Binary []byte `json:"b64"`
}

// readCapture reads a file of the captures, which lie beside the repository. It skips the test when they do not.
func readCapture(t *testing.T, name string) []captureLine {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "captures", name))
	if err != nil {
		t.Skip("no captures here")
	}
	defer func() { _ = file.Close() }()
	var lines []captureLine
	r := bufio.NewReader(file)
	for {
		text, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) > 0 {
			var line captureLine
			if err := json.Unmarshal(text, &line); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
		}
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestScanCaptures(t *testing.T) {
	frames, quickly := 0, 0
	for _, line := range readCapture(t, "plain.jsonl") {
		if line.Type != "text" || line.Dir != "in" {
			continue
		}
		payload := []byte(line.Text)
		checkEnvelope(t, payload)
		env, err := Scan(payload)
		if err != nil {
			t.Fatalf("%s: %v", line.Conn, err)
		}
		frames++
		if quick(payload, &env) {
			quickly++
		} else if env.Op == 0 && env.HasSeq && env.Name != nil && len(env.Data) > 0 && env.Data[0] == '{' {
			t.Errorf("%s: the whole payload was read", env.Name)
		}
	}
	if frames == 0 {
		t.Error("no frames")
	}
	t.Logf("%d frames, d not read in %d", frames, quickly)
}

func TestInflaterCaptures(t *testing.T) {
	type connection struct {
		inflater           *Inflater
		compressed, output bytes.Buffer
		frames             int
	}
	connections := map[string]*connection{}
	check := func(name string, c *connection) {
		r, err := zlib.NewReader(&c.compressed)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want, _ := io.ReadAll(r); !bytes.Equal(want, c.output.Bytes()) {
			t.Errorf("%s: compress/zlib reads something else", name)
		}
	}
	opened, frames := 0, 0
	for _, line := range readCapture(t, "zlib-stream.jsonl") {
		if line.Type == "open" {
			if old := connections[line.Conn]; old != nil {
				check(line.Conn, old)
			}
			connections[line.Conn] = &connection{inflater: NewInflater(0)}
			opened++
		}
		if line.Type != "binary" || line.Dir != "in" {
			continue
		}
		c := connections[line.Conn]
		payload, complete, err := c.inflater.Next(nil, line.Binary)
		if err != nil || !complete || !json.Valid(payload) {
			t.Fatalf("%s, frame %d: %q, %v, %v", line.Conn, c.frames, payload, complete, err)
		}
		checkEnvelope(t, payload)
		c.compressed.Write(line.Binary)
		c.output.Write(payload)
		c.frames++
		frames++
	}
	for name, c := range connections {
		if c.frames > 0 {
			check(name, c)
		}
	}
	if frames == 0 {
		t.Error("no frames")
	}
	t.Logf("%d frames of %d connections", frames, opened)
}
