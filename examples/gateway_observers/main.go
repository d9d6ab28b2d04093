// Command gateway_observers watches a gateway: one observer type handles READY, MESSAGE_CREATE and TYPING_START.
// It is the Go counterpart of Chorus's example of that name.
//
// With SPACEBAR_GATEWAY (such as wss://gateway.example) and SPACEBAR_TOKEN set it watches that server until it is
// interrupted. With neither it serves itself a small living world, or with SPACEBAR_RECORDING=sample the recording of a
// real Spacebar server, and ends with it.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/chorus-go/chorus/examples/internal/target"
	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// watcher prints what it observes. Its methods run one at a time, in the order in which the events were sent, so it
// needs no lock.
type watcher struct {
	out   io.Writer
	names map[types.Snowflake]string
}

func (w *watcher) OnReady(_ context.Context, ready *types.Ready) {
	w.names[ready.User.ID] = ready.User.Username
	fmt.Fprintf(w.out, "ready as %s, with %d guilds\n", ready.User.Username, len(ready.Guilds))
}

func (w *watcher) OnMessageCreate(_ context.Context, message *types.MessageCreate) {
	w.names[message.Author.ID] = message.Author.Username
	fmt.Fprintf(w.out, "%s: %q\n", message.Author.Username, message.Content)
}

func (w *watcher) OnTypingStart(ctx context.Context, typing *types.TypingStart) {
	dispatch, _ := gateway.DispatchFrom(ctx)
	if typing.Member != nil && typing.Member.User != nil {
		w.names[typing.UserID] = typing.Member.User.Username
	}
	fmt.Fprintf(w.out, "%s is typing (sequence %d)\n", w.name(typing.UserID), dispatch.Sequence)
}

func (w *watcher) name(id types.Snowflake) string {
	if name, ok := w.names[id]; ok {
		return name
	}
	return "user " + id.String()
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	server, err := target.Find(out)
	if err != nil {
		return err
	}
	defer server.Close()

	// Subscribing before dialling misses nothing.
	events := gateway.NewEvents()
	if _, err := gateway.SubscribeAll(events, &watcher{out: out, names: map[types.Snowflake]string{}}); err != nil {
		return err
	}
	identify := types.Identify{
		Token:      server.Token,
		Properties: types.ClientProperties{OS: "Linux", Browser: "chorus-go", Device: "chorus-go"},
	}
	handle, _, err := gateway.Connect(ctx, server.URL, identify, gateway.Options{Events: events, NoReconnect: server.Embedded})
	if err != nil {
		return err
	}
	select {
	case <-handle.Done():
		fmt.Fprintln(out, handle.Err())
		return nil
	case <-ctx.Done():
		return handle.Close(context.Background())
	}
}
