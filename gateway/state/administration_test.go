package state_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// changed is what a state knows of what is told only when it changes, as text.
func changed(s *state.State) string {
	return fmt.Sprint(number(s.Integrations(1)), number(s.AutoModRules(1)), number(s.Bans(1)), number(s.Entitlements()),
		number(s.Subscriptions()), number(s.GameRelationships(3)))
}

// number returns how much is yielded.
func number[V any](seq iter.Seq[V]) (n int) {
	for range seq {
		n++
	}
	return n
}

// TestWhatIsToldWhenItChanges tells of each of those kinds that it is there, that it is another one, and that it is gone.
func TestWhatIsToldWhenItChanges(t *testing.T) {
	s := state.New(nil, state.Options{})
	tell(t, s, new(types.Ready), ready)
	tell(t, s, new(types.IntegrationCreate), `{"id":"5","guild_id":"1","name":"a"}`)
	tell(t, s, new(types.IntegrationUpdate), `{"id":"5","guild_id":"1","name":"b"}`)
	tell(t, s, new(types.IntegrationCreate), `{"id":"6","guild_id":"404"}`)
	tell(t, s, new(types.AutoModerationRuleCreate), `{"id":"5","guild_id":"1","name":"a"}`)
	tell(t, s, new(types.AutoModerationRuleUpdate), `{"id":"5","guild_id":"1","name":"b"}`)
	tell(t, s, new(types.GuildBanAdd), `{"guild_id":"1","user":{"id":"5","username":"b"}}`)
	tell(t, s, new(types.EntitlementCreate), `{"id":"5","sku_id":"1"}`)
	tell(t, s, new(types.EntitlementUpdate), `{"id":"5","sku_id":"2"}`)
	tell(t, s, new(types.SubscriptionCreate), `{"id":"5","user_id":"1"}`)
	tell(t, s, new(types.SubscriptionUpdate), `{"id":"5","user_id":"2"}`)
	tell(t, s, new(types.GameRelationshipAdd), `{"application_id":"3","user_id":"5","type":1,"user":{"id":"5"}}`)
	if got := changed(s); got != "1 1 1 1 1 1" {
		t.Fatalf("known are %s", got)
	}
	if s.Integration(1, 5).Name != "b" || s.AutoModRule(1, 5).Name != "b" || s.Ban(1, 5).User.Username != "b" ||
		s.Entitlement(5).SKUID != 2 || s.Subscription(5).UserID != 2 || s.GameRelationship(3, 5).Type != 1 {
		t.Error("what is known is not what was told last")
	}
	tell(t, s, new(types.IntegrationDelete), `{"id":"5","guild_id":"1"}`)
	tell(t, s, new(types.GuildBanRemove), `{"guild_id":"1","user":{"id":"5"}}`)
	tell(t, s, new(types.EntitlementDelete), `{"id":"5"}`)
	tell(t, s, new(types.GameRelationshipRemove), `{"application_id":"3","user_id":"5","id":"5"}`)
	if got := changed(s); got != "0 1 0 0 1 0" {
		t.Errorf("after the deletions %s are known", got)
	}
	tell(t, s, new(types.GuildDelete), `{"id":"1"}`)
	tell(t, s, new(types.SubscriptionDelete), `{"id":"5"}`)
	if got := changed(s); got != "0 0 0 0 0 0" {
		t.Errorf("after the guild's end %s are known", got)
	}
}

// TestANewSessionKnowsNothingOfChanges has a session follow another one, in which all may have changed unseen.
func TestANewSessionKnowsNothingOfChanges(t *testing.T) {
	s := state.New(nil, state.Options{})
	tell(t, s, new(types.Ready), ready)
	tell(t, s, new(types.IntegrationCreate), `{"id":"5","guild_id":"1","name":"a"}`)
	tell(t, s, new(types.EntitlementCreate), `{"id":"5","sku_id":"1"}`)
	tell(t, s, new(types.GuildBanAdd), `{"guild_id":"1","user":{"id":"5"}}`)
	tell(t, s, new(types.Ready), ready)
	if got := changed(s); got != "0 0 0 0 0 0" {
		t.Errorf("after another READY %s are known", got)
	}
}

func TestWhatChangesIsNotObservedUnlessItIsKept(t *testing.T) {
	events := gateway.NewEvents()
	all := state.New(events, state.Options{})
	if !events.Guild.BanAdd.Observed() || !events.Relationship.GameRelationshipAdd.Observed() {
		t.Error("what is kept is not observed")
	}
	all.Close()
	off := state.Off()
	s := state.New(events, state.Options{Integrations: off, AutoModRules: off, Bans: off, GameRelationships: off, Entitlements: off,
		Subscriptions: off, Users: off})
	defer s.Close()
	if events.Guild.BanAdd.Observed() || events.Relationship.GameRelationshipAdd.Observed() {
		t.Error("what is not kept is observed")
	}
	for range s.Bans(1) {
		t.Error("what is not kept is there")
	}
}
