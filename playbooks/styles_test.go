package playbooks

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file below testdata.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "run the test with -update and read the difference")
}

func accountOf(t *testing.T, r *Runbook) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.Account(&b, AccountOptions{}))
	return b.String()
}

func TestAccountOfTheDefaultRunbook(t *testing.T) {
	r := Default()
	// Three steps change something, on purpose: the account says that they are by hand.
	require.Len(t, r.Findings, 3)
	for _, f := range r.Findings {
		assert.Equal(t, Notice, f.Level, f)
		assert.Contains(t, f.What, "this SQL is by hand")
	}
	assert.Empty(t, r.Missing())
	golden(t, "default.golden", accountOf(t, r))
}

// The styles in which strangers write runbooks. What is understood of each
// stands in the golden file beside it; the table says what must never be lost.
func TestStrangersStyles(t *testing.T) {
	for name, want := range map[string]struct {
		severities, scenarios string // labels; slug(severities):steps
		contacts, problems    int
	}{
		"alerts":                {"P0 P1 P2 P3", "apierrorbudgetburn:3 apilatencyhigh:2", 0, 0},
		"checklist-in-scenario": {"P0 P1 P2 P3", "bad-release(P1):3", 0, 0},
		"contacts-table":        {"P0 P1 P2 P3", "pipeline-late:2 disk-full:2", 2, 0},
		"deep-lists":            {"P0 P1 P2 P3", "volume-lost(P0):3", 0, 0},
		"emoji-headings":        {"Critical High Medium Low", "search-is-slow(High):2 search-is-down(Critical):1", 1, 0},
		"folder":                {"Critical High", "ledger-differs-from-the-bank(Critical):2 payouts-late(High):1", 1, 0},
		"front-matter":          {"P0 P1 P2 P3", "cache-stampede(P2):2", 0, 0},
		"html-details":          {"P0 P1 P2 P3", "images-missing(P2):2", 0, 0},
		"prose-only":            {"P0 P1 P2 P3", "mail-is-delayed:2 mail-is-rejected:1", 0, 0},
		"right-to-left":         {"P0 P1 P2 P3", "توقف-الموقع(P0):2 האתר-איטי(P1):1", 0, 0},
		"sev-labels":            {"SEV1 SEV2 SEV3", "orders-rejected(SEV1):3 slow-orders(SEV2):3", 3, 0},
		"severity-list":         {"P1 P2 P3", "queue-is-stuck(P2):2", 3, 0},
		"step-headings":         {"P0 P1 P2 P3", "certificate-expired(P1):5", 0, 0},
		"table-scenarios":       {"P0 P1 P2 P3", "login-fails(P2):4", 0, 0},
		"windows-notepad":       {"P0 P1 P2 P3", "spooler-hangs(P0):5", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "styles", name)
			if _, err := os.Stat(path); err != nil {
				path += ".md"
			}
			r, err := ReadPath(path)
			require.NoError(t, err)
			golden(t, "styles/"+name+".golden", accountOf(t, r))
			assert.Equal(t, want.severities, strings.Join(labelsOf(r), " "))
			assert.Equal(t, want.scenarios, strings.Join(scenariosOf(r), " "))
			assert.Len(t, r.Policy.Contacts, want.contacts)
			assert.Equal(t, want.problems, problemsOf(r))
		})
	}
	files, err := filepath.Glob("testdata/styles/*.golden")
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(files), 12)
}

func labelsOf(r *Runbook) []string {
	var out []string
	for _, s := range r.Policy.Severities {
		out = append(out, s.Label)
	}
	return out
}

func scenariosOf(r *Runbook) []string {
	var out []string
	for _, p := range r.Scenarios {
		s := p.Slug
		if len(p.Severities) > 0 {
			s += "(" + strings.Join(p.Severities, "/") + ")"
		}
		out = append(out, s+":"+itoa(len(p.Steps)))
	}
	return out
}

func problemsOf(r *Runbook) int {
	n := 0
	for _, f := range r.Findings {
		n += boolInt(f.Level == Problem)
	}
	return n
}
