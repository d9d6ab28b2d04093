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

// clubServer serves, in memory, a guild of which the member list changes once it was asked for, and a session that can
// be resumed.
func clubServer() (url string, options gateway.Options, stop func() error) {
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
		say := func(payload string) { _ = ws.WriteMessage(websocket.TextMessage, []byte(payload)) }
		const list = `{"op":0,"s":1,"t":"GUILD_MEMBER_LIST_UPDATE","d":{"id":"everyone","guild_id":"7","member_count":3,"online_count":%d,
			"groups":[{"id":"online","count":%d},{"id":"offline","count":%d}],"ops":[%s]}}`
		say(`{"op":10,"d":{"heartbeat_interval":45000}}`)
		for {
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
			case types.OpcodeResume:
				say(`{"op":0,"s":8,"t":"MESSAGE_CREATE","d":{"id":"5","channel_id":"6","content":"missed","author":{"id":"2","username":"ben"}}}`)
				say(`{"op":0,"s":9,"t":"RESUMED","d":{}}`)
			case types.OpcodeGuildSubscriptions:
				const member = `{"member":{"user":{"id":"%d","username":%q},"roles":[]}}`
				ann, ben, cid := fmt.Sprintf(member, 1, "ann"), fmt.Sprintf(member, 2, "ben"), fmt.Sprintf(member, 3, "cid")
				say(fmt.Sprintf(list, 1, 1, 2, `{"op":"SYNC","range":[0,99],"items":[{"group":{"id":"online","count":1}},`+
					ann+`,{"group":{"id":"offline","count":2}},`+ben+`,`+cid+`]}`))
			case types.OpcodeRemoteCommand: // It stands for what happens in the world: Ben comes online.
				const ben = `{"member":{"user":{"id":"2","username":"ben"},"roles":[]}}`
				say(fmt.Sprintf(list, 2, 2, 1, `{"op":"DELETE","index":3},{"op":"INSERT","index":2,"item":`+ben+`}`))
			}
		}
	})}
	go func() { _ = server.Serve(listener) }()
	return "ws://gateway.example", gateway.Options{Dialer: network.Dialer(), Compression: gateway.NoCompression}, server.Close
}

// printList prints a member list as a client would show it.
func printList(list *gateway.MemberListState) {
	fmt.Printf("%d of %d members are online\n", list.OnlineCount(), list.MemberCount())
	for _, row := range list.Rows() {
		switch {
		case row.Group != nil:
			fmt.Printf("%s (%d)\n", row.Group.ID, row.Group.Count)
		case row.Member != nil:
			fmt.Println(" ", row.Member.User.Username)
		}
	}
}

func ExampleGatewayHandle_MemberList() {
	url, options, stop := clubServer()
	defer stop()
	ctx := context.Background()

	handle, _, err := gateway.Connect(ctx, url, types.Identify{Token: "…"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	list, err := handle.MemberList(ctx, gateway.MemberListRequest{GuildID: 7, ChannelID: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer list.Close()
	printList(list.State())
	changes := list.Changes(ctx)
	_ = handle.SendRemoteCommand(ctx, types.SendRemoteCommand{}) // Something happens.
	for state := range changes {
		printList(state)
		break
	}
	// Output:
	// 1 of 3 members are online
	// online (1)
	//   ann
	// offline (2)
	//   ben
	//   cid
	// 2 of 3 members are online
	// online (2)
	//   ann
	//   ben
	// offline (1)
	//   cid
}

// A list that is not connected to anything: the events may come from wherever.
func ExampleMemberListState() {
	list := new(gateway.MemberListState)
	for _, data := range []string{
		`{"id":"everyone","guild_id":"7","groups":[{"id":"online","count":150}],"ops":[
			{"op":"SYNC","range":[100,199],"items":[{"member":{"user":{"id":"3","username":"cid"}}}]}]}`,
		`{"id":"everyone","guild_id":"7","groups":[{"id":"online","count":151}],"ops":[
			{"op":"INSERT","index":12,"item":{"member":{"user":{"id":"2","username":"ben"}}}}]}`,
	} {
		var event types.GuildMemberListUpdate
		err := json.Unmarshal([]byte(data), &event)
		if err == nil {
			list, err = list.Apply(&event)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	index, cid := list.Find(3)
	_, known := list.Row(50)
	fmt.Println(cid.User.Username, "is at", index, "of", list.Len(), "and row 50 is known:", known)
	// Output: cid is at 101 of 152 and row 50 is known: false
}

func ExampleGatewayHandle_Resume() {
	url, options, stop := clubServer()
	defer stop()
	ctx := context.Background()

	options.Events = gateway.NewEvents() // What is replayed is missed by nobody who has subscribed before.
	missed := options.Events.Message.Create.Expect(nil)
	handle, err := gateway.Spawn(ctx, url, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	if _, err := handle.Resume(ctx, types.Resume{Token: "…", SessionID: "s", Seq: 7}); err != nil {
		fmt.Println(err) // With gateway.ErrSessionInvalid, Identify begins a new session.
		return
	}
	message, err := missed.Wait(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Author.Username+":", message.Content)
	fmt.Println(handle.State())
	// Output:
	// ben: missed
	// ready
}
