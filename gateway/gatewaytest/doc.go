// Package gatewaytest is the gateway's other side for tests and examples: it serves a client without a server being
// installed.
//
// [NewServer] is to this protocol what httptest.NewServer is to HTTP: a gateway in the test's process, with a world of
// users, guilds and channels behind it, that behaves like a Spacebar server or as Discord documents it. The world is
// changed by its methods, and clients are told what they would be told of it:
//
//	server := gatewaytest.NewServer(t, gatewaytest.ServerOptions{})
//	ann := server.World().AddUser("ann")
//	handle, ready, err := gateway.Connect(ctx, server.URL(), types.IdentifyUser(ann.Token), gateway.Options{})
//
// What clients send is read with [Server.Expect] and changed with [Server.On]; [Server.Inject] and the methods of [Peer]
// break connections in every way there is.
//
// [Replay] serves recorded traffic. [Sample] is a recording of a real Spacebar server that comes with the package, and
// [ReadRecording] reads others, among them what a client recorded itself:
//
//	server, err := gatewaytest.Replay(gatewaytest.Sample(), gatewaytest.ReplayOptions{})
//	if err != nil {
//		return err
//	}
//	defer server.Close()
//	conn, _, err := server.Dialer().Dial(server.URL()+"/?v=9&encoding=json", nil)
//
// [Network] is a network in memory. With it a whole conversation fits into a testing/synctest bubble, where an hour of
// heartbeats takes no time:
//
//	var network gatewaytest.Network
//	server, err := gatewaytest.Replay(gatewaytest.Sample(), gatewaytest.ReplayOptions{Network: &network})
package gatewaytest
