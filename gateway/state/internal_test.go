package state

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// TestTable holds a table against a map.
func TestTable(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		var have table[int]
		want := map[types.Snowflake]*int{}
		for step := range 20_000 {
			id := types.Snowflake(r.IntN(200)) // 0 is one of them
			var v *int
			if r.IntN(3) > 0 {
				v = &step
			}
			if old := have.put(id, v, seed%2 == 0); old != want[id] {
				t.Fatalf("step %d: %d was %v, not %v", step, id, old, want[id])
			}
			if want[id] = v; v == nil {
				delete(want, id)
			}
			if have.live != len(want) || have.get(id) != v {
				t.Fatalf("step %d: %d values, not %d; %d is %v", step, have.live, len(want), id, have.get(id))
			}
			if step%1000 == 0 {
				clear(want)
				for id := range have.all() {
					have.put(id, nil, seed%2 == 0)
				}
			}
		}
		found := map[types.Snowflake]*int{}
		for id, v := range have.all() {
			found[id] = v
		}
		if !reflect.DeepEqual(found, want) {
			t.Errorf("the table holds %d values, not %d", len(found), len(want))
		}
	}
}

// TestSameUserComparesEveryField changes one field after the other.
func TestSameUserComparesEveryField(t *testing.T) {
	typ := reflect.TypeFor[types.User]()
	for i := range typ.NumField() {
		a, b := new(types.User), new(types.User)
		if !sameUser(a, b) {
			t.Fatal("two users without anything are not the same")
		}
		field := reflect.ValueOf(b).Elem().Field(i)
		switch {
		case field.Kind() == reflect.Pointer:
			field.Set(reflect.New(field.Type().Elem()))
		case field.Kind() == reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		case field.Kind() == reflect.String:
			field.SetString("x")
		case field.Kind() == reflect.Bool:
			field.SetBool(true)
		case field.CanInt():
			field.SetInt(1)
		case field.CanUint():
			field.SetUint(1)
		default:
			switch v := field.Addr().Interface().(type) {
			case *types.Optional[bool]:
				*v = types.Some(true)
			case *types.Optional[int64]:
				*v = types.Some(int64(1))
			}
		}
		if field.IsZero() {
			t.Errorf("%s cannot be set here", typ.Field(i).Name)
		}
		if sameUser(a, b) {
			t.Errorf("users that differ in %s are the same", typ.Field(i).Name)
		}
	}
}

// TestDecoratedUsersStay tells twice of a user with what many users have, and changes one thing after the other.
func TestDecoratedUsersStay(t *testing.T) {
	s := ordinary(t)
	tell := func(change func(*types.User)) *types.User {
		user := types.User{
			ID: 7, AvatarDecorationData: &types.AvatarDecorationData{SKUID: 1}, PrimaryGuild: &types.PrimaryGuild{Tag: "TAG"},
			Collectibles: &types.Collectibles{Nameplate: &types.NameplateData{Label: "label"}},
		}
		change(&user)
		s.Apply(t.Context(), &types.MessageCreate{Message: types.Message{ID: 50, ChannelID: 2, Author: user}})
		if s.Member(1, 7).User != s.User(7) {
			t.Error("the member is another user")
		}
		return s.User(7)
	}
	known := tell(func(*types.User) {})
	member := s.Member(1, 7)
	if tell(func(*types.User) {}) != known || s.Member(1, 7) != member {
		t.Error("a user who is the same is another one")
	}
	for what, change := range map[string]func(*types.User){
		"the decoration":      func(u *types.User) { u.AvatarDecorationData.SKUID = 2 },
		"the tag":             func(u *types.User) { u.PrimaryGuild.Tag = "GAT" },
		"the nameplate":       func(u *types.User) { u.Collectibles.Nameplate.Label = "other" },
		"that there is one":   func(u *types.User) { u.Collectibles.Nameplate = nil },
		"that there are some": func(u *types.User) { u.Collectibles = nil },
		"that there is a tag": func(u *types.User) { u.PrimaryGuild = nil },
	} {
		if tell(change) == tell(func(*types.User) {}) {
			t.Errorf("users who differ in %s are the same", what)
		}
	}
}
