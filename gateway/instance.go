package gateway

import (
	"slices"
	"time"
)

// Instance is what a server says about itself: see Discover. All strings and lists are as the server states them, except
// where it says otherwise here.
type Instance struct {
	// Gateway is the URL to give to Spawn: ws or wss, without a query. It is never empty.
	Gateway string

	// API is the URL of the REST API, without a version and without a slash at the end: "https://spacebar.example/api".
	// It is empty if the server does not state it and was not asked there, or states one that is not to be used.
	API string

	// CDN is the URL below which avatars and the like are, without a slash at the end. It may be empty, as API.
	CDN string

	// APIVersions are the versions of the API that are active, such as "9"; nil if the server does not say.
	APIVersions []string

	// DefaultAPIVersion is the version of the API for those who name none, "" if the server does not say.
	DefaultAPIVersion string

	// Encodings are the values of encoding= that the gateway knows, such as "json"; nil if the server does not say.
	Encodings []string

	// Compressions are the values of compress= that the gateway knows, such as "zstd-stream"; nil if the server does not
	// say. The null by which Spacebar says that there may be none is left out: every gateway allows that.
	Compressions []string

	// Bot is what /gateway/bot says; nil if it was not asked.
	Bot *BotGateway
}

// OffersEncoding reports whether the gateway knows an encoding. It is true as well if the server does not say which it
// knows.
func (i *Instance) OffersEncoding(encoding Encoding) bool {
	return i.Encodings == nil || slices.Contains(i.Encodings, encoding.String())
}

// OffersCompression reports whether the gateway knows a compression. It is true as well if the server does not say which
// it knows, and always for NoCompression and PayloadZlib, which no server can refuse.
func (i *Instance) OffersCompression(compression Compression) bool {
	return i.Compressions == nil || !compression.ofStream() || slices.Contains(i.Compressions, compression.String())
}

// BotGateway is how a bot should connect.
//
// Source: https://docs.discord.food/topics/gateway#get-gateway-bot
type BotGateway struct {
	Shards            int               // how many the server recommends, at least 1
	SessionStartLimit SessionStartLimit // how many sessions it may begin
}

// SessionStartLimit is how many sessions a bot may begin. Spacebar states constants.
//
// Source: https://docs.discord.food/topics/gateway#session-start-limit-object
type SessionStartLimit struct {
	Total          int           // in each period
	Remaining      int           // in this one
	ResetAfter     time.Duration // until the next period
	MaxConcurrency int           // how many may begin in the same five seconds, at least 1
}
