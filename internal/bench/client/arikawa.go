package client

import (
	"context"
	"errors"

	arikawa "github.com/diamondburned/arikawa/v3/gateway"
	"github.com/diamondburned/arikawa/v3/utils/ws"

	"github.com/chorus-go/chorus/internal/bench/corpus"
)

func openArikawa(ctx context.Context, config Config, tally *tally) error {
	gateway := arikawa.NewCustomWithIdentifier(arikawa.AddGatewayParams(config.URL),
		// Without its limit of one Identify in five seconds.
		arikawa.Identifier{IdentifyCommand: arikawa.DefaultIdentifyCommand("Bot benchmark")}, nil)
	names := observed(config.Observe)
	ready := make(chan struct{})
	go func() {
		for event := range gateway.Connect(context.WithoutCancel(ctx)) {
			switch {
			case names[string(event.Type)]:
				for range max(config.Observers, 1) {
					tally.event()
				}
			case event.Type == corpus.SentinelName:
				tally.sentinel()
			case event.Type == "READY":
				close(ready)
			}
			if failure, ok := event.Data.(*ws.BackgroundErrorEvent); ok {
				tally.fault(failure.Error())
			}
		}
	}()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("client: arikawa is not ready"), ctx.Err())
	}
}
