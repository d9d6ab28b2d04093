package gatewaytest

import (
	"net/http"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
)

// gateway is GET /gateway.
func (c *restCall) gateway() (int, any, error) {
	return http.StatusOK, map[string]any{"url": c.server.URL()}, nil
}

// gatewayBot is GET /gateway/bot. Spacebar recommends one shard whatever there is, Discord as many as a bot needs not
// to be in too many guilds on any of them, if they are spread evenly.
func (c *restCall) gatewayBot() (int, any, error) {
	shards := 1
	if c.user != nil && c.server.options.Profile == Discord {
		guilds, most := c.server.guildsOf(c.user.ID, pubsub.Shard{Count: 1}), c.server.options.MaxGuilds
		shards = max(1, (guilds+most-1)/most)
	}
	return http.StatusOK, map[string]any{
		"url": c.server.URL(), "shards": shards,
		"session_start_limit": map[string]int{
			"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1,
		},
	}, nil
}

// wellKnown is GET /.well-known/spacebar/client. A null among the compressions is how Spacebar says that there may be
// none.
//
// Source: https://docs.spacebar.chat/setup/server/wellknown/
func (c *restCall) wellKnown() (int, any, error) {
	base := httpURL(c.server.URL())
	return http.StatusOK, map[string]any{
		"api": map[string]any{
			"baseUrl":     base + "/api",
			"apiVersions": map[string]any{"default": "9", "active": []string{"6", "7", "8", "9", "10"}},
		},
		"cdn": map[string]any{"baseUrl": base},
		"gateway": map[string]any{
			"baseUrl": c.server.URL(), "encoding": []string{"etf", "json"},
			"compression": []any{"zstd-stream", "zlib-stream", nil},
		},
	}, nil
}
