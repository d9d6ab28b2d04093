package gatewaytest

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// soakViews are what the users could see after each change of the world, by the numbers of the checkpoints.
type soakViews struct {
	mu   sync.Mutex
	last int
	of   map[int]world.View
}

// add keeps a view and returns its number, which is the payload of the checkpoint.
func (v *soakViews) add(view world.View) any {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last++
	v.of[v.last] = view
	return v.last
}

// get returns the view of a checkpoint, if it is kept.
func (v *soakViews) get(number int) (world.View, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	view, ok := v.of[number]
	return view, ok
}

// forget drops the views of those for whom nothing can be on its way.
func (v *soakViews) forget(of func(user types.Snowflake) bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.DeleteFunc(v.of, func(_ int, view world.View) bool { return of(view.User.ID) })
}

// checkpoint holds what a client knows at that moment against what its user could see when the server had said just
// that: the server says it after each change, in the order of the events, whatever becomes of them on their way. It is
// an inline observer behind those of the state.
func (c *soakClient) checkpoint(raw *gateway.RawDispatch) {
	var number int
	if raw.Name != world.CheckpointEvent || json.Unmarshal(raw.Data, &number) != nil {
		return
	}
	view, ok := c.views.get(number)
	if !ok || view.User.ID != c.user.ID {
		c.report("a checkpoint %d that there is not", number)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checks.changes++
	if len(c.inline.Incomplete()) == 0 {
		c.checks.complete++
	}
	step := fmt.Sprint("checkpoint ", number)
	c.inline.CompareState(step, c.known, view)
	c.observing.checkpoint(step, view)
}

// soakChecks counts how often the state of a client was compared.
type soakChecks struct {
	events            int // after how many events the state was compared with the model
	changes, complete int // after how many changes with the world, and how often with the members of all guilds
}

func (c *soakChecks) add(other soakChecks) {
	c.events, c.changes, c.complete = c.events+other.events, c.changes+other.changes, c.complete+other.complete
}

// forgetViews drops the views that nobody will be told of any more: all but those of clients who may yet resume.
func (s *trial) forgetViews() {
	away := map[types.Snowflake]bool{}
	for _, c := range s.clients {
		away[c.user.ID] = away[c.user.ID] || !c.connected
	}
	s.views.forget(func(user types.Snowflake) bool { return !away[user] })
}

// tally fails the test if something that a soak is for did not happen.
func (s *trial) tally() {
	var resumed, ready int
	var checks soakChecks
	observed := map[string]int{}
	for _, c := range s.clients {
		r, n, done := c.counts()
		resumed, ready = resumed+r, ready+n
		checks.add(done)
		for kind, n := range c.observed {
			observed[kind] += n
		}
	}
	s.t.Logf("%d READY, %d RESUMED, checks %+v, faults %v, observed %v", ready, resumed, checks, s.faults, observed)
	if s.t.Failed() {
		return
	}
	if ready < 2*len(s.clients) || len(s.faults) < 10 {
		s.t.Errorf("only %d sessions and the faults %v", ready, s.faults)
	}
	if want := s.server.options.Profile == Discord; want != (resumed > 10) {
		s.t.Errorf("%d sessions were resumed", resumed)
	}
	if checks.events < 100 || checks.changes < 500 || checks.complete < checks.changes/2 {
		s.t.Errorf("the states were compared only %+v times", checks)
	}
	s.total.trials++
	for kind, n := range observed {
		s.total.observed[kind] += n
	}
}

// soakTotal is what all trials of a soak have done.
type soakTotal struct {
	trials   int
	observed map[string]int // how often each kind was compared
}

// tally fails the test if some kind was not observed in any trial, unless there were only some of them.
func (total *soakTotal) tally(t *testing.T) {
	if total.trials < 2*soakSeeds {
		return
	}
	for _, kind := range []string{
		"gone", "back", "guild", "types.Channel", "types.Emoji", "types.GuildMember", "types.GuildScheduledEvent",
		"types.Message", "types.Presence", "types.Relationship", "types.Role", "types.StageInstance", "types.Sticker",
		"types.ThreadMember", "types.User", "types.VoiceState",
	} {
		if total.observed[kind] == 0 || total.observed["child "+kind] == 0 && isChild(kind) {
			t.Errorf("%s: none was observed, but %v", kind, total.observed)
		}
	}
}

// isChild says whether entities of a kind are in observed guilds.
func isChild(kind string) bool {
	switch kind {
	case "types.Channel", "types.Emoji", "types.GuildMember", "types.GuildScheduledEvent", "types.Role",
		"types.StageInstance", "types.Sticker", "types.VoiceState":
		return true
	}
	return false
}
