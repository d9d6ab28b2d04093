package client

import (
	"context"
	"slices"
)

// opener makes one connection and returns when it is ready. The connection lasts as long as the process.
type opener func(ctx context.Context, config Config, tally *tally) error

// The libraries. Floor is no library but gorilla/websocket alone, which reads frames and throws them away.
const (
	Chorus    = "chorus"
	Floor     = "gorilla"
	Discordgo = "discordgo"
	Disgo     = "disgo"
	Arikawa   = "arikawa"
)

// Libraries are the names of all libraries, this one and the floor first.
func Libraries() []string { return []string{Chorus, Floor, Discordgo, Disgo, Arikawa} }

// Peers are the libraries that this one is compared with.
func Peers() []string { return []string{Discordgo, Disgo, Arikawa} }

func libraries() map[string]opener {
	return map[string]opener{
		Chorus: openChorus, Floor: openFloor, Discordgo: openDiscordgo, Disgo: openDisgo, Arikawa: openArikawa,
	}
}

// Supports tells whether a library reads a transport compression.
func Supports(library, compression string) bool {
	return compression == "" || slices.Contains([]string{Chorus, Floor, Disgo}, library)
}
