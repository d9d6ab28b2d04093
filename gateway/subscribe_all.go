package gateway

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/chorus-go/chorus/observer"
)

// Subscriptions are the subscriptions that SubscribeAll made.
type Subscriptions []*observer.Subscription

// Unsubscribe ends all of them.
func (s Subscriptions) Unsubscribe() {
	for _, subscription := range s {
		subscription.Unsubscribe()
	}
}

// SubscribeAll subscribes every method of the observer that is called On followed by an event's name, such as
//
//	func (b *Bot) OnMessageCreate(ctx context.Context, event *types.MessageCreate)
//
// to that event, with the options given. A method that begins with On followed by an upper-case letter and whose
// name or signature matches no event is an error that names it; then nothing is subscribed. So is an observer
// without any such method.
//
// Only exported methods of the value as passed count: pass a pointer if the methods have pointer receivers.
func SubscribeAll(events *Events, bot any, options ...observer.Option) (Subscriptions, error) {
	if events == nil || bot == nil {
		return nil, errors.New("gateway: SubscribeAll needs a tree and an observer")
	}
	value := reflect.ValueOf(bot)
	if value.Kind() == reflect.Pointer && value.IsNil() {
		return nil, fmt.Errorf("gateway: SubscribeAll was given a nil %T", bot)
	}
	var subscriptions Subscriptions
	var errs []error
	for i := range value.NumMethod() {
		method := value.Type().Method(i).Name
		name, isEvent := strings.CutPrefix(method, "On")
		if !isEvent || name == "" || name[0] < 'A' || name[0] > 'Z' {
			continue
		}
		named := append([]observer.Option{observer.As(fmt.Sprintf("%T.%s", bot, method))}, options...)
		subscription, err := subscribeMethod(events, name, value.Method(i).Interface(), named)
		if err != nil {
			errs = append(errs, fmt.Errorf("gateway: %T.%s: %w", bot, method, err))
			continue
		}
		subscriptions = append(subscriptions, subscription)
	}
	if len(subscriptions) == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("gateway: %T has no method On… that observes an event", bot))
	}
	if len(errs) > 0 {
		subscriptions.Unsubscribe()
		return nil, errors.Join(errs...)
	}
	return subscriptions, nil
}

func subscribeMethod(events *Events, name string, method any, options []observer.Option) (*observer.Subscription, error) {
	for _, entry := range dispatchTable {
		if entry.typeName != name {
			continue
		}
		subscription, ok := entry.subscribe(events, method, options)
		if !ok {
			return nil, fmt.Errorf("the signature is not func(context.Context, *types.%s)", name)
		}
		return subscription, nil
	}
	return nil, fmt.Errorf("there is no event %s", name)
}
