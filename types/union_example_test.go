package types_test

import (
	"encoding/json"
	"fmt"

	"github.com/chorus-go/chorus/types"
)

// An event has the fields of every kind of channel; Variant tells which of them mean something.
func ExampleChannel_Variant() {
	var event types.ChannelCreate
	in := `{"id":"5","type":2,"guild_id":"1","name":"Lounge","bitrate":64000,"user_limit":10}`
	if err := json.Unmarshal([]byte(in), &event); err != nil {
		fmt.Println(err)
	}
	switch channel := event.Variant().(type) {
	case *types.VoiceChannel:
		fmt.Println("voice", channel.Name, channel.Bitrate, channel.UserLimit)
	case *types.Thread:
		fmt.Println("thread", channel.Name, channel.ThreadMetadata)
	case *types.UnknownChannel:
		fmt.Println("unknown", channel.Type, channel.Raw)
	}
	// Output: voice Lounge 64000 10
}

// A list of channels of all kinds is read in one go, and written back as it was.
func ExampleAnyChannel() {
	var channels []types.AnyChannel
	in := `[{"id":"5","type":0,"name":"general"},{"id":"6","type":11,"parent_id":"5"},{"id":"7","type":42,"shape":"round"}]`
	if err := json.Unmarshal([]byte(in), &channels); err != nil {
		fmt.Println(err)
	}
	for _, any := range channels {
		fmt.Printf("%T of type %s\n", any.ChannelVariant, any.ChannelType())
	}
	out, err := json.Marshal(channels)
	fmt.Println(string(out) == in, err)
	// Output:
	// *types.TextChannel of type GUILD_TEXT
	// *types.Thread of type PUBLIC_THREAD
	// *types.UnknownChannel of type ChannelType(42)
	// true <nil>
}

// Subcommands contain options, which are looked at in the same way.
func ExampleApplicationCommandOption_Variant() {
	var command types.ApplicationCommand
	in := `{"name":"role","options":[{"type":1,"name":"give","options":[{"type":6,"name":"to","required":true},` +
		`{"type":3,"name":"why","max_length":100}]}]}`
	if err := json.Unmarshal([]byte(in), &command); err != nil {
		fmt.Println(err)
	}
	var show func(options []types.ApplicationCommandOption)
	show = func(options []types.ApplicationCommandOption) {
		for i := range options {
			switch option := options[i].Variant().(type) {
			case *types.SubcommandOption:
				fmt.Println("subcommand", option.Name)
				show(option.Options)
			case *types.UserOption:
				fmt.Println("user", option.Name, option.Required)
			case *types.StringOption:
				fmt.Println("string", option.Name, option.MaxLength)
			}
		}
	}
	show(command.Options)
	// Output:
	// subcommand give
	// user to true
	// string why 100
}
