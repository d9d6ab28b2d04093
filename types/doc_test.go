package types_test

import (
	"encoding/json"
	"fmt"

	"github.com/chorus-go/chorus/types"
)

// A partial update tells what has not changed from what has been cleared.
func Example_partialUpdate() {
	message := types.Message{Content: "helo", Pinned: true, Nonce: "42"}
	var update types.MessageUpdate
	err := json.Unmarshal([]byte(`{"id":"5","channel_id":"6","content":"hello","nonce":null,"edited_timestamp":"2026-11-22T01:10:50.686Z"}`), &update)
	if err != nil {
		fmt.Println(err)
		return
	}
	update.Content.Apply(&message.Content)
	update.Pinned.Apply(&message.Pinned)
	update.Nonce.Apply(&message.Nonce)
	update.EditedTimestamp.Apply(&message.EditedTimestamp)
	fmt.Printf("%q %v %q %v\n", message.Content, message.Pinned, message.Nonce, message.EditedTimestamp)
	// Output: "hello" true "" 2026-11-22T01:10:50.686+00:00
}

// What is sent holds the keys that were set, and no others: servers refuse keys they do not expect.
func Example_sending() {
	request := types.RequestGuildMembers{GuildID: 1573868338252199815, Query: types.Some(""), Limit: types.Some[int64](0)}
	out, err := json.Marshal(request)
	fmt.Println(string(out), err)
	// Output: {"guild_id":"1573868338252199815","query":"","limit":0} <nil>
}

// Values that this package does not know are kept and written back.
func Example_unknownValues() {
	var channel types.Channel
	err := json.Unmarshal([]byte(`{"id":"5","type":42,"flags":1099511627778,"colour":"new"}`), &channel)
	fmt.Println(channel.Type, channel.Flags, err)
	// Output: ChannelType(42) PINNED|0x10000000000 <nil>
}
