package world_test

import (
	"errors"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
)

func TestReactorsAreInTheOrderOfTheirIDs(t *testing.T) {
	w := world.New(world.Options{Seed: 1})
	ann, ben := w.AddUser("ann"), w.AddUser("ben")
	guild, _ := w.AddGuild(ann.ID, "Home")
	if err := guild.Join(ben.ID); err != nil {
		t.Fatal(err)
	}
	channel, _ := guild.CreateChannel("news")
	message, err := channel.SendMessage(ann.ID, "vote")
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range []world.User{ben, ann} {
		if err := channel.AddReaction(message.ID, user.ID, world.Unicode("🔥")); err != nil {
			t.Fatal(err)
		}
	}
	got, err := channel.Reactors(message.ID, world.Unicode("🔥"))
	if err != nil || len(got) != 2 || got[0].ID != ann.ID || got[1].ID != ben.ID || got[0].Email != "" {
		t.Errorf("the reactors are %+v, %v", got, err)
	}
	if got, err := channel.Reactors(message.ID, world.Unicode("🌊")); err != nil || got == nil || len(got) != 0 {
		t.Errorf("of another emoji they are %+v, %v", got, err)
	}
	if _, err := channel.Reactors(1, world.Unicode("🔥")); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("of another message: %v", err)
	}
}
