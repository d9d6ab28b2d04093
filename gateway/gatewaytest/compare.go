package gatewaytest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/chorus-go/chorus/internal/recording"
)

// CompareOptions says what [Compare] takes for a difference. The zero value is for two runs of the same thing on two
// servers, or at two times.
type CompareOptions struct {
	// Connections says which connection of the first recording is compared with which of the second one, by their
	// names; no others are. If it is nil, the first is compared with the first, the second with the second, and so
	// on.
	Connections map[string]string
	// Ignore has the places that are not compared. Each is a path such as "d.user.email", for the messages of every
	// kind, or one with a kind in front, "READY:d.user.email"; the kind is the event's name or the opcode, as "op
	// 10". In a path "*" stands for one key or index, "**" for any number of them, also none: "d.**.avatar",
	// "READY:d.guilds[*].joined_at". What is below a place that is ignored is too. A kind with an empty path,
	// "PRESENCE_UPDATE:", leaves these messages out altogether, and "close:" how connections were closed.
	Ignore []string
	// Shapes compares which keys there are and which types their values have, but no values and no lengths of lists:
	// for a server that holds other data. The elements of a list, and the values of an object whose keys are
	// snowflakes, then count as examples of one shape. A null fits every type, and a key that only some of the
	// examples have may be absent.
	Shapes bool
	// Exact compares all values as they are, ids, moments and sequences too, and lists by position. Secrets still
	// count as equal.
	Exact bool
	// Heartbeats compares op 1 and op 11 too. Otherwise they are left out: how many there are depends on the time.
	Heartbeats bool
	// Limit ends the comparison after so many differences; not positive means none.
	Limit int
}

// Compare returns what is different between two recordings, in the order of the first one's connections and messages;
// nothing if they are equal. It is for comparing a server with a capture of another one, or with itself. Nil counts
// as a recording without connections.
//
// Of each connection the messages from the server are compared, where among them the client sent Identify or Resume,
// and how the server closed. In which encoding and compression they were sent makes no difference. First the messages
// are brought into line by opcode and event name: one that has no counterpart within a few hundred messages is
// [DifferenceMissing] or [DifferenceAdded], and does not put the later ones out of step. Then each pair is compared
// value by value. Unless Exact is set,
//
//   - snowflakes are equal if they correspond: the first time two are compared they become a pair, in all
//     connections, and each must only ever meet the other again. This holds inside strings, for keys of objects, and
//     for all strings whose key is id, nonce, or ends in _id, _ids or _hash, as session_id does. One that meets
//     another is [DifferenceIdentity], once;
//   - list elements with an id that is known already are compared with those of the same id, wherever they stand;
//   - moments are equal: strings of RFC 3339, numbers whose key says so (timestamp, since, start, end, or one that
//     ends in _at, _time, _timestamp, _until or _since) and integers that are milliseconds of this century;
//   - sequence numbers (s) are equal, and so are the strings under resume_gateway_url and endpoint. What is under
//     _trace is not looked at.
//
// Tokens and other secrets are equal, whether they were redacted or not, and never part of a difference.
func Compare(a, b *Recording, options CompareOptions) []Difference {
	c := &comparison{options: options, ignore: parsePatterns(options.Ignore), ids: newIdentities()}
	for _, pair := range pairConnections(a, b, options.Connections) {
		switch {
		case c.full():
		case pair[1] == nil:
			c.conn = pair[0].name
			c.add(Difference{Kind: DifferenceMissing, Event: "connection"})
		case pair[0] == nil:
			c.conn = pair[1].name
			c.add(Difference{Kind: DifferenceAdded, Event: "connection"})
		default:
			c.conn = pair[0].name
			c.connections(pair[0], pair[1])
		}
	}
	return c.found
}

// pairConnections brings connections together; one without a counterpart has nil.
func pairConnections(a, b *Recording, names map[string]string) [][2]*connection {
	if a == nil {
		a = &Recording{}
	}
	if b == nil {
		b = &Recording{}
	}
	var pairs [][2]*connection
	if names != nil {
		for _, c := range a.connections {
			if other, named := names[c.name]; named {
				pairs = append(pairs, [2]*connection{c, b.connection(other)})
			}
		}
		for _, name := range slices.Sorted(maps.Keys(names)) { // what only the second one has, in a fixed order
			if c := b.connection(names[name]); c != nil && a.connection(name) == nil {
				pairs = append(pairs, [2]*connection{nil, c})
			}
		}
		return pairs
	}
	for i := range max(len(a.connections), len(b.connections)) {
		var pair [2]*connection
		if i < len(a.connections) {
			pair[0] = a.connections[i]
		}
		if i < len(b.connections) {
			pair[1] = b.connections[i]
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// comparison is one call of Compare.
type comparison struct {
	options CompareOptions
	ignore  []pattern
	ids     *identities
	found   []Difference

	conn    string // what is being compared
	event   string
	message int
}

func (c *comparison) full() bool { return c.options.Limit > 0 && len(c.found) >= c.options.Limit }

// add keeps a difference of what is being compared.
func (c *comparison) add(d Difference) {
	if c.full() {
		return
	}
	d.Connection = c.conn
	c.found = append(c.found, d)
}

// at keeps a difference within a pair of messages.
func (c *comparison) at(path []string, kind DifferenceKind, a, b string) {
	c.add(Difference{Message: c.message, Event: c.event, Path: pathText(path), Kind: kind, A: a, B: b})
}

// remark is what is compared of a step.
type remark struct {
	kind    string // the event's name, the opcode, or what else it is
	message int    // counted from 1
	value   any    // decoded JSON; a string if it is not JSON
}

// The kinds of remarks that are no messages.
const (
	remarkClose  = "close"
	remarkAwait  = "client identifies"
	remarkBroken = "unreadable"
)

// connections compares a pair.
func (c *comparison) connections(a, b *connection) {
	left, right := c.remarks(a), c.remarks(b)
	for _, pair := range align(left, right) {
		switch {
		case c.full():
			return
		case pair[1] < 0:
			r := left[pair[0]]
			c.add(Difference{Message: r.message, Event: r.kind, Kind: DifferenceMissing, A: valueText(r.value)})
		case pair[0] < 0:
			r := right[pair[1]]
			c.add(Difference{Message: r.message, Event: r.kind, Kind: DifferenceAdded, B: valueText(r.value)})
		default:
			l, r := left[pair[0]], right[pair[1]]
			c.event, c.message = l.kind, l.message
			if c.options.Shapes {
				c.shapes(nil, shapeOf(l.value), shapeOf(r.value))
			} else {
				c.values(nil, l.value, r.value)
			}
		}
	}
}

// remarks lists what is compared of a connection.
func (c *comparison) remarks(conn *connection) []remark {
	var all []remark
	messages := 0
	for _, s := range conn.steps {
		r := remark{kind: remarkAwait}
		switch s.do {
		case hangUp:
			r.kind = remarkClose
			r.value = map[string]any{"close_code": json.Number(fmt.Sprint(s.code)), "reason": s.reason}
		case send:
			messages++
			if (s.op == opHeartbeat || s.op == opHeartbeatAck) && !c.options.Heartbeats {
				continue
			}
			r.kind, r.value = kindOf(s), decoded(s.payload)
		}
		if r.message = messages; !ignored(c.ignore, r.kind, nil) {
			all = append(all, r)
		}
	}
	return all
}

func kindOf(s step) string {
	switch {
	case s.dispatch != nil && s.dispatch.Name != "":
		return s.dispatch.Name
	case s.op < 0:
		return remarkBroken
	}
	return fmt.Sprintf("op %d", s.op)
}

// decoded is a payload as a value, its secrets taken out.
func decoded(payload []byte) any {
	text, err := textOf(payload)
	if err != nil {
		return string(recording.Redact(payload))
	}
	text = recording.Redact(text)
	value, err := decodeNumbers(text)
	if err != nil {
		return string(text)
	}
	return value
}
