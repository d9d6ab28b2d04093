package gatewaytest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/chorus-go/chorus/types"
)

// Received is a payload that a client sent.
type Received struct {
	Peer *Peer           // the connection it came through
	Op   types.Opcode    // its opcode
	Data json.RawMessage // its d, in JSON whatever the encoding; nil if there was none. It is read-only
	At   time.Time       // when it came
}

// Decode reads Data into v, a pointer to a structure of package types or to anything else that JSON can be read into.
func (r Received) Decode(v any) error {
	if err := json.Unmarshal(r.Data, v); err != nil {
		return fmt.Errorf("gatewaytest: opcode %d: %w", r.Op, err)
	}
	return nil
}

// maxReceipts is how many payloads are kept for Expect.
const maxReceipts = 4096

// receipts keep what was received, for Expect, and who wants to see it first.
type receipts struct {
	mu       sync.Mutex
	changed  chan struct{} // closed and replaced when something comes
	pending  []*Received   // replaced or appended to, not changed
	handlers []*handler    // replaced, not changed
}

type handler struct {
	op types.Opcode
	do func(Received) bool
}

// take notes a payload, and says whether a handler has dealt with it.
func (r *receipts) take(in Received) bool {
	r.mu.Lock()
	r.pending = append(r.pending[max(0, len(r.pending)+1-maxReceipts):], &in)
	close(r.changed)
	r.changed = make(chan struct{})
	handlers := r.handlers
	r.mu.Unlock()
	for _, h := range handlers {
		if h.op == in.Op && h.do(in) {
			return true
		}
	}
	return false
}

// Expect returns the next payload with that opcode, from any client, for which all of the functions are true: the first
// one that came and was not returned by Expect yet, whether it came before or after Expect was called. It waits until
// there is one or ctx ends, whose error it returns. What is malformed is not among them. Of what nobody expects the
// last 4096 are kept.
func (s *Server) Expect(ctx context.Context, op types.Opcode, match ...func(Received) bool) (Received, error) {
	r := &s.received
	for {
		r.mu.Lock()
		pending, changed := r.pending, r.changed
		r.mu.Unlock()
		if i := slices.IndexFunc(pending, func(in *Received) bool { return in.Op == op && all(match, *in) }); i >= 0 {
			if r.claim(pending[i]) {
				return *pending[i], nil
			}
			continue // somebody else was faster
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Received{}, fmt.Errorf("gatewaytest: expecting opcode %d: %w", op, ctx.Err())
		}
	}
}

// claim takes a payload out, or returns false if it is not there any longer.
func (r *receipts) claim(in *Received) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.Index(r.pending, in)
	if i < 0 {
		return false
	}
	r.pending = slices.Concat(r.pending[:i], r.pending[i+1:])
	return true
}

func all(match []func(Received) bool, in Received) bool {
	for _, f := range match {
		if !f(in) {
			return false
		}
	}
	return true
}

// On has a function see each payload with that opcode before the server acts on it, on the goroutine that reads the
// client, which therefore waits. If it returns true the server does not act, and further functions do not see it. Of
// several the first one comes first. What is returned ends it.
func (s *Server) On(op types.Opcode, do func(Received) bool) (remove func()) {
	r := &s.received
	h := &handler{op: op, do: do}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handlers = append(slices.Clip(r.handlers), h)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.handlers = slices.DeleteFunc(slices.Clone(r.handlers), func(other *handler) bool { return other == h })
	}
}
