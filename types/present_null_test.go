package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestPresentNullReads(t *testing.T) {
	reads(t, `null`, types.PresentNull(true))
	reads(t, `true`, types.PresentNull(true))
	reads(t, `false`, types.PresentNull(false))
	for _, in := range []string{`0`, `1`, `""`, `"null"`, `{}`, `[]`} {
		refuses(t, in, types.PresentNull(true))
	}
	writes(t, types.PresentNull(true), `null`)
	writes(t, types.PresentNull(false), `false`)
	omits(t, types.PresentNull(false), true)
	omits(t, types.PresentNull(true), false)
}

func TestPresentNullTellsAbsentFromNull(t *testing.T) {
	for in, want := range map[string]types.PresentNull{`{}`: false, `{"premium_subscriber":null}`: true, `{"premium_subscriber": null }`: true} {
		for _, c := range codecs() {
			var tags struct {
				PremiumSubscriber types.PresentNull `json:"premium_subscriber,omitzero"`
			}
			if err := c.unmarshal([]byte(in), &tags); err != nil || tags.PremiumSubscriber != want {
				t.Errorf("%s: %s is read as %v (%v)", c.name, in, tags.PremiumSubscriber, err)
			}
		}
	}
}

func ExamplePresentNull() {
	var tags struct {
		BotID             types.Snowflake   `json:"bot_id,omitzero"`
		PremiumSubscriber types.PresentNull `json:"premium_subscriber,omitzero"`
		GuildConnections  types.PresentNull `json:"guild_connections,omitzero"`
	}
	err := gojson.Unmarshal([]byte(`{"premium_subscriber":null}`), &tags)
	fmt.Println(tags.PremiumSubscriber, tags.GuildConnections, err)
	// Output: true false <nil>
}
