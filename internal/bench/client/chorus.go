package client

import (
	"context"
	"fmt"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// openChorus uses this library with its defaults, but for the compression.
func openChorus(ctx context.Context, config Config, tally *tally) error {
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
	options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { tally.fault(fmt.Sprint(*err)) })
	options.Events.Guild.Delete.SubscribeFunc(func(context.Context, *types.GuildDelete) { tally.sentinel() })
	if config.Dial && config.Observe == Nothing {
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
func observe(events *gateway.Events, what Observe, tally *tally) {
	switch what {
	case Messages:
		count(&events.Message.Create, tally)
	case Guilds:
		count(&events.Guild.Create, tally)
	case All:
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

func count[T any](publisher *observer.Publisher[T], tally *tally) {
	publisher.SubscribeFunc(func(context.Context, *T) { tally.event() })
}
