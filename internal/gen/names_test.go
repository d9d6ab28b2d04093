package main

import (
	"slices"
	"testing"
)

func TestCamel(t *testing.T) {
	for name, want := range map[string]string{
		"_trace": "Trace", "id": "ID", "guild_ids": "GuildIDs", "dm_permission": "DMPermission", "afk": "AFK", "v": "V",
		"resume_gateway_url": "ResumeGatewayURL", "sku_id": "SKUID", "oauth2_install_params": "OAuth2InstallParams",
		"GUILD_TEXT": "GuildText", "GROUP_DM": "GroupDM", "TIER_1": "Tier1", "PAYPAL": "PayPal", "eBay": "EBay",
		"HeartbeatAck": "HeartbeatAck", "SoundCloud": "SoundCloud", "last_4": "Last4", "e": "E", "webauthn_enabled": "WebAuthnEnabled",
		"VIDEO_QUALITY_720_60FPS": "VideoQuality720_60FPS", "geo_ordered_rtc_regions": "GeoOrderedRTCRegions",
	} {
		if got := camel(name); got != want {
			t.Errorf("%s becomes %s, not %s", name, got, want)
		}
	}
}

func TestUnexported(t *testing.T) {
	for name, want := range map[string]string{
		"MessageFlags": "messageFlags", "SKUType": "skuType", "NSFWLevel": "nsfwLevel", "OAuth2Scope": "oAuth2Scope", "MFA": "mfa",
	} {
		if got := unexported(name); got != want {
			t.Errorf("%s becomes %s, not %s", name, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	if got := wrap("one two  three four", 9); !slices.Equal(got, []string{"one two", "three", "four"}) {
		t.Errorf("lines are %q", got)
	}
	if got := wrap("unbreakable word", 3); !slices.Equal(got, []string{"unbreakable", "word"}) {
		t.Errorf("lines are %q", got)
	}
}

// TestMurmur3 compares with hashes that Discord sends for the filters of experiments.
func TestMurmur3(t *testing.T) {
	for key, want := range map[string]uint32{
		"guild_has_feature": 1604612045, "guild_features": 1183251248, "guild_id_range": 2404720969, "min_id": 3399957344,
		"max_id": 1238858341, "guild_member_count_range": 2918402255, "guild_ids": 3013771838, "guild_hub_types": 4148745523,
		"guild_has_vanity_url": 188952590, "guild_in_range_by_hash": 2294888943, "hash_key": 2690752156, "target": 1982804121,
	} {
		if got := murmur3(key); got != want {
			t.Errorf("the hash of %s is %d, not %d", key, got, want)
		}
	}
}
