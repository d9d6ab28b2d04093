package types_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestIdentifyDefaults(t *testing.T) {
	const user = `"properties":{"os":"Windows","os_version":"10","browser":"Chrome","browser_user_agent":` +
		`"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",` +
		`"browser_version":"138.0.0.0","client_build_number":416789,"release_channel":"stable","system_locale":"en-US"},"capabilities":3070}`
	for want, identify := range map[string]types.Identify{
		`{"token":"",` + user:  types.IdentifyCommon(),
		`{"token":"t",` + user: types.IdentifyUser("t"),
		`{"token":"t","properties":{"os":"Linux","browser":"chorus-go","browser_user_agent":"","browser_version":"","client_build_number":0,` +
			`"release_channel":"stable","system_locale":"en-US","device":"chorus-go"},"intents":513}`: types.IdentifyBot("t", types.IntentGuilds|types.IntentGuildMessages),
	} {
		got, err := json.Marshal(identify)
		if err != nil || string(got) != want {
			t.Errorf("%v\n%s, want\n%s", err, got, want)
		}
	}
	if identify := types.IdentifyBot("t", 0); identify.Intents != types.Some(types.Intents(0)) {
		t.Errorf("no intents became %v", identify.Intents)
	}
	if want := types.Capabilities(0b1011_1111_1110); types.IdentifyCommon().Capabilities != want {
		t.Errorf("the capabilities are %v, not %v", types.IdentifyCommon().Capabilities, want)
	}
}

func TestIdentifyTellsNothingOfTheMachine(t *testing.T) {
	host, _ := os.Hostname()
	facts := []string{runtime.Version(), runtime.GOARCH + " ", host, os.Getenv("USER"), os.Getenv("HOME")}
	for _, identify := range []types.Identify{types.IdentifyCommon(), types.IdentifyUser(""), types.IdentifyBot("", 0)} {
		text := fmt.Sprintf("%+v", identify)
		for _, fact := range facts {
			if len(fact) > 3 && strings.Contains(text, fact) {
				t.Errorf("%q is told in %s", fact, text)
			}
		}
	}
	if !reflect.DeepEqual(types.IdentifyCommon(), types.IdentifyCommon()) {
		t.Error("two calls give different values")
	}
}
