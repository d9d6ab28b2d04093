// Package target finds the gateway that an example talks to.
package target

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// Find returns the URL and the token in SPACEBAR_GATEWAY and SPACEBAR_TOKEN. With neither set, it serves a recording of
// a real Spacebar server on this machine, and says so; stop ends that.
func Find(out io.Writer) (url, token string, stop func(), err error) {
	url, token = os.Getenv("SPACEBAR_GATEWAY"), os.Getenv("SPACEBAR_TOKEN")
	if url != "" && token != "" {
		return url, token, func() {}, nil
	}
	if url != "" || token != "" {
		return "", "", nil, errors.New("set both SPACEBAR_GATEWAY and SPACEBAR_TOKEN, or neither")
	}
	server, err := gatewaytest.Replay(gatewaytest.Sample(), gatewaytest.ReplayOptions{})
	if err != nil {
		return "", "", nil, err
	}
	fmt.Fprintln(out, "SPACEBAR_GATEWAY and SPACEBAR_TOKEN are not set: replaying a recording of a Spacebar server")
	return server.URL(), "recorded", func() { _ = server.Close() }, nil
}
