package gatewaytest

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestTestserverNamesTheChecks holds docs/TESTSERVER.md against the suite: each case names a check, each check is in a
// case, and the slow ones are marked as such.
func TestTestserverNamesTheChecks(t *testing.T) {
	const columns = 5
	data, err := os.ReadFile("../../docs/TESTSERVER.md")
	if err != nil {
		t.Fatal(err)
	}
	slow, named, rows := map[string]bool{}, map[string]bool{}, 0
	for _, check := range conformanceChecks() {
		if _, twice := slow[check.name]; twice {
			t.Errorf("two checks have the name %s", check.name)
		}
		slow[check.name] = check.slow
	}
	page, rest, ok := strings.Cut(string(data), "## What this server does not do")
	if !ok || !strings.Contains(rest, "|---|---|") {
		t.Error("the page does not say what the server does not do")
	}
	name := regexp.MustCompile("^ `([a-z-]+)`( \\(slow\\))?")
	for i, line := range strings.Split(page, "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| case |") || strings.HasPrefix(line, "|---") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != columns {
			t.Errorf("line %d has %d cells, want %d", i+1, len(cells), columns)
		}
		found := name.FindStringSubmatch(cells[len(cells)-1])
		if found == nil {
			t.Errorf("line %d names no check: %s", i+1, cells[0])
			continue
		}
		named[found[1]] = true
		if isSlow, there := slow[found[1]]; !there {
			t.Errorf("line %d names the check %s, which does not exist", i+1, found[1])
		} else if isSlow != (found[2] != "") {
			t.Errorf("line %d: the check %s is slow: %t", i+1, found[1], isSlow)
		}
	}
	for check := range slow {
		if !named[check] {
			t.Errorf("no line names the check %s", check)
		}
	}
	if rows < 40 {
		t.Errorf("%d rows were found", rows)
	}
}

// TestConformanceSkips has a check that is skipped with a reason not run at all.
func TestConformanceSkips(t *testing.T) {
	skip := map[string]string{}
	for _, check := range ConformanceChecks() {
		skip[check] = "of the test"
	}
	Conformance(t, ConformanceTarget{
		Skip: skip, Slow: true,
		Each: func(t *testing.T, _ func(*testing.T, ConformanceTarget)) { t.Error("it was run") },
	})
}
