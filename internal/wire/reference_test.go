package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

// reference is an envelope as encoding/json sees it.
type reference struct {
	op     int
	seq    int64
	hasSeq bool
	name   *string
	data   []byte
}

// readReference reads valid JSON with encoding/json, and reports whether it is an envelope.
func readReference(payload []byte) (ref reference, ok bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(payload, &members) != nil || members == nil {
		return ref, false
	}
	var op *int
	if json.Unmarshal(members["op"], &op) != nil || op == nil {
		return ref, false
	}
	var seq *int64
	if s, there := members["s"]; there && json.Unmarshal(s, &seq) != nil {
		return ref, false
	}
	if t, there := members["t"]; there && json.Unmarshal(t, &ref.name) != nil {
		return ref, false
	}
	ref.op, ref.data = *op, members["d"]
	if ref.hasSeq = seq != nil; ref.hasSeq {
		ref.seq = *seq
	}
	return ref, true
}

// agrees compares an envelope with the reference. Invalid UTF-8 in a name, which encoding/json replaces, counts as replaced.
func (ref reference) agrees(env Envelope) bool {
	name := ""
	if ref.name != nil {
		name = *ref.name
	}
	return env.Op == ref.op && env.HasSeq == ref.hasSeq && env.Seq == ref.seq &&
		(env.Name != nil) == (ref.name != nil) && string([]rune(string(env.Name))) == name &&
		(env.Data != nil) == (ref.data != nil) && bytes.Equal(env.Data, ref.data)
}

// hidesMember reports whether the payload has a member behind d whose value is a container, without which Scan must not err, and
// whether any key occurs twice.
func hidesMember(payload []byte) (hides, repeats bool) {
	d := json.NewDecoder(bytes.NewReader(payload))
	if _, err := d.Token(); err != nil {
		return false, false
	}
	var seen []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return false, false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false, false
		}
		hides = hides || slices.Contains(seen, "d") && (value[0] == '{' || value[0] == '[')
		repeats = repeats || slices.Contains(seen, key.(string))
		seen = append(seen, key.(string))
	}
	return hides, repeats
}

// checkEnvelope checks what Scan and Walk say about any payload.
func checkEnvelope(t *testing.T, payload []byte) {
	t.Helper()
	before := bytes.Clone(payload)
	env, err := Scan(payload)
	exact, exactErr := Walk(payload)
	if !bytes.Equal(payload, before) {
		t.Fatalf("%q: was changed", before)
	}
	for _, err := range []error{err, exactErr} {
		var ee *EnvelopeError
		if err != nil && (!errors.As(err, &ee) || ee.Offset < 0 || ee.Offset > len(payload) || ee.Reason == "") {
			t.Fatalf("%q: %#v", payload, err)
		}
	}
	for _, env := range []Envelope{env, exact} {
		if len(env.Data) != cap(env.Data) || len(env.Name) > len(payload)*3 {
			t.Fatalf("%q: name of %d, data of %d with capacity of %d", payload, len(env.Name), len(env.Data), cap(env.Data))
		}
	}
	if !json.Valid(payload) {
		return
	}
	ref, ok := readReference(payload)
	if (exactErr == nil) != ok || ok && !ref.agrees(exact) {
		t.Fatalf("%q: Walk says %+v, %v; encoding/json says %+v, %v", payload, exact, exactErr, ref, ok)
	}
	if (err == nil) == ok && (!ok || ref.agrees(env)) {
		return
	}
	hides, repeats := hidesMember(payload)
	wrongData := env.Data
	env.Data = ref.data
	if !hides || err != nil || json.Valid(wrongData) || !repeats && !ref.agrees(env) {
		t.Fatalf("%q: Scan says %+v, %v; encoding/json says %+v, %v", payload, env, err, ref, ok)
	}
}
