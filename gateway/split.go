package gateway

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"github.com/chorus-go/chorus/types"
)

// sendSplit sends items in as few payloads as hold them, most at a time at most and each within the frame limit, one
// after the other in the order of the items. payload makes a payload of some of them; it is called with none when there
// are none. Nothing is written unless all of it can be.
func sendSplit[T any](ctx context.Context, h GatewayHandle, op types.Opcode, items []T, most int, payload func(part []T) any) error {
	c := h.connection
	if c == nil {
		return ErrClosed
	}
	frames, err := split(op, items, most, c.options.form(), payload)
	if err != nil {
		return err
	}
	for i, frame := range frames {
		if err := c.send(ctx, frame); err != nil {
			if len(frames) > 1 {
				err = fmt.Errorf("%w (%d of %d parts were sent)", err, i, len(frames))
			}
			return err
		}
	}
	return nil
}

// split encodes items in as few payloads as hold them.
func split[T any](op types.Opcode, items []T, most int, form form, payload func(part []T) any) ([]outgoing, error) {
	var frames []outgoing
	encode := func(n int) (outgoing, error) { return newOutgoing(op, payload(items[:n]), form) }
	for {
		// No item takes less than two bytes, so no more than these can fit.
		n := min(len(items), most, form.maxFrame/2)
		frame, err := encode(n)
		if n > 1 && errors.Is(err, ErrTooLarge) {
			n = 1 + sort.Search(n-1, func(i int) bool {
				_, err := encode(i + 2)
				return err != nil
			})
			frame, err = encode(n)
		}
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame)
		if items = items[n:]; len(items) == 0 {
			return frames, nil
		}
	}
}
