package gatewaytest

import (
	"strings"
	"testing"
)

func TestKeysAreTakenOut(t *testing.T) {
	id := strings.Repeat("0123456789abcdef", 2)
	for text, want := range map[string]string{
		`{"session_id":"` + id + `~12"}`:            `{"session_id":"` + id + `"}`,
		`["` + id + `~1","` + id + `~2","~","a~3"]`: `["` + id + `","` + id + `","~","a~3"]`,
		`["` + id + `~x"]`:                          `["` + id + `~x"]`,
		`["` + id + `~"]`:                           `["` + id + `~"]`,
		`["0` + id + `~1"]`:                         `["0` + id + `~1"]`,
		`["` + strings.ToUpper(id) + `~1"]`:         `["` + strings.ToUpper(id) + `~1"]`,
		id + `~1`:                                   id + `~1`,
		`nothing`:                                   `nothing`,
	} {
		if got := string(withoutKeys([]byte(text))); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}
