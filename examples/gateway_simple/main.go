// Command gateway_simple connects to a gateway, identifies, and keeps the connection alive. It is the Go counterpart
// of Chorus's example of that name.
//
// With SPACEBAR_GATEWAY (such as wss://gateway.example) and SPACEBAR_TOKEN set it connects to that server and stays
// until it is interrupted. With neither it serves itself a recording of a real Spacebar server, and ends with it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Getenv("SPACEBAR_GATEWAY"), os.Getenv("SPACEBAR_TOKEN")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, url, token string) error {
	switch {
	case url == "" && token == "":
		replay, err := gatewaytest.Replay(gatewaytest.Sample(), gatewaytest.ReplayOptions{})
		if err != nil {
			return err
		}
		defer replay.Close()
		url, token = replay.URL(), "recorded"
		fmt.Fprintln(out, "SPACEBAR_GATEWAY and SPACEBAR_TOKEN are not set: replaying a recording of a Spacebar server")
	case url == "" || token == "":
		return errors.New("set both SPACEBAR_GATEWAY and SPACEBAR_TOKEN, or neither")
	}

	// The websocket is open and the heart beats once Spawn returns. The handle sends heartbeats by itself.
	handle, err := gateway.Spawn(ctx, url, gateway.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "connected")

	ready, err := handle.Identify(ctx, types.Identify{
		Token:      token,
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
