package gatewaytest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// get makes a request and returns the response with the body's retry_after and global.
func (w *restWorld) get(authorization, path string) (r *http.Response, retry float64, global bool) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.server.APIURL()+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", authorization)
	r, err = w.server.Client().Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	var body struct {
		Message string
		Retry   float64 `json:"retry_after"`
		Global  bool
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.t.Fatal(err)
	}
	if r.StatusCode == http.StatusTooManyRequests && body.Message == "" {
		w.t.Error("a refusal has no message")
	}
	return r, body.Retry, body.Global
}

func TestARequestTooManyIsRefused(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		remove := w.server.LimitREST(RESTLimit{Route: "GET /users/@me", Requests: 2, Window: 2500 * time.Millisecond})
		begun := time.Now()
		for _, remaining := range []string{"1", "0"} {
			r, _, _ := w.get(w.ben.Token, "/users/@me")
			if r.StatusCode != 200 || r.Header.Get("X-RateLimit-Remaining") != remaining ||
				r.Header.Get("X-RateLimit-Limit") != "2" || r.Header.Get("X-RateLimit-Reset-After") != "2.500" {
				t.Errorf("with %s remaining: %d %v", remaining, r.StatusCode, r.Header)
			}
		}
		time.Sleep(time.Second) // of the bubble
		r, retry, global := w.get(w.ben.Token, "/users/@me")
		reset, err := strconv.ParseFloat(r.Header.Get("X-RateLimit-Reset"), 64)
		want := float64(begun.Add(2500*time.Millisecond).UnixMilli()) / 1000
		if r.StatusCode != 429 || retry != 1.5 || global || r.Header.Get("Retry-After") != "2" || err != nil ||
			reset != want || r.Header.Get("X-RateLimit-Remaining") != "0" || r.Header.Get("X-RateLimit-Scope") != "user" {
			t.Errorf("the third: %d, retry after %v, global %t, %v", r.StatusCode, retry, global, r.Header)
		}
		other, _, _ := w.get(w.ann.Token, "/users/@me")
		elsewhere, _, _ := w.get(w.ben.Token, "/guilds/"+w.guild.ID().String())
		if other.StatusCode != 200 || elsewhere.StatusCode != 200 {
			t.Errorf("somebody else: %d, elsewhere: %d", other.StatusCode, elsewhere.StatusCode)
		}
		if a, b := r.Header.Get("X-RateLimit-Bucket"), elsewhere.Header.Get("X-RateLimit-Bucket"); a == "" || a == b {
			t.Errorf("two routes have the buckets %q and %q", a, b)
		}
		time.Sleep(1500 * time.Millisecond)
		if r, _, _ := w.get(w.ben.Token, "/users/@me"); r.StatusCode != 200 {
			t.Errorf("in the next window: %d", r.StatusCode)
		}
		remove()
		for range 3 {
			if r, _, _ := w.get(w.ben.Token, "/users/@me"); r.StatusCode != 200 || r.Header.Get("X-RateLimit-Limit") != "50" {
				t.Errorf("without the limit: %d %v", r.StatusCode, r.Header)
			}
		}
	})
}

func TestAGlobalLimit(t *testing.T) {
	inREST(t, Spacebar, func(t *testing.T, w *restWorld) {
		if r, _, _ := w.get(w.ben.Token, "/users/@me"); r.Header.Get("X-RateLimit-Limit") != "" {
			t.Errorf("Spacebar without a limit: %v", r.Header)
		}
		w.server.LimitREST(RESTLimit{Requests: 1, Global: true})
		if r, _, _ := w.get(w.ben.Token, "/users/@me"); r.StatusCode != 200 {
			t.Errorf("the first: %d", r.StatusCode)
		}
		r, retry, global := w.get(w.ben.Token, "/guilds/"+w.guild.ID().String())
		if r.StatusCode != 429 || retry != 1 || !global || r.Header.Get("X-RateLimit-Global") != "true" ||
			r.Header.Get("X-RateLimit-Scope") != "global" {
			t.Errorf("the second: %d, retry after %v, global %t, %v", r.StatusCode, retry, global, r.Header)
		}
	})
}
