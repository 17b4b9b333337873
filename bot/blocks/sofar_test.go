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
