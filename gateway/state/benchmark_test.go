package state_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/internal/decode"
	"github.com/chorus-go/chorus/types"
)

// The guild of the benchmarks.
const (
	benchMembers  = 100_000
	benchChannels = 500
)

// benchGuild is the payload of GUILD_CREATE with its channels.
func benchGuild() []byte {
	var channels []string
	for i := range benchChannels {
		channels = append(channels, fmt.Sprintf(`{"id":"%d","type":0,"name":"channel-%d","topic":"what channel %d is about",
			"position":%d,"parent_id":"%d","last_message_id":"%d","rate_limit_per_user":0,"nsfw":false,"flags":0,
			"permission_overwrites":[{"id":"1","type":0,"allow":"0","deny":"1024"},{"id":"7","type":0,"allow":"1024","deny":"0"}]}`,
			200_000_000+i, i, i, i, 200_000_000+i%20, 900_000_000+i))
	}
	return []byte(`{"id":"1","name":"large","owner_id":"1000000","roles":[{"id":"1","name":"@everyone","permissions":"1024"},
		{"id":"7","name":"mod","permissions":"8"}],"channels":[` + strings.Join(channels, ",") + `]}`)
}

// benchMember is a member as servers send one.
func benchMember(i int) string {
	return fmt.Sprintf(`{"user":{"id":"%d","username":"user-%d","discriminator":"0","global_name":"User %d",
		"avatar":"a_%032x","public_flags":64,"bot":false},"nick":null,"roles":["7","%d"],"joined_at":"2024-05-06T07:08:09.123000+00:00",
		"premium_since":null,"deaf":false,"mute":false,"flags":0,"pending":false,"avatar":null}`,
		1_000_000+i, i, i, i, 300+i%50)
}

// benchChunk is a payload of GUILD_MEMBERS_CHUNK with a thousand members.
func benchChunk(from int) []byte {
	var members []string
	for i := range 1000 {
		members = append(members, benchMember(from+i))
	}
	return []byte(`{"guild_id":"1","chunk_index":0,"chunk_count":1,"members":[` + strings.Join(members, ",") + `]}`)
}

func decoded[T any](b testing.TB, decoder func([]byte, *T) error, d []byte) *T {
	b.Helper()
	event := new(T)
	if err := decoder(d, event); err != nil {
		b.Fatal(err)
	}
	return event
}

// large returns a state that knows a guild with its channels and the members asked for.
func large(b testing.TB, members int) *state.State {
	s := state.New(nil, state.Options{Messages: 100})
	s.Apply(b.Context(), &types.Ready{User: types.User{ID: 9}})
	s.Apply(b.Context(), decoded(b, decode.GuildCreate, benchGuild()))
	for from := 0; from < members; from += 1000 {
		s.Apply(b.Context(), decoded(b, decode.GuildMembersChunk, benchChunk(from)))
	}
	return s
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkMemory measures the heap that members, with their users, and channels take.
func BenchmarkMemory(b *testing.B) {
	for range b.N {
		before := heap()
		s := large(b, 0)
		channels := heap()
		for from := 0; from < benchMembers; from += 1000 {
			s.Apply(b.Context(), decoded(b, decode.GuildMembersChunk, benchChunk(from)))
		}
		members := heap()
		b.ReportMetric((channels-before)/benchChannels, "B/channel")
		b.ReportMetric((members-channels)/benchMembers, "B/member")
		total := s.Stats()
		b.ReportMetric(float64(total["Member"].Bytes+total["User"].Bytes)/benchMembers, "B/member-by-Stats")
	}
}

// BenchmarkApply measures what an event costs that is decoded already.
func BenchmarkApply(b *testing.B) {
	guild, chunk := benchGuild(), benchChunk(0)
	events := []struct {
		name string
		next func(i int) any
	}{
		{"GuildCreate500Channels", func(int) any { return decoded(b, decode.GuildCreate, guild) }},
		{"GuildMembersChunk1000", func(int) any { return decoded(b, decode.GuildMembersChunk, chunk) }},
		{"MessageCreate", func(i int) any {
			return decoded(b, decode.MessageCreate, fmt.Appendf(nil, `{"id":"%d","channel_id":"200000001","guild_id":"1","content":"hello",
				"author":{"id":"1000001","username":"user-1","discriminator":"0","global_name":"User 1","avatar":"a_%032x",
				"public_flags":64},"timestamp":"2024-05-06T07:08:09.123000+00:00","type":0}`, 1_000_000_000+i, 1))
		}},
		{"GuildMemberUpdate", func(i int) any {
			return decoded(b, decode.GuildMemberUpdate, fmt.Appendf(nil, `{"guild_id":"1","roles":["7"],"nick":"n%d","user":{"id":"1000005",
				"username":"user-5","discriminator":"0","global_name":"User 5","avatar":"a_%032x","public_flags":64}}`, i, 5))
		}},
		{"PresenceUpdate", func(i int) any {
			return decoded(b, decode.PresenceUpdate, fmt.Appendf(nil, `{"guild_id":"1","user":{"id":"%d"},"status":"idle","activities":[],
				"client_status":{"desktop":"idle"}}`, 1_000_000+i%1000))
		}},
		{"VoiceStateUpdate", func(i int) any {
			return decoded(b, decode.VoiceStateUpdate, fmt.Appendf(nil, `{"guild_id":"1","user_id":"%d","channel_id":"200000001",
				"session_id":"x","self_mute":true}`, 1_000_000+i%1000))
		}},
	}
	for _, e := range events {
		b.Run(e.name, func(b *testing.B) {
			s := large(b, 1000)
			const batch = 64
			made := make([]any, batch)
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				if i%batch == 0 {
					b.StopTimer()
					for j := range made {
						made[j] = e.next(i + j)
					}
					b.StartTimer()
				}
				s.Apply(b.Context(), made[i%batch])
			}
		})
	}
}

// BenchmarkRead measures look-ups by ten goroutines while another one has the state change.
func BenchmarkRead(b *testing.B) {
	s := large(b, 10_000)
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			user := types.User{ID: types.Snowflake(1_000_000 + i%20_000), Username: "x"}
			s.Apply(b.Context(), &types.GuildMemberAdd{GuildID: 1, GuildMember: types.GuildMember{User: &user}})
		}
	}()
	b.SetParallelism((10 + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			id := types.Snowflake(1_000_000 + i%10_000)
			if s.Member(1, id) == nil || s.Channel(200_000_001) == nil {
				b.Fail()
			}
		}
	})
	b.StopTimer()
	close(done)
	<-stopped
}
