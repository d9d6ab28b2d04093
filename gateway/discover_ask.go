package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// asker asks URLs for JSON objects.
type asker struct {
	client *http.Client
	own    *http.Transport // made for this asker, nil if the client came with one
	token  string          // of a bot, "" for none
	dead   map[string]bool // the hosts that could not be dialled
}

func newAsker(client *http.Client, token string) *asker {
	a := &asker{token: token, dead: map[string]bool{}}
	if client == nil {
		client = new(http.Client)
		if standard, ok := http.DefaultTransport.(*http.Transport); ok {
			a.own = standard.Clone()
			a.own.MaxResponseHeaderBytes = discoverMaxBody
			client.Transport = a.own
		}
	}
	copied := *client
	theirs := client.CheckRedirect
	copied.CheckRedirect = func(to *http.Request, via []*http.Request) error {
		if err := checkRedirect(to, via); err != nil {
			return err
		}
		if theirs != nil {
			return theirs(to, via)
		}
		return nil
	}
	a.client = &copied
	return a
}

// close lets go of connections that nobody else can use.
func (a *asker) close() {
	if a.own != nil {
		a.own.CloseIdleConnections()
	}
}

// checkRedirect refuses redirects that Discover does not follow. Nothing is said of the target, which may hold secrets.
func checkRedirect(to *http.Request, via []*http.Request) error {
	from := via[0]
	switch {
	case to.URL.Scheme != from.URL.Scheme:
		return answerFault(DiscoverRedirect, "redirect from "+from.URL.Scheme+" to another scheme refused")
	case to.URL.User != nil:
		return answerFault(DiscoverRedirect, "redirect to a URL with a user name refused")
	case from.Header.Get("Authorization") != "" && to.URL.Host != from.URL.Host:
		return answerFault(DiscoverRedirect, "redirect to another host refused: the token is not for it")
	case len(via) > discoverMaxRedirects:
		return answerFault(DiscoverRedirect, fmt.Sprintf("more than %d redirects", discoverMaxRedirects))
	}
	return nil
}

// ask returns the object at a URL. The token goes with a request for /gateway/bot only. Errors are *discoverFault.
func (a *asker) ask(ctx context.Context, at *url.URL) (answerObject, error) {
	body, err := a.fetch(ctx, at)
	if err != nil {
		if known, ok := errors.AsType[*discoverFault](err); ok {
			known.err = withoutToken(known.err, a.token)
		}
		return nil, err
	}
	var answer answerObject
	if err := json.Unmarshal(body, &answer); err != nil || answer == nil {
		return nil, answerFault(DiscoverNotJSON, "the answer is not a JSON object")
	}
	return answer, nil
}

// fetch returns the body at a URL.
func (a *asker) fetch(ctx context.Context, at *url.URL) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, discoverRequestTimeout,
		fmt.Errorf("no answer within %v: %w", discoverRequestTimeout, context.DeadlineExceeded))
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, &discoverFault{reason: DiscoverBadInput, err: withoutURL(err)}
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", "application/json")
	if a.token != "" && strings.HasSuffix(at.Path, "/gateway/bot") {
		request.Header.Set("Authorization", "Bot "+a.token)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return nil, a.failed(ctx, at, withoutURL(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, &discoverFault{
			reason: DiscoverStatus,
			status: response.StatusCode,
			err:    fmt.Errorf("status %d", response.StatusCode),
		}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, discoverMaxBody+1))
	if len(body) > discoverMaxBody {
		return nil, &discoverFault{
			reason: DiscoverTooLarge,
			status: response.StatusCode,
			err:    fmt.Errorf("the answer has more than %d bytes: %w", discoverMaxBody, ErrTooLarge),
		}
	}
	if err != nil {
		f := transportFault(ctx, withoutURL(err))
		f.status = response.StatusCode
		return nil, f
	}
	return body, nil
}

// failed makes a fault of an error of the client.
func (a *asker) failed(ctx context.Context, at *url.URL, err error) *discoverFault {
	if refused, ok := errors.AsType[*discoverFault](err); ok {
		refused.status = 0
		return refused
	}
	f := transportFault(ctx, err)
	if f.reason != DiscoverUnreachable {
		return f
	}
	_, unknown := errors.AsType[*net.DNSError](err)
	dial, ok := errors.AsType[*net.OpError](err)
	if unknown || ok && dial.Op == "dial" {
		a.dead[at.Host] = true
	}
	return f
}

// withoutURL returns what is in a *url.Error, whose own text repeats the URL: that of a redirect, perhaps.
func withoutURL(err error) error {
	for {
		wrapped, ok := errors.AsType[*url.Error](err)
		if !ok || wrapped.Err == nil {
			return err
		}
		err = wrapped.Err
	}
}
