package gatewaytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// fakeWorld is a backend with two accounts and one guild, in which nothing happens by itself.
type fakeWorld struct {
	states *pubsub.StateManager
	users  *pubsub.User

	mu       sync.Mutex
	accounts map[string]*world.User
	calls    []string
	during   func(*pubsub.State) // called by Attach, when the picture was taken
	after    []pubsub.Event      // further dispatches behind READY
}

const (
	aliceToken = "alice-token"
	botToken   = "bot-token"
	aliceID    = types.Snowflake(1000)
	botID      = types.Snowflake(2000)
	homeGuild  = types.Snowflake(77)
	foreign    = types.Snowflake(78) // a guild in which nobody is
	hidden     = types.Snowflake(99) // a channel that nobody sees
)

var errFakeRefused = errors.New("fake: refused")

func newFakeWorld() *fakeWorld {
	states := pubsub.NewStateManager()
	return &fakeWorld{
		states: states, users: pubsub.NewUser(states),
		accounts: map[string]*world.User{
			aliceToken: {User: types.User{ID: aliceID}}, botToken: {User: types.User{ID: botID, Bot: true}},
		},
	}
}

func (w *fakeWorld) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, fmt.Sprintf(format, args...))
}

func (w *fakeWorld) called(call string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.calls, call)
}

// disable makes an account one that may not log in.
func (w *fakeWorld) disable(token string, id types.Snowflake) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.accounts[token] = &world.User{User: types.User{ID: id}, Disabled: true}
}

// tell dispatches to a user's sessions.
func (w *fakeWorld) tell(user types.Snowflake, event, payload string) {
	_, _ = w.users.Dispatch(user, pubsub.Event{Type: event, Payload: json.RawMessage(payload)}, nil)
}

func (w *fakeWorld) Authenticate(token string) (*world.User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, ok := w.accounts[token]
	return a, ok
}

func (w *fakeWorld) Attach(user *world.User, state *pubsub.State, identify types.Identify) (world.Bootstrap, error) {
	if err := w.states.Insert(state); err != nil {
		return world.Bootstrap{}, err
	}
	w.note("attach %d shard %v", user.ID, identify.Shard)
	if w.during != nil {
		w.during(state)
	}
	ready := map[string]any{
		"v": 9, "user": map[string]any{"id": user.ID, "username": "ann", "bot": user.Bot}, "guilds": []any{},
		"session_id": "of the world",
	}
	supplemental := pubsub.Event{Type: "READY_SUPPLEMENTAL", Payload: json.RawMessage(`{"guilds":[]}`)}
	return world.Bootstrap{Ready: ready, After: append([]pubsub.Event{supplemental}, w.after...)}, nil
}

func (w *fakeWorld) Detach(state *pubsub.State) {
	w.states.Remove(state.SessionID())
	w.note("detach %d", state.UserID())
}

func (w *fakeWorld) UpdatePresence(state *pubsub.State, p types.UpdatePresence) error {
	return state.Dispatch("PRESENCE_UPDATE", map[string]any{
		"user": map[string]any{"id": state.UserID()}, "status": p.Status,
	})
}

func (w *fakeWorld) UpdateVoiceState(state *pubsub.State, v types.UpdateVoiceState) error {
	guild, _ := v.GuildID.Get()
	return state.Dispatch("VOICE_STATE_UPDATE", map[string]any{"guild_id": guild, "self_mute": v.SelfMute})
}

func (w *fakeWorld) RequestMembers(state *pubsub.State, r types.RequestGuildMembers) error {
	if r.GuildID != homeGuild {
		return errFakeRefused
	}
	return state.Dispatch("GUILD_MEMBERS_CHUNK", map[string]any{
		"guild_id": r.GuildID, "members": []any{}, "chunk_index": 0, "chunk_count": 1, "nonce": r.Nonce,
	})
}

func (w *fakeWorld) SyncGuilds(state *pubsub.State, guilds []types.Snowflake) error {
	for _, guild := range guilds {
		if err := state.Dispatch("GUILD_SYNC", map[string]any{"id": guild}); err != nil {
			return err
		}
	}
	return nil
}

func (w *fakeWorld) Subscribe(state *pubsub.State, guild types.Snowflake, s types.GuildSubscription) error {
	if _, ok := s.Channels[hidden]; ok {
		return errFakeRefused
	}
	return state.Dispatch("GUILD_MEMBER_LIST_UPDATE", map[string]any{"guild_id": guild, "ops": []any{}})
}

func (w *fakeWorld) ConnectCall(state *pubsub.State, r types.RequestCallConnect) error {
	return state.Dispatch("CALL_CREATE", map[string]any{"channel_id": r.ChannelID})
}

func (w *fakeWorld) CreateStream(state *pubsub.State, s types.CreateStream) error {
	return state.Dispatch("STREAM_CREATE", map[string]any{"stream_key": "call:" + s.ChannelID.String() + ":1000"})
}

func (w *fakeWorld) DeleteStream(state *pubsub.State, s types.DeleteStream) error {
	return state.Dispatch("STREAM_DELETE", map[string]any{"stream_key": s.StreamKey})
}

func (w *fakeWorld) WatchStream(state *pubsub.State, s types.WatchStream) error {
	return state.Dispatch("STREAM_SERVER_UPDATE", map[string]any{"stream_key": s.StreamKey})
}

func (w *fakeWorld) ChannelStatuses(state *pubsub.State, r types.RequestChannelStatuses) error {
	return state.Dispatch("CHANNEL_STATUSES", map[string]any{"guild_id": r.GuildID, "channels": []any{}})
}

func (w *fakeWorld) ChannelInfo(state *pubsub.State, r types.RequestChannelInfo) error {
	return state.Dispatch("CHANNEL_INFO", map[string]any{"channels": []any{}, "guild_id": r.GuildID})
}
