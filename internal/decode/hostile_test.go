package decode

import (
	"bytes"
	stdjson "encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chorus-go/chorus/internal/json"
)

// Payloads with what is read several bytes at once, and in all ways that there are: keys shorter and longer than a
// window, strings of all sorts, ids, numbers, lists, objects within others.
const (
	hostileMessage = `{"id":"1573868328970205030","type":0,"tts":false,"content":"a text that is \u00e9 longer than a ` +
		`window","mentions":[{"id":"2","username":"someone","global_name":null,"bot":true,"public_flags":12345678},` +
		`{"id":"33"},{}],"mention_roles":["5","1573868328970205031"],"flags":18446744073709,"member":{"roles":["4"],` +
		`"nick":"été","communication_disabled_until":null,"pending":true},"author":{"id":"12345678",` +
		`"username":"a\nb","avatar":""},"nonce":"7"}`
	hostilePresence = `{"user":{"id":"1234567890123456"},"guild_id":"81384788765712384","status":"online",` +
		`"activities":[{"name":"g","type":0,"created_at":1700000000000,"timestamps":{"start":170000}}],` +
		`"client_status":{"desktop":"idle"},"processed_at_timestamp":1700000000001}`
	hostileMember = `{"guild_id":"1","user":{"id":"2","username":"abcdefghijklmnopqrstuvw","discriminator":"0"},` +
		`"avatar_decoration_data":{"asset":"a_1234","sku_id":"99"},"communication_disabled_until":null,"roles":[],` +
		`"nick":"x","flags":1,"unusual_dm_activity_until":null}`
)

// variants calls use with texts that differ from text in one byte, or a little more, at each place: also in a letter
// that Unicode takes for the same one.
func variants(text string, use func(variant []byte)) {
	inserted := []string{
		" ", "\n\t", ",", `"`, "\\", "}", "{", "]", "0", "\x00", "null", "é", "\u212a", `"x":1,`, `"ID":"9",`, `"id":"8",`,
	}
	for at := range len(text) + 1 {
		use([]byte(text[:at]))
		for _, more := range inserted {
			use([]byte(text[:at] + more + text[at:]))
		}
		if at == len(text) {
			break
		}
		use([]byte(text[:at] + text[at+1:]))
		if letter := map[byte]string{'k': "\u212a", 's': "\u017f"}[text[at]]; letter != "" {
			use([]byte(text[:at] + letter + text[at+1:]))
		}
		for b := at % sparse; b < 256; b += sparse {
			variant := []byte(text)
			variant[at] = byte(b)
			use(variant)
		}
	}
}

// orders calls use with the members of a text, which is an object, in other orders, twice, and with white space.
func orders(t *testing.T, text string, use func(variant []byte)) {
	t.Helper()
	var members [][]byte
	c := reading(text)
	for key, ok := c.object(); ok; key, ok = c.next() {
		member := append([]byte(`"`+string(key)+`":`), c.value()...)
		members = append(members, member)
	}
	if c.odd || len(members) < 3 {
		t.Fatalf("%s: %d members", text, len(members))
	}
	object := func(members [][]byte) []byte {
		return slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}"))
	}
	for i := range members {
		turned := slices.Concat(members[i:], members[:i])
		use(object(turned))
		slices.Reverse(turned)
		use(object(turned))
		use(object(members[:i]))
		use(object(members[i:]))
		use(object(append(slices.Clone(members), members[i])))
		upper := bytes.ToUpper(members[i][:bytes.IndexByte(members[i], ':')])
		use(object(append(slices.Clone(members), slices.Concat(upper, members[i][len(upper):]))))
	}
	for _, space := range []string{" ", "\n", "\r\n\t "} {
		for _, around := range []string{",", ":", "{", "}", "[", "]", `"`} {
			use([]byte(strings.ReplaceAll(text, around, around+space)))
			use([]byte(strings.ReplaceAll(text, around, space+around)))
		}
	}
}

// TestHostileVariants reads variants of payloads with a cursor that has seen the payload, so that it guesses right
// until the variant differs, and with one that knows nothing. Both must say the same, which is what internal/json says.
func TestHostileVariants(t *testing.T) {
	compareVariants(t, hostileMessage, readMessageCreate)
	compareVariants(t, hostilePresence, readPresence)
	compareVariants(t, hostileMember, readGuildMemberUpdate)
}

func compareVariants[T any](t *testing.T, text string, read func(*cursor, *T)) {
	t.Helper()
	c := new(cursor)
	if _, ok := readWhole(t, c, []byte(text), 0, read); !ok {
		t.Fatalf("not read: %s", text)
	}
	warm, taken, odd := c.follows, 0, 0
	use := func(variant []byte) {
		c.follows = warm
		input := bytes.Clone(variant)
		got, ok := readWhole(t, c, input, 200, read)
		for i := range input {
			input[i] = '#'
		}
		c.follows = followers{}
		cold, coldOK := readWhole(t, c, variant, 0, read)
		if ok != coldOK || ok && !reflect.DeepEqual(got, cold) {
			t.Fatalf("%q: %v with guesses, %v without: %+v, %+v", variant, ok, coldOK, got, cold)
		}
		if !ok {
			odd++
			return
		}
		taken++
		want := new(T)
		if err := json.Unmarshal(variant, want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: %+v; internal/json has %+v, %v", variant, got, want, err)
		}
		if !stdjson.Valid(variant) || !utf8.Valid(variant) {
			t.Fatalf("%q is read", variant)
		}
	}
	variants(text, use)
	orders(t, text, use)
	if taken < 1000 || odd < 5000 {
		t.Errorf("%d variants are read and %d are odd: the test compares too little", taken, odd)
	}
}

// readWhole reads all of a text with a cursor whose chunk has so much room: where that ends other strings are short.
func readWhole[T any](t *testing.T, c *cursor, text []byte, chunk int, read func(*cursor, *T)) (*T, bool) {
	t.Helper()
	v := new(T)
	c.on(text)
	c.depth, c.odd, c.chunk = 0, false, make([]byte, 0, chunk)
	c.space()
	read(c, v)
	c.space()
	ok := !c.odd && c.at == len(text)
	if c.at < 0 || c.at > len(text) || ok && c.depth != 0 {
		t.Fatalf("%q: the cursor is at %d, in %d containers", text, c.at, c.depth)
	}
	return v, ok
}
