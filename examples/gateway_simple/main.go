// Command gateway_simple connects to a gateway, identifies, and keeps the connection alive. It is the Go counterpart
// of Chorus's example of that name.
//
// With SPACEBAR_GATEWAY (such as wss://gateway.example) and SPACEBAR_TOKEN set it connects to that server and stays
// until it is interrupted. With neither it serves itself a small living world, or with SPACEBAR_RECORDING=sample the
// recording of a real Spacebar server, and ends with it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/chorus-go/chorus/examples/internal/target"
	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

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

	// The websocket is open and the heart beats once Spawn returns. The handle sends heartbeats by itself.
	handle, err := gateway.Spawn(ctx, server.URL, gateway.Options{NoReconnect: server.Embedded})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "connected")

	ready, err := handle.Identify(ctx, types.Identify{
		Token:      server.Token,
		Properties: types.ClientProperties{OS: "Linux", Browser: "chorus-go", Device: "chorus-go"},
	})
	if err != nil {
		return errors.Join(err, handle.Close(ctx))
	}
	fmt.Fprintf(out, "identified as %s\n", ready.User.Username)

	select {
	case <-handle.Done():
		fmt.Fprintln(out, handle.Err())
		return nil
	case <-ctx.Done():
		return handle.Close(context.Background())
	}
}
