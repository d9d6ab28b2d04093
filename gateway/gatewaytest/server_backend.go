package gatewaytest

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// backend is the world behind a server: a *world.World, or in tests something smaller. The server keeps sockets,
// sessions and the rules of the protocol; the backend knows who there is, who sees what, and dispatches to the states
// that were attached. Its methods are called from the goroutine that reads a client, so they may take their time, and
// from several goroutines at once. An error of one that carries out a command means that it cannot be done.
type backend interface {
	// Authenticate returns whose token it is, without its prefix.
	Authenticate(token string) (*world.User, bool)
	// Attach lets a session in: it makes the state known to whatever dispatches, subscribes it to what the user may see
	// and returns the picture as of that moment. What is dispatched to the state from then on reaches the client behind
	// it. The server fills in session_id and resume_gateway_url of READY.
	Attach(user *world.User, state *pubsub.State, identify types.Identify) (world.Bootstrap, error)
	// Detach ends a session for good: no dispatch reaches it any longer.
	Detach(state *pubsub.State)

	UpdatePresence(state *pubsub.State, presence types.UpdatePresence) error               // op 3
	UpdateVoiceState(state *pubsub.State, voice types.UpdateVoiceState) error              // op 4
	RequestMembers(state *pubsub.State, request types.RequestGuildMembers) error           // op 8: GUILD_MEMBERS_CHUNK
	SyncGuilds(state *pubsub.State, guilds []types.Snowflake) error                        // op 12: GUILD_SYNC
	ConnectCall(state *pubsub.State, request types.RequestCallConnect) error               // op 13: CALL_CREATE
	Subscribe(state *pubsub.State, guild types.Snowflake, s types.GuildSubscription) error // op 14 and 37
	CreateStream(state *pubsub.State, stream types.CreateStream) error                     // op 18
	DeleteStream(state *pubsub.State, stream types.DeleteStream) error                     // op 19
	WatchStream(state *pubsub.State, stream types.WatchStream) error                       // op 20
	ChannelStatuses(state *pubsub.State, request types.RequestChannelStatuses) error       // op 36: CHANNEL_STATUSES
	ChannelInfo(state *pubsub.State, request types.RequestChannelInfo) error               // op 43: CHANNEL_INFO
}
