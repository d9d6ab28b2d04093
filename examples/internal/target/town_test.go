package target

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

func newServedTown(t *testing.T) *town {
	t.Helper()
	town, err := newTown(gatewaytest.NewServer(t, gatewaytest.ServerOptions{Network: new(gatewaytest.Network)}))
	if err != nil {
		t.Fatal(err)
	}
	return town
}

func TestTheGuestSeesTheDayOfTheTownAndItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		town := newServedTown(t)
		var seen []string
		events := gateway.NewEvents()
		names := map[types.Snowflake]string{town.ann.ID: "ann", town.ben.ID: "ben", town.cleo.ID: "cleo"}
		events.User.TypingStart.SubscribeFunc(func(_ context.Context, e *types.TypingStart) {
			seen = append(seen, names[e.UserID]+" types")
		})
		events.Message.Create.SubscribeFunc(func(_ context.Context, e *types.MessageCreate) {
			seen = append(seen, e.Author.Username+" says")
		})
		ended := make(chan error, 1)
		go func() { ended <- town.live(t.Context()) }()
		handle, _, err := gateway.Connect(t.Context(), town.server.URL(), types.IdentifyUser(town.guest.Token),
			gateway.Options{Events: events, Dialer: town.server.Dialer(), NoReconnect: true})
		if err != nil {
			t.Fatal(err)
		}
		<-handle.Done()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := handle.Err(); err == nil || !strings.Contains(err.Error(), "the day is over") {
			t.Errorf("the handle ended with %v", err)
		}
		want := []string{"ann types", "ann says", "ben types", "ben says", "cleo types", "cleo says", "ann types", "ann says"}
		if !slices.Equal(seen, want) {
			t.Errorf("the guest saw %v, want %v", seen, want)
		}
		members, err := town.square.Members()
		if err != nil || !slices.Contains(members, town.cleo.ID) {
			t.Errorf("cleo has not joined: %v, %v", members, err)
		}
	})
}

func TestATownThatNobodyVisitsEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		town := newServedTown(t)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- town.live(ctx) }()
		synctest.Wait()
		select {
		case err := <-ended:
			t.Fatal("the day is over before anybody came", err)
		default:
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
