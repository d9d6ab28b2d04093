module github.com/chorus-go/chorus/internal/bench

go 1.26.0

require (
	github.com/bwmarrin/discordgo v0.29.0
	github.com/chorus-go/chorus v0.0.0
	github.com/diamondburned/arikawa/v3 v3.6.0
	github.com/disgoorg/disgo v0.19.6
	github.com/disgoorg/json/v2 v2.0.0
	github.com/disgoorg/snowflake/v2 v2.0.3
	github.com/gorilla/websocket v1.5.3
	github.com/klauspost/compress v1.20.3
	golang.org/x/sync v0.24.0
)

require (
	github.com/disgoorg/godave v0.1.0 // indirect
	github.com/disgoorg/omit v1.0.0 // indirect
	github.com/goccy/go-json v0.12.0 // indirect
	github.com/gorilla/schema v1.4.1 // indirect
	github.com/sasha-s/go-csync v0.0.0-20240107134140-fcbab37b09ad // indirect
	golang.org/x/crypto v0.48.0 // indirect
	golang.org/x/sys v0.41.0 // indirect
	golang.org/x/time v0.10.0 // indirect
)

replace github.com/chorus-go/chorus => ../..
