package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// guildServer serves a guild with four members, two in a chunk, in memory. The second request in a row is refused.
func guildServer() (url string, options gateway.Options, stop func() error) {
	network := new(gatewaytest.Network)
	listener, err := network.Listen("gateway.example")
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		say := func(format string, values ...any) {
			_ = ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, values...))
		}
		say(`{"op":10,"d":{"heartbeat_interval":45000}}`)
		for requests := 0; ; {
			var payload struct {
				Op types.Opcode    `json:"op"`
				D  json.RawMessage `json:"d"`
			}
			if ws.ReadJSON(&payload) != nil {
				return
			}
			switch payload.Op {
			case types.OpcodeIdentify:
				say(`{"op":0,"s":0,"t":"READY","d":{"session_id":"s","user":{"id":"1","username":"ann"}}}`)
			case types.OpcodeRequestGuildMembers:
				if requests++; requests > 1 {
					say(`{"op":0,"s":3,"t":"RATE_LIMITED","d":{"opcode":8,"retry_after":29.5,"meta":{"guild_id":"7"}}}`)
					continue
				}
				var request types.RequestGuildMembers
				_ = json.Unmarshal(payload.D, &request)
				const member = `{"user":{"id":"%d","username":%q},"roles":[]}`
				for i, names := range [][2]string{{"ann", "ben"}, {"cid", "dan"}} {
					say(`{"op":0,"s":%d,"t":"GUILD_MEMBERS_CHUNK","d":{"guild_id":"7","nonce":%q,"chunk_index":%d,"chunk_count":2,"members":[`+member+`,`+member+`]}}`,
						1+i, request.Nonce, i, 2*i+1, names[0], 2*i+2, names[1])
				}
			}
		}
	})}
	go func() { _ = server.Serve(listener) }()
	return "ws://gateway.example", gateway.Options{Dialer: network.Dialer(), Compression: gateway.NoCompression}, server.Close
}

func ExampleGatewayHandle_RequestGuildMembers() {
	url, options, stop := guildServer()
	defer stop()
	ctx := context.Background()

	handle, _, err := gateway.Connect(ctx, url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	result, err := handle.RequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: 7})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, member := range result.Members {
		fmt.Println(member.User.Username)
	}
	_, err = handle.RequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: 7})
	if limited, ok := errors.AsType[*gateway.RateLimitedError](err); ok {
		fmt.Println("try again in", limited.RetryAfter.Round(time.Second))
	}
	// Output:
	// ann
	// ben
	// cid
	// dan
	// try again in 30s
}

func ExampleGatewayHandle_GuildMembers() {
	url, options, stop := guildServer()
	defer stop()
	ctx := context.Background()

	handle, _, err := gateway.Connect(ctx, url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	for member, err := range handle.GuildMembers(ctx, types.RequestGuildMembers{GuildID: 7}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(member.User.Username)
		if member.User.Username == "cid" {
			break // The members after this one are not awaited.
		}
	}
	// Output:
	// ann
	// ben
	// cid
}
