package gatewaytest_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/gorilla/websocket"
)

// A proxy in front of a server records what any client does there. The server is a replay here; give NewProxy the
// address of a real one, and leave Network out.
func ExampleNewProxy() {
	var network gatewaytest.Network
	server, err := gatewaytest.Replay(gatewaytest.Sample(), gatewaytest.ReplayOptions{Network: &network})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	var file bytes.Buffer
	proxy, err := gatewaytest.NewProxy(context.Background(), server.URL(), &file, gatewaytest.ProxyOptions{Network: &network})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, _, err := proxy.Dialer().Dial(proxy.URL()+"/?v=9&encoding=json&compress=zlib-stream", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = client.WriteMessage(websocket.TextMessage, []byte(`{"op":2,"d":{"token":"a secret"}}`))
	for err == nil {
		_, _, err = client.ReadMessage()
	}
	fmt.Println("the client:", err)
	_ = client.Close()
	fmt.Println("the proxy:", proxy.Close())

	rec, err := gatewaytest.ReadRecording(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, event := range rec.Dispatches("conn-1")[:3] {
		fmt.Println(event.Name)
	}
	// Output:
	// the client: websocket: close 1000 (normal)
	// the proxy: <nil>
	// READY
	// READY_SUPPLEMENTAL
	// GUILD_UPDATE
}
