package json_test

import (
	"errors"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
)

func TestPathNamesTheValueThatDoesNotFit(t *testing.T) {
	var v struct {
		Author struct {
			Name string `json:"name"`
		} `json:"author"`
		List []struct {
			ID int `json:"id"`
		} `json:"list"`
	}
	for input, want := range map[string]string{
		`{"author":{"name":5}}`:   "author.name",
		`{"list":[{"id":"one"}]}`: "list.0.id",
		`{"author":`:              "",
		`[]`:                      "",
	} {
		err := json.Unmarshal([]byte(input), &v)
		if err == nil {
			t.Errorf("%s: no error", input)
		}
		if got := json.Path(err); got != want {
			t.Errorf("%s: path %q, want %q (%v)", input, got, want, err)
		}
	}
	if got := json.Path(errors.New("another")); got != "" {
		t.Errorf("path %q of another error", got)
	}
}
