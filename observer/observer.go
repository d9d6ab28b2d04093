package observer

import (
	"context"
	"reflect"
	"runtime"
	"strings"
)

// Observer is told of every event of the publishers it is subscribed to.
//
// Update is called with the context the event was published under. The event is shared by all observers: it must not be
// changed, and it may be kept. Unless a subscription was made with [Concurrent], or its events are published by several
// goroutines at once and it runs in theirs ([Inline], or [Publisher.Publish] without a queue), the calls made for that
// subscription come one at a time.
//
// A panic in Update is recovered, see [PanicError]; [runtime.Goexit] in it ends that call and nothing else on a queue,
// and the publishing goroutine when it runs there.
type Observer[T any] interface {
	// Update is told of one event.
	Update(ctx context.Context, event *T)
}

// Func is a function that is an [Observer].
type Func[T any] func(ctx context.Context, event *T)

// Update calls f.
func (f Func[T]) Update(ctx context.Context, event *T) { f(ctx, event) }

// name stands for an observer in a Subscription when what it is called was chosen.
type name string

// nameOf is what an observer is called in a Lag and a PanicError: its type, or a function's own name, since every
// function of one signature has the same type.
func nameOf(observer any) string {
	if n, chosen := observer.(name); chosen {
		return string(n)
	}
	v := reflect.ValueOf(observer)
	if !v.IsValid() {
		return ""
	}
	if v.Kind() == reflect.Func && !v.IsNil() {
		if f := runtime.FuncForPC(v.Pointer()); f != nil {
			return strings.TrimSuffix(f.Name(), "-fm")
		}
	}
	return v.Type().String()
}
