package gatewaytest

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/chorus-go/chorus/types"
)

// RESTLimit is how many requests the REST API takes before it answers with status 429.
type RESTLimit struct {
	// Route is the one route that is limited, a method and a path with names in braces as [Server.Handler] lists them,
	// such as "POST /channels/{channel}/messages"; empty for all of them. Each user has a bucket of their own for each
	// route, and for each channel and guild in its path.
	Route string
	// Requests is how many requests a bucket takes in one Window; with 0 or less every request is refused.
	Requests int
	// Window begins with the first request, and ends with the bucket being full again; one second if it is not positive.
	Window time.Duration
	// Global makes it one bucket for each user whatever the route, and has the answer say so.
	Global bool
}

// The bucket that answers speak of where nothing is limited.
const (
	unlimitedRequests = 50
	unlimitedWindow   = time.Second
)

// LimitREST limits the rate of requests to the REST API, from now on and until what is returned is called. One that is
// too many is answered as Discord does: status 429, the header Retry-After in whole seconds, and a body with
// retry_after and global. Of several limits that concern a request the first one that refuses it answers. Without a
// limit no request is refused, and nothing is counted: the headers X-RateLimit-… of the profile Discord speak of a
// bucket that is always nearly full. Those of Spacebar are there only where something is limited.
// [ServerOptions.NoRateLimits] does not concern it.
//
// Source: https://docs.discord.food/topics/rate-limits
func (s *Server) LimitREST(limit RESTLimit) (remove func()) {
	orElse(&limit.Window, time.Second)
	l := &restLimit{RESTLimit: limit, buckets: map[restBucket]*rateCount{}}
	limits := &s.limits
	limits.mu.Lock()
	defer limits.mu.Unlock()
	limits.active = append(slices.Clip(limits.active), l)
	return func() {
		limits.mu.Lock()
		defer limits.mu.Unlock()
		limits.active = slices.DeleteFunc(slices.Clone(limits.active), func(other *restLimit) bool { return other == l })
	}
}

// restLimits are the limits of a server.
type restLimits struct {
	mu     sync.Mutex
	active []*restLimit
}

// restLimit is a limit and what it has counted.
type restLimit struct {
	RESTLimit
	buckets map[restBucket]*rateCount // guarded by the lock of restLimits
}

// restBucket is what is counted together.
type restBucket struct {
	user           types.Snowflake
	route          string
	channel, guild string
}

// rateCount is a bucket within its window.
type rateCount struct {
	until time.Time
	used  int
}

// verdict is what the limits say of a request.
type verdict struct {
	limit     int
	remaining int
	wait      time.Duration // until the bucket is full again
	refused   bool
	global    bool
}

// count counts a request. It is not ok if there is nothing to be said about limits.
func (l *restLimits) count(key restBucket, announced bool) (v verdict, ok bool) {
	v = verdict{limit: unlimitedRequests, remaining: unlimitedRequests - 1, wait: unlimitedWindow}
	ok = announced
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, limit := range l.active {
		if limit.Route != "" && limit.Route != key.route {
			continue
		}
		got := limit.count(key, now)
		if got.refused {
			return got, true
		}
		if limit.Global {
			continue // of which nothing is said until it is reached
		}
		if !ok || got.remaining < v.remaining {
			v = got
		}
		ok = true
	}
	return v, ok
}

// count counts a request in its bucket.
func (l *restLimit) count(key restBucket, now time.Time) verdict {
	if l.Global {
		key = restBucket{user: key.user}
	}
	b := l.buckets[key]
	if b == nil || !now.Before(b.until) {
		b = &rateCount{until: now.Add(l.Window)}
		l.buckets[key] = b
	}
	v := verdict{limit: max(0, l.Requests), wait: b.until.Sub(now), global: l.Global}
	if v.refused = b.used >= l.Requests; !v.refused {
		b.used++
		v.remaining = l.Requests - b.used
	}
	return v
}

// limited writes the headers of the limits, and answers the request if it is one too many.
func (a *rest) limited(w http.ResponseWriter, r *http.Request, user types.Snowflake) bool {
	key := restBucket{user: user, route: r.Pattern, channel: r.PathValue("channel"), guild: r.PathValue("guild")}
	v, ok := a.server.limits.count(key, a.server.options.Profile == Discord && !a.server.options.NoRateLimits)
	if !ok {
		return false
	}
	digest := sha256.Sum256([]byte(r.Pattern))
	reset := time.Now().Add(v.wait)
	header := w.Header()
	header.Set("X-RateLimit-Bucket", hex.EncodeToString(digest[:16]))
	if !v.global {
		header.Set("X-RateLimit-Limit", strconv.Itoa(v.limit))
		header.Set("X-RateLimit-Remaining", strconv.Itoa(v.remaining))
		header.Set("X-RateLimit-Reset", seconds(time.Duration(reset.UnixNano())))
		header.Set("X-RateLimit-Reset-After", seconds(v.wait))
	}
	if !v.refused {
		return false
	}
	scope := "user"
	if v.global {
		scope = "global"
		header.Set("X-RateLimit-Global", "true")
	}
	header.Set("X-RateLimit-Scope", scope)
	header.Set("Retry-After", strconv.Itoa(int(math.Ceil(v.wait.Seconds()))))
	answerJSON(w, http.StatusTooManyRequests, map[string]any{
		"message": "You are being rate limited.", "retry_after": v.wait.Seconds(), "global": v.global,
	})
	return true
}

// seconds writes a duration as Discord does, to the millisecond, rounded up so that nobody who waits comes too early.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(float64((d+time.Millisecond-1)/time.Millisecond)/1000, 'f', 3, 64)
}
