package world_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
)

func TestADeletedAccountIsNobodys(t *testing.T) {
	w := world.New(world.Options{Seed: 1})
	ann := w.AddUser("ann")
	ben, err := w.NewUser("ben", world.UserOptions{Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	guild, _ := w.AddGuild(ann.ID, "Home")
	if err := guild.Join(ben.ID); err != nil {
		t.Fatal(err)
	}
	channel, _ := guild.CreateChannel("news")
	message, err := channel.SendMessage(ben.ID, "hello")
	if err != nil {
		t.Fatal(err)
	}
	if in, err := w.User(ben.ID).Guilds(); err != nil || !slices.Contains(in, guild.ID()) {
		t.Errorf("ben is in %v, %v", in, err)
	}
	if err := w.User(ann.ID).Delete(); !errors.Is(err, world.ErrForbidden) {
		t.Errorf("who owns a guild: %v", err)
	}
	if err := w.User(ben.ID).Delete(); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.Authenticate(ben.Token); ok {
		t.Error("the token is somebody's still")
	}
	if _, ok := w.Authenticate(""); ok {
		t.Error("no token is somebody's")
	}
	if _, ok := w.Login(ben.Email, "secret"); ok {
		t.Error("one can log in still")
	}
	if in, err := w.User(ben.ID).Guilds(); err != nil || len(in) > 0 {
		t.Errorf("ben is in %v, %v", in, err)
	}
	left, err := channel.Message(message.ID)
	if err != nil || left.Author.Username != "Deleted User" || left.Content != "hello" {
		t.Errorf("what is left is %+v, %v", left, err)
	}
	if err := w.User(1).Delete(); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
