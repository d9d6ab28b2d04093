package pubsub

import "github.com/chorus-go/chorus/types"

// Shard is which part of a user's guilds a session has asked for in Identify: the field shard. The zero value is the
// only shard of one, as when the field is absent.
type Shard struct {
	ID    int // 0 to Count-1
	Count int // how many shards the client runs
}

// Holds says whether the events of a guild belong to the shard: (guild >> 22) % Count is its ID. What is outside guilds,
// such as a direct message, is guild 0, and belongs to the first shard.
func (s Shard) Holds(guild types.Snowflake) bool { return guild.Shard(s.Count) == s.ID }

// valid says whether there can be such a shard.
func (s Shard) valid() bool { return s.ID >= 0 && s.Count >= 0 && s.ID < max(s.Count, 1) }
