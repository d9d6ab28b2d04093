package gatewaytest

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestServerCallConnect asks for the call of a direct message by op 13. Discord answers, Spacebar does not know it.
func TestServerCallConnect(t *testing.T) {
	for profile, want := range map[Profile]int{Discord: 1, Spacebar: 0} {
		living(t, profile, func(t *testing.T, server *Server, _ world.GuildHandle, ann, _ world.User) {
			friend := server.World().AddUser("friend")
			dm, err := server.World().OpenDM(ann.ID, friend.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := dm.JoinCall(friend.ID); err != nil {
				t.Fatal(err)
			}
			handle, _ := connect(t, server, types.IdentifyUser(ann.Token))
			calls := 0
			handle.Events.Call.Create.SubscribeFunc(func(_ context.Context, call *types.CallCreate) {
				if call.ChannelID == dm.ID() && len(call.VoiceStates) == 1 {
					calls++
				}
			})
			if err := handle.SendCallSync(t.Context(), types.RequestCallConnect{ChannelID: dm.ID()}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if calls != want {
				t.Errorf("%v: %d CALL_CREATE, want %d", profile, calls, want)
			}
		})
	}
}
