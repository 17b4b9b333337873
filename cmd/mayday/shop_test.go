package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
	"mayday/probes"
	githubsim "mayday/sim/github"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
)

// open serves the shop as the demo does.
func open(t *testing.T) *page.Page {
	t.Helper()
	sim, err := slacksim.New(slacksim.Options{})
	require.NoError(t, err)
	github, err := githubsim.New(githubsim.Options{})
	require.NoError(t, err)
	front := page.New(sim, github, page.Options{Sites: newShop()})
	require.NoError(t, front.Start("127.0.0.1:0"))
	t.Cleanup(func() { _ = front.Close(context.Background()) })
	return front
}

// TestTheShopAnswersForTheWholeExample: every address of the embedded runbook lies
// below "test", is asked by the checks that it names, and is answered by the demo.
func TestTheShopAnswersForTheWholeExample(t *testing.T) {
	front := open(t)
	p := probes.New(false).Answered(front.Addr())
	rb := playbooks.Default()

	var asked []incident.Probe
	for _, pb := range rb.Scenarios {
		for _, s := range pb.Steps {
			asked = append(asked, playbooks.Probes(s)...)
		}
	}
	for _, s := range rb.StatusPages {
		asked = append(asked, incident.Probe{Kind: incident.ProbeStatus, Name: s.Name, URL: s.URL})
	}
	require.Greater(t, len(asked), 10)
	failed := map[string]string{}
	for _, a := range asked {
		u, err := url.Parse(a.URL)
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(u.Hostname(), ".test"), a.URL)
		if r := p.Check(t.Context(), a); !r.OK {
			failed[a.URL], _, _ = strings.Cut(r.Summary, " in ")
		}
		assert.Contains(t, p.Check(t.Context(), a).Summary, " ", a.URL)
		assert.Contains(t, probes.New(false).Check(t.Context(), a).Summary, "not asked", "outside of the demo nobody is asked")
	}
	assert.Equal(t, map[string]string{"https://larkfield.test/health": "503 Service Unavailable",
		"https://status.mailwind.test": "Partially Degraded Service (minor), 1 open incident"}, failed)
}

// TestTheShopIsMended: as the runbook says, by promoting the last good build.
func TestTheShopIsMended(t *testing.T) {
	front := open(t)
	health := incident.Probe{Kind: incident.ProbeHTTP, URL: "https://larkfield.test/health"}
	p := probes.New(false).Answered(front.Addr())
	require.False(t, p.Check(t.Context(), health).OK)

	promote := func(build string) {
		r, err := http.PostForm(front.URL()+"/sites/berth.test/larkfield/web/deployments", url.Values{"build": {build}})
		require.NoError(t, err)
		require.NoError(t, r.Body.Close())
		require.Equal(t, http.StatusOK, r.StatusCode)
	}
	promote("v999")
	assert.False(t, p.Check(t.Context(), health).OK)
	promote(goodBuild)
	assert.True(t, p.Check(t.Context(), health).OK)
}

// TestTheShopSaysWhatItIs: whatever path is asked, what comes back is a page.
func TestTheShopSaysWhatItIs(t *testing.T) {
	s := newShop()
	for _, address := range []string{"https://snag.test/larkfield/web", "https://status.tollgate.test", "https://larkfield.test/<script>", "https://nobody.test:8443/x"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		u, err := url.Parse(address)
		require.NoError(t, err)
		r.Host, r.URL = u.Host, u
		s.ServeHTTP(w, r)
		assert.Equal(t, http.StatusOK, w.Code, address)
		assert.Contains(t, w.Body.String(), "<h1>", address)
		assert.NotContains(t, w.Body.String(), "<script>", address)
	}
}
