package world_test

import (
	"slices"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
)

// TestCheckpointsFollowTheEventsOfTheirChange looks at where checkpoints stand among the events, and at what they say.
func TestCheckpointsFollowTheEventsOfTheirChange(t *testing.T) {
	w := world.New(world.Options{})
	ann, bob := w.AddUser("ann"), w.AddUser("bob")
	guild := got(w.AddGuild(ann.ID, "Home"))(t)
	must(t, guild.Join(bob.ID))
	w.Checkpoints(func(v world.View) any {
		if v.User.ID == bob.ID {
			return nil
		}
		return v.Guilds[guild.ID()].Guild.Name
	})
	c, other := connect(t, w, ann), connect(t, w, bob)
	c.take()
	names := func(c *client) (list []string) {
		for _, e := range c.take() {
			if list = append(list, e.Type); e.Type == world.CheckpointEvent {
				list[len(list)-1] = payloadText(e)
			}
		}
		return list
	}
	must(t, guild.Rename("Changed"))
	if w.Guild(bob.ID).Rename("none") == nil {
		t.Error("there is a guild that there is not")
	}
	if have, want := names(c), []string{"GUILD_UPDATE", "Changed"}; !slices.Equal(have, want) {
		t.Errorf("the events are %q, not %q", have, want)
	}
	if have := names(other); slices.Contains(have, world.CheckpointEvent) {
		t.Errorf("without a payload the events are %q", have)
	}
	w.Checkpoints(nil)
	must(t, guild.Rename("Again"))
	if have, want := names(c), []string{"GUILD_UPDATE"}; !slices.Equal(have, want) {
		t.Errorf("without checkpoints the events are %q, not %q", have, want)
	}
}

// payloadText returns a payload that is a text.
func payloadText(e pubsub.Event) string {
	text, _ := e.Payload.(string)
	return text
}
