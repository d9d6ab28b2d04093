package target

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// environment sets the variables that Find reads.
func environment(t *testing.T, url, token, recording string) {
	t.Helper()
	t.Setenv("SPACEBAR_GATEWAY", url)
	t.Setenv("SPACEBAR_TOKEN", token)
	t.Setenv("SPACEBAR_RECORDING", recording)
}

func TestFindTakesTheServerOfTheEnvironment(t *testing.T) {
	environment(t, "wss://gateway.example", "secret", "sample")
	var out strings.Builder
	found, err := Find(&out)
	if err != nil || found.URL != "wss://gateway.example" || found.Token != "secret" || found.Embedded {
		t.Errorf("found %+v and %v", found, err)
	}
	if out.Len() > 0 {
		t.Errorf("it says %q", out.String())
	}
	if err := found.Close(); err != nil {
		t.Error(err)
	}
}

func TestFindRefusesHalfAServer(t *testing.T) {
	environment(t, "wss://gateway.example", "", "")
	if found, err := Find(new(strings.Builder)); err == nil {
		t.Errorf("found %+v", found)
	}
}

func TestFindServesWhatIsChosenAndSaysSo(t *testing.T) {
	for recording, says := range map[string]string{"": "small world", "sample": `recording "sample"`} {
		environment(t, "", "", recording)
		var out strings.Builder
		found, err := Find(&out)
		if err != nil {
			t.Fatal(err)
		}
		if !found.Embedded || found.Token == "" || !strings.HasPrefix(found.URL, "ws://127.0.0.1:") {
			t.Errorf("with %q, found %+v", recording, found)
		}
		if !strings.Contains(out.String(), says) || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("with %q, it says %q", recording, out.String())
		}
		if err := found.Close(); err != nil {
			t.Errorf("with %q: %v", recording, err)
		}
	}
}

func TestFindReportsARecordingThatIsNone(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none.jsonl")
	if err := os.WriteFile(none, []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{none, none + "l"} {
		environment(t, "", "", name)
		if found, err := Find(new(strings.Builder)); err == nil {
			t.Errorf("found %+v in %s", found, name)
		}
	}
}
