package types_test

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestPositionalLayout(t *testing.T) {
	want := types.UserExperiment{Hash: 4047587481, Revision: 1, Bucket: 2, Override: -1, HoldoutName: "hold"}
	reads(t, `[4047587481,1,2,-1,0,0,0,0,"hold",null]`, want)
	reads(t, `{"hash":4047587481,"revision":1,"bucket":2,"override":-1,"holdout_name":"hold"}`, want)
	reads(t, `[]`, types.UserExperiment{})
	reads(t, `[7,1,2,0,0,0,0,0,"",0,0,"more",{}]`, types.UserExperiment{Hash: 7, Revision: 1, Bucket: 2})
	reads(t, `null`, types.UserExperiment{})
	fails[types.UserExperiment](t, `["hash"]`)
	fails[types.UserExperiment](t, `7`)
}

func TestHashedLayout(t *testing.T) {
	filters := types.ExperimentPopulationFilters{
		GuildHasFeature:       &types.ExperimentPopulationGuildFeatureFilter{GuildFeatures: []types.GuildFeature{"COMMUNITY"}},
		GuildMemberCountRange: &types.ExperimentPopulationRangeFilter{MinID: 1000},
	}
	const hashed = `[[1604612045,[[1183251248,["COMMUNITY"]]]],[2918402255,[[3399957344,1000],[1238858341,null]]],[1,[[2,3]]]]`
	reads(t, hashed, filters)
	reads(t, `{"guild_has_feature":{"guild_features":["COMMUNITY"]},"guild_member_count_range":{"min_id":"1000"}}`, filters)
	reads(t, `[["not a hash",1]]`, types.ExperimentPopulationFilters{})
	fails[types.ExperimentPopulationFilters](t, `[1]`)
	fails[types.ExperimentPopulationFilters](t, `[[1604612045,7]]`)
	reads(t, `[1405831955,"2021-06_guild_role_subscriptions",0,[[[[-1,[{"s":7200,"e":10000}]]],`+hashed+`]]]`, types.GuildExperiment{
		Hash: 1405831955, HashKey: "2021-06_guild_role_subscriptions",
		Populations: []types.ExperimentPopulation{{
			Ranges:  []types.ExperimentPopulationRange{{Bucket: -1, Rollout: []types.ExperimentPopulationRollout{{S: 7200, E: 10000}}}},
			Filters: filters,
		}},
	})
}

// fails checks that both decoders give an error.
func fails[T any](t *testing.T, in string) {
	t.Helper()
	for _, c := range codecs() {
		var got T
		if err := c.unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s: %s reads as %+v", c.name, in, got)
		}
	}
}
