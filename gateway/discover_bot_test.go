package gateway_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
)

const (
	botToken = "hunter2-hunter2"
	botURL   = "https://api.example/api/gateway/bot"
)

func TestDiscoverBotSendsTheTokenToTheAPIOnly(t *testing.T) {
	for _, token := range []string{botToken, "Bot " + botToken} {
		s := newSite(map[string]string{clientURL: clientJSON, botURL: botJSON})
		got, err := gateway.DiscoverBot(t.Context(), "spacebar.example", token, s.client())
		if err != nil {
			t.Fatal(err)
		}
		if got.Bot == nil || got.Bot.Shards != 1 || got.Bot.SessionStartLimit.Remaining != 999 || len(got.Encodings) != 2 {
			t.Errorf("%+v", got)
		}
		for _, r := range s.asked {
			want := ""
			if r.URL.String() == botURL {
				want = "Bot " + botToken
			}
			if got := r.Header.Get("Authorization"); got != want {
				t.Errorf("%v was asked with %q", r.URL, got)
			}
		}
	}
}

func TestDiscoverBotFailsWithoutLimits(t *testing.T) {
	for name, test := range map[string]struct {
		page func(*http.Request) *http.Response
		want gateway.DiscoverReason
	}{
		"a token that is not known": {func(*http.Request) *http.Response { return page(401, strings.NewReader(botToken)) },
			gateway.DiscoverStatus},
		"to another host": {redirect("https://elsewhere.example/"), gateway.DiscoverRedirect},
		"the token in a location that cannot be parsed": {redirect("https://spacebar.example:" + botToken + "/"),
			gateway.DiscoverUnreachable},
		"no limits":      {replies(`{"url":"wss://gateway.example"}`), gateway.DiscoverMissing},
		"no shards":      {replies(strings.Replace(botJSON, `"shards":1`, `"shards":0`, 1)), gateway.DiscoverInvalid},
		"shards as text": {replies(strings.Replace(botJSON, `"shards":1`, `"shards":"`+botToken+`"`, 1)), gateway.DiscoverInvalid},
		"null":           {replies(strings.Replace(botJSON, `999`, `null`, 1)), gateway.DiscoverInvalid},
		"negative":       {replies(strings.Replace(botJSON, `999`, `-1`, 1)), gateway.DiscoverInvalid},
		"huge":           {replies(strings.Replace(botJSON, `14400000`, `9223372036854775807`, 1)), gateway.DiscoverInvalid},
		"no concurrency": {replies(strings.Replace(botJSON, `"max_concurrency":1`, `"max_concurrency":0`, 1)), gateway.DiscoverInvalid},
	} {
		s := newSite(map[string]string{clientURL: clientJSON, "https://elsewhere.example/": botJSON})
		s.pages[botURL] = test.page
		_, err := gateway.DiscoverBot(t.Context(), "spacebar.example", botToken, s.client())
		failure, ok := errors.AsType[*gateway.DiscoverError](err)
		if !ok {
			t.Errorf("%s: %v, want a *DiscoverError", name, err)
			continue
		}
		if failure.Failures[0].URL != botURL || failure.Failures[0].Reason != test.want {
			t.Errorf("%s: %+v, want %s", name, failure.Failures[0], test.want)
		}
		if strings.Contains(err.Error(), botToken) {
			t.Errorf("%s: the token is in %v", name, err)
		}
		for _, r := range s.asked {
			if r.URL.Host != "api.example" && r.Header.Get("Authorization") != "" {
				t.Errorf("%s: the token was sent to %s", name, r.URL.Host)
			}
		}
	}
}

func replies(body string) func(*http.Request) *http.Response {
	return func(*http.Request) *http.Response { return page(200, strings.NewReader(body)) }
}

func TestDiscoverBotNeedsAToken(t *testing.T) {
	for _, token := range []string{"", "Bot "} {
		s := newSite(nil)
		_, err := gateway.DiscoverBot(t.Context(), "spacebar.example", token, s.client())
		if _, ok := errors.AsType[*gateway.DiscoverError](err); !ok || len(s.asked) != 0 {
			t.Errorf("%q: %v after %d requests", token, err, len(s.asked))
		}
	}
	// What cannot be in a header does not reach one, nor the error.
	s := newSite(map[string]string{clientURL: clientJSON, botURL: botJSON})
	_, err := gateway.DiscoverBot(t.Context(), "spacebar.example", botToken+"\r\nX: y", s.client())
	if err == nil && s.asked[len(s.asked)-1].Header.Get("X") != "" || err != nil && strings.Contains(err.Error(), botToken) {
		t.Errorf("%v", err)
	}
}
