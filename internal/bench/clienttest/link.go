package clienttest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/bench/client"
)

// modules are the libraries' modules. That of the floor is what the others are built on.
func modules() map[string]string {
	return map[string]string{
		client.Chorus: "github.com/chorus-go/chorus", client.Discordgo: "github.com/bwmarrin/discordgo",
		client.Disgo: "github.com/disgoorg/disgo", client.Arikawa: "github.com/diamondburned/arikawa/v3",
		client.Floor: "github.com/gorilla/websocket",
	}
}

// LinksNoOtherLibrary tests that the client in the current folder has its own library in it and none of the others.
func LinksNoOtherLibrary(t *testing.T, library string) {
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
	list.Stderr = t.Output()
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(output))
	for other, module := range modules() {
		wanted := other == library
		if got := slices.Contains(linked, module); got != wanted && (wanted || other != client.Floor) {
			t.Errorf("%s in the client of %s: %t", module, library, got)
		}
	}
}
