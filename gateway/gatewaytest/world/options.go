package world

// Profile says which server the world behaves like, where the two differ: in what READY holds, in who is told of a
// presence, and in the events of threads.
type Profile int

// The profiles.
const (
	// Spacebar is the world as the Spacebar server shows it. It is the default.
	Spacebar Profile = iota
	// Discord is the world as Discord documents it.
	Discord
)

// String returns "spacebar" or "discord".
func (p Profile) String() string {
	if p == Discord {
		return "discord"
	}
	return "spacebar"
}

// Options are what a World is made with. The zero value is a usable Spacebar.
type Options struct {
	// Seed makes ids, tokens and invite codes: two worlds with the same seed, to which the same things happen at the same
	// times, have the same.
	Seed uint64
	// Instance is the name of the server, as it stands in the _trace of READY. Without it, it is "chorus.test".
	Instance string
	// Profile says which server the world behaves like.
	Profile Profile
	// ResumeURL is resume_gateway_url of READY.
	ResumeURL string
	// VoiceEndpoint is the host and port that clients are told to speak to. Without it, it is "voice.chorus.test:443".
	VoiceEndpoint string
	// Welcome has the server post a message in a guild's system channel when somebody joins, unless the guild's
	// system_channel_flags suppress it. Real servers do that; here it is left out unless it is asked for, so that a test
	// that has members join has the channel for itself.
	Welcome bool
	// Report is told of every failure to deliver an event, a *pubsub.DispatchError or *pubsub.StateError; the other
	// recipients have it. It is called without locks, in the order of the events. Nil forgets failures.
	Report func(error)
}

// withDefaults returns the options with what was left out.
func (o Options) withDefaults() Options {
	if o.Instance == "" {
		o.Instance = "chorus.test"
	}
	if o.VoiceEndpoint == "" {
		o.VoiceEndpoint = "voice.chorus.test:443"
	}
	return o
}
