// Package examples holds nothing but the tests of the code that the README and docs/CHORUS.md show.
package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheBotOfTheReadmeCompilesAndIsShort(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```go\n")
	code, _, closed := strings.Cut(rest, "```")
	if !found || !closed || !strings.HasPrefix(code, "package main") {
		t.Fatal("the first code block of the README is not a program")
	}
	if lines := strings.Count(code, "\n"); lines > 25 {
		t.Errorf("the bot has %d lines, want at most 25", lines)
	}
	program := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(program, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command("go", "build", "-o", os.DevNull, program).CombinedOutput(); err != nil {
		t.Errorf("the bot does not compile: %v\n%s", err, output)
	}
}
