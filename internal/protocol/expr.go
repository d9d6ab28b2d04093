package protocol

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Type is what a value is. The tables write it as an expression:
//
//	string integer number boolean snowflake timestamp date any null object
//	unix_ms unix_s unix_ms_string          moments as numbers, or as a number in quotes
//	array<T> map<K,T> tuple<T,U> ?T        ?T stands only in a map
//	versioned_or_array<T>                  an object with entries, partial and version, or an array
//	T|U                                    one of several
//	User                                   an object of that name
type Type struct {
	// Name is the word before the <, "|" for a union, and the object's name for an object.
	Name string
	// Args are what stands between < and >, or the alternatives of a union.
	Args []Type
	// Nullable says that the expression began with ?.
	Nullable bool
}

// IsObject says whether t is an object of the table.
func (t Type) IsObject() bool { return t.Name != "" && t.Name[0] >= 'A' && t.Name[0] <= 'Z' }

// Objects returns the names of all objects in t.
func (t Type) Objects() []string {
	if t.IsObject() {
		return []string{t.Name}
	}
	var names []string
	for _, arg := range t.Args {
		names = append(names, arg.Objects()...)
	}
	return names
}

// String returns the expression.
func (t Type) String() string {
	args := make([]string, len(t.Args))
	for i, arg := range t.Args {
		args[i] = arg.String()
	}
	s := t.Name
	switch {
	case t.Name == "|":
		s = strings.Join(args, "|")
	case len(args) > 0:
		s += "<" + strings.Join(args, ",") + ">"
	}
	if t.Nullable {
		s = "?" + s
	}
	return s
}

// UnmarshalJSON reads the expression from a string.
func (t *Type) UnmarshalJSON(data []byte) error {
	var expression string
	if err := json.Unmarshal(data, &expression); err != nil {
		return fmt.Errorf("protocol: type is no string: %w", err)
	}
	parsed, err := ParseType(expression)
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

// arity returns the number of arguments of a word that may begin a type, and whether it may.
func arity(word string) (int, bool) {
	switch word {
	case "string", "integer", "number", "boolean", "snowflake", "timestamp", "date", "any", "null", "object",
		"unix_ms", "unix_s", "unix_ms_string":
		return 0, true
	case "array", "versioned_or_array":
		return 1, true
	case "map", "tuple":
		return 2, true
	}
	return 0, false
}

// ParseType reads an expression; what it says about objects is not checked here.
func ParseType(expression string) (Type, error) {
	p := typeParser{rest: expression}
	t, err := p.union()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("trailing %q", p.rest)
	}
	if err != nil {
		return Type{}, fmt.Errorf("protocol: type %q: %w", expression, err)
	}
	return t, nil
}

type typeParser struct{ rest string }

func (p *typeParser) union() (Type, error) {
	first, err := p.single()
	if err != nil || !strings.HasPrefix(p.rest, "|") {
		return first, err
	}
	alternatives := []Type{first}
	for p.skip("|") {
		next, err := p.single()
		if err != nil {
			return Type{}, err
		}
		alternatives = append(alternatives, next)
	}
	return Type{Name: "|", Args: alternatives}, nil
}

func (p *typeParser) single() (Type, error) {
	t := Type{Nullable: p.skip("?")}
	end := strings.IndexAny(p.rest, "<>,|?")
	if end < 0 {
		end = len(p.rest)
	}
	t.Name, p.rest = p.rest[:end], p.rest[end:]
	want, known := arity(t.Name)
	if !known && !t.IsObject() {
		return Type{}, fmt.Errorf("%q is no type", t.Name)
	}
	if p.skip("<") {
		for {
			arg, err := p.union()
			if err != nil {
				return Type{}, err
			}
			t.Args = append(t.Args, arg)
			if !p.skip(",") {
				break
			}
		}
		if !p.skip(">") {
			return Type{}, fmt.Errorf("%s< is not closed", t.Name)
		}
	}
	if len(t.Args) != want {
		return Type{}, fmt.Errorf("%s has %d arguments, not %d", t.Name, len(t.Args), want)
	}
	return t, nil
}

func (p *typeParser) skip(prefix string) bool {
	rest, found := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return found
}
