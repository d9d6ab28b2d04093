package gatewaytest

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/recording"
)

var update = flag.Bool("update", false, "make the recordings in testdata anew from the captures")

// captures returns the path of one of the captures the samples are made of, and skips the test where they are not present.
func captures(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "captures", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the captures are not here:", err)
	}
	return path
}

// trimmer takes connections out of a capture, and secrets out of the connections.
type trimmer struct {
	keep     []string
	sessions map[string]string
	inflate  map[string]*inflater
	deflate  map[string]*deflater
}

var (
	sessionID   = regexp.MustCompile(`"session_id":"([A-Z]{10})"`)
	sessionHash = regexp.MustCompile(`"auth_session_id_hash":"[^"]+"`)
	email       = regexp.MustCompile(`"email":"[^"]+"`)
	signature   = regexp.MustCompile(`([?&]hm=)[0-9a-f]+`)
)

// clean redacts a payload or URL. Every value keeps its type, and equal session ids stay equal.
func (t *trimmer) clean(payload []byte) []byte {
	payload = recording.Redact(payload)
	payload = sessionID.ReplaceAllFunc(payload, func(match []byte) []byte {
		id := string(match)
		if t.sessions[id] == "" {
			t.sessions[id] = fmt.Sprintf(`"session_id":"SESSION%03d"`, len(t.sessions)+1)
		}
		return []byte(t.sessions[id])
	})
	payload = sessionHash.ReplaceAll(payload, []byte(`"auth_session_id_hash":"REDACTED"`))
	payload = email.ReplaceAll(payload, []byte(`"email":"someone@example.com"`))
	payload = signature.ReplaceAll(payload, []byte(`${1}REDACTED`))
	return bytes.ReplaceAll(payload, []byte("127.0.0.1"), []byte("spacebar.example"))
}

// record returns a record as it stands in the sample.
func (t *trimmer) record(r recording.Record) (recording.Record, error) {
	if r.Kind != recording.Binary {
		r.Data = t.clean(r.Data)
		return r, nil
	}
	if t.inflate[r.Conn] == nil {
		d, err := newDeflater(false)
		if err != nil {
			return r, err
		}
		t.inflate[r.Conn], t.deflate[r.Conn] = newInflater(), d
	}
	message, complete, err := t.inflate[r.Conn].add(r.Data)
	if err != nil || !complete {
		return r, errors.Join(err, errors.New("a frame is not a whole message"))
	}
	data, err := t.deflate[r.Conn].message(t.clean(message))
	r.Data = bytes.Clone(data)
	return r, err
}

// trim returns a sample.
func trim(path string, keep ...string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	t := &trimmer{keep: keep, sessions: map[string]string{}, inflate: map[string]*inflater{}, deflate: map[string]*deflater{}}
	var out []byte
	for reader := recording.NewReader(file); ; {
		r, err := reader.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(keep, r.Conn) {
			continue
		}
		if r, err = t.record(r); err != nil {
			return nil, err
		}
		out = r.Append(out)
	}
}

// TestSampleIsMadeFromCaptures remakes the samples and compares them, or with -update writes them.
func TestSampleIsMadeFromCaptures(t *testing.T) {
	for _, sample := range []struct {
		name, capture string
		keep          []string
	}{
		{"sample.jsonl", "plain.jsonl", []string{"alice-1", "alice-10", "bot"}},
		{"sample-zlib.jsonl", "zlib-stream.jsonl", []string{"alice-8"}},
	} {
		made, err := trim(captures(t, sample.capture), sample.keep...)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", sample.name)
		if *update {
			if err := os.WriteFile(path, made, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		committed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(inflated(t, made), inflated(t, committed)) {
			t.Errorf("%s is not what the captures give; go test -run %s -update makes it", path, t.Name())
		}
	}
}

// inflated returns the lines of a recording with the payloads of binary frames inflated: how they were deflated depends on
// the version of Go.
func inflated(t *testing.T, data []byte) []string {
	t.Helper()
	var lines []string
	streams := map[string]*inflater{}
	for reader := recording.NewReader(bytes.NewReader(data)); ; {
		r, err := reader.Read()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind == recording.Open {
			streams[r.Conn] = newInflater()
		}
		if r.Kind == recording.Binary {
			message, complete, err := streams[r.Conn].add(r.Data)
			if err != nil || !complete {
				t.Fatalf("%s at %v: a frame is not a whole message: %v", r.Conn, r.Time, err)
			}
			r.Kind, r.Data = recording.Text, message
		}
		lines = append(lines, string(r.Append(nil)))
	}
}

func TestSampleHoldsNoSecret(t *testing.T) {
	secrets := regexp.MustCompile(`\\"(?:[a-z_]*token|[a-z_]*secret|password|authorization|auth_session_id_hash)\\":\\"([^"\\]+)`)
	private := []*regexp.Regexp{
		regexp.MustCompile(`\\"email\\":\\"[^"\\]+`),
		regexp.MustCompile(`\\"phone\\":\\"[^"\\]+`),
		regexp.MustCompile(`\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b`),
		regexp.MustCompile(`\\"session_id\\":\\"[^"\\]{8,}`),
		regexp.MustCompile(`[0-9a-f]{40,}`), // an avatar's hash has 32 digits
	}
	allowed := []string{`\"email\":\"someone@example.com`, `\"session_id\":\"SESSION`}
	redacted := 0
	for _, line := range append(inflated(t, sample), inflated(t, sampleZlib)...) {
		for _, match := range secrets.FindAllStringSubmatch(line, -1) {
			if redacted++; match[1] != recording.Redacted {
				t.Error(match[0])
			}
		}
		for _, pattern := range private {
			for _, match := range pattern.FindAllString(line, -1) {
				if !slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(match, prefix) }) {
					t.Error(match)
				}
			}
		}
	}
	if redacted < 8 {
		t.Errorf("%d redacted values found: the patterns do not fit the samples", redacted)
	}
}

// TestSampleHasWhatExamplesShow keeps the promise of Sample's documentation.
func TestSampleHasWhatExamplesShow(t *testing.T) {
	rec := Sample()
	names := rec.Connections()
	if len(names) != 3 || names[0] != "alice-1" {
		t.Fatalf("connections are %v", names)
	}
	all := map[string]bool{}
	for i, name := range names {
		for _, event := range rec.Dispatches(name) {
			all[event.Name] = true
			if i == 0 {
				all["first "+event.Name] = true
			}
		}
	}
	for _, event := range []string{
		"first READY", "first MESSAGE_CREATE", "first TYPING_START", "MESSAGE_UPDATE", "GUILD_CREATE", "PRESENCE_UPDATE",
		"VOICE_STATE_UPDATE", "GUILD_MEMBERS_CHUNK", "INTERACTION_CREATE", "CHANNEL_INFO",
	} {
		if !all[event] {
			t.Errorf("no %s in the sample", event)
		}
	}
	if names := SampleZlib().Connections(); len(names) != 1 || len(SampleZlib().Dispatches(names[0])) < 10 {
		t.Errorf("connections of the zlib sample are %v", names)
	}
	for name, data := range map[string][]byte{"sample": sample, "sample-zlib": sampleZlib} {
		if len(data) > 250_000 {
			t.Errorf("%s has %d bytes", name, len(data))
		}
	}
}
