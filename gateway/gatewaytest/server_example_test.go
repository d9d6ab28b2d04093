package gatewaytest_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// A bot meets a user in a guild, and the test sees both sides. A test calls NewServer instead of Serve.
func ExampleServe() {
	server, err := gatewaytest.Serve(gatewaytest.ServerOptions{Network: new(gatewaytest.Network)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	ann, bot := server.World().AddUser("ann"), server.World().AddBot("pingbot")
	guild, _ := server.World().AddGuild(ann.ID, "Home")
	channel, _ := guild.CreateChannel("general")
	fmt.Println("joined", guild.Join(bot.ID))

	ctx := context.Background()
	handle, ready, err := gateway.Connect(ctx, server.URL(), types.IdentifyBot(bot.Token, types.IntentGuildMessages),
		gateway.Options{Dialer: server.Dialer()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	fmt.Println("ready", ready.User.Username)

	message := handle.Events.Message.Create.Expect(nil)
	_, err = channel.SendMessage(ann.ID, "ping")
	fmt.Println("sent", err)
	got, err := message.Wait(ctx)
	fmt.Println(got.Author.Username, "says", got.Content, err)

	fmt.Println(handle.SendUpdatePresence(ctx, types.UpdatePresence{Status: types.StatusTypeIdle}))
	presence, err := server.Expect(ctx, types.OpcodePresenceUpdate)
	fmt.Println(presence.Peer.UserID() == bot.ID, err)
	// Output:
	// joined <nil>
	// ready pingbot
	// sent <nil>
	// ann says ping <nil>
	// <nil>
	// true <nil>
}

// A fault is injected, and the session outlives the socket it has broken.
func ExampleServer_Inject() {
	server, err := gatewaytest.Serve(gatewaytest.ServerOptions{
		Profile: gatewaytest.Discord, Network: new(gatewaytest.Network),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	ann := server.World().AddUser("ann")

	ctx := context.Background()
	handle, _, err := gateway.Connect(ctx, server.URL(), types.IdentifyUser(ann.Token),
		gateway.Options{Dialer: server.Dialer()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	resumed := handle.Events.Session.Resumed.Expect(nil)

	broken := server.Inject(gatewaytest.Corrupt().Times(1))
	server.Peers()[0].Heartbeat() // this message arrives broken
	_, err = resumed.Wait(ctx)
	fmt.Println("resumed", err, "after", broken.Hits(), "broken message")
	// Output: resumed <nil> after 1 broken message
}

// A user's second request in a minute is refused.
func ExampleServer_LimitREST() {
	server, err := gatewaytest.Serve(gatewaytest.ServerOptions{Network: new(gatewaytest.Network)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	remove := server.LimitREST(gatewaytest.RESTLimit{Route: "GET /users/@me", Requests: 1, Window: time.Minute})
	defer remove()

	request, _ := http.NewRequest(http.MethodGet, server.APIURL()+"/users/@me", nil)
	request.Header.Set("Authorization", server.World().AddUser("ann").Token)
	for range 2 {
		response, err := server.Client().Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = response.Body.Close()
		fmt.Println(response.Status)
	}
	// Output:
	// 200 OK
	// 429 Too Many Requests
}

// A server with the quirks of Spacebar, which is as if it were stopped for a while: nothing is lost, and what is told of
// a new channel comes twice from then on.
func ExampleServer_Stall() {
	server, err := gatewaytest.Serve(gatewaytest.ServerOptions{
		Network: new(gatewaytest.Network), Quirks: gatewaytest.QuirkDuplicates,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	ann := server.World().AddUser("ann")
	guild, _ := server.World().AddGuild(ann.ID, "Home")

	ctx := context.Background()
	handle, _, err := gateway.Connect(ctx, server.URL(), types.IdentifyUser(ann.Token),
		gateway.Options{Dialer: server.Dialer()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	var contents []string
	twice := handle.Events.Message.Create.Expect(func(e *types.MessageCreate) bool {
		contents = append(contents, e.Content)
		return len(contents) == 2
	})

	server.Stall()
	channel, _ := guild.CreateChannel("news")
	_, err = channel.SendMessage(ann.ID, "hello")
	fmt.Println("sent", err)
	server.Unstall()
	_, err = twice.Wait(ctx)
	fmt.Println("got", contents, err)
	// Output:
	// sent <nil>
	// got [hello hello] <nil>
}
