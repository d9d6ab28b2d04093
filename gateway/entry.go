package gateway

import (
	"bytes"
	"context"
	stdjson "encoding/json"
	"errors"
	"reflect"
	"unicode/utf8"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/observer"
)

// eventEntry is one row of the dispatch table: what the reader does with a dispatch of that name. The rows are
// generated; an entry holds no state.
type eventEntry struct {
	name     string // on the wire: MESSAGE_CREATE
	typeName string // in package types: MessageCreate

	observed  func(*Events) bool
	publish   func(*delivery, *Events, *observer.Queue, []byte) error
	subscribe func(events *Events, update any, options []observer.Option) (*observer.Subscription, bool)
}

// entry makes the row of the event whose payload is T and whose publisher is found by at. quick is nil, or decodes
// ordinary payloads into a new value.
func entry[T any](name, typeName string, at func(*Events) *observer.Publisher[T], quick func([]byte, *T) error) *eventEntry {
	_, readsAnything := any(new(T)).(stdjson.Unmarshaler)
	acceptsNull := readsAnything || reflect.TypeFor[T]().Size() == 0
	return &eventEntry{
		name:     name,
		typeName: typeName,
		observed: func(events *Events) bool { return at(events).Observed() },
		publish: func(d *delivery, events *Events, queue *observer.Queue, data []byte) error {
			data, err := present(data, acceptsNull)
			if err != nil {
				return err
			}
			event := new(T)
			if quick == nil || quick(data, event) != nil {
				// A decoder that gives up may have filled a part of its value.
				*event = *new(T)
				if err := unmarshal(data, event); err != nil {
					return err
				}
			}
			// What comes back is what Report was told already.
			_ = at(events).PublishOn(d, queue, event)
			return nil
		},
		subscribe: func(events *Events, update any, options []observer.Option) (*observer.Subscription, bool) {
			switch f := update.(type) {
			case func(context.Context, *T):
				return at(events).SubscribeFunc(f, options...), true
			case watched:
				take := func(ctx context.Context, event *T) { f(ctx, event) }
				return at(events).SubscribeFunc(take, options...), true
			default:
				return nil, false
			}
		},
	}
}

var (
	errInvalidUTF8 = errors.New("invalid UTF-8")
	errNull        = errors.New("d is null or missing")
	jsonNull       = []byte("null")
)

// decode reads the JSON of d into event. Payloads of any shape and those that are always null accept null; to the
// others a missing d is an error.
func decode(data []byte, event any, acceptsNull bool) error {
	data, err := present(data, acceptsNull)
	if err != nil {
		return err
	}
	return unmarshal(data, event)
}

// present returns the JSON of d if there is any, or if there need not be.
func present(data []byte, acceptsNull bool) ([]byte, error) {
	if len(data) == 0 || bytes.Equal(data, jsonNull) {
		if !acceptsNull {
			return nil, errNull
		}
		return jsonNull, nil
	}
	return data, nil
}

// unmarshal decodes data if it is UTF-8.
func unmarshal(data []byte, event any) error {
	if !utf8.Valid(data) {
		return errInvalidUTF8
	}
	return json.Unmarshal(data, event)
}
