package gateway

import (
	"bytes"
	stdjson "encoding/json"
	"slices"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/types"
)

// guildsOf returns the guilds that the d of a payload names as guild_id or guild_ids, each once. Send takes any
// payload, and opcode 8 allows an array for guild_id: what cannot be read names no guild.
func guildsOf(data []byte) []types.Snowflake {
	if !bytes.Contains(data, []byte(`"guild_id`)) {
		return nil
	}
	var named struct {
		GuildID  stdjson.RawMessage `json:"guild_id"`
		GuildIDs stdjson.RawMessage `json:"guild_ids"`
	}
	if json.Unmarshal(data, &named) != nil {
		return nil
	}
	var guilds []types.Snowflake
	for _, text := range []stdjson.RawMessage{named.GuildID, named.GuildIDs} {
		var one types.Snowflake
		var some []types.Snowflake
		switch text = bytes.TrimSpace(text); {
		case len(text) == 0:
		case text[0] == '[':
			if json.Unmarshal(text, &some) == nil {
				guilds = append(guilds, some...)
			}
		case json.Unmarshal(text, &one) == nil:
			guilds = append(guilds, one)
		}
	}
	slices.Sort(guilds)
	guilds = slices.Compact(guilds)
	return slices.DeleteFunc(guilds, func(guild types.Snowflake) bool { return guild == 0 })
}
