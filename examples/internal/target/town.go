package target

import (
	"context"
	"errors"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// pace is how long the people of a town pause between what they do.
const pace = 250 * time.Millisecond

// town is a small world in which something happens: a guild, the guest who the example is, and people who come, type
// and chat.
type town struct {
	server                *gatewaytest.Server
	guest, ann, ben, cleo world.User
	square                world.GuildHandle
	channel               world.ChannelHandle
}

// newTown builds the town. Nothing happens yet, and cleo is still outside.
func newTown(server *gatewaytest.Server) (*town, error) {
	w := server.World()
	t := &town{
		server: server, guest: w.AddUser("guest"), ann: w.AddUser("ann"), ben: w.AddUser("ben"), cleo: w.AddUser("cleo"),
	}
	var err error
	if t.square, err = w.AddGuild(t.ann.ID, "Town square"); err != nil {
		return nil, err
	}
	id, err := t.square.SystemChannel()
	if err != nil {
		return nil, err
	}
	t.channel = w.Channel(id)
	return t, errors.Join(t.square.Join(t.guest.ID), t.square.Join(t.ben.ID))
}

// live waits for a client to identify, lets happen what happens in the town, and closes all connections as a server does
// that has nothing more to say. That ctx ends before is no error.
func (t *town) live(ctx context.Context) error {
	if _, err := t.server.Expect(ctx, types.OpcodeIdentify); err != nil {
		return leftEarly(ctx, err)
	}
	for _, act := range t.acts() {
		if err := sleep(ctx, pace); err != nil {
			return leftEarly(ctx, err)
		}
		if err := act(); err != nil {
			return err
		}
	}
	if err := sleep(ctx, pace); err != nil {
		return leftEarly(ctx, err)
	}
	for _, peer := range t.server.Peers() {
		peer.Close(1000, "the day is over")
	}
	return nil
}

// acts returns what happens, in its order.
func (t *town) acts() []func() error {
	comes := func(who world.User) func() error {
		return func() error { return t.server.World().User(who.ID).SetPresence(types.StatusTypeOnline) }
	}
	typing := func(who world.User) func() error {
		return func() error { return t.channel.Typing(who.ID) }
	}
	says := func(who world.User, content string) func() error {
		return func() error {
			_, err := t.channel.SendMessage(who.ID, content)
			return err
		}
	}
	return []func() error{
		comes(t.ann),
		typing(t.ann),
		says(t.ann, "Good morning! Is anybody there?"),
		comes(t.ben),
		typing(t.ben),
		says(t.ben, "Morning. A guest is, as I see."),
		func() error { return t.square.Join(t.cleo.ID) },
		typing(t.cleo),
		says(t.cleo, "Hello, I am new here."),
		typing(t.ann),
		says(t.ann, "Welcome, both of you!"),
	}
}

// leftEarly returns an error unless it only says that ctx has ended.
func leftEarly(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// sleep waits, or returns the error of ctx when it ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
