package gateway

import (
	"context"
	"errors"
	"net"
	"net/url"
	"testing"

	"github.com/gorilla/websocket"
)

func TestAServerThatCompressesWithoutBeingAskedIsRefused(t *testing.T) {
	target := &url.URL{Scheme: "ws", Host: "gateway.test"}
	for header, refused := range map[string]bool{
		"": false,
		"Sec-WebSocket-Extensions: x-tomorrow\r\n": false,
		"Sec-WebSocket-Extensions: x-tomorrow, permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n": true,
		"Sec-WebSocket-Extensions: x-tomorrow\r\nSec-WebSocket-Extensions: Permessage-Deflate\r\n":                             true,
	} {
		f := &flood{header: header}
		options := Options{Dialer: &websocket.Dialer{
			NetDialContext: func(context.Context, string, string) (net.Conn, error) { return f, nil },
		}}
		ws, err := newConnection("", target, options).dial(t.Context(), target)
		var failure *HandshakeError
		if got := errors.As(err, &failure); got != refused || got == (ws != nil) || got && failure.Stage != StageDial {
			t.Errorf("%q: %v, want it refused: %v", header, err, refused)
		}
		if refused && !f.closed {
			t.Errorf("%q: the network connection is open", header)
		}
	}
}
