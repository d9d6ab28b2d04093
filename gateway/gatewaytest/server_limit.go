package gatewaytest

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/chorus-go/chorus/types"
)

// The limits of Discord.
const (
	payloadLimit   = 120 // payloads of any kind
	payloadWindow  = time.Minute
	presenceLimit  = 5 // of op 3
	presenceWindow = 20 * time.Second
	membersWindow  = 30 * time.Second // between two requests for all members of a guild
)

// rateWindows count what a connection has received. They belong to its reader.
type rateWindows struct {
	payloads, presences rateWindow
}

// rateWindow remembers when the last ones came.
type rateWindow []time.Time

// admit notes one more, and says whether it is within the limit.
func (w *rateWindow) admit(now time.Time, limit int, window time.Duration) bool {
	for len(*w) > 0 && now.Sub((*w)[0]) >= window {
		*w = (*w)[1:]
	}
	if len(*w) >= limit {
		return false
	}
	*w = append(*w, now)
	return true
}

// admit refuses what comes too fast.
func (r *rateWindows) admit(op types.Opcode) error {
	now := time.Now()
	if !r.payloads.admit(now, payloadLimit, payloadWindow) {
		return refuse(4008, "more than 120 payloads in 60 s")
	}
	if op == types.OpcodePresenceUpdate && !r.presences.admit(now, presenceLimit, presenceWindow) {
		return refuse(4008, "more than 5 presences in 20 s")
	}
	return nil
}

// memberRequests remember when a session has asked for all members of guilds.
type memberRequests struct {
	mu   sync.Mutex
	last map[types.Snowflake]time.Time
}

// admit says how long a request for members must wait; it is noted if that is not at all.
func (m *memberRequests) admit(guild types.Snowflake) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if last, ok := m.last[guild]; ok {
		if wait := membersWindow - now.Sub(last); wait > 0 {
			return wait
		}
	}
	if m.last == nil {
		m.last = make(map[types.Snowflake]time.Time)
	}
	m.last[guild] = now
	return 0
}

// limited answers a request for all members of a guild that comes too early, and says whether it did.
func (n *session) limited(r types.RequestGuildMembers) bool {
	query, queried := r.Query.Get()
	if len(r.UserIDs) > 0 || queried && query != "" {
		return false
	}
	wait := n.members.admit(r.GuildID)
	if wait == 0 {
		return false
	}
	meta := map[string]any{"guild_id": r.GuildID}
	if r.Nonce != "" {
		meta["nonce"] = r.Nonce
	}
	data, err := json.Marshal(map[string]any{
		"opcode": types.OpcodeRequestGuildMembers, "retry_after": wait.Seconds(), "meta": meta,
	})
	return err == nil && n.state.Dispatch("RATE_LIMITED", json.RawMessage(data)) == nil
}
