package gatewaytest

import (
	"fmt"
	"testing"
)

// TestShardingIsRequired has a bot in three guilds where two are allowed, which two shards hold.
func TestShardingIsRequired(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		server := NewServer(t, ServerOptions{
			Profile: Discord, Network: new(Network), MaxGuilds: 2, IdentifyInterval: -1,
			World: w.server.World(),
		})
		shards := map[uint64]int{uint64(w.guild.ID()>>22) % 2: 1}
		for i := range 2 {
			guild, err := server.World().AddGuild(w.ann.ID, fmt.Sprint("guild ", i))
			must(t, guild, err)
			must(t, guild, guild.Join(w.bot.ID))
			shards[uint64(guild.ID()>>22)%2]++
		}
		attempt := func(fields string) *rawClient {
			c := dial(t, server, "/?v=10")
			c.send(fmt.Sprintf(`{"op":2,"d":{"token":%q,"intents":0%s}}`, w.bot.Token, fields))
			return c
		}
		attempt("").wantClosed(4011)
		attempt(`,"shard":[0,1]`).wantClosed(4011)
		for id := range uint64(2) {
			c := attempt(fmt.Sprintf(`,"shard":[%d,2]`, id))
			if shards[id] > 2 {
				c.wantClosed(4011)
			} else {
				c.wantEvent("READY", 1)
			}
		}
		var bot struct{ Shards int }
		w.server = server
		w.want(200, "Bot "+w.bot.Token, "GET /gateway/bot", "", &bot)
		if bot.Shards != 2 {
			t.Errorf("%d shards are recommended", bot.Shards)
		}
	})
}
