package cache

// Library is a cache with what feeds it.
type Library interface {
	// Decode reads a frame as the library's session does. The frame may be used again afterwards.
	Decode(frame []byte) (any, error)
	// Apply carries out what Decode returned, which is done once for each result.
	Apply(event any)
	// Look returns what the cache holds of something, in words that are the same for all libraries, "" if it does not
	// hold it.
	Look(kind Kind, guild, id uint64) string
}

// Kind is what can be looked at.
type Kind string

// The kinds.
const (
	Member   Kind = "member"   // by the user: name and nick
	Channel  Kind = "channel"  // name and topic; threads are channels
	Role     Kind = "role"     // the name
	Emoji    Kind = "emoji"    // the name
	Presence Kind = "presence" // by the user: the status
	Voice    Kind = "voice"    // by the user: the channel
	Message  Kind = "message"  // the content; the channel stands for the guild
)

// Libraries returns how each cache is made, this library's first.
func Libraries() []Maker {
	return []Maker{
		{Name: "chorus", New: newChorus},
		{Name: "discordgo", New: newDiscordgo},
		{Name: "disgo", New: newDisgo},
	}
}

// Maker makes empty caches of a library.
type Maker struct {
	Name string
	New  func() (Library, error)
}
