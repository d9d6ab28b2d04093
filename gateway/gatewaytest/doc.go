// Package gatewaytest is the gateway's other side for tests and examples: it serves a client without a server being
// installed.
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
