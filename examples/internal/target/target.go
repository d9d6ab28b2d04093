// Package target finds the gateway that an example talks to.
package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// Target is a gateway and a user of it.
type Target struct {
	URL, Token string

	// Embedded says that the gateway is part of this process: when it has ended there is nothing to reconnect to.
	Embedded bool

	stop func() error
}

// Close ends what Find began.
func (t Target) Close() error {
	if t.stop == nil {
		return nil
	}
	return t.stop()
}

// Find returns the gateway and the token in SPACEBAR_GATEWAY and SPACEBAR_TOKEN. With neither set, it serves one on this
// machine, and says which: with SPACEBAR_RECORDING the recording in that file, or if it is "sample" the one of a real
// Spacebar server that comes with the library; without, a small living world, which ends after a few seconds.
func Find(out io.Writer) (Target, error) {
	found := Target{URL: os.Getenv("SPACEBAR_GATEWAY"), Token: os.Getenv("SPACEBAR_TOKEN")}
	if found.URL != "" && found.Token != "" {
		return found, nil
	}
	if found.URL != "" || found.Token != "" {
		return Target{}, errors.New("set both SPACEBAR_GATEWAY and SPACEBAR_TOKEN, or neither")
	}
	if name := os.Getenv("SPACEBAR_RECORDING"); name != "" {
		return replay(out, name)
	}
	return living(out)
}

// replay serves a recording.
func replay(out io.Writer, name string) (Target, error) {
	recording := gatewaytest.Sample()
	if name != "sample" {
		file, err := os.Open(name)
		if err != nil {
			return Target{}, err
		}
		defer file.Close()
		if recording, err = gatewaytest.ReadRecording(file); err != nil {
			return Target{}, err
		}
	}
	server, err := gatewaytest.Replay(recording, gatewaytest.ReplayOptions{})
	if err != nil {
		return Target{}, err
	}
	fmt.Fprintf(out, "SPACEBAR_GATEWAY and SPACEBAR_TOKEN are not set: replaying the recording %q\n", name)
	return Target{URL: server.URL(), Token: "recorded", Embedded: true, stop: server.Close}, nil
}

// living serves a world and sets it in motion.
func living(out io.Writer) (Target, error) {
	server, err := gatewaytest.Serve(gatewaytest.ServerOptions{})
	if err != nil {
		return Target{}, err
	}
	t, err := newTown(server)
	if err != nil {
		return Target{}, errors.Join(err, server.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- t.live(ctx) }()
	fmt.Fprintln(out, "SPACEBAR_GATEWAY and SPACEBAR_TOKEN are not set: serving a small world in this process")
	return Target{URL: server.URL(), Token: t.guest.Token, Embedded: true, stop: func() error {
		cancel()
		return errors.Join(<-ended, server.Close())
	}}, nil
}
