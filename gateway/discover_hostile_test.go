package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
)

const clientURL = "https://spacebar.example/.well-known/spacebar/client"

// endless is a body without an end.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

func redirect(to string) func(*http.Request) *http.Response {
	return func(*http.Request) *http.Response {
		answer := page(302, strings.NewReader(""))
		answer.Header.Set("Location", to)
		return answer
	}
}

// firstFailure discovers and returns why the first URL did not help.
func firstFailure(t *testing.T, s *site, root string) gateway.DiscoverFailure {
	t.Helper()
	_, err := gateway.Discover(t.Context(), root, s.client())
	failure, ok := errors.AsType[*gateway.DiscoverError](err)
	if !ok || len(failure.Failures) == 0 {
		t.Fatalf("%v, want a *DiscoverError with failures", err)
	}
	return failure.Failures[0]
}

func TestDiscoverRefusesAnswersThatAreNoUse(t *testing.T) {
	for body, want := range map[string]gateway.DiscoverReason{
		``:                                       gateway.DiscoverNotJSON,
		`<!doctype html><title>Spacebar</title>`: gateway.DiscoverNotJSON,
		`null`:                                   gateway.DiscoverNotJSON,
		`[]`:                                     gateway.DiscoverNotJSON,
		`"wss://gateway.example"`:                gateway.DiscoverNotJSON,
		`{"gateway":{"baseUrl":"wss://g.example"`:                                    gateway.DiscoverNotJSON,
		strings.Repeat(`{"gateway":`, 20_000):                                        gateway.DiscoverNotJSON,
		`{}`:                                                                         gateway.DiscoverMissing,
		`{"gateway":null}`:                                                           gateway.DiscoverMissing,
		`{"gateway":{"baseUrl":null}}`:                                               gateway.DiscoverMissing,
		`{"gateway":{"baseUrl":""}}`:                                                 gateway.DiscoverMissing,
		`{"gateway":"wss://gateway.example"}`:                                        gateway.DiscoverMissing,
		`{"gateway":{"baseUrl":7}}`:                                                  gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":["wss://g"]}}`:                                        gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":{}}}`:                                                 gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"javascript:alert(1)//"}}`:                            gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"https://gateway.example"}}`:                          gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"file:///etc/passwd"}}`:                               gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"gateway.example"}}`:                                  gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"wss:gateway.example"}}`:                              gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"wss://"}}`:                                           gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"wss://%zz"}}`:                                        gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"wss://ann:hunter2@gateway.example"}}`:                gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"ws://gateway.example"}}`:                             gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"ws://127.0.0.1:8080"}}`:                              gateway.DiscoverInvalid,
		`{"gateway":{"baseUrl":"wss://` + strings.Repeat("g", 3000) + `.example/"}}`: gateway.DiscoverInvalid,
	} {
		s := newSite(map[string]string{clientURL: body})
		got := firstFailure(t, s, "spacebar.example")
		if got.URL != clientURL || got.Reason != want || got.Status != 200 {
			t.Errorf("%.60s: %+v, want %s", body, got, want)
		}
		if strings.Contains(got.Err.Error(), "hunter2") {
			t.Errorf("%.60s: %v", body, got.Err)
		}
	}
}

func TestDiscoverTakesAPlainGatewayOnlyWhereThatIsSafe(t *testing.T) {
	for _, test := range []struct {
		root, stated string
		want         bool
	}{
		{"http://spacebar.example", "ws://gateway.example", true},
		{"http://spacebar.example", "wss://gateway.example", true},
		{"https://spacebar.example", "wss://gateway.example", true},
		{"https://spacebar.example", "ws://gateway.example", false},
		{"https://spacebar.example", "ws://localhost:3002", false},
		{"https://localhost", "ws://localhost:3002", true},
		{"https://127.0.0.1", "ws://[::1]:3002", true},
		{"https://localhost", "ws://gateway.example", false},
	} {
		s := newSite(map[string]string{test.root + "/.well-known/spacebar/client": `{"gateway":{"baseUrl":"` + test.stated + `"}}`})
		got, err := gateway.Discover(t.Context(), test.root, s.client())
		if test.want != (err == nil) || test.want && got.Gateway != test.stated {
			t.Errorf("%s at %s: %+v, %v", test.stated, test.root, got, err)
		}
	}
}

func TestDiscoverLeavesOutAddressesThatAreNotSafe(t *testing.T) {
	s := newSite(map[string]string{clientURL: `{"gateway":{"baseUrl":"wss://gateway.example"},"cdn":{"baseUrl":"javascript:x"},` +
		`"api":{"baseUrl":"http://api.example"}}`})
	got, err := gateway.Discover(t.Context(), "spacebar.example", s.client())
	if err != nil || got.API != "" || got.CDN != "" {
		t.Errorf("%+v, %v", got, err)
	}
	s = newSite(map[string]string{
		"https://spacebar.example/.well-known/spacebar":    `{"api":"http://api.example"}`,
		"http://api.example/api/policies/instance/domains": domainsJSON,
	})
	if _, err := gateway.Discover(t.Context(), "spacebar.example", s.client()); err == nil {
		t.Error("an API at http was asked for an instance at https")
	}
}

func TestDiscoverBoundsBodies(t *testing.T) {
	s, body := newSite(nil), new(endless)
	s.pages[clientURL] = func(*http.Request) *http.Response { return page(200, body) }
	got := firstFailure(t, s, "spacebar.example")
	if got.Reason != gateway.DiscoverTooLarge || !errors.Is(got.Err, gateway.ErrTooLarge) {
		t.Errorf("%+v", got)
	}
	if read := body.read.Load(); read > 4<<20 {
		t.Errorf("%d bytes were read", read)
	}
	// As much as is allowed is read.
	padded := clientJSON + strings.Repeat(" ", 1<<20-len(clientJSON))
	s = newSite(map[string]string{clientURL: padded})
	if _, err := gateway.Discover(t.Context(), "spacebar.example", s.client()); err != nil {
		t.Errorf("exactly 1 MiB: %v", err)
	}
}

func TestDiscoverBoundsRedirects(t *testing.T) {
	for name, to := range map[string]string{
		"to http":        "http://spacebar.example/.well-known/spacebar/client?token=hunter2",
		"to a file":      "file:///hunter2",
		"with user name": "https://ann:hunter2@spacebar.example/",
		"to itself":      clientURL,
	} {
		s := newSite(map[string]string{"http://spacebar.example/.well-known/spacebar/client?token=hunter2": clientJSON})
		s.pages[clientURL] = redirect(to)
		got := firstFailure(t, s, "spacebar.example")
		if got.Reason != gateway.DiscoverRedirect || got.Status != 0 || strings.Contains(got.Err.Error(), "hunter2") {
			t.Errorf("%s: %+v", name, got)
		}
		if len(s.asked) > 20 {
			t.Errorf("%s: %d requests", name, len(s.asked))
		}
	}
	// From http to https is another scheme too.
	s := newSite(map[string]string{clientURL: clientJSON})
	s.pages["http://spacebar.example/.well-known/spacebar/client"] = redirect(clientURL)
	if got := firstFailure(t, s, "http://spacebar.example"); got.Reason != gateway.DiscoverRedirect {
		t.Errorf("from http to https: %+v", got)
	}
	// Five are followed, six are not.
	for hops, want := range map[int]bool{5: true, 6: false} {
		s := newSite(nil)
		from := clientURL
		for i := range hops {
			to := fmt.Sprintf("https://host-%d.example/", i)
			s.pages[from] = redirect(to)
			from = to
		}
		s.pages[from] = func(*http.Request) *http.Response { return page(200, strings.NewReader(clientJSON)) }
		if _, err := gateway.Discover(t.Context(), "spacebar.example", s.client()); (err == nil) != want {
			t.Errorf("%d redirects: %v", hops, err)
		}
	}
}

func TestDiscoverAsksTheClientAboutRedirectsToo(t *testing.T) {
	s := newSite(map[string]string{"https://elsewhere.example/": clientJSON})
	s.pages[clientURL] = redirect("https://elsewhere.example/")
	refusal := errors.New("not there")
	client := s.client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return refusal }
	_, err := gateway.Discover(t.Context(), "spacebar.example", client)
	if !errors.Is(err, refusal) {
		t.Errorf("%v, want the refusal of the client", err)
	}
	if client.CheckRedirect(nil, nil) != refusal {
		t.Error("the client was changed")
	}
}

// silence never answers.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestDiscoverEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		fire := errors.New("the house is on fire")
		time.AfterFunc(15*time.Second, func() { cancel(fire) })
		begun := time.Now()
		_, err := gateway.Discover(ctx, "spacebar.example", &http.Client{Transport: silence{}})
		failure, ok := errors.AsType[*gateway.DiscoverError](err)
		if !ok || !errors.Is(err, context.Canceled) || !errors.Is(err, fire) || time.Since(begun) != 15*time.Second {
			t.Fatalf("%v after %v", err, time.Since(begun))
		}
		if len(failure.Failures) != 2 || failure.Failures[0].Reason != gateway.DiscoverTimeout ||
			failure.Failures[1].Reason != gateway.DiscoverCanceled {
			t.Errorf("%+v, want a timeout of the first URL, and then the end", failure.Failures)
		}
		_, err = gateway.Discover(ctx, "spacebar.example", &http.Client{Transport: silence{}})
		if failure, ok := errors.AsType[*gateway.DiscoverError](err); !ok || !errors.Is(err, fire) || len(failure.Failures) != 1 {
			t.Errorf("%v, want one failure for a context that had ended before", err)
		}
	})
}

func TestDiscoverTakesHalfAMinuteAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		_, err := gateway.Discover(t.Context(), "spacebar.example", &http.Client{Transport: silence{}})
		if took := time.Since(begun); took != 30*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// trickle is a body that gives a byte a second.
type trickle struct{ ctx context.Context }

func (b trickle) Read(p []byte) (int, error) {
	select {
	case <-b.ctx.Done():
		return 0, b.ctx.Err()
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	}
}

func TestDiscoverGoesOnAfterABodyThatTrickles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(map[string]string{"https://spacebar.example/api/gateway": `{"url":"wss://gateway.example"}`})
		s.pages[clientURL] = func(r *http.Request) *http.Response { return page(200, trickle{r.Context()}) }
		begun := time.Now()
		got, err := gateway.Discover(t.Context(), "spacebar.example", s.client())
		if err != nil || got.Gateway != "wss://gateway.example" || time.Since(begun) != 10*time.Second {
			t.Errorf("%+v, %v after %v", got, err, time.Since(begun))
		}
	})
}

func TestDiscoverSurvivesAServerThatCutsTheConnection(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/.well-known/spacebar/client":
			panic(http.ErrAbortHandler)
		case "/.well-known/spacebar":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"api":`)
		case "/api/gateway":
			_, _ = io.WriteString(w, `{"url":"ws://`+r.Host+`"}`)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	got, err := gateway.Discover(t.Context(), server.URL, nil)
	if err != nil || got.API != server.URL+"/api" {
		t.Errorf("%+v, %v", got, err)
	}
}
