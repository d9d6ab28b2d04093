// Package cache compares the cache of this library, gateway/state, with those of its peers: the memory of a member and
// of a channel, and the time of READY and of each kind of event, in one run on the same frames:
//
//	go test -run '^$' -bench . -benchtime 1x -count 3 ./cache
//
// Each library reads a whole frame, envelope included, as its session does once the websocket has given it, and carries
// it out on a cache that holds all that the library can hold. BenchmarkFrame measures both together, BenchmarkApply
// only what the cache does with an event that is decoded already.
//
// The libraries do not do the same, and what is said of one here is not to its disadvantage:
//
//   - discordgo replaces what its session does before the cache is told, which is unexported, by the same few lines.
//   - disgo takes nothing of a guild from READY, and members in chunks only for a request of its own that waits. The
//     request is made, with a filter that spares it handing each member to whoever waits. Its cache has no limit of
//     messages; the others keep 100 in each channel.
//   - discordgo and disgo change what they hold, under locks; what gateway/state gives is never changed, and it leaves
//     what was there before an event to the event's observers.
package cache
