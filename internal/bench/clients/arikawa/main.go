// Command arikawa is the benchmark's client of arikawa.
package main

import (
	"context"
	"errors"

	arikawa "github.com/diamondburned/arikawa/v3/gateway"
	"github.com/diamondburned/arikawa/v3/utils/ws"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/corpus"
)

func main() { client.Main(client.Arikawa, open) }

func open(ctx context.Context, config client.Config, tally *client.Tally) error {
	gateway := arikawa.NewCustomWithIdentifier(arikawa.AddGatewayParams(config.URL),
		// Without its limit of one Identify in five seconds.
		arikawa.Identifier{IdentifyCommand: arikawa.DefaultIdentifyCommand("Bot benchmark")}, nil)
	names := client.Observed(config.Observe)
	ready := make(chan struct{})
	go func() {
		for event := range gateway.Connect(context.WithoutCancel(ctx)) {
			switch {
			case names[string(event.Type)]:
				for range max(config.Observers, 1) {
					tally.Event()
				}
			case event.Type == corpus.SentinelName:
				tally.Sentinel()
			case event.Type == "READY":
				close(ready)
			}
			if failure, ok := event.Data.(*ws.BackgroundErrorEvent); ok {
				tally.Fault(failure.Error())
			}
		}
	}()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("arikawa: it is not ready"), ctx.Err())
	}
}
