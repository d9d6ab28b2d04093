package gatewaytest_test

import (
	"fmt"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/gorilla/websocket"
)

// A replay waits for the client's Identify where the recording has one, and goes on from there.
func ExampleReplay() {
	rec := gatewaytest.Sample()
	server, err := gatewaytest.Replay(rec, gatewaytest.ReplayOptions{Network: new(gatewaytest.Network)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	conn, _, err := server.Dialer().Dial(server.URL()+"/?v=9&encoding=json", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	_, hello, err := conn.ReadMessage()
	fmt.Println(string(hello), err)

	err = conn.WriteMessage(websocket.TextMessage, []byte(`{"op":2,"d":{"token":"any"}}`))
	fmt.Println("identified", err)
	for _, event := range rec.Dispatches("alice-1")[:3] {
		_, payload, err := conn.ReadMessage()
		fmt.Println(event.Name, len(payload) > len(event.Data), err)
	}
	// Output:
	// {"op":10,"d":{"heartbeat_interval":30000}} <nil>
	// identified <nil>
	// READY true <nil>
	// READY_SUPPLEMENTAL true <nil>
	// GUILD_UPDATE true <nil>
}
