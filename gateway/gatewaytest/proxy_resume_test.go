package gatewaytest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/gorilla/websocket"
)

// TestProxyRewritesResumeAddress: with it a client resumes through the proxy, which leads it to the server's address.
// Of the transports in which nothing can be changed, nothing is.
func TestProxyRewritesResumeAddress(t *testing.T) {
	const theirs, ours = "ws://resume.test", "ws://proxy.test/resume-1"
	for _, query := range append(transports, "") {
		for _, rewrite := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				network, written := &gatewaytest.Network{}, &tape{}
				server := serve(t, conversation(t), gatewaytest.ReplayOptions{Network: network, Wrap: true})
				p := proxy(t, server.URL(), written, gatewaytest.ProxyOptions{Network: network, RewriteResume: rewrite})
				direct := newClient(t, server, server.URL()+"/?"+query)
				for range 2 { // a second READY names the same address
					behind := through(t, p, "/?"+query)
					behind.send(identified)
					got, _ := behind.rest()
					behind.ws.Close()
					if direct.send(identified); len(got) != 3 {
						t.Fatalf("%s: got %v", query, got)
					}
					if want, _ := direct.rest(); len(want) == 3 {
						if rewrite && (query == "" || query == "encoding=json") {
							want[1].data = strings.Replace(want[1].data, theirs, ours, 1)
						}
						if !slices.Equal(got, want) {
							t.Errorf("%s: got %v, want %v", query, got, want)
						}
					}
					direct = newClient(t, server, server.URL()+"/?"+query)
				}
				ends(t, p, nil, "")
				if strings.Contains(written.String(), "resume-1") {
					t.Errorf("the recording has the proxy's address:\n%s", written)
				}
			})
		}
	}
}

// TestProxyLeadsToResumeAddress: what a client dials after a READY that was rewritten.
func TestProxyLeadsToResumeAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, written := &gatewaytest.Network{}, &tape{}
		dialled := make(chan string, 1)
		answer := func(ws *websocket.Conn, r *http.Request) {
			dialled <- r.Host + r.RequestURI
			ws.WriteMessage(websocket.TextMessage, []byte(`{"d":{"d":{"resume_gateway_url":1},"list":[{"resume_gateway_url":2}],`+
				`"resume_gateway_url" : "wss:\/\/resume.test/way?old"},"t":"READY","op":0}`))
			ws.ReadMessage()
		}
		for _, host := range []string{"gateway.test", "resume.test"} {
			scripted(t, network, host, answer)
		}
		p := proxy(t, "ws://gateway.test", written, gatewaytest.ProxyOptions{
			Network: network, RewriteResume: true, Dialer: &websocket.Dialer{
				NetDialContext: network.DialContext, NetDialTLSContext: network.DialContext, // without encryption
			},
		})
		want := `{"d":{"d":{"resume_gateway_url":1},"list":[{"resume_gateway_url":2}],` +
			`"resume_gateway_url" : "ws://proxy.test/resume-1"},"t":"READY","op":0}`
		for path, led := range map[string]string{
			"/": "gateway.test/", "/resume-1": "resume.test/way?old", "/resume-1/?v=9": "resume.test/way?v=9",
			"/resume-2?v=9": "gateway.test/?v=9", "/resume-0": "gateway.test/", "/resume-x": "gateway.test/",
		} {
			if path != "/" { // the first READY
				first := through(t, p, "/")
				first.receive()
				first.ws.Close()
				<-dialled
			}
			c := through(t, p, path)
			if got := <-dialled; got != led {
				t.Errorf("%s led to %s, want %s", path, got, led)
			}
			if got := c.receive().data; got != want {
				t.Errorf("%s: got %s, want %s", path, got, want)
			}
			c.ws.Close()
		}
		ends(t, p, nil, "")
		if !strings.Contains(written.String(), "wss://resume.test/way?v=9") {
			t.Errorf("the recording does not say what was dialled:\n%s", written)
		}
	})
}
