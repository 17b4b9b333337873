package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNamesAreKeptWithWhatHappened(t *testing.T) {
	c, err := Declare(Ref{Incident: 1, UID: "k3jqk3jqk3jq"}, Declaration{Title: "x", Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	c = Named(c, map[Person]string{ana: " Ana\nFerreira ", ben: "", "": "nobody"})
	assert.Equal(t, map[Person]string{ana: "Ana Ferreira"}, c.Incident.Names)
	assert.NotContains(t, c.Incident.Nameless(), ana)
	before := c.Incident
	c, err = Acknowledge(before, ben, t0)
	require.NoError(t, err)
	c = Named(c, map[Person]string{ben: "Ben"})
	assert.Equal(t, map[Person]string{ana: "Ana Ferreira", ben: "Ben"}, c.Incident.Names)
	assert.NotContains(t, before.Names, ben, "the row as it was stays as it was")
	assert.True(t, Named(Change{Incident: before}, map[Person]string{ben: "Ben"}).Empty(), "what changes nothing is not stored for a name")
}
