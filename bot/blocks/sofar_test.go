package blocks

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// A text message has no lines: what is said in it has to be told apart by full stops.
func TestSoFarIsSentences(t *testing.T) {
	inc := states(t)["acknowledged"]
	inc.LastUpdate = incident.Update{By: ben, At: inc.DeclaredAt, Text: "rolled back, watching"}
	lines := SoFar(inc, ben, inc.DeclaredAt)
	text := strings.Join(lines, " ")
	for _, line := range lines {
		assert.Regexp(t, `[.!?…:]$`, line)
	}
	assert.Contains(t, text, "rolled back, watching. Declared by")
	assert.NotContains(t, text, "..")
}

// While Slack is away nobody knows whose account answered: they read all the same that it counts.
func TestSoFarSaysThatItIsAcknowledgedThoughNobodyLeads(t *testing.T) {
	inc := states(t)["acknowledged"]
	inc.Roles = nil
	for _, private := range []bool{false, true} {
		inc.Private = private
		assert.Equal(t, "It is acknowledged, and nobody leads yet.", SoFar(inc, "", inc.DeclaredAt)[0], "private: %t", private)
	}
	inc = states(t)["open"]
	assert.NotContains(t, strings.Join(SoFar(inc, "", inc.DeclaredAt), " "), "acknowledged")
}
