package state

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// small is a state that knows a guild with one channel.
func small(t *testing.T, options Options) *State {
	t.Helper()
	s := New(nil, options)
	s.Apply(t.Context(), &types.Ready{User: types.User{ID: 9}, Guilds: []types.GatewayGuild{
		{Guild: types.Guild{ID: 1}, Channels: []types.Channel{{ID: 2}}},
	}})
	return s
}

// Of messages that nobody looks up, the latest stay: the one that came last always, and most of the others.
func TestLatestKeepsTheLatest(t *testing.T) {
	const n, all = 100, 2000
	s := small(t, Options{Messages: n})
	for id := types.Snowflake(1); id <= all; id++ {
		s.Apply(t.Context(), &types.MessageCreate{GuildID: 1, Message: types.Message{ID: id, ChannelID: 2}})
		before := func(m *types.Message) bool { return m.ID == max(1, id-1) }
		if !slices.ContainsFunc(slices.Collect(s.Messages(2)), before) {
			t.Fatalf("message %d has gone for the next one", id-1)
		}
	}
	kept, latest := 0, 0
	for m := range s.Messages(2) {
		if kept++; m.ID > all-n {
			latest++
		}
	}
	if kept != n || latest < n*2/3 {
		t.Errorf("%d messages are kept, %d of the latest %d", kept, latest, n)
	}
}

// What is looked up again and again stays, also if it is found by its id alone, and when the table is made anew.
func TestLatestKeepsWhatIsLookedUp(t *testing.T) {
	s := small(t, Options{Channels: Latest(4)})
	for id := types.Snowflake(100); id < 300; id++ {
		if s.Channel(2) == nil {
			t.Fatalf("the channel went for %d", id-1)
		}
		s.Apply(t.Context(), &types.ChannelCreate{Channel: types.Channel{ID: id, GuildID: 1}})
	}
}

// Something goes even if somebody reads everything all the time.
func TestSomethingGoesFromUnderReaders(t *testing.T) {
	s := small(t, Options{Messages: 1})
	var done atomic.Bool
	var last atomic.Uint64
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for !done.Load() {
				s.Message(2, types.Snowflake(last.Load()))
			}
		})
	}
	for id := types.Snowflake(1); id < 1000; id++ {
		s.Apply(t.Context(), &types.MessageCreate{GuildID: 1, Message: types.Message{ID: id, ChannelID: 2}})
		last.Store(uint64(id))
	}
	done.Store(true)
	readers.Wait()
	if n := len(slices.Collect(s.Messages(2))); n != 1 {
		t.Errorf("%d messages are kept", n)
	}
}
