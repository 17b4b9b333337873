package program

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestProbeSettings: by default an address of this machine is not asked, "allow"
// asks it, "off" asks nothing, and other words are reported.
func TestProbeSettings(t *testing.T) {
	s := httptest.NewServer(nil)
	defer s.Close()
	read := func(env map[string]string) (Config, []Problem) {
		return FromEnv(func(name string) string { return env[name] }, false)
	}
	for private, want := range map[string]bool{"": false, "deny": false, "allow": true} {
		c, problems := read(map[string]string{"MAYDAY_PROBE_PRIVATE": private})
		require.Empty(t, problems)
		r := prober(c, Options{}).Check(t.Context(), incident.Probe{Kind: incident.ProbeHTTP, URL: s.URL})
		assert.Equal(t, want, r.Latency > 0, "%q: %s", private, r.Summary)
	}
	c, problems := read(map[string]string{"MAYDAY_PROBES": "off"})
	require.Empty(t, problems)
	assert.Nil(t, prober(c, Options{}))
	_, problems = read(map[string]string{"MAYDAY_PROBES": "maybe", "MAYDAY_PROBE_PRIVATE": "yes"})
	assert.Len(t, problems, 2)
}
