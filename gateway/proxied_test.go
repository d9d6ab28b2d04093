package gateway_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// TestHandleBehindProxy resumes through a recording proxy, at the address that the proxy has put into READY.
func TestHandleBehindProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, file := new(gatewaytest.Network), new(bytes.Buffer)
		for _, host := range []string{"gateway.example", "resume.example"} {
			listener, err := network.Listen(host)
			if err != nil {
				t.Fatal(err)
			}
			server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
				if err != nil {
					t.Error(err)
					return
				}
				defer ws.Close()
				say := func(text string) { _ = ws.WriteMessage(websocket.TextMessage, []byte(text)) }
				say(`{"op":10,"d":{"heartbeat_interval":45000}}`)
				_, _, _ = ws.ReadMessage()
				if host == "gateway.example" {
					say(`{"op":0,"s":1,"t":"READY","d":{"session_id":"s","user":{"id":"1","username":"ann"},` +
						`"resume_gateway_url":"ws://resume.example"}}`)
					return // the socket is lost
				}
				say(`{"op":0,"s":2,"t":"MESSAGE_CREATE","d":{"id":"2","content":"through the proxy"}}`)
				say(`{"op":0,"s":3,"t":"RESUMED","d":{}}`)
				_, _, _ = ws.ReadMessage()
			})}
			defer server.Close()
			go func() { _ = server.Serve(listener) }()
		}
		proxy, err := gatewaytest.NewProxy(t.Context(), "ws://gateway.example", file, gatewaytest.ProxyOptions{
			Network: network, RewriteResume: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		options := gateway.Options{Dialer: proxy.Dialer(), Compression: gateway.NoCompression, Events: gateway.NewEvents()}
		message := options.Events.Message.Create.Expect(nil)
		handle, ready, err := gateway.Connect(t.Context(), proxy.URL(), types.Identify{Token: "a-long-secret-token"}, options)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(ready.ResumeGatewayURL, proxy.URL()) {
			t.Errorf("READY says %s", ready.ResumeGatewayURL)
		}
		if m, err := message.Wait(t.Context()); err != nil || m.Content != "through the proxy" {
			t.Errorf("the message is %v, %v", m, err)
		}
		if err := handle.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
		for what, times := range map[string]int{
			"ws://resume.example/?": 1, "proxy.test": 0, "secret-token": 0, `"close_code":1006`: 1, `"type":"open"`: 2,
		} {
			if got := strings.Count(file.String(), what); got != times {
				t.Error(fmt.Sprintf("%s stands %d times in the recording, want %d:\n", what, got, times) + file.String())
			}
		}
	})
}
