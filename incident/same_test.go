package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatADeclarationMayBeAbout(t *testing.T) {
	c, err := Declare(Ref{Incident: 7}, Declaration{Title: "x", Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	inc := c.Incident
	soon, later := t0.Add(9*time.Minute), t0.Add(11*time.Minute)
	assert.True(t, inc.MayBe("site-down", ana, later), "of the same scenario, however old, and one's own too")
	assert.True(t, inc.MayBe("", ben, soon), "by somebody else, a moment ago")
	assert.True(t, inc.MayBe("db", ben, soon))
	assert.False(t, inc.MayBe("", ana, soon), "one's own of another kind")
	assert.False(t, inc.MayBe("db", ben, later))
	drill := inc
	drill.Drill = true
	assert.False(t, drill.MayBe("site-down", ben, soon))
	over, err := Resolve(inc, ana, "fixed", soon)
	require.NoError(t, err)
	assert.False(t, over.Incident.MayBe("site-down", ben, soon))
	general := inc
	general.Walks = []Walk{{Playbook: Playbook{Slug: GenericSlug}}}
	assert.False(t, general.MayBe(GenericSlug, ana, later), "general steps are no scenario")
}
