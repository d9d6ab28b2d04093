package decode

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestEightDigits(t *testing.T) {
	for _, text := range []string{"00000000", "12345678", "99999999", "10000000", "00000001", "90817263"} {
		want, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := eightDigits(binary.LittleEndian.Uint64([]byte(text))); got != want {
			t.Errorf("%s: %d", text, got)
		}
		for at := range 8 {
			for b := range 256 {
				word := []byte(text)
				word[at] = byte(b)
				want := at
				if b >= '0' && b <= '9' {
					want = len(word)
				}
				if got := bits.TrailingZeros64(notDigits(binary.LittleEndian.Uint64(word))) / 8; got != want {
					t.Errorf("%q has %d digits instead of %d", word, got, want)
				}
			}
		}
	}
}

// TestNumbersLikeTheirTypes reads numbers as ids, integers and sets of flags. What is read must be what the types and
// encoding/json read; what is ordinary must be read.
func TestNumbersLikeTheirTypes(t *testing.T) {
	var numbers []string
	for n := range 25 {
		for _, digit := range []string{"1", "9", "0"} {
			numbers = append(numbers, strings.Repeat(digit, n))
		}
	}
	numbers = append(numbers, "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
		"1573868328970205030", "1e3",
		"1.0", "1.5", "0.0", "12345678a", "1234567890123456x", "null", "true", "false", "falsy", `\u0031`, "abc", "1e", "-", "--1")
	for _, number := range numbers {
		for _, text := range []string{number, "-" + number, `"` + number + `"`, `"-` + number + `"`, number + "]"} {
			compareNumber(t, text, snowflake, len(number) < 19)
			compareNumber(t, text, permissions, false)
			compareNumber(t, text, integer[int64], len(number) < 19)
			compareNumber(t, text, integer[types.ChannelType], len(number) < 19)
			compareNumber(t, text, unsigned[types.MessageFlags], len(number) < 19)
			compareNumber(t, text, float, true)
			compareNumber(t, text, boolean, true)
		}
	}
}

func compareNumber[T comparable](t *testing.T, text string, read func(*cursor, *T), ordinary bool) {
	t.Helper()
	var got, want T
	c := reading(text)
	read(c, &got)
	err := json.Unmarshal([]byte(text), &want)
	switch ok := !c.odd && c.at == len(c.data); {
	case ok && (err != nil || got != want):
		t.Errorf("%T %s: %v; encoding/json has %v, %v", got, text, got, want, err)
	case !ok && err == nil && ordinary:
		t.Errorf("%T %s is not read", got, text)
	}
	// With enough behind it is read several bytes at once.
	var followed T
	c = reading(text + `,"what":"follows, and is longer than a window"`)
	read(c, &followed)
	switch ok := !c.odd && c.at == len(text); {
	case ok && (err != nil || followed != want):
		t.Errorf("%T %s,: %v; encoding/json has %v, %v", got, text, followed, want, err)
	case !ok && err == nil && ordinary:
		t.Errorf("%T %s, is not read", got, text)
	}
}

func TestIDsAreCounted(t *testing.T) {
	for n := range 5 {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprintf(`"%d"`, 1573868328970205030+int64(i))
		}
		var got []types.Snowflake
		c := reading("[" + strings.Join(ids, ",") + "]")
		snowflakes(c, &got)
		if c.odd || got == nil || len(got) != n || cap(got) != n {
			t.Errorf("%s: %v", c.data, got)
		}
	}
}

// TestPlainLeavesOtherForms looks whether what is no plain integer is left whole to the brick that comes next.
func TestPlainLeavesOtherForms(t *testing.T) {
	for digits := 1; digits < 12; digits++ {
		for _, form := range []string{".0", ".5", "e0", "E1", "e+2"} {
			for _, rest := range []string{"", `,"what":"follows, and is longer than a window"`} {
				text := strings.Repeat("1", digits) + form + rest
				c, n := reading(text), int64(7)
				if plain(c, &n) || c.at != 0 || c.odd || n != 7 {
					t.Errorf("%s: %d is read, up to %d, odd %v", text, n, c.at, c.odd)
				}
			}
		}
	}
}
