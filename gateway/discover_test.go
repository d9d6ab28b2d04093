package gateway_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway"
)

const (
	// As the Spacebar server writes them.
	clientJSON = `{"api":{"baseUrl":"https://api.example","apiVersions":{"default":"9","active":["6","7","8","9"]}},` +
		`"cdn":{"baseUrl":"https://cdn.example"},"gateway":{"baseUrl":"wss://gateway.example","encoding":["etf","json"],` +
		`"compression":["zstd-stream","zlib-stream",null]}}`
	domainsJSON = `{"admin":null,"api":"https://api.example/api/","apiEndpoint":"https://api.example",` +
		`"cdn":"https://cdn.example","defaultApiVersion":"9","gateway":"wss://gateway.example"}`
	botJSON = `{"url":"wss://gateway.example","shards":1,"session_start_limit":{"total":1000,"remaining":999,` +
		`"reset_after":14400000,"max_concurrency":1}}`
)

// site is the web in memory: what is at which URL. Elsewhere is a 404 with a page of HTML.
type site struct {
	pages map[string]func(*http.Request) *http.Response
	asked []*http.Request
}

func newSite(pages map[string]string) *site {
	s := &site{pages: map[string]func(*http.Request) *http.Response{}}
	for at, body := range pages {
		s.pages[at] = func(*http.Request) *http.Response { return page(200, strings.NewReader(body)) }
	}
	return s
}

func page(status int, body io.Reader) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(body)}
}

func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	answer := page(404, strings.NewReader("<html>"))
	if serve := s.pages[r.URL.String()]; serve != nil {
		answer = serve(r)
	}
	answer.Request = r
	return answer, nil
}

func (s *site) client() *http.Client { return &http.Client{Transport: s} }

func (s *site) urls() []string {
	var all []string
	for _, r := range s.asked {
		all = append(all, r.URL.String())
	}
	return all
}

func TestDiscoverReadsEachKindOfAnswer(t *testing.T) {
	whole := gateway.Instance{
		Gateway: "wss://gateway.example", API: "https://api.example/api", CDN: "https://cdn.example",
		APIVersions: []string{"6", "7", "8", "9"}, DefaultAPIVersion: "9",
		Encodings: []string{"etf", "json"}, Compressions: []string{"zstd-stream", "zlib-stream"},
	}
	domains := gateway.Instance{
		Gateway: "wss://gateway.example", API: "https://api.example/api", CDN: "https://cdn.example", DefaultAPIVersion: "9",
	}
	limits := &gateway.BotGateway{Shards: 1, SessionStartLimit: gateway.SessionStartLimit{
		Total: 1000, Remaining: 999, ResetAfter: 4 * time.Hour, MaxConcurrency: 1,
	}}
	for name, test := range map[string]struct {
		pages map[string]string
		want  gateway.Instance
	}{
		"client": {map[string]string{
			"https://spacebar.example/.well-known/spacebar/client": clientJSON,
		}, whole},
		"the older document, and domains at its API": {map[string]string{
			"https://spacebar.example/.well-known/spacebar":            `{"api":"https://api.example/api/"}`,
			"https://api.example/api/policies/instance/domains":        domainsJSON,
			"https://spacebar.example/api/policies/instance/domains":   `{"gateway":"wss://wrong.example"}`,
			"https://spacebar.example/api/gateway":                     `{"url":"wss://wrong.example"}`,
			"https://spacebar.example/.well-known/spacebar/irrelevant": clientJSON,
		}, domains},
		"the older document with a version, written by hand": {map[string]string{
			"https://spacebar.example/.well-known/spacebar":        `{"api":"https://api.example/api/v9"}`,
			"https://spacebar.example/.well-known/spacebar/client": `{"api":"https://api.example/api/v9"}`,
			"https://api.example/api/v9/policies/instance/domains": domainsJSON,
		}, domains},
		"domains": {map[string]string{
			"https://spacebar.example/api/policies/instance/domains": domainsJSON,
		}, domains},
		"domains without /api, of an older server": {map[string]string{
			"https://spacebar.example/policies/instance/domains": `{"cdn":"https://cdn.example/","defaultApiVersion":9,` +
				`"gateway":"wss://gateway.example","apiEndpoint":"https://api.example/api/v9/"}`,
		}, domains},
		"gateway": {map[string]string{
			"https://spacebar.example/api/gateway": `{"url":"wss://gateway.example/?v=9&encoding=json#x"}`,
		}, gateway.Instance{Gateway: "wss://gateway.example/", API: "https://spacebar.example/api"}},
		"gateway/bot": {map[string]string{
			"https://spacebar.example/gateway/bot": botJSON,
		}, gateway.Instance{Gateway: "wss://gateway.example", API: "https://spacebar.example", Bot: limits}},
		"gateway/bot without limits": {map[string]string{
			"https://spacebar.example/api/gateway/bot": `{"url":"wss://gateway.example"}`,
		}, gateway.Instance{Gateway: "wss://gateway.example", API: "https://spacebar.example/api"}},
		"what one says and another": {map[string]string{
			"https://spacebar.example/.well-known/spacebar/client": `{"gateway":{"baseUrl":null,"encoding":["json"]},"cdn":[]}`,
			"https://spacebar.example/api/gateway":                 `{"url":"wss://gateway.example"}`,
		}, gateway.Instance{Gateway: "wss://gateway.example", API: "https://spacebar.example/api", Encodings: []string{"json"}}},
	} {
		s := newSite(test.pages)
		got, err := gateway.Discover(t.Context(), "spacebar.example", s.client())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, *got, test.want)
		}
	}
}

func TestDiscoverAsksInOrder(t *testing.T) {
	s := newSite(map[string]string{"https://spacebar.example/.well-known/spacebar": `{"api":"https://api.example"}`})
	_, err := gateway.Discover(t.Context(), "https://spacebar.example/", s.client())
	failure, ok := errors.AsType[*gateway.DiscoverError](err)
	if !ok {
		t.Fatalf("%v, want a *DiscoverError", err)
	}
	want := []string{
		"https://spacebar.example/.well-known/spacebar/client",
		"https://spacebar.example/.well-known/spacebar",
		"https://api.example/api/policies/instance/domains",
		"https://api.example/policies/instance/domains",
		"https://spacebar.example/api/policies/instance/domains",
		"https://spacebar.example/policies/instance/domains",
		"https://api.example/api/gateway",
		"https://api.example/gateway",
		"https://spacebar.example/api/gateway",
		"https://spacebar.example/gateway",
		"https://api.example/api/gateway/bot",
		"https://api.example/gateway/bot",
		"https://spacebar.example/api/gateway/bot",
		"https://spacebar.example/gateway/bot",
	}
	if got := s.urls(); !slices.Equal(got, want) {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if failure.Host != "spacebar.example" || len(failure.Failures) != len(want)-1 {
		t.Errorf("%s has %d failures, want %d: the older document was of use", failure.Host, len(failure.Failures), len(want)-1)
	}
	for _, f := range failure.Failures {
		if f.Reason != gateway.DiscoverStatus || f.Status != 404 || !strings.Contains(err.Error(), f.URL+": status 404") {
			t.Errorf("%+v in %q", f, err)
		}
	}
	for _, r := range s.asked {
		if !strings.HasPrefix(r.UserAgent(), "chorus-go") || r.Header.Get("Authorization") != "" {
			t.Errorf("asked %v with %v", r.URL, r.Header)
		}
	}
}

func TestDiscoverTakesTheRootInManyForms(t *testing.T) {
	for root, at := range map[string]string{
		"spacebar.example":                            "https://spacebar.example/.well-known/spacebar/client",
		" Spacebar.Example ":                          "https://Spacebar.Example/.well-known/spacebar/client",
		"//spacebar.example":                          "https://spacebar.example/.well-known/spacebar/client",
		"https://spacebar.example/":                   "https://spacebar.example/.well-known/spacebar/client",
		"spacebar.example:8443/":                      "https://spacebar.example:8443/.well-known/spacebar/client",
		"http://spacebar.example":                     "http://spacebar.example/.well-known/spacebar/client",
		"https://spacebar.example/?token=hunter2#top": "https://spacebar.example/.well-known/spacebar/client",
		"https://spacebar.example/api/v9/":            "https://spacebar.example/.well-known/spacebar/client",
		"https://spacebar.example/api":                "https://spacebar.example/.well-known/spacebar/client",
		"https://spacebar.example/sub/api/v9":         "https://spacebar.example/sub/.well-known/spacebar/client",
		"https://spacebar.example/sub/":               "https://spacebar.example/sub/.well-known/spacebar/client",
		"spacebar.example/channels/@me":               "https://spacebar.example/.well-known/spacebar/client",
		"https://spacebar.example/own/api/v9":         "https://spacebar.example/own/api/v9/policies/instance/domains",
		"localhost:3001":                              "http://localhost:3001/.well-known/spacebar/client",
		"127.0.0.1":                                   "http://127.0.0.1/.well-known/spacebar/client",
		"[::1]:3001":                                  "http://[::1]:3001/.well-known/spacebar/client",
		"api.localhost/":                              "http://api.localhost/.well-known/spacebar/client",
		"https://localhost":                           "https://localhost/.well-known/spacebar/client",
		"localhost.example":                           "https://localhost.example/.well-known/spacebar/client",
	} {
		body := clientJSON
		if strings.HasSuffix(at, "domains") {
			body = domainsJSON
		}
		s := newSite(map[string]string{at: body})
		if _, err := gateway.Discover(t.Context(), root, s.client()); err != nil {
			t.Errorf("%q: %v", root, err)
		}
	}
}

func TestDiscoverRefusesOtherRootsBeforeAsking(t *testing.T) {
	for _, root := range []string{
		"", " ", "https://", "https:///x", "wss://spacebar.example", "ftp://spacebar.example", "javascript:alert(1)",
		"mailto:ann@spacebar.example", "https://ann:hunter2@spacebar.example", "https://[::1", "https://x y", "https://%zz",
		"file:///etc/passwd", "https://spacebar.example:port",
	} {
		s := newSite(nil)
		_, err := gateway.Discover(t.Context(), root, s.client())
		failure, ok := errors.AsType[*gateway.DiscoverError](err)
		if !ok || len(failure.Failures) != 1 || failure.Failures[0].Reason != gateway.DiscoverBadInput {
			t.Errorf("%q: %v", root, err)
			continue
		}
		if len(s.asked) > 0 || strings.Contains(err.Error(), "hunter2") || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("%q: %v, after %d requests", root, err, len(s.asked))
		}
	}
}

func TestDiscoverOverRealSockets(t *testing.T) {
	var agent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		if r.URL.Path != "/.well-known/spacebar/client" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"gateway":{"baseUrl":"ws://`+r.Host+`/gateway"},"api":{"baseUrl":"http://`+r.Host+`"}}`)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	got, err := gateway.Discover(t.Context(), host, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Gateway != "ws://"+host+"/gateway" || got.API != server.URL+"/api" || agent == "" {
		t.Errorf("%+v, agent %q", got, agent)
	}
	server.Close()
	_, err = gateway.Discover(context.Background(), host, nil)
	failure, ok := errors.AsType[*gateway.DiscoverError](err)
	if !ok || len(failure.Failures) != 1 || failure.Failures[0].Reason != gateway.DiscoverUnreachable {
		t.Errorf("with nobody there: %v, want one failure, as the host cannot be dialled", err)
	}
}

func TestInstanceOffers(t *testing.T) {
	silent := new(gateway.Instance)
	spacebar := &gateway.Instance{Encodings: []string{"json"}, Compressions: []string{"zlib-stream"}}
	if !silent.OffersEncoding(gateway.ETF) || !silent.OffersCompression(gateway.ZstdStream) {
		t.Error("what is not stated counts as not offered")
	}
	if !spacebar.OffersEncoding(gateway.JSON) || spacebar.OffersEncoding(gateway.ETF) {
		t.Error("the encodings are others than those stated")
	}
	for compression, want := range map[gateway.Compression]bool{
		gateway.ZlibStream: true, gateway.ZstdStream: false, gateway.NoCompression: true, gateway.PayloadZlib: true,
	} {
		if got := spacebar.OffersCompression(compression); got != want {
			t.Errorf("%v is offered: %v", compression, got)
		}
	}
}
