package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// journal serves, in memory, a session to which five messages are written, two for each connection, and that can be resumed.
// The first connection is lost after its messages.
func journal() (url string, options gateway.Options, stop func() error) {
	network := new(gatewaytest.Network)
	listener, err := network.Listen("gateway.example")
	if err != nil {
		panic(err)
	}
	connections := 0
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		say := func(format string, values ...any) {
			_ = ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, values...))
		}
		connections++
		say(`{"op":10,"d":{"heartbeat_interval":45000}}`)
		for {
			var payload struct {
				Op types.Opcode `json:"op"`
				D  struct {
					Seq int `json:"seq"`
				} `json:"d"`
			}
			if err := ws.ReadJSON(&payload); err != nil {
				if _, malformed := err.(*json.UnmarshalTypeError); malformed {
					continue // a heartbeat
				}
				return
			}
			if payload.Op == types.OpcodeIdentify {
				say(`{"op":0,"s":0,"t":"READY","d":{"session_id":"s","user":{"id":"1","username":"ann"}}}`)
			}
			for i := range 2 {
				id := payload.D.Seq + i + 1
				say(`{"op":0,"s":%d,"t":"MESSAGE_CREATE","d":{"id":"%d","content":"page %d"}}`, id, id, id)
			}
			if payload.Op == types.OpcodeResume {
				say(`{"op":0,"t":"RESUMED","d":{}}`)
			} else if connections == 1 {
				return
			}
		}
	})}
	go func() { _ = server.Serve(listener) }()
	return "ws://gateway.example", gateway.Options{Dialer: network.Dialer(), Compression: gateway.NoCompression}, server.Close
}

// A socket is lost. The handle goes on with the session on another one.
func ExampleLifecycleChange() {
	url, options, stop := journal()
	defer stop()
	ctx := context.Background()

	options.Events = gateway.NewEvents()
	steps := options.Events.Lifecycle.Stream(ctx)
	messages := options.Events.Message.Create.Stream(ctx)
	handle, _, err := gateway.Connect(ctx, url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	for message := range messages {
		fmt.Println(message.Content)
		if message.ID == 4 {
			break
		}
	}
	for step := range steps {
		fmt.Printf("%v -> %v\n", step.From, step.To)
		if step.From == gateway.StateResuming {
			break
		}
	}
	// Output:
	// page 1
	// page 2
	// page 3
	// page 4
	// connecting -> connected
	// connected -> identifying
	// identifying -> ready
	// ready -> reconnecting
	// reconnecting -> connecting
	// connecting -> resuming
	// resuming -> ready
}

// One handle ends, and another one, in this process or a later one, goes on where it was.
func ExampleGatewayHandle_Suspend() {
	url, options, stop := journal()
	defer stop()
	ctx := context.Background()

	options.Events = gateway.NewEvents()
	page4 := options.Events.Message.Create.Expect(func(m *types.MessageCreate) bool { return m.ID == 4 })
	handle, _, err := gateway.Connect(ctx, url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := page4.Wait(ctx); err != nil {
		fmt.Println(err)
		return
	}
	session, err := handle.Suspend(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}

	options.Events, options.Session = gateway.NewEvents(), &session
	next := options.Events.Message.Create.Expect(nil)
	handle, _, err = gateway.Connect(ctx, url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	message, err := next.Wait(ctx)
	fmt.Println(message.Content, err)
	// Output: page 5 <nil>
}
