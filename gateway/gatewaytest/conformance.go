package gatewaytest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// ConformanceTarget is a gateway for [Conformance], with what is needed to talk to it. URL, Profile and Token are
// needed; what else is empty has the checks, or parts of checks, that need it skipped.
type ConformanceTarget struct {
	// URL is the gateway's address, such as wss://gateway.example, without path and query.
	URL string
	// Dialer opens the websockets; nil means one for TCP, with TLS if the URL says wss. It is copied, never changed. For a
	// server on a [Network] it is that network's.
	Dialer *websocket.Dialer
	// Profile is how the gateway is expected to behave; Spacebar if empty.
	Profile Profile

	// Token is that of a user account, without a prefix. The account's presence is changed.
	Token string
	// BotToken is that of a bot which is a member of Guild.
	BotToken string
	// DisabledToken is that of an account that was disabled.
	DisabledToken string
	// DeletedToken is that of an account that was deleted.
	DeletedToken string
	// Spares are tokens of accounts that may be spoiled: of the first the sessions are logged out, the second is disabled.
	Spares []string
	// Guild is a guild of Token's account and of the bot.
	Guild types.Snowflake
	// HiddenChannel is a channel of Guild that Token's account may not see.
	HiddenChannel types.Snowflake

	// Control is what can be done to the server from its own side.
	Control ConformanceControl
	// Each, if it is set, prepares a target for one check and runs it with that; what this target says of anything but
	// Profile, Slow and Skip is not used. It is how each check gets a server of its own, in a testing/synctest bubble of
	// its own. Without Each all checks talk to this target, one after the other.
	Each func(t *testing.T, run func(t *testing.T, target ConformanceTarget))

	// Slow runs the checks that wait for deadlines too: about two minutes, unless time is a bubble's.
	Slow bool
	// Skip names checks that are not to be run, each with the reason. A name that no check has is an error.
	Skip map[string]string
	// Patience is how long any answer may take before it counts as missing; 10 s if it is not positive.
	Patience time.Duration
	// Settle is how long to wait until the server must have taken notice of something that it does not answer; 1 s if it
	// is not positive.
	Settle time.Duration
}

// ConformanceControl is what only those who run a server can do to it. The checks of what is nil are skipped. The
// functions return when it was done, or with the reason why not; clients may hear of it later.
type ConformanceControl struct {
	// Logout ends the sessions of a login, as logging out elsewhere does.
	Logout func(token string) error
	// Disable disables the account of a token.
	Disable func(token string) error
	// Reconnect has the server ask all of its clients to reconnect. The delay is what Spacebar tells them.
	Reconnect func(delay time.Duration) error
	// Stop stops the server. It is the last check of all.
	Stop func() error
}

// conformanceCheck is a row of docs/TESTSERVER.md, or a part of one.
type conformanceCheck struct {
	name     string
	slow     bool // waits for deadlines
	spacebar func(*probe)
	discord  func(*probe)
}

// conformanceChecks returns the checks in the order in which they run: what spoils something comes last.
func conformanceChecks() []conformanceCheck {
	checks := handshakeChecks()
	checks = append(checks, identifyChecks()...)
	checks = append(checks, frameChecks()...)
	checks = append(checks, sessionChecks()...)
	return append(checks, controlChecks()...)
}

// ConformanceChecks returns the names of all checks in the order in which [Conformance] runs them. The file
// docs/TESTSERVER.md says what each of them is about.
func ConformanceChecks() []string {
	var names []string
	for _, check := range conformanceChecks() {
		names = append(names, check.name)
	}
	return names
}

// Conformance checks that a gateway lives the life of a connection as its profile says, case by case, with websockets
// that send what no decent client would. Each check is a subtest of its name. What a check needs and the target does
// not have skips it, with the reason.
//
// It is meant for this package's [Server] and for test installations of real ones. It identifies some hundred times,
// mostly in vain, and breaks rules on purpose: accounts that matter are not for it, nor are servers of other people. On
// Discord's side it waits where a limit makes it wait.
func Conformance(t *testing.T, target ConformanceTarget) {
	t.Helper()
	if target.Profile == "" {
		target.Profile = Spacebar
	}
	if target.Profile != Spacebar && target.Profile != Discord {
		t.Fatalf("gatewaytest: unknown profile %q", target.Profile)
	}
	for _, name := range slices.Sorted(maps.Keys(target.Skip)) {
		if !slices.Contains(ConformanceChecks(), name) {
			t.Errorf("gatewaytest: no check has the name %q", name)
		}
	}
	for _, check := range conformanceChecks() {
		t.Run(check.name, func(t *testing.T) {
			if reason, skipped := target.Skip[check.name]; skipped {
				t.Skip(reason)
			}
			if check.slow && !target.Slow {
				t.Skip("it is slow")
			}
			if target.Each == nil {
				check.run(t, target)
				return
			}
			target.Each(t, func(t *testing.T, one ConformanceTarget) {
				one.Profile = target.Profile
				check.run(t, one)
			})
		})
	}
}

// run runs a check against a target.
func (c conformanceCheck) run(t *testing.T, target ConformanceTarget) {
	t.Helper()
	if target.URL == "" || target.Token == "" {
		t.Fatal("gatewaytest: a target needs a URL and a token")
	}
	if target.Patience <= 0 {
		target.Patience = 10 * time.Second
	}
	if target.Settle <= 0 {
		target.Settle = time.Second
	}
	if target.Dialer == nil {
		target.Dialer = &websocket.Dialer{HandshakeTimeout: handshakeTimeout}
	}
	p := &probe{T: t, target: target}
	if target.Profile == Discord {
		c.discord(p)
	} else {
		c.spacebar(p)
	}
}
