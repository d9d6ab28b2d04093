package decode

import (
	"testing"

	"github.com/chorus-go/chorus/internal/json"
)

func TestReadySessionAgreesWithTheOtherDecoder(t *testing.T) {
	for _, text := range []string{
		`{}`,
		`{"session_id":"s","resume_gateway_url":"wss://a","user":{"id":"42","username":"ann"},"guilds":[{"id":"1"}]}`,
		` { "v" : 9 , "user" : { "x" : [ { } ] , "id" : 42 } , "session_id" : "a\u00e9\n" } `,
		`{"Session_ID":"s","USER":{"Id":"7"}}`,
		`{"user":null,"session_id":null}`,
		`{"user":{"id":"1"},"user":{"id":"2"}}`,
		`{"session_id":5}`, `{"user":[]}`, `{"user":{"id":{}}}`, `{"guilds":[}`, `{"a":tru}`, `{"session_id":"s"},"x":1`, ``, `[]`,
	} {
		var got, want Session
		gotErr, wantErr := ReadySession([]byte(text), &got), json.Unmarshal([]byte(text), &want)
		if gotErr == nil && (wantErr != nil || got != want) {
			t.Errorf("%s: %+v, want %+v, %v", text, got, want, wantErr)
		}
		if gotErr != nil && wantErr == nil {
			t.Errorf("%s: gave up", text)
		}
	}
}
