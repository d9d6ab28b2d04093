package main

import (
	"testing"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/clienttest"
)

func TestMain(m *testing.M) { clienttest.Main(m, main) }

func TestItSeesWhatItObserves(t *testing.T) { clienttest.SeesWhatItObserves(t, client.Discordgo) }

func TestItLinksNoOtherLibrary(t *testing.T) { clienttest.LinksNoOtherLibrary(t, client.Discordgo) }
