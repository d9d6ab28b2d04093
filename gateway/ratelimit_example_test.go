package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func ExampleDiscordLimits() {
	url, options, stop := replay()
	defer stop()
	ctx := context.Background()

	options.RateLimits = gateway.DiscordLimits()
	// Of one thing even less than Discord allows.
	options.RateLimits.Opcodes[types.OpcodePresenceUpdate] = gateway.RateLimit{Count: 1, Window: time.Hour}
	handle, err := gateway.Spawn(ctx, url, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	fmt.Println(handle.SendUpdatePresence(ctx, types.UpdatePresence{Status: "online"}))

	// The next one waits, as long as its context lets it.
	brief, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	err = handle.SendUpdatePresence(brief, types.UpdatePresence{Status: "idle"})
	fmt.Println(errors.Is(err, context.DeadlineExceeded), handle.Stats().Limits.Waits)
	// Output:
	// <nil>
	// true 1
}
