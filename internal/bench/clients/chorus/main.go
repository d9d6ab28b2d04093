// Command chorus is the benchmark's client of this library.
package main

import (
	"context"
	"fmt"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

func main() { client.Main(client.Chorus, open) }

// open uses this library with its defaults, but for the compression.
func open(ctx context.Context, config client.Config, tally *client.Tally) error {
	options := gateway.Options{Compression: gateway.NoCompression}
	switch config.Compression {
	case "zlib-stream":
		options.Compression = gateway.ZlibStream
	case "zstd-stream":
		options.Compression = gateway.ZstdStream
	}
	identify := types.Identify{Token: "benchmark"}
	if config.Idle && !config.Flood {
		_, _, err := gateway.Connect(ctx, config.URL, identify, options)
		return err
	}
	options.Events = gateway.NewEvents()
	for range max(config.Observers, 1) {
		observe(options.Events, config.Observe, tally)
	}
	options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { tally.Fault(fmt.Sprint(*err)) })
	options.Events.Guild.Delete.SubscribeFunc(func(context.Context, *types.GuildDelete) { tally.Sentinel() })
	if config.Dial && config.Observe == client.Nothing {
		// Connect would return READY, which has to be decoded for that.
		handle, err := gateway.Spawn(ctx, config.URL, options)
		if err != nil {
			return err
		}
		return handle.SendIdentify(ctx, identify)
	}
	_, _, err := gateway.Connect(ctx, config.URL, identify, options)
	return err
}

// observe subscribes to what is observed.
func observe(events *gateway.Events, what client.Observe, tally *client.Tally) {
	switch what {
	case client.Messages:
		count(&events.Message.Create, tally)
	case client.Guilds:
		count(&events.Guild.Create, tally)
	case client.All:
		count(&events.User.PresenceUpdate, tally)
		count(&events.Message.Create, tally)
		count(&events.User.TypingStart, tally)
		count(&events.Message.ReactionAdd, tally)
		count(&events.Message.ReactionRemove, tally)
		count(&events.Message.Update, tally)
		count(&events.Message.Delete, tally)
		count(&events.Voice.StateUpdate, tally)
		count(&events.Guild.MemberUpdate, tally)
		count(&events.Guild.MemberAdd, tally)
		count(&events.Guild.MemberRemove, tally)
		count(&events.Channel.Update, tally)
		count(&events.Guild.RoleUpdate, tally)
		count(&events.Guild.Create, tally)
	}
}

func count[T any](publisher *observer.Publisher[T], tally *client.Tally) {
	publisher.SubscribeFunc(func(context.Context, *T) { tally.Event() })
}
