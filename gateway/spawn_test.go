package gateway_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

func TestOptionsThatCannotWorkAreRefusedBeforeDialling(t *testing.T) {
	network := new(gatewaytest.Network) // Nobody listens: dialling would be a HandshakeError.
	for name, test := range map[string]struct {
		url     string
		options gateway.Options
	}{
		"compression":   {testURL, gateway.Options{Compression: 99}},
		"a new one":     {testURL, gateway.Options{Compression: gateway.NoCompression + 1}},
		"negative":      {testURL, gateway.Options{MaxFrame: -1}},
		"scheme":        {"https://gateway.test", gateway.Options{}},
		"no host":       {"ws://", gateway.Options{}},
		"version":       {testURL + "/?version=9", gateway.Options{}},
		"unparseable":   {"ws://%zz", gateway.Options{}},
		"empty":         {"", gateway.Options{}},
		"query secrets": {"http://gateway.test/?token=hunter2", gateway.Options{}},
		"a user name":   {"wss://ann:hunter2@gateway.test", gateway.Options{}},
	} {
		test.options.Dialer = network.Dialer()
		_, err := gateway.Spawn(t.Context(), test.url, test.options)
		var handshake *gateway.HandshakeError
		if err == nil || errors.As(err, &handshake) {
			t.Errorf("%s: %v, want an error before dialling", name, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), "gateway: ") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheURLThatIsDialled(t *testing.T) {
	for _, test := range []struct {
		url         string
		compression gateway.Compression
		want        string
	}{
		{"ws://gateway.test", gateway.ZlibStream, "/?compress=zlib-stream&encoding=json&v=9"},
		{"ws://gateway.test/", gateway.NoCompression, "/?encoding=json&v=9"},
		{"ws://gateway.test/", gateway.ZstdStream, "/?compress=zstd-stream&encoding=json&v=9"},
		{"ws://gateway.test/?compress=zlib-stream", gateway.PayloadZlib, "/?encoding=json&v=9"},
		{"ws://gateway.test/gw?x=1&encoding=etf&compress=zstd-stream&v=10", gateway.NoCompression, "/gw?encoding=json&v=10&x=1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			urls := make(chan string, 1)
			options := serve(t, func(p *peer) {
				urls <- p.url
				p.hello(30 * time.Second)
				p.linger()
			})
			options.Compression = test.compression
			handle, err := gateway.Spawn(t.Context(), test.url, options)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, handle)
			if got := <-urls; got != test.want {
				t.Errorf("%s dials %s, want %s", test.url, got, test.want)
			}
			if !strings.HasSuffix(handle.URL(), test.want) {
				t.Errorf("URL() is %s", handle.URL())
			}
		})
	}
}

func TestHandshakeFailures(t *testing.T) {
	tests := map[string]struct {
		script func(p *peer)
		stage  gateway.Stage
		takes  time.Duration
		code   types.CloseCode // of the CloseError in the chain, if not 0
	}{
		"no HELLO":              {func(p *peer) { p.linger() }, gateway.StageHello, 10 * time.Second, 0},
		"closed at once":        {func(p *peer) { p.close(4002, "bad"); p.linger() }, gateway.StageHello, 0, 4002},
		"lost at once":          {func(*peer) {}, gateway.StageHello, 0, 1006},
		"a HELLO of nonsense":   {func(p *peer) { p.raw(`{"op":10,"d":{"heartbeat_interval":"soon"}}`); p.linger() }, gateway.StageHello, 0, 0},
		"an interval of zero":   {func(p *peer) { p.raw(`{"op":10,"d":{"heartbeat_interval":0}}`); p.linger() }, gateway.StageHello, 0, 0},
		"no READY":              {func(p *peer) { p.hello(30 * time.Second); p.linger() }, gateway.StageIdentify, 30 * time.Second, 0},
		"a token that is wrong": {refuse(4000), gateway.StageIdentify, 0, 4000},
		"4004":                  {refuse(4004), gateway.StageIdentify, 0, 4004},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := serve(t, test.script)
				begun := time.Now()
				_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "hunter2"}, options)
				var handshake *gateway.HandshakeError
				if !errors.As(err, &handshake) || handshake.Stage != test.stage || handshake.Host != "gateway.test" {
					t.Fatalf("Connect: %v, want a HandshakeError of stage %s", err, test.stage)
				}
				var closed *gateway.CloseError
				if test.code != 0 && (!errors.As(err, &closed) || closed.Code != test.code) {
					t.Errorf("Connect: %v, want close code %d", err, test.code)
				}
				if took := time.Since(begun); took != test.takes {
					t.Errorf("it took %v, want %v", took, test.takes)
				}
				if strings.Contains(err.Error(), "hunter2") {
					t.Errorf("the error holds the token: %v", err)
				}
			})
		})
	}
}

func refuse(code int) func(p *peer) {
	return func(p *peer) {
		p.hello(30 * time.Second)
		p.until(types.OpcodeIdentify)
		p.close(code, "")
		p.linger()
	}
}

func TestDialFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := new(gatewaytest.Network)
		_, err := gateway.Spawn(t.Context(), testURL, gateway.Options{Dialer: network.Dialer()})
		var handshake *gateway.HandshakeError
		if !errors.As(err, &handshake) || handshake.Stage != gateway.StageDial {
			t.Errorf("nobody listens: %v, want a HandshakeError of stage dial", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) { p.linger() })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := gateway.Spawn(ctx, testURL, options)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the context ends while HELLO is awaited: %v", err)
		}
	})
}

func TestAServerThatNeverUpgradesIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := new(gatewaytest.Network)
		listener, err := network.Listen("gateway.test")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		dialer := network.Dialer()
		dialer.HandshakeTimeout = 0
		begun := time.Now()
		_, err = gateway.Spawn(context.Background(), testURL, gateway.Options{Dialer: dialer})
		var handshake *gateway.HandshakeError
		if !errors.As(err, &handshake) || handshake.Stage != gateway.StageDial || !strings.Contains(err.Error(), "not connected within") {
			t.Errorf("Spawn: %v", err)
		}
		if took := time.Since(begun); took != 20*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestAUserAgentIsAlwaysSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for given, want := range map[string]string{"": "chorus-go", "my client": "my client"} {
			agents := make(chan string, 1)
			options := serve(t, func(p *peer) {
				agents <- p.header.Get("User-Agent")
				p.hello(time.Second)
				p.linger()
			})
			options.Header = http.Header{}
			if given != "" {
				options.Header.Set("User-Agent", given)
			}
			handle, err := gateway.Spawn(t.Context(), testURL, options)
			if err != nil {
				t.Fatal(err)
			}
			if got := <-agents; !strings.HasPrefix(got, want) {
				t.Errorf("User-Agent %q, want %q", got, want)
			}
			shut(t, handle)
		}
	})
}

func TestADialerThatEndsItsGoroutineIsAFailedDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := gateway.Options{Dialer: new(gatewaytest.Network).Dialer()}
		options.Dialer.NetDialContext = func(context.Context, string, string) (net.Conn, error) {
			runtime.Goexit() // as t.FailNow does
			return nil, nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		_, err := gateway.Spawn(ctx, testURL, options)
		failure, ok := errors.AsType[*gateway.HandshakeError](err)
		if !ok || failure.Stage != gateway.StageDial || time.Since(begun) > 0 {
			t.Errorf("after %v: %v; want a failed dial at once", time.Since(begun), err)
		}
	})
}
