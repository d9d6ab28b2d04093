package state

import (
	"iter"

	"github.com/chorus-go/chorus/types"
)

// The look-ups below are of what servers tell only when it changes. So nothing is known of what was there before the
// session, and a new session begins again with nothing: what is returned is right, and what is missing may be there.

// Integration returns an integration of a guild, or nil.
func (s *State) Integration(guild, id types.Snowflake) *types.Integration {
	return s.stores.integrations.get(guild, id)
}

// Integrations yields the integrations of a guild that are known.
func (s *State) Integrations(guild types.Snowflake) iter.Seq[*types.Integration] {
	return s.stores.integrations.each(guild)
}

// AutoModRule returns a rule of the automatic moderation of a guild, or nil.
func (s *State) AutoModRule(guild, id types.Snowflake) *types.AutoModRule {
	return s.stores.rules.get(guild, id)
}

// AutoModRules yields the rules of the automatic moderation of a guild that are known.
func (s *State) AutoModRules(guild types.Snowflake) iter.Seq[*types.AutoModRule] {
	return s.stores.rules.each(guild)
}

// Ban returns the ban of a user from a guild, or nil.
func (s *State) Ban(guild, user types.Snowflake) *types.GuildBanAdd {
	return s.stores.bans.get(guild, user)
}

// Bans yields the bans of a guild that are known.
func (s *State) Bans(guild types.Snowflake) iter.Seq[*types.GuildBanAdd] {
	return s.stores.bans.each(guild)
}

// Entitlement returns an entitlement, or nil.
func (s *State) Entitlement(id types.Snowflake) *types.Entitlement {
	return s.stores.entitlements.get(0, id)
}

// Entitlements yields the entitlements that are known.
func (s *State) Entitlements() iter.Seq[*types.Entitlement] { return s.stores.entitlements.each(0) }

// Subscription returns a subscription to the application, or nil.
func (s *State) Subscription(id types.Snowflake) *types.ApplicationSubscription {
	return s.stores.subscribers.get(0, id)
}

// Subscriptions yields the subscriptions to the application that are known.
func (s *State) Subscriptions() iter.Seq[*types.ApplicationSubscription] {
	return s.stores.subscribers.each(0)
}
