package gatewaytest

import (
	"bytes"
	_ "embed" // the recordings that come with the package
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/chorus-go/chorus/internal/recording"
)

//go:embed testdata/sample.jsonl
var sample []byte

//go:embed testdata/sample-zlib.jsonl
var sampleZlib []byte

// Recording is recorded gateway traffic: one or more websocket connections, each with all its frames in both
// directions. It does not change and may be replayed by several servers at once.
type Recording struct {
	connections []*connection // in the order in which they were opened
}

// Dispatch is one recorded event (op 0).
type Dispatch struct {
	Name   string          // t, such as MESSAGE_CREATE
	Seq    int64           // s
	HasSeq bool            // false if s was null or absent: not every dispatch of Spacebar has one
	Data   json.RawMessage // d, byte for byte as it was sent; of a term, what it is in JSON
}

// Sample returns the recording that comes with the package: a user and a bot on a real Spacebar server, uncompressed,
// with the secrets taken out. READY, MESSAGE_CREATE and TYPING_START are among the events of its first connection. See
// testdata/README.md.
func Sample() *Recording { return embedded(sample) }

// SampleZlib returns a short recording with compress=zlib-stream, of one connection.
func SampleZlib() *Recording { return embedded(sampleZlib) }

// embedded reads a recording that a test has read before: there is no error to return.
func embedded(data []byte) *Recording {
	rec, err := ReadRecording(bytes.NewReader(data))
	if err != nil {
		return &Recording{}
	}
	return rec
}

// ReadRecording reads a recording in JSON lines, the format that gateway.Options.Recorder writes. A line that is not of
// the format, and a recorded stream that does not decompress, is an error that names the line or the connection. If a
// connection's name is used by several connections one after the other, the later ones are named name#2, name#3 and so
// on.
func ReadRecording(r io.Reader) (*Recording, error) {
	reader := recording.NewReader(r)
	rec := &Recording{}
	open := map[string]*builder{} // by the name in the file
	var all []*builder
	times := map[string]int{}
	for {
		record, err := reader.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("gatewaytest: %w", err)
		}
		if record.Kind == recording.Open {
			name := record.Conn
			if times[name]++; times[name] > 1 {
				name = fmt.Sprintf("%s#%d", name, times[name])
			}
			b, err := newBuilder(name, record)
			if err != nil {
				return nil, fmt.Errorf("gatewaytest: connection %s: %w", name, err)
			}
			open[record.Conn] = b
			all = append(all, b)
			continue
		}
		b := open[record.Conn]
		if b == nil {
			return nil, fmt.Errorf("gatewaytest: connection %s: a frame before its open line", record.Conn)
		}
		if err := b.add(record); err != nil {
			return nil, fmt.Errorf("gatewaytest: connection %s: %w", b.c.name, err)
		}
	}
	for _, b := range all {
		rec.connections = append(rec.connections, b.c)
	}
	if len(rec.connections) == 0 {
		return nil, errors.New("gatewaytest: the recording has no connection")
	}
	return rec, nil
}

// Connections returns the names of the recorded connections in the order in which they were opened.
func (r *Recording) Connections() []string {
	names := make([]string, len(r.connections))
	for i, c := range r.connections {
		names[i] = c.name
	}
	return names
}

// Dispatches returns the events of one connection in their order, which is what a client must see of a replay. It is
// empty for a name that is not in the recording. In whichever encoding and compression the connection was recorded, the
// events are there.
func (r *Recording) Dispatches(conn string) []Dispatch {
	c := r.connection(conn)
	if c == nil {
		return nil
	}
	var events []Dispatch
	for _, s := range c.steps {
		if s.dispatch != nil {
			event := *s.dispatch
			event.Data = slices.Clone(event.Data)
			events = append(events, event)
		}
	}
	return events
}

func (r *Recording) connection(name string) *connection {
	for _, c := range r.connections {
		if c.name == name {
			return c
		}
	}
	return nil
}
