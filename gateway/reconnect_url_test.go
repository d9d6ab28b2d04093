package gateway_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// replug gives the connections of a host to handle instead.
func (c *cluster) replug(host string, handle func(net.Conn)) {
	c.unplug(host)
	c.listen(host, handle)
}

// mute is a connection that takes everything and says nothing.
func mute(conn net.Conn) { _, _ = io.Copy(io.Discard, conn); _ = conn.Close() }

// withStatus answers the upgrade with a HTTP status.
func withStatus(status string) func(net.Conn) {
	return func(conn net.Conn) {
		buffer := make([]byte, 4096)
		_, _ = conn.Read(buffer)
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status)
		_ = conn.Close()
	}
}

// untrusted speaks TLS with a certificate that nobody has signed.
func untrusted(t *testing.T) func(net.Conn) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"resume.test"}}
	certificate, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}}
	return func(conn net.Conn) { mute(tls.Server(conn, config)) }
}

// deadURL is a way in which a resume URL can be dead.
type deadURL struct {
	prepare func(t *testing.T, c *cluster)
	stage   gateway.Stage
	status  int
	each    time.Duration // how long one attempt takes
	check   func(error) bool
}

// told checks what the lifecycle tells of it.
func (d deadURL) told(t *testing.T, seen *diary) {
	t.Helper()
	failures := 0
	for _, step := range seen.lifecycle() {
		failed, ok := errors.AsType[*gateway.HandshakeError](step.Reason)
		if !ok {
			continue
		}
		failures++
		if failed.Stage != d.stage || failed.Status != d.status || d.check != nil && !d.check(failed) {
			t.Errorf("the reason told is %v: stage %s, status %d", failed, failed.Stage, failed.Status)
		}
		if failed.Host != "resume.test" && failed.Host != "nowhere.test" {
			t.Errorf("the host told is %s", failed.Host)
		}
	}
	if failures != 2 {
		t.Errorf("%d failures were told, want 2", failures)
	}
}

// Every way in which a resume URL can be dead ends after two dials at the URL that is known to work, with the same
// session. Clients that insist on it are offline until somebody restarts them.
func TestADeadResumeURLIsGivenUpAfterTwoDials(t *testing.T) {
	for name, test := range map[string]deadURL{
		"it refuses connections": {func(_ *testing.T, c *cluster) { c.unplug("resume.test") }, gateway.StageDial, 0, 0,
			func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		"its name is unknown": {func(_ *testing.T, c *cluster) { c.resume = "ws://nowhere.test" }, gateway.StageDial, 0, 0,
			func(err error) bool { _, ok := errors.AsType[*net.DNSError](err); return ok }},
		"it accepts TCP and says nothing": {func(_ *testing.T, c *cluster) {
			c.replug("resume.test", mute)
		}, gateway.StageDial, 0, 20 * time.Second, nil},
		"it accepts TCP and hangs up": {func(_ *testing.T, c *cluster) {
			c.replug("resume.test", func(n net.Conn) { _ = n.Close() })
		}, gateway.StageDial, 0, 0, nil},
		"it answers 503": {func(_ *testing.T, c *cluster) {
			c.replug("resume.test", withStatus("503 Service Unavailable"))
		}, gateway.StageDial, 503, 0, nil},
		"it redirects": {func(_ *testing.T, c *cluster) {
			c.replug("resume.test", withStatus("302 Found"))
		}, gateway.StageDial, 302, 0, nil},
		"it does not speak TLS": {func(_ *testing.T, c *cluster) {
			c.resume = "wss://resume.test"
			c.replug("resume.test", withStatus("400 Bad Request"))
		}, gateway.StageDial, 0, 0, func(err error) bool { _, ok := errors.AsType[tls.RecordHeaderError](err); return ok }},
		"its certificate is not trusted": {func(t *testing.T, c *cluster) { c.resume = "wss://resume.test"; c.replug("resume.test", untrusted(t)) },
			gateway.StageDial, 0, 0, func(err error) bool { _, ok := errors.AsType[*tls.CertificateVerificationError](err); return ok }},
		"it says no HELLO": {func(t *testing.T, c *cluster) {
			c.replug("resume.test", func(n net.Conn) { accept(t, n, func(p *peer) { p.linger() }) })
		}, gateway.StageHello, 0, 10 * time.Second, nil},
		"it says no HELLO and does not close": {func(t *testing.T, c *cluster) {
			c.replug("resume.test", func(n net.Conn) {
				accept(t, n, func(p *peer) {
					p.ws.SetCloseHandler(func(int, string) error { return nil })
					p.linger()
					mute(p.ws.NetConn())
				})
			})
		}, gateway.StageHello, 0, 15 * time.Second, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				test.prepare(t, c)
				options := c.options()
				seen := keepDiary(options)
				handle := connect(t, options)
				lost := time.Since(c.born)
				c.do(func(v *visit) { v.post("a"); c.miss("b"); v.drop() })
				time.Sleep(5 * time.Minute)
				expect(t, "the messages", seen.messages(), "a b")
				expect(t, "the connections", c.log(), "gateway identify, gateway resume")
				if took, most := c.visited(1).at-lost, 2*test.each+3*time.Second; took < 2*test.each || took > most {
					t.Errorf("it took %v, want %v to %v", took, 2*test.each, most)
				}
				test.told(t, seen)
				if counts := handle.Stats().Reconnects; counts.Dials+counts.Late != 2 || counts.Resumed != 1 {
					t.Errorf("the counts are %+v", counts)
				}
				// It stays given up.
				c.do(func(v *visit) { v.drop() })
				time.Sleep(time.Minute)
				expect(t, "the connections", c.log(), "gateway identify, gateway resume, gateway resume")
			})
		})
	}
}

// connectTo is connect to another URL.
func connectTo(t *testing.T, url string, options gateway.Options) gateway.GatewayHandle {
	t.Helper()
	handle, _, err := gateway.Connect(t.Context(), url, types.Identify{Token: "secret"}, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, handle) })
	return handle
}

func TestTheResumeURLThatIsUsed(t *testing.T) {
	for name, test := range map[string]struct {
		url, resume string
		pin         bool
		want        string
	}{
		"what READY says":         {testURL, "ws://resume.test", false, "gateway identify, resume resume"},
		"with a path and a query": {testURL, "ws://resume.test/x?v=10&encoding=etf", false, "gateway identify, resume resume"},
		"none":                    {testURL, "", false, "gateway identify, gateway resume"},
		"what is no URL":          {testURL, "resume.test:80", false, "gateway identify, gateway resume"},
		"what is no websocket":    {testURL, "https://resume.test", false, "gateway identify, gateway resume"},
		"PinURL never leaves":     {testURL, "ws://resume.test", true, "gateway identify, gateway resume"},
		"a token never goes from TLS to the clear": {"wss://gateway.test", "ws://resume.test", false, "gateway identify, gateway resume"},
		"TLS to TLS": {"wss://gateway.test", "wss://resume.test", false, "gateway identify, resume resume"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				c.resume = test.resume
				options := c.options()
				options.PinURL = test.pin
				options.Dialer.NetDialTLSContext = options.Dialer.NetDialContext
				seen := keepDiary(options)
				connectTo(t, test.url, options)
				c.do(func(v *visit) { c.miss("a"); v.drop() })
				time.Sleep(time.Minute)
				expect(t, "the connections", c.log(), test.want)
				expect(t, "the messages", seen.messages(), "a")
			})
		})
	}
}

// Two failures in a row give a URL up, not two in a life.
func TestAResumeURLThatWorksAgainIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		refused := 0
		options := c.options()
		dial := options.Dialer.NetDialContext
		options.Dialer.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == "resume.test:80" {
				if refused++; refused%2 == 1 {
					return nil, syscall.ECONNREFUSED
				}
			}
			return dial(ctx, network, address)
		}
		connect(t, options)
		for range 3 {
			c.do(func(v *visit) { v.drop() })
			time.Sleep(2 * time.Minute)
		}
		expect(t, "the connections", c.log(), "gateway identify, resume resume, resume resume, resume resume")
	})
}

// A proxy that cuts connections on which nothing happens costs time, and no event; and not a connection a second.
func TestAProxyThatCutsIdleConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, func(v *visit) {
			v.welcome()
			idle := time.NewTimer(20 * time.Second)
			for {
				select {
				case got, ok := <-v.in:
					if !ok {
						return
					}
					if got.Op == types.OpcodeHeartbeat {
						v.raw(`{"op":11}`)
					}
					idle.Reset(20 * time.Second)
				case <-idle.C:
					return
				}
			}
		})
		c.interval = 41250 * time.Millisecond
		options := c.options()
		seen := keepDiary(options)
		connect(t, options)
		want := ""
		for i := range 60 {
			c.miss(fmt.Sprint(i))
			want += fmt.Sprint(i, " ")
			time.Sleep(time.Minute)
		}
		time.Sleep(5 * time.Minute)
		expect(t, "the messages", seen.messages()+" ", want)
		if count := c.count(); count < 30 || count > 180 {
			t.Errorf("%d connections in an hour", count)
		}
	})
}
