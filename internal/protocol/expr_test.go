package protocol

import (
	"slices"
	"strings"
	"testing"
)

func TestParseTypeKeepsExpression(t *testing.T) {
	for _, expression := range []string{
		"string", "unix_ms_string", "User", "array<snowflake>", "array<array<Presence>>", "tuple<integer,integer>",
		"map<integer,map<snowflake,?ApexExperimentAssignments>>", "map<snowflake,?timestamp>",
		"versioned_or_array<ReadState>", "integer|string", "array<snowflake>|array<string>",
		"ThumbnailComponent|ButtonComponent", "map<snowflake,array<tuple<integer,integer>>>", "array<integer|string>",
	} {
		parsed, err := ParseType(expression)
		if err != nil || parsed.String() != expression {
			t.Errorf("%s reads as %s, %v", expression, parsed, err)
		}
	}
}

func TestParseTypeRefuses(t *testing.T) {
	for _, expression := range []string{
		"", "strng", "array", "array<>", "array<string", "array<string,string>", "map<string>", "string<string>", "string>",
		"tuple<integer>", "User<string>", "|string", "string|", "array<string>>", "?", "user",
	} {
		if parsed, err := ParseType(expression); err == nil || !strings.HasPrefix(err.Error(), "protocol: ") {
			t.Errorf("%q reads as %s, %v", expression, parsed, err)
		}
	}
}

func TestTypeObjects(t *testing.T) {
	parsed, err := ParseType("map<snowflake,array<User|Channel>>")
	if err != nil {
		t.Fatal(err)
	}
	if got := parsed.Objects(); !slices.Equal(got, []string{"User", "Channel"}) {
		t.Errorf("objects are %v", got)
	}
	if parsed.IsObject() || !parsed.Args[1].Args[0].Args[0].IsObject() {
		t.Error("User alone is an object here")
	}
}

func TestTypeIsAString(t *testing.T) {
	var parsed Type
	for _, text := range []string{`1`, `{}`, `"nothing"`, `null1`} {
		if err := parsed.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s reads as %s", text, parsed)
		}
	}
}
