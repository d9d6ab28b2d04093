// Package target finds the gateway that an example talks to.
package target

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// Target is a gateway and a user of it.
type Target struct {
	URL, Token string

	// Recorded says that the gateway is a recording: when it has ended there is nothing to reconnect to.
	Recorded bool

	stop func() error
}

// Close ends what Find began.
func (t Target) Close() error {
	if t.stop == nil {
		return nil
	}
	return t.stop()
}

// Find returns the gateway and the token in SPACEBAR_GATEWAY and SPACEBAR_TOKEN. With neither set, it serves a
// recording of a real Spacebar server on this machine, and says so.
func Find(out io.Writer) (Target, error) {
	found := Target{URL: os.Getenv("SPACEBAR_GATEWAY"), Token: os.Getenv("SPACEBAR_TOKEN")}
	if found.URL != "" && found.Token != "" {
		return found, nil
	}
	if found.URL != "" || found.Token != "" {
		return Target{}, errors.New("set both SPACEBAR_GATEWAY and SPACEBAR_TOKEN, or neither")
	}
	server, err := gatewaytest.Replay(gatewaytest.Sample(), gatewaytest.ReplayOptions{})
	if err != nil {
		return Target{}, err
	}
	fmt.Fprintln(out, "SPACEBAR_GATEWAY and SPACEBAR_TOKEN are not set: replaying a recording of a Spacebar server")
	return Target{URL: server.URL(), Token: "recorded", Recorded: true, stop: server.Close}, nil
}
