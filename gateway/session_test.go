package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

func wholeSession() Session {
	return Session{
		ID: "s1", ResumeURL: "wss://resume.example/?secret=hunter2", Gateway: "wss://ann:hunter2@gateway.example/?secret=hunter2",
		Sequence: types.Some[int64](0), UserID: 42, Shard: [2]int64{1, 4}, Token: "hunter2",
		AliveAt: time.Date(2026, 8, 1, 12, 0, 0, 5, time.UTC),
	}
}

func TestNothingPrintsTheTokenOfASession(t *testing.T) {
	s := wholeSession()
	nested := struct {
		Name    string
		Session Session
		Pointer *Session
		List    []Session
		Map     map[string]Session
		Any     any
	}{"x", s, &s, []Session{s}, map[string]Session{"k": s}, s}
	for verb := range strings.SplitSeq("%v %+v %#v %s %q %x %X %#x %d %o %b %c %U %e %t %z %20v %-5.2s", " ") {
		for _, value := range []any{s, &s, nested, &nested, []any{s, &s}} {
			text := fmt.Sprintf(verb, value)
			// In hexadecimal the token would be 68756e74657232.
			if strings.Contains(text, "hunter2") || strings.Contains(strings.ToLower(text), "68756e74657232") {
				t.Errorf("%s of %T: %s", verb, value, text)
			}
		}
	}
	if text := fmt.Sprintln(s, &s) + fmt.Sprint(s) + s.GoString(); strings.Contains(text, "hunter2") {
		t.Error(text)
	}
	var log bytes.Buffer
	for _, logger := range []*slog.Logger{slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil))} {
		logger.Info("hello", "session", s, "pointer", &s, slog.Group("group", "session", s), slog.Any("any", any(s)))
	}
	slog.New(slog.NewTextHandler(&log, nil)).Info("hello", "nested", nested)
	if strings.Contains(log.String(), "hunter2") {
		t.Error(log.String())
	}
	want := `gateway.Session{ID: "s1", Gateway: "gateway.example", ResumeURL: "resume.example", Sequence: 0, UserID: 42, ` +
		`Shard: 1/4, Token: redacted, AliveAt: 2026-08-01T12:00:00Z}`
	if got := s.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := (Session{}).String(), `gateway.Session{ID: "", Gateway: ""}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestASessionIsTheSameAfterJSON(t *testing.T) {
	for _, s := range []Session{wholeSession(), {ID: "s1"}, {ID: "s1", Sequence: types.Some[int64](1 << 60)}} {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var got Session
		if err := json.Unmarshal(data, &got); err != nil || got != s {
			t.Errorf("%s: %+v, %v", data, got, err)
		}
	}
	data, err := json.Marshal(wholeSession())
	want := `{"session_id":"s1","resume_url":"wss://resume.example/?secret=hunter2",` +
		`"gateway_url":"wss://ann:hunter2@gateway.example/?secret=hunter2","sequence":0,"user_id":"42","shard":[1,4],` +
		`"token":"hunter2","alive_at":"2026-08-01T12:00:00.000000005Z"}`
	if err != nil || string(data) != want {
		t.Errorf("%v\n got %s\nwant %s", err, data, want)
	}
	if data, err := json.Marshal(Session{ID: "s1"}); err != nil || string(data) != `{"session_id":"s1"}` {
		t.Errorf("%s, %v", data, err)
	}
}

func TestWhatIsMissingForAResume(t *testing.T) {
	resumable := wholeSession()
	if err := resumable.resumable(); err != nil {
		t.Error(err)
	}
	resumable.ResumeURL, resumable.Shard = "", [2]int64{}
	if err := resumable.resumable(); err != nil {
		t.Errorf("without what may be absent: %v", err)
	}
	for name, test := range map[string]struct {
		spoil func(*Session)
		field string
	}{
		"no id":             {func(s *Session) { s.ID = "" }, "session_id"},
		"no token":          {func(s *Session) { s.Token = "" }, "token"},
		"no sequence":       {func(s *Session) { s.Sequence = types.Optional[int64]{} }, "sequence"},
		"a null sequence":   {func(s *Session) { s.Sequence = types.Null[int64]() }, "sequence"},
		"a sequence of -1":  {func(s *Session) { s.Sequence = types.Some[int64](-1) }, "sequence"},
		"no URL":            {func(s *Session) { s.Gateway, s.ResumeURL = "", "" }, "gateway_url"},
		"an https URL":      {func(s *Session) { s.Gateway = "https://hunter2.example" }, "gateway_url"},
		"a URL without one": {func(s *Session) { s.ResumeURL = "wss:hunter2" }, "resume_url"},
		"no URL at all":     {func(s *Session) { s.ResumeURL = "://%hunter2" }, "resume_url"},
		"a negative shard":  {func(s *Session) { s.Shard = [2]int64{-1, 4} }, "shard"},
		"of no shards":      {func(s *Session) { s.Shard = [2]int64{1, 0} }, "shard"},
		"not UTF-8":         {func(s *Session) { s.Token = "hunter2\xff" }, "token"},
	} {
		s := wholeSession()
		test.spoil(&s)
		err := s.resumable()
		failure, ok := errors.AsType[*SessionError](err)
		if !ok || failure.Field != test.field || strings.Contains(err.Error(), "hunter2") ||
			!strings.HasPrefix(err.Error(), "gateway: session: "+test.field+" is ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
