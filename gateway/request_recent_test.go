package gateway_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestSearchRecentMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []payload
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			sent = append(sent, asked)
			p.dispatch("RATE_LIMITED", 1, `{"opcode":35,"retry_after":9,"meta":{"guild_id":"7","nonce":"another"}}`)
			p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk("7", "somebody else's", 0, 1, 99))
			p.dispatch("GUILD_MEMBERS_CHUNK", 2, chunk("7", asked.field("nonce"), 0, 1, 2, 1))
		})))
		result, err := handle.SearchRecentMembers(t.Context(), types.SearchRecentMembers{GuildID: 7, ContinuationToken: types.Some[types.Snowflake](5)})
		if err != nil || result.GuildID != 7 || !slices.Equal(memberIDs(result.Members), []types.Snowflake{2, 1}) {
			t.Fatalf("%+v, %v", result, err)
		}
		synctest.Wait()
		nonce := sent[0].field("nonce")
		want := `{"guild_id":"7","query":"","continuation_token":"5","nonce":"` + nonce + `"}`
		if len(sent) != 1 || sent[0].Op != types.OpcodeSearchRecentMembers || len(nonce) < 16 || len(nonce) > 32 || string(sent[0].D) != want {
			t.Errorf("sent %v %s, want %s", sent[0].Op, sent[0].D, want)
		}
		result, err = handle.SearchRecentMembers(t.Context(), types.SearchRecentMembers{GuildID: 7, Nonce: strings.Repeat("x", 33)})
		if refused, ok := errors.AsType[*gateway.PayloadError](err); !ok || refused.Field != "nonce" || result != nil {
			t.Errorf("a long nonce: %v, %v", result, err)
		}
		if synctest.Wait(); len(sent) != 1 {
			t.Error("a request that was refused was sent")
		}
		unobserved(t, handle.Events)
	})
}
