package postmortem

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func TestWhetherATargetWasKept(t *testing.T) {
	declared := time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC) // a Friday
	in := func(d time.Duration) time.Time { return declared.Add(d) }
	target := incident.Within(time.Hour)
	for _, test := range []struct {
		name     string
		f        figure
		resolved time.Time
		ended    time.Time
		last     time.Time // of the events
		want     string
	}{
		{name: "no target", f: figure{at: in(time.Hour)}, want: ""},
		{name: "in time", f: figure{target: target, at: in(time.Hour)}, want: "kept"},
		{name: "late", f: figure{target: target, at: in(time.Hour + time.Minute)}, want: "**missed** by 1 min"},
		{name: "at once, within the minute", f: figure{target: incident.Within(0), at: in(time.Minute)}, want: "kept"},
		{name: "at once, later", f: figure{target: incident.Within(0), at: in(3 * time.Minute)}, want: "**missed** by 2 min"},
		{name: "not done, and it goes on", f: figure{target: target}, want: "not yet due"},
		{name: "not done, and something happened when it was due", f: figure{target: target}, last: in(time.Hour), want: "not yet due"},
		{name: "not done, and something happened later", f: figure{target: target}, last: in(time.Hour + time.Second), want: "**missed**"},
		{name: "not done, resolved before", f: figure{target: target}, resolved: in(time.Minute), last: in(2 * time.Hour), want: "not yet due"},
		{name: "not done, resolved after", f: figure{target: target}, resolved: in(2 * time.Hour), want: "**missed**"},
		{name: "upkeep, resolved before", f: figure{target: target, upkeep: true}, resolved: in(time.Minute), want: "not needed"},
		{name: "upkeep, resolved when it was due", f: figure{target: target, upkeep: true}, resolved: in(time.Hour), want: "not needed"},
		{name: "upkeep, resolved after", f: figure{target: target, upkeep: true}, resolved: in(time.Hour + time.Second), want: "**missed**"},
		{name: "upkeep, called off before", f: figure{target: target, upkeep: true}, ended: in(time.Minute), want: "not needed"},
		{name: "upkeep, and it goes on", f: figure{target: target, upkeep: true}, want: "not yet due"},
	} {
		inc := incident.Incident{Severity: "P0", Policy: matrix(), DeclaredAt: declared, ResolvedAt: test.resolved, EndedAt: test.ended}
		var evs []incident.Event
		if !test.last.IsZero() {
			evs = []incident.Event{{At: declared}, {At: test.last}}
		}
		assert.Equal(t, test.want, newDraft(inc, evs, DraftOptions{}).verdict(test.f), test.name)
	}
	workdays := newDraft(incident.Incident{Severity: "P3", Policy: matrix(), DeclaredAt: declared}, nil, DraftOptions{})
	f := figure{target: incident.Within(24 * time.Hour), at: in(48 * time.Hour)}
	assert.Equal(t, "within 1 d of business hours", workdays.target(f))
	assert.Equal(t, "kept", workdays.verdict(f), "Saturday and Sunday do not count")
	always := newDraft(incident.Incident{Severity: "P0", Policy: matrix(), DeclaredAt: declared}, nil, DraftOptions{})
	assert.Equal(t, "within 1 d", always.target(f))
	assert.Equal(t, "**missed** by 1 d", always.verdict(f))
	assert.Equal(t, "none", always.target(figure{}))
	assert.Equal(t, "at once", always.target(figure{target: incident.Within(0)}))
	assert.Equal(t, "not done", always.actual(figure{}))
	assert.Equal(t, "after 2 d", always.actual(f))
}

// TestAMissThatWasToldStands: when the severity changed later, the table alone would say that nothing was missed.
func TestAMissThatWasToldStands(t *testing.T) {
	declared := time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)
	inc := incident.Incident{Severity: "P1", Policy: matrix(), DeclaredAt: declared, AcknowledgedAt: declared.Add(30 * time.Minute)}
	told := func() string { return newDraft(inc, nil, DraftOptions{}).figures() }
	assert.NotContains(t, told(), "told as missed")
	inc.Plan.Breached = map[incident.Clock]time.Time{incident.ClockRespond: declared.Add(15 * time.Minute)}
	assert.Contains(t, told(), "Acknowledged: told as missed on 6 March 2026 12:15 UTC, under the severity of that time.")
	inc.AcknowledgedAt = declared.Add(2 * time.Hour)
	assert.NotContains(t, told(), "told as missed", "the table says it")
}

// TestWhatTheRunbooksRepositoryLacks: each right by itself, and nothing is changed.
func TestWhatTheRunbooksRepositoryLacks(t *testing.T) {
	for _, test := range []struct {
		name                    string
		contents, branch, pulls int
		want                    []string
	}{
		{"all is well", 200, 422, 422, nil},
		{"no such file", 404, 422, 422, []string{"has no file docs/RUNBOOK.md"}},
		{"the file cannot be read now", 502, 422, 422, []string{"Could not read docs/RUNBOOK.md"}},
		{"no right to make branches", 200, 403, 422, []string{"Could not make branches"}},
		{"no right to open pull requests", 200, 422, 403, []string{"Could not open pull requests"}},
		{"nothing", 404, 404, 404, []string{"has no file", "Could not make branches", "Could not open pull requests"}},
		{"a server that takes all", 200, 201, 201, nil},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			code := test.pulls
			switch {
			case strings.Contains(r.URL.Path, "/contents/"):
				code = test.contents
			case strings.HasSuffix(r.URL.Path, "/git/refs"):
				code = test.branch
			}
			w.WriteHeader(code)
			_, err := w.Write([]byte(`{}`))
			assert.NoError(t, err)
		}))
		g, err := NewGitHub(Config{Repository: "acme/shop", Token: token, APIURL: srv.URL, Timeout: 5 * time.Second})
		require.NoError(t, err)
		ps := g.CheckRunbook(bg, "docs/RUNBOOK.md")
		require.Len(t, ps, len(test.want), "%s: %v", test.name, ps)
		for i, want := range test.want {
			assert.Contains(t, ps[i].What, want, test.name)
			assert.NotEmpty(t, ps[i].Next, test.name)
		}
		srv.Close()
	}
}

func TestWhereAStepStandsInTheRunbook(t *testing.T) {
	lines := strings.Split("Restart the pooler\n\n**Restart** the pooler!\nRestart the pool\nrestart the pooler now\n---", "\n")
	for _, test := range []struct {
		near string
		line int
		want int
	}{
		{"Restart the pooler", 1, 0}, {"Restart the pooler", 3, 2}, {"Restart the pooler", 2, 0}, {"restart THE pooler", 5, 4}, {"Restart the pooler", 99, 4}, {"Restart the pooler and wait", 1, 0}, {"Restart the pooler and wait", 3, 2},
		{"Restart the", 4, 3}, {"Restart the poo", 4, 3}, {"", 1, -1}, {"!?", 1, -1}, {"Drain", 1, -1}, {"Restart the pool and wait", 4, -1},
	} {
		assert.Equal(t, test.want, placeOf(lines, Proposal{Near: test.near, Line: test.line}), test)
	}
	assert.Equal(t, 0, placeOf([]string{"abcdefghijklmnop"}, Proposal{Near: "abcdefghijklmnop q", Line: 1}), "sixteen letters are enough to know a line by")
	assert.Equal(t, -1, placeOf([]string{"abcdefghijklmno"}, Proposal{Near: "abcdefghijklmno q", Line: 1}))
	assert.Equal(t, "az09é", squeeze("A-z, 0_9 é{}`/:@[\x7f"))
	code := strings.Split("a\n```\nb\nc\n```\nd\n```\ne", "\n")
	for at, want := range []int{0, 4, 4, 4, 4, 5, 6, 7} {
		assert.Equal(t, want, afterFence(code, at), at)
	}
	for text, want := range map[string]string{
		"1. Restart":        "1. Restart\n\n   > a\n   >\n   > b\n",
		"- [ ] Restart":     "- [ ] Restart\n\n  > a\n  >\n  > b\n",
		"  * Restart\nnext": "  * Restart\n\n    > a\n    >\n    > b\n\nnext\n",
		"Restart\n\nnext":   "Restart\n\n> a\n>\n> b\n\nnext\n",
		"Restart\n \nnext":  "Restart\n\n> a\n>\n> b\n \nnext\n",
	} {
		assert.Equal(t, want, insertNote(text, Proposal{Near: "Restart", Line: 1, Note: "> a\n>\n> b\n"}), text)
	}
	assert.Equal(t, "x\n\n> a\n", insertNote("x\n\n\n", Proposal{Note: " > a "}))
}
