package types

import "cmp"

// Merged returns the guild itself, whichever of its forms the server has sent: flat, or with the capability
// CLIENT_STATE_V2 in Properties. In the second form it is Properties with what stands beside it: ID, Roles, Emojis,
// Stickers, PremiumSubscriptionCount and Version. So Merged().Name is the guild's name in both.
//
// An unavailable guild has no more than its ID; see Unavailable. The result is a copy whose lists and pointers are
// shared with g.
func (g *GatewayGuild) Merged() Guild {
	if g.Properties == nil {
		return g.Guild
	}
	merged := *g.Properties
	merged.ID = cmp.Or(g.ID, merged.ID)
	merged.PremiumSubscriptionCount = cmp.Or(g.PremiumSubscriptionCount, merged.PremiumSubscriptionCount)
	merged.Version = cmp.Or(g.Version, merged.Version)
	if g.Roles != nil {
		merged.Roles = g.Roles
	}
	if g.Emojis != nil {
		merged.Emojis = g.Emojis
	}
	if g.Stickers != nil {
		merged.Stickers = g.Stickers
	}
	return merged
}

// Activities returns the embedded activities that run in the guild, under whichever of its two names the server has
// sent the list: activity_instances, or the older embedded_activities, of which an element in another shape is left
// out; it is in EmbeddedActivities.
func (g *GatewayGuild) Activities() []EmbeddedActivityInstance {
	return activityInstances(g.ActivityInstances, g.EmbeddedActivities)
}

// Activities returns the embedded activities that run in the guild, as [GatewayGuild.Activities] does.
func (g *SupplementalGuild) Activities() []EmbeddedActivityInstance {
	return activityInstances(g.ActivityInstances, g.EmbeddedActivities)
}

func activityInstances(instances []EmbeddedActivityInstance, old []Raw) []EmbeddedActivityInstance {
	if len(instances) > 0 {
		return instances
	}
	var read []EmbeddedActivityInstance
	for _, raw := range old {
		var instance EmbeddedActivityInstance
		if !raw.IsNull() && raw.Decode(&instance) == nil {
			read = append(read, instance)
		}
	}
	return read
}
