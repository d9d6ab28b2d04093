package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	discoverTimeout        = 30 * time.Second // for all of it
	discoverRequestTimeout = 10 * time.Second // for one URL
	discoverMaxBody        = 1 << 20
	discoverMaxRedirects   = 5
)

// Discover finds the gateway of an instance by asking the instance. The root URL is what people know it by:
// "spacebar.example", "https://spacebar.example/", the URL of its API, or any page of it. Without a scheme it is https,
// and http for localhost and other loopback addresses. Query and fragment are ignored.
//
// What is asked, until one of them names a gateway: /.well-known/spacebar/client, the older /.well-known/spacebar, which
// only says where the API is, and then, at the API, /policies/instance/domains, /gateway and /gateway/bot. The API is where
// the older document says; otherwise below the root, with and without /api. When the root has a path, all of this is
// asked below that path first, and then at the host.
//
// A nil client is one with the environment's proxy. Another one is copied; its transport, cookies and timeout are used,
// and its CheckRedirect is asked after the checks of Discover. One URL may take 10 s and all together 30 s, or as long as
// ctx allows. A body may have 1 MiB. Up to five redirects are followed, never to another scheme.
//
// What an https instance says to be at ws:// or http:// is not used, unless both are this machine: a token would be sent
// in the clear. All errors are *DiscoverError.
//
// Source: https://docs.spacebar.chat/setup/server/wellknown/ and https://docs.discord.food/topics/gateway#get-gateway
func Discover(ctx context.Context, rootURL string, client *http.Client) (*Instance, error) {
	return discover(ctx, rootURL, "", client)
}

// DiscoverBot is Discover for bots: it also asks /gateway/bot with the bot's token, with or without "Bot " before it,
// and fails if that fails; Instance.Bot is never nil. The token is sent to the API that the instance names, or to the
// root's host if it names none, and to nobody else: redirects with it are followed only within one host. No error holds it.
//
// Source: https://docs.discord.food/topics/gateway#get-gateway-bot
func DiscoverBot(ctx context.Context, rootURL, token string, client *http.Client) (*Instance, error) {
	token = strings.TrimPrefix(token, "Bot ")
	if token == "" {
		return nil, &DiscoverError{Failures: []DiscoverFailure{
			{Reason: DiscoverBadInput, Err: errors.New("there is no token")},
		}}
	}
	return discover(ctx, rootURL, token, client)
}

func discover(ctx context.Context, rootURL, token string, client *http.Client) (*Instance, error) {
	root, err := parseRoot(rootURL)
	if err != nil {
		return nil, &DiscoverError{Failures: []DiscoverFailure{{Reason: DiscoverBadInput, Err: err}}}
	}
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeoutCause(ctx, discoverTimeout,
		fmt.Errorf("not discovered within %v: %w", discoverTimeout, context.DeadlineExceeded))
	defer cancel()
	asker := newAsker(client, token)
	defer asker.close()
	d := &discovery{trust: trustOf(root), asker: asker, asked: map[string]bool{}}
	for _, base := range basesOf(root) {
		if d.ask(ctx, base) {
			return d.found, nil
		}
	}
	return nil, &DiscoverError{Host: root.Host, Failures: d.failures}
}

// discovery is one call of Discover.
type discovery struct {
	trust    urlTrust
	asker    *asker
	asked    map[string]bool // the URLs
	found    *Instance       // what the base that is asked now has said so far
	stated   *url.URL        // the API as that base has stated it, nil before
	over     bool            // whether the end of the context was noted
	failures []DiscoverFailure
}

// ask asks everything below one base, and reports whether that was enough.
func (d *discovery) ask(ctx context.Context, base *url.URL) bool {
	d.found, d.stated = new(Instance), nil
	d.get(ctx, joinURL(base, ".well-known", "spacebar", "client"), d.readClient)
	if d.found.Gateway == "" {
		d.get(ctx, joinURL(base, ".well-known", "spacebar"), d.readWellKnown)
	}
	apis := apisOf(base)
	if d.stated != nil {
		apis = append(apisOf(d.stated), apis...)
	}
	for _, at := range []struct {
		path []string
		read func(*url.URL, answerObject) error
	}{
		{[]string{"policies", "instance", "domains"}, d.readDomains},
		{[]string{"gateway"}, d.readGateway},
	} {
		for _, api := range apis {
			if d.found.Gateway == "" {
				d.get(ctx, joinURL(api, at.path...), at.read)
			}
		}
	}
	if d.asker.token != "" && d.stated != nil {
		apis = apisOf(d.stated) // The token is not for anybody else.
	}
	for _, api := range apis {
		if d.found.Gateway == "" || d.asker.token != "" && d.found.Bot == nil {
			d.get(ctx, joinURL(api, "gateway", "bot"), d.readBot)
		}
	}
	return d.found.Gateway != "" && (d.asker.token == "" || d.found.Bot != nil)
}

// get asks one URL, unless it was asked before, its host cannot be reached or the time is over. What goes wrong is noted.
func (d *discovery) get(ctx context.Context, at *url.URL, read func(*url.URL, answerObject) error) {
	if d.asked[at.String()] || d.asker.dead[at.Host] {
		return
	}
	if ctx.Err() != nil {
		if !d.over {
			d.fail(at, transportFault(ctx, nil))
			d.over = true
		}
		return
	}
	d.asked[at.String()] = true
	answer, err := d.asker.ask(ctx, at)
	if err == nil {
		err = read(at, answer)
	}
	if err != nil {
		d.fail(at, err)
		d.over = ctx.Err() != nil && errors.Is(err, ctx.Err())
	}
}

// fail notes why a URL did not help.
func (d *discovery) fail(at *url.URL, err error) {
	failure := DiscoverFailure{URL: at.String(), Reason: DiscoverUnreachable, Err: err}
	if known, ok := errors.AsType[*discoverFault](err); ok {
		failure.Reason, failure.Status, failure.Err = known.reason, known.status, known.err
	}
	d.failures = append(d.failures, failure)
}
