package types

import "encoding/json"

// UnmarshalJSON reads a request as clients send it: guild_id may be an id or an array, of which the first is taken, as
// Spacebar does; user_ids may be one id alone. On an error r is left as it was.
func (r *RequestGuildMembers) UnmarshalJSON(data []byte) error {
	type plain RequestGuildMembers
	read := struct {
		plain
		GuildID SnowflakeList `json:"guild_id"`
	}{}
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	if len(read.GuildID) > 0 {
		read.plain.GuildID = read.GuildID[0]
	}
	*r = RequestGuildMembers(read.plain)
	return nil
}
