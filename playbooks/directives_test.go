package playbooks

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What people write in comments to correct the reading.
func TestDirectives(t *testing.T) {
	for _, k := range []struct{ name, text, want string }{
		{"scenario, severity, aliases and name", "# Depot\n\n## Opening hours\n<!-- mayday: scenario -->\n<!-- mayday: severity P1 -->\n<!-- mayday: aliases gate, doors -->\n<!-- mayday: name gate-shut -->\n\n1. Open the gate\n",
			"gate-shut P1\n  immediate Open the gate"},
		{"the older form", "# Depot\n\n## Gate stuck (P1)\n<!-- aliases: gate -->\n\n1. Open the gate\n", "gate-stuck P1\n  immediate Open the gate"},
		{"phase", "# Depot\n\n## Gate stuck (P1)\n\n### At the gate\n<!-- mayday: phase diagnosis -->\n\n1. Open the gate\n", "gate-stuck P1\n  diagnosis Open the gate"},
		{"signs", "# Depot\n\n## Gate stuck (P1)\n\n### At the gate\n<!-- mayday: signs -->\n\n- Lorries wait\n\n### Fix\n\n1. Open it\n", "gate-stuck P1\n  sign Lorries wait\n  resolution Open it"},
		{"ignore a section", "# Depot\n\n## Gate stuck (P1)\n\n1. Open it\n\n### Fix of old times\n<!-- mayday: ignore -->\n\n1. Pray\n", "gate-stuck P1\n  immediate Open it"},
		{"ignore a block", "# Depot\n\n## Gate stuck (P1)\n\n1. Open it\n\n<!-- mayday: ignore -->\n```bash\nprayctl\n```\n", "gate-stuck P1\n  immediate Open it"},
		{"ignore an item", "# Depot\n\n## Gate stuck (P1)\n\n1. Open it\n2. Pray <!-- mayday: ignore -->\n", "gate-stuck P1\n  immediate Open it"},
		{"contacts", "# Depot\n\n## Neighbours\n<!-- mayday: contacts -->\n\n- Kim Vale, kim@example.com\n", "contact Kim Vale kim@example.com"},
		{"a step among signs", "# Depot\n\n## Gate stuck (P1)\n\n### Symptoms\n\n- Lorries wait\n- Open the gate by hand <!-- mayday: step -->\n\n### Fix\n\n1. Oil it\n",
			"gate-stuck P1\n  sign Lorries wait\n  immediate Open the gate by hand\n  resolution Oil it"},
		{"signs among steps", "# Depot\n\n## Gate stuck (P1)\n\n### Fix\n\n1. Oil it\n2. Lorries wait <!-- mayday: signs -->\n", "gate-stuck P1\n  sign Lorries wait\n  resolution Oil it"},
		{"a sentence that is a step", "# Depot\n\n## Gate stuck (P1)\n\nLorries wait.\n\n<!-- mayday: step -->\nThe chain can be oiled.\n\n1. Open it\n",
			"gate-stuck P1\n  sign Lorries wait.\n  immediate The chain can be oiled.\n  immediate Open it"},
		{"a list of signs", "# Depot\n\n## Gate stuck (P1)\n\n<!-- mayday: signs -->\n1. Lorries wait\n2. Drivers call\n\n### Fix\n\n1. Oil it\n",
			"gate-stuck P1\n  sign Lorries wait\n  sign Drivers call\n  resolution Oil it"},
		{"a list of a phase", "# Depot\n\n## Gate stuck (P1)\n\n<!-- mayday: phase diagnosis -->\n- The chain\n- The motor\n", "gate-stuck P1\n  diagnosis The chain\n  diagnosis The motor"},
	} {
		t.Run(k.name, func(t *testing.T) {
			r, err := Read(fstest.MapFS{"r.md": {Data: []byte(k.text)}}, "r.md")
			require.NoError(t, err)
			assert.Equal(t, k.want, understood(r))
		})
	}
}

func TestADirectiveThatNobodyKnowsIsTold(t *testing.T) {
	const text = "# R\n\n<!-- mayday: scenaro -->\n## The till is down\n\n<!-- mayday: phase diagnose -->\n1. Restart the till <!-- mayday: stepp -->\n\n<!-- mayday: phase resolution -->\n## Look again\n\n- Sell a roll\n"
	book, err := Read(fstest.MapFS{"r.md": {Data: []byte(text)}}, "r.md")
	require.NoError(t, err)
	var lines []int
	for _, f := range book.Findings {
		if strings.Contains(f.What, "which mayday does not know") {
			lines = append(lines, f.Line)
		}
	}
	assert.Equal(t, []int{3, 6, 7}, lines)
}
