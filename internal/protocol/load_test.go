package protocol

import "testing"

func TestLoad(t *testing.T) {
	tab, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(tab.Objects), len(tab.Events), len(tab.Sent), len(tab.Enums))
}
