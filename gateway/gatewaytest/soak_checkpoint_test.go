package gatewaytest

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"

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
	c.checks.all++
	if len(c.inline.Incomplete()) == 0 {
		c.checks.complete++
	}
	c.inline.CompareState(fmt.Sprint(c.name, " at checkpoint ", number), c.known, view)
}

// soakChecks counts how often the state of a client was compared.
type soakChecks struct {
	events        int // after how many the state was compared with the model
	all, complete int // checkpoints, and those at which the members of all guilds were known
}

// forgetViews drops the views that nobody will be told of any more: all but those of clients who may yet resume.
func (s *trial) forgetViews() {
	away := map[types.Snowflake]bool{}
	for _, c := range s.clients {
		away[c.user.ID] = away[c.user.ID] || !c.connected
	}
	s.views.forget(func(user types.Snowflake) bool { return !away[user] })
}
