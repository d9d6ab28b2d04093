package client

import "github.com/chorus-go/chorus/internal/bench/corpus"

// Observed are the names of what is observed, for libraries that hand everything to one function.
func Observed(what Observe) map[string]bool {
	names := map[string]bool{}
	switch what {
	case Messages:
		names["MESSAGE_CREATE"] = true
	case Guilds:
		names["GUILD_CREATE"] = true
	case All:
		for _, name := range corpus.Names() {
			names[name] = true
		}
	}
	return names
}
