// Command disgo is the benchmark's client of disgo.
package main

import (
	"context"
	"log/slog"

	disgo "github.com/disgoorg/disgo/gateway"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/corpus"
)

func main() { client.Main(client.Disgo, open) }

func open(ctx context.Context, config client.Config, tally *client.Tally) error {
	names := client.Observed(config.Observe)
	handle := func(_ disgo.Gateway, kind disgo.EventType, _ int, _ disgo.EventData) {
		switch {
		case names[string(kind)]:
			for range max(config.Observers, 1) {
				tally.Event()
			}
		case kind == corpus.SentinelName:
			tally.Sentinel()
		}
	}
	gateway := disgo.New("benchmark", handle,
		disgo.WithURL(config.URL), disgo.WithCompression(disgo.CompressionType(config.Compression)),
		disgo.WithLogger(slog.New(&complaints{tally: tally})))
	return gateway.Open(ctx)
}

// complaints is a log of which only errors are kept.
type complaints struct {
	tally *client.Tally
}

// Enabled is part of slog.Handler.
func (c *complaints) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelError
}

// Handle is part of slog.Handler.
func (c *complaints) Handle(_ context.Context, record slog.Record) error {
	text := record.Message
	record.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	c.tally.Fault(text)
	return nil
}

// WithAttrs is part of slog.Handler.
func (c *complaints) WithAttrs([]slog.Attr) slog.Handler { return c }

// WithGroup is part of slog.Handler.
func (c *complaints) WithGroup(string) slog.Handler { return c }
