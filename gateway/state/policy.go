package state

// Policy says which entities of a kind are kept. The zero Policy is All.
type Policy struct {
	off, own bool
	latest   int
}

// All keeps every entity that an event has told of, until one tells that it is gone.
func All() Policy { return Policy{} }

// Off keeps nothing. Events that tell of nothing else are not observed, so that they are not decoded either.
func Off() Policy { return Policy{off: true} }

// Latest keeps at most n entities in each guild or, of messages, in each channel; of what belongs to neither, n in all.
// If there are more, one that was not looked up for long goes, and not the one that came last. n below 1 is [Off].
func Latest(n int) Policy {
	if n < 1 {
		return Off()
	}
	return Policy{latest: n}
}

// Own keeps only those that are about the user of the session: its members, presences and voice states. For kinds of
// which the entities are not by users it is [All].
func Own() Policy { return Policy{own: true} }

// Options say what a [State] keeps. The zero value keeps everything but messages.
type Options struct {
	// Guilds are guilds with their roles, emojis and stickers. Without them it is not noticed that what is told of a
	// guild that was left comes too late.
	Guilds Policy
	// Channels are channels, threads and private channels.
	Channels Policy
	// Users are users as others see them.
	Users Policy
	// Members are members of guilds, Presences what they do, VoiceStates who of them is in voice.
	Members, Presences, VoiceStates Policy
	// ThreadMembers are the members of threads.
	ThreadMembers Policy
	// StageInstances are stages, ScheduledEvents what is planned, SoundboardSounds sounds of guilds.
	StageInstances, ScheduledEvents, SoundboardSounds Policy
	// Integrations are applications and services that are connected with guilds, AutoModRules the rules of their automatic
	// moderation, Bans those who are banned. Servers tell of none of them until it changes.
	Integrations, AutoModRules, Bans Policy
	// Relationships are friends, blocked users and requests, GameRelationships those in a game, Notes what the user has
	// noted of others.
	Relationships, GameRelationships, Notes Policy
	// Entitlements are what was bought, Subscriptions who subscribes to the application. Servers tell of none of them until
	// it changes.
	Entitlements, Subscriptions Policy
	// Calls are calls in private channels.
	Calls Policy
	// Settings are the settings of the user, those for guilds included.
	Settings Policy
	// Messages says how many messages of each channel are kept. They are the one kind of which nothing is kept unless
	// it is asked for: 0 is [Off], a negative number keeps all.
	Messages int
}
