package protocol

import (
	"bytes"
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed data
var data embed.FS

// Load reads and checks the tables. The error says all that is wrong with them.
func Load() (*Table, error) {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		return nil, fmt.Errorf("protocol: %w", err)
	}
	return load(sub)
}

func load(files fs.FS) (*Table, error) {
	t := &Table{}
	var payloads []Payload
	err := errors.Join(
		readJSON(files, "objects.json", &t.Objects),
		readJSON(files, "payloads.json", &payloads),
		readJSON(files, "sent.json", &t.Sent),
		readJSON(files, "enums.json", &t.Enums),
		readJSON(files, "unions.json", &t.Unions),
		readJSON(files, "updates.json", &t.Updates),
		readJSON(files, "effects.json", &t.Effects),
		readJSON(files, "overrides.json", &t.Overrides),
		readCSV(files, "events.csv", func(r row) { t.Events = append(t.Events, r.event()) }),
		readCSV(files, "opcodes.csv", func(r row) { t.Opcodes = append(t.Opcodes, r.opcode()) }),
		readCSV(files, "close_codes.csv", func(r row) { t.CloseCodes = append(t.CloseCodes, r.closeCode()) }),
		t.readSummaries(files),
	)
	if err != nil {
		return nil, err
	}
	if err := t.index(payloads); err != nil {
		return nil, err
	}
	return t, t.validate()
}

// index fills the maps by name and gives each event its payload.
func (t *Table) index(payloads []Payload) error {
	var errs []error
	t.objects, t.enums, t.events = map[string]*Object{}, map[string]*Enum{}, map[string]*Event{}
	for i := range t.Objects {
		errs = append(errs, add(t.objects, "object", t.Objects[i].Name, &t.Objects[i]))
	}
	for i := range t.Enums {
		errs = append(errs, add(t.enums, "enum", t.Enums[i].Name, &t.Enums[i]))
	}
	for i := range t.Events {
		errs = append(errs, add(t.events, "event", t.Events[i].Name, &t.Events[i]))
	}
	described := map[string]*Payload{}
	for i := range payloads {
		name := payloads[i].Event
		errs = append(errs, add(described, "payload", name, &payloads[i]))
		if event := t.events[name]; event != nil {
			event.Payload = payloads[i]
		} else {
			errs = append(errs, fmt.Errorf("protocol: a payload for %q, which is no event", name))
		}
	}
	for name := range t.events {
		if described[name] == nil {
			errs = append(errs, fmt.Errorf("protocol: event %s has no payload", name))
		}
	}
	return errors.Join(errs...)
}

func add[T any](index map[string]*T, kind, name string, value *T) error {
	if name == "" || index[name] != nil {
		return fmt.Errorf("protocol: two entries or no name for %s %q", kind, name)
	}
	index[name] = value
	return nil
}

func (t *Table) readSummaries(files fs.FS) error {
	t.Summaries = map[string]string{}
	var errs []error
	err := readCSV(files, "summaries.csv", func(r row) {
		name := r["name"]
		if t.Summaries[name] != "" || r["summary"] == "" {
			errs = append(errs, fmt.Errorf("protocol: two summaries or none for %q", name))
		}
		t.Summaries[name] = r["summary"]
	})
	return errors.Join(append(errs, err)...)
}

// readJSON decodes a file; a key that the Go type does not know is an error, so that no column goes unread.
func readJSON(files fs.FS, name string, v any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("protocol: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("protocol: %s: %w", name, err)
	}
	return nil
}

// row is a line of a CSV file by the names of its columns.
type row map[string]string

func readCSV(files fs.FS, name string, each func(row)) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("protocol: %w", err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(lines) == 0 {
		return fmt.Errorf("protocol: %s: %d lines, %w", name, len(lines), err)
	}
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		each(r)
	}
	return nil
}

func (r row) event() Event {
	return Event{
		Name: r["event_name"], Struct: r["struct"], Category: r["category"], ChorusPath: r["chorus_path"],
		Audience: r["audience"], Intents: r.list("intents"), Deprecated: r.yes("deprecated"),
		Spacebar: r["in_spacebar_server"], Userdoccers: r.yes("in_userdoccers"), DiscordDocs: r.yes("in_discord_docs"),
		Chorus: r.yes("in_chorus"), Scope: r["scope"], Note: r["note"],
	}
}

func (r row) opcode() Opcode {
	return Opcode{
		Code: r.number("op"), Name: r["name"], Direction: r["direction"], Status: r["deprecated"],
		Payload: r["payload"], Response: r["response"], Spacebar: r["in_spacebar_server"], Chorus: r["in_chorus"],
		Userdoccers: r.yes("in_userdoccers"), DiscordDocs: r.yes("in_discord_docs"),
	}
}

func (r row) closeCode() CloseCode {
	return CloseCode{
		Code: r.number("code"), Name: r["name"], Reconnect: r.yes("reconnect"), Resume: r.yes("resume"),
	}
}

func (r row) yes(column string) bool { return r[column] == "yes" }

func (r row) list(column string) []string {
	if r[column] == "" {
		return nil
	}
	return strings.Split(r[column], "|")
}

// number is -1, which validation refuses, for what is no number.
func (r row) number(column string) int {
	n, err := strconv.Atoi(r[column])
	if err != nil {
		return -1
	}
	return n
}

// UnmarshalJSON reads a value of an enumeration: the table writes its number or text as "value", or its bit as "bit".
func (v *Value) UnmarshalJSON(text []byte) error {
	var raw struct {
		Name       string `json:"name"`
		Value      any    `json:"value"`
		Bit        *int   `json:"bit"`
		Alias      string `json:"alias"`
		Deprecated bool   `json:"deprecated"`
		Removed    bool   `json:"removed"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&raw); err != nil {
		return fmt.Errorf("protocol: value of an enumeration: %w", err)
	}
	*v = Value{Name: raw.Name, Alias: raw.Alias, Deprecated: raw.Deprecated, Removed: raw.Removed}
	switch value := raw.Value.(type) {
	case string:
		v.Text = value
	case float64:
		v.Number = int(value)
	}
	if raw.Bit != nil {
		v.Number = *raw.Bit
	}
	return nil
}
