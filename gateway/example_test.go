package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// replay serves the recording that comes with the repository, in memory. It ends, and there is nothing to reconnect to.
func replay() (url string, options gateway.Options, stop func() error) {
	server, err := gatewaytest.Replay(gatewaytest.Sample(), gatewaytest.ReplayOptions{Network: new(gatewaytest.Network)})
	if err != nil {
		panic(err)
	}
	return server.URL(), gateway.Options{Dialer: server.Dialer(), NoReconnect: true}, server.Close
}

func Example() {
	url, options, stop := replay()
	defer stop()
	ctx := context.Background()

	options.Events = gateway.NewEvents()
	typing := 0
	options.Events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) { typing++ })
	handle, ready, err := gateway.Connect(ctx, url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	<-handle.Done() // The recording is over.
	fmt.Println(ready.User.Username, "saw", typing, "people typing")
	// Output: alicei28hik saw 2 people typing
}

func ExampleSpawn() {
	url, options, stop := replay()
	defer stop()
	ctx := context.Background()

	handle, err := gateway.Spawn(ctx, url, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	fmt.Println(handle.State())
	ready, err := handle.Identify(ctx, types.Identify{Token: "…"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ready.User.Username)
	// Output:
	// connected
	// alicei28hik
}

// quietBot observes two events.
type quietBot struct{ messages int }

func (b *quietBot) OnReady(_ context.Context, ready *types.Ready) {
	fmt.Println("ready as", ready.User.Username)
}

func (b *quietBot) OnMessageCreate(context.Context, *types.MessageCreate) { b.messages++ }

func ExampleSubscribeAll() {
	url, options, stop := replay()
	defer stop()

	bot := new(quietBot)
	options.Events = gateway.NewEvents()
	if _, err := gateway.SubscribeAll(options.Events, bot); err != nil {
		fmt.Println(err)
		return
	}
	handle, _, err := gateway.Connect(context.Background(), url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	<-handle.Done()
	fmt.Println(bot.messages > 10)
	// Output:
	// ready as alicei28hik
	// true
}

func ExampleDispatchFrom() {
	url, options, stop := replay()
	defer stop()

	options.Events = gateway.NewEvents()
	options.Events.User.TypingStart.SubscribeFunc(func(ctx context.Context, typing *types.TypingStart) {
		dispatch, _ := gateway.DispatchFrom(ctx)
		fmt.Println(dispatch.Name, dispatch.Sequence, strings.HasPrefix(string(dispatch.Raw()), "{"))
	})
	handle, _, err := gateway.Connect(context.Background(), url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	<-handle.Done()
	// Output:
	// TYPING_START 56 true
	// TYPING_START 57 true
}

func ExampleGatewayHandle_Err() {
	url, options, stop := replay()
	defer stop()

	handle, _, err := gateway.Connect(context.Background(), url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	<-handle.Done()
	var closed *gateway.CloseError
	if errors.As(handle.Err(), &closed) {
		fmt.Println("the server closed the connection with", int(closed.Code), closed.Code)
	}
	// Output: the server closed the connection with 1000 NormalClosure
}

func ExampleGatewayHandle_Send() {
	url, options, stop := replay()
	defer stop()
	ctx := context.Background()

	handle, err := gateway.Spawn(ctx, url, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	err = handle.Send(ctx, types.OpcodeGuildSync, []types.Snowflake{1573868338252199815})
	fmt.Println(err)
	err = handle.Send(ctx, types.OpcodeGuildSync, make([]types.Snowflake, 2000))
	fmt.Println(errors.Is(err, gateway.ErrTooLarge))
	// Output:
	// <nil>
	// true
}

func ExampleGatewayHandle_SendUpdatePresence() {
	url, options, stop := replay()
	defer stop()
	ctx := context.Background()

	handle, err := gateway.Spawn(ctx, url, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	err = handle.SendUpdatePresence(ctx, types.UpdatePresence{
		Status:     types.StatusTypeIdle,
		Activities: []types.Activity{{Name: "chess", Type: types.ActivityTypePlaying}},
	})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleRecorder() {
	url, options, stop := replay()
	defer stop()

	file, err := os.CreateTemp("", "*.jsonl")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	options.Recorder = gateway.NewRecorder(file)
	handle, _, err := gateway.Connect(context.Background(), url, types.Identify{Token: "hunter2"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	<-handle.Done()
	fmt.Println(options.Recorder.Close(), file.Close())
	recorded, err := os.ReadFile(file.Name())
	fmt.Println(len(recorded) > 10_000, strings.Contains(string(recorded), "hunter2"), err)
	// Output:
	// <nil> <nil>
	// true false <nil>
}

// Metrics want every event, as cheaply as possible: Raw is published before anything is decoded, and Inline calls
// the observer on the goroutine that reads.
func ExampleEvents_raw() {
	url, options, stop := replay()
	defer stop()

	count := map[string]int{}
	options.Events = gateway.NewEvents()
	options.Events.Raw.SubscribeFunc(func(_ context.Context, d *gateway.RawDispatch) { count[d.Name]++ }, observer.Inline())
	handle, _, err := gateway.Connect(context.Background(), url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	<-handle.Done()
	fmt.Println(count["READY"], count["TYPING_START"])
	// Output: 1 2
}
