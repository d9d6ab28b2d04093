package decode

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

const message = `{"id":"1","content":"some text","mentions":[{"id":"2","username":"someone"},{"id":"3"}],` +
	`"member":{"roles":["4"]}}`

// TestCursorsKeepNothing looks for what is left of an event in the cursor that decoded it.
func TestCursorsKeepNothing(t *testing.T) {
	for _, text := range []string{message, message[:len(message)-1], message + "x", `{"mentions":[{"username":"x"},5]}`} {
		c := cursors.New().(*cursor)
		c.on([]byte(text))
		func() {
			var err error
			defer c.close(&err)
			readMessageCreate(c, new(types.MessageCreate))
		}()
		if c.data != nil || c.start != nil || c.windows != 0 || cap(c.chunk) != 0 || c.at != 0 || c.depth != 0 || c.odd {
			t.Errorf("%s: the cursor is not as new: %+v", text, c)
		}
		all, used := reflect.ValueOf(c.scratch), 0
		for i := range all.NumField() {
			for k := range all.Field(i).Len() {
				list := all.Field(i).Index(k)
				used += list.Cap()
				for n := range list.Cap() {
					if !list.Slice(0, list.Cap()).Index(n).IsZero() {
						t.Errorf("%s: the scratch %s is not empty", text, all.Type().Field(i).Name)
					}
				}
			}
		}
		if used == 0 {
			t.Errorf("%s: no list was read", text)
		}
	}
}

// TestCursorsKeepNoSlab looks for memory that values of an event share, of which there is some left at its end.
func TestCursorsKeepNoSlab(t *testing.T) {
	c := cursors.New().(*cursor)
	c.on([]byte(`{"members":[{"roles":["1"]}],"presences":[{"user":{"id":"2"},"activities":[{"name":"x"}]}]}` +
		strings.Repeat(" ", 16*perUser)))
	readGuildCreate(c, new(types.GuildCreate))
	if len(c.users.free) == 0 || len(c.activities.free) == 0 || len(c.snowflakes.free) == 0 {
		t.Fatal("the event has no slabs")
	}
	var err error
	c.close(&err)
	if err != nil || c.users.free != nil || c.activities.free != nil || c.snowflakes.free != nil {
		t.Errorf("slabs are kept, error %v", err)
	}
}

func TestPanicIsAnError(t *testing.T) {
	decode := func() (err error) {
		c := open([]byte(`{}`))
		defer c.close(&err)
		_ = c.data[len(message)]
		return nil
	}
	if err := decode(); err == nil || errors.Is(err, errOdd) || !strings.HasPrefix(err.Error(), "decode: panic: ") {
		t.Errorf("the error is %v", err)
	}
}

// TestCutOff decodes every beginning of a payload.
func TestCutOff(t *testing.T) {
	for n := range len(message) {
		if err := MessageCreate([]byte(message[:n]), new(types.MessageCreate)); !errors.Is(err, errOdd) {
			t.Errorf("%s: %v", message[:n], err)
		}
	}
	if err := MessageCreate([]byte(message), new(types.MessageCreate)); err != nil {
		t.Error(err)
	}
}
