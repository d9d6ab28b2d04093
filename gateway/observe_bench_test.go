package gateway

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// stationary makes a handle that was never dialled, and what is observed on it.
func stationary(t testing.TB) (*socket, *Shared[types.Guild]) {
	s := unconnected(t)
	handle := GatewayHandle{Events: s.c.events, connection: s.c}
	whole := types.GatewayGuild{Guild: types.Guild{ID: 7}}
	for i := range 100_000 {
		whole.Members = append(whole.Members, types.GuildMember{User: &types.User{ID: types.Snowflake(i + 1)}})
	}
	guild, err := Observe(t.Context(), handle, whole.Guild, WithContents(&whole))
	if err != nil {
		t.Fatal(err)
	}
	return s, guild
}

func TestLoadingAllocatesNothing(t *testing.T) {
	_, guild := stationary(t)
	if n := testing.AllocsPerRun(1000, func() { guild.Load() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSharedLoad(b *testing.B) {
	_, guild := stationary(b)
	b.ReportAllocs()
	for b.Loop() {
		guild.Load()
	}
}

func BenchmarkSharedLoadInParallel(b *testing.B) {
	_, guild := stationary(b)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			guild.Load()
		}
	})
}

// BenchmarkSharedLoadWhileEventsPourIn is one look at a guild and at a member of it, by ten goroutines while another one
// has events change both.
func BenchmarkSharedLoadWhileEventsPourIn(b *testing.B) {
	s, guild := stationary(b)
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				s.receive(fmt.Appendf(nil, `{"op":0,"t":"GUILD_UPDATE","s":1,"d":{"id":"7","name":"%d"}}`, i))
				s.receive(fmt.Appendf(nil, `{"op":0,"t":"GUILD_MEMBER_UPDATE","s":1,
					"d":{"guild_id":"7","user":{"id":"500"},"nick":"%d","roles":["7"]}}`, i))
			}
		}
	}()
	b.SetParallelism((10 + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if guild.Load() == nil || Child[types.GuildMember](guild, 500) == nil {
				b.Fail()
			}
		}
	})
	b.StopTimer()
	close(done)
	<-stopped
}

func BenchmarkChildOf100000Members(b *testing.B) {
	_, guild := stationary(b)
	b.ReportAllocs()
	for b.Loop() {
		if Child[types.GuildMember](guild, 50_000) == nil {
			b.Fatal("there is no such member")
		}
	}
}

// BenchmarkObservedMemberUpdate is one event of a member of a guild of 100,000 that is observed.
func BenchmarkObservedMemberUpdate(b *testing.B) {
	s, guild := stationary(b)
	payload := []byte(`{"op":0,"t":"GUILD_MEMBER_UPDATE","s":1,
		"d":{"guild_id":"7","user":{"id":"500"},"nick":"x","roles":["7"]}}`)
	b.ReportAllocs()
	for b.Loop() {
		s.receive(payload)
	}
	if member := Child[types.GuildMember](guild, 500); member == nil || member.Nick != "x" {
		b.Fatalf("the member is %+v", member)
	}
}
