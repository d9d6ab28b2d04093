package gatewaytest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/recording"
)

// Where Spacebar puts what comes before a session is known.
const (
	dumpTemporary = "TEMP_"
	dumpUnknown   = "unknown"
)

// dumpedConnection is what belonged to one websocket.
type dumpedConnection struct {
	folder   string
	messages []dumped // at least one
}

// greeting is the beginning of a connection whose session was not known yet.
type greeting struct {
	dumpedConnection
	session string // that its Identify is for; empty if nobody knows
	at      int64  // when that came
}

// dumpedConnections puts connections together, in the order in which they began.
func dumpedConnections(folders []dumpFolder) []dumpedConnection {
	var conns []dumpedConnection
	waiting := map[string][]greeting{} // by session
	known := map[string]bool{}
	for _, folder := range folders {
		known[folder.name] = !beforeSession(folder.name)
	}
	for _, folder := range folders {
		if !beforeSession(folder.name) {
			continue
		}
		for _, g := range greetings(folder) {
			if known[g.session] {
				waiting[g.session] = append(waiting[g.session], g)
			} else {
				conns = append(conns, g.dumpedConnection)
			}
		}
	}
	for _, folder := range folders {
		if !beforeSession(folder.name) {
			conns = append(conns, joined(folder, waiting[folder.name])...)
		}
	}
	slices.SortStableFunc(conns, func(a, b dumpedConnection) int {
		return cmp.Compare(a.messages[0].at, b.messages[0].at)
	})
	return conns
}

func beforeSession(folder string) bool {
	return folder == dumpUnknown || strings.HasPrefix(folder, dumpTemporary)
}

// greetings cuts a folder before each HELLO.
func greetings(folder dumpFolder) []greeting {
	var all []greeting
	for _, m := range folder.messages {
		if len(all) == 0 || m.dir == recording.In && m.op == opHello {
			all = append(all, greeting{dumpedConnection: dumpedConnection{folder: folder.name}})
		}
		g := &all[len(all)-1]
		g.messages = append(g.messages, m)
		if m.session != "" {
			g.session, g.at = m.session, m.at
		}
	}
	return all
}

// joined cuts the folder of a session into connections: where a greeting's Identify came, and before each READY that
// does not answer one.
func joined(folder dumpFolder, before []greeting) []dumpedConnection {
	slices.SortStableFunc(before, func(a, b greeting) int { return cmp.Compare(a.at, b.at) })
	var conns []dumpedConnection
	ready := false // the current connection has had its READY
	begin := func(with []dumped) {
		conns = append(conns, dumpedConnection{folder: folder.name, messages: slices.Clone(with)})
		ready = false
	}
	for _, m := range folder.messages {
		for len(before) > 0 && before[0].at <= m.at {
			begin(before[0].messages)
			before = before[1:]
		}
		isReady := m.dir == recording.In && m.event == "READY"
		if len(conns) == 0 || isReady && ready {
			begin(nil)
		}
		ready = ready || isReady
		current := &conns[len(conns)-1]
		current.messages = append(current.messages, m)
	}
	for _, g := range before { // whose session got nothing more
		begin(g.messages)
	}
	for _, conn := range conns {
		sortDumped(conn.messages)
	}
	return conns
}

// sessionOfToken reads which session the token of an Identify is for. Spacebar's tokens are JSON Web Tokens that say
// it as did; older ones do not. Nobody is let in by what is read, so the signature does not matter.
func sessionOfToken(identify json.RawMessage) string {
	var d struct {
		Token string `json:"token"`
	}
	if json.Unmarshal(identify, &d) != nil {
		return ""
	}
	_, rest, _ := strings.Cut(d.Token, ".")
	claims, _, _ := strings.Cut(rest, ".")
	text, err := base64.RawURLEncoding.DecodeString(claims)
	var claim struct {
		Session string `json:"did"`
	}
	if err != nil || json.Unmarshal(text, &claim) != nil {
		return ""
	}
	return claim.Session
}
