package client

import "slices"

// The libraries; each has a program of this name in the folder clients. Floor is no library but gorilla/websocket
// alone, which reads frames and throws them away.
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

// Supports tells whether a library reads a transport compression.
func Supports(library, compression string) bool {
	return compression == "" || slices.Contains([]string{Chorus, Floor, Disgo}, library)
}
