package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// DiscoverReason is the kind of a DiscoverFailure.
type DiscoverReason string

// The reasons why a URL did not lead to a gateway.
const (
	DiscoverBadInput    DiscoverReason = "bad input"        // the root URL or the token that was given; nothing was asked
	DiscoverUnreachable DiscoverReason = "unreachable"      // no HTTP answer; a host that cannot be dialled is asked nothing more
	DiscoverTimeout     DiscoverReason = "timeout"          // no whole answer in time
	DiscoverCanceled    DiscoverReason = "canceled"         // the context given was canceled
	DiscoverRedirect    DiscoverReason = "redirect refused" // to another scheme, too many, or to another host with a token
	DiscoverStatus      DiscoverReason = "status"           // an HTTP status other than 200
	DiscoverTooLarge    DiscoverReason = "too large"        // a body of more than 1 MiB
	DiscoverNotJSON     DiscoverReason = "not JSON"         // a body that is not a JSON object
	DiscoverMissing     DiscoverReason = "missing key"      // an object without what was looked for, or with null for it
	DiscoverInvalid     DiscoverReason = "invalid value"    // of another type, or a URL that is not used: see Discover
)

// DiscoverFailure tells why one URL did not lead to a gateway.
type DiscoverFailure struct {
	URL    string         // what was asked, before redirects; "" if the input was bad
	Reason DiscoverReason // what kind of failure it is
	Status int            // the HTTP status, 0 if there was no answer
	Err    error          // never nil, and never a *url.Error
}

// DiscoverError tells what Discover asked, in this order, and why none of it led to a gateway, or, for DiscoverBot, to
// the limits of the bot. It works with errors.Is and errors.As for the errors of all failures: context.Canceled,
// context.DeadlineExceeded, ErrTooLarge and whatever the transport says.
type DiscoverError struct {
	Host     string            // of the root URL, "" if that cannot be used
	Failures []DiscoverFailure // one for each URL, in the order in which they were asked
}

// Error gives the host, and each URL with the reason why it did not lead to a gateway.
func (e *DiscoverError) Error() string {
	var text strings.Builder
	text.WriteString("gateway: discover")
	if e.Host != "" {
		text.WriteString(" " + e.Host)
	}
	for i, failure := range e.Failures {
		text.WriteString([]string{": ", "; "}[min(i, 1)])
		if failure.URL != "" {
			text.WriteString(failure.URL + ": ")
		}
		if failure.Err != nil {
			text.WriteString(failure.Err.Error())
		}
	}
	return text.String()
}

// Unwrap returns the errors of all failures.
func (e *DiscoverError) Unwrap() []error {
	all := make([]error, 0, len(e.Failures))
	for _, failure := range e.Failures {
		if failure.Err != nil {
			all = append(all, failure.Err)
		}
	}
	return all
}

// discoverFault is a failure on its way to the list of them.
type discoverFault struct {
	reason DiscoverReason
	status int
	err    error
}

func (f *discoverFault) Error() string { return f.err.Error() }

// Unwrap returns what went wrong.
func (f *discoverFault) Unwrap() error { return f.err }

// answerFault makes a fault of an answer that came, and does not help.
func answerFault(reason DiscoverReason, text string) *discoverFault {
	return &discoverFault{reason: reason, status: 200, err: errors.New(text)}
}

// transportFault makes a fault of an error of the transport, or of the end of the context.
func transportFault(ctx context.Context, err error) *discoverFault {
	f := &discoverFault{reason: DiscoverUnreachable, err: err}
	if ctx.Err() != nil {
		f.err = contextError(ctx)
	}
	if errors.Is(f.err, context.Canceled) {
		f.reason = DiscoverCanceled
	} else if isTimeout(f.err) {
		f.reason = DiscoverTimeout
	}
	return f
}

// contextError returns why a context has ended: it is the context's error, and its cause where there is another.
func contextError(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, ctx.Err()) {
		return cause
	}
	return fmt.Errorf("%w: %w", ctx.Err(), cause)
}

// isTimeout reports whether an error of the transport says that something took too long.
func isTimeout(err error) bool {
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// withoutToken returns err, or another error if its text quotes the token, as a hostile server could make it do.
func withoutToken(err error, token string) error {
	if token == "" || !strings.Contains(err.Error(), token) {
		return err
	}
	return errors.New("an error whose text quotes the token, and is left out for that")
}
