package handlers

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/playbooks"
)

// TestTheDemosHintsAreCommands: the page of the simulated workspace offers
// nothing that the bot does not understand.
func TestTheDemosHintsAreCommands(t *testing.T) {
	page, err := os.ReadFile("../sim/page/static/commands.js")
	require.NoError(t, err)
	hints := regexp.MustCompile(`(?m)^  \['([^']+)'`).FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(hints), 20)
	for _, h := range hints {
		if parse(h[1]).verb == "" {
			w := understand(playbooks.Default(), h[1])
			assert.True(t, w.severity != "" && w.playbook.Slug != "", "%q is neither a command nor a declaration", h[1])
		}
	}
}
