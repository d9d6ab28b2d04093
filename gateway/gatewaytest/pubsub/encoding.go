package pubsub

import (
	"bytes"
	"encoding/json"
	"reflect"
	"sync"
)

// encoding is what all copies of a shared event have in common: the payload in JSON, and what was derived from it.
type encoding struct {
	payload any // what is encoded, a pointer

	once sync.Once
	data json.RawMessage
	err  error

	mu    sync.Mutex
	forms []*form
}

// form is one thing that was derived.
type form struct {
	key   any
	once  sync.Once
	value any
}

// Shared returns the event with an encoding that all its copies share, whichever states, queues and replay buffers they
// are in: however many sinks ask for [Event.JSON] and [Event.Derive], the work is done once, by whoever asks first. The
// payload must be a pointer, or the event is returned as it is. Payload stays what it was.
func (e Event) Shared() Event {
	if e.Payload != nil && reflect.TypeOf(e.Payload).Kind() == reflect.Pointer {
		e.encoding = &encoding{payload: e.Payload}
	}
	return e
}

// JSON returns the payload in JSON, without escapes for HTML; []byte and json.RawMessage are JSON already. What it
// returns is read-only, and of a shared event it is the same memory for all copies. A copy whose Payload was replaced,
// as by [StateOptions].Prepare, is encoded by itself. The error is that of the package encoding/json.
func (e Event) JSON() (json.RawMessage, error) {
	switch p := e.Payload.(type) {
	case json.RawMessage:
		return p, nil
	case []byte:
		return p, nil
	}
	c := e.common()
	if c == nil {
		return encode(e.Payload)
	}
	c.once.Do(func() { c.data, c.err = encode(c.payload) })
	return c.data, c.err
}

// Derive returns what a function makes of the payload in JSON, such as its form in another encoding. Of a shared event
// it is made once for each key and is the same for all copies; others who ask meanwhile wait. The key is of the
// caller's own type, as those of context.WithValue are. The result must not be changed. The error is that of JSON; then
// nothing is made.
func (e Event) Derive(key any, derive func(json.RawMessage) any) (any, error) {
	data, err := e.JSON()
	if err != nil {
		return nil, err
	}
	c := e.common()
	if c == nil {
		return derive(data), nil
	}
	f := c.form(key)
	f.once.Do(func() { f.value = derive(data) })
	return f.value, nil
}

// common returns what the copies of the event share, nil if there is nothing.
func (e Event) common() *encoding {
	if e.encoding != nil && e.Payload == e.encoding.payload {
		return e.encoding
	}
	return nil
}

// form returns the form of a key.
func (c *encoding) form(key any) *form {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.forms {
		if f.key == key {
			return f
		}
	}
	f := &form{key: key}
	c.forms = append(c.forms, f)
	return f
}

// encode makes JSON of a payload.
func encode(payload any) (json.RawMessage, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(payload); err != nil {
		return nil, err
	}
	return bytes.Clone(bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))), nil
}
