package playbooks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func TestDurations(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"15 minutes": 15 * time.Minute, "1 hour": time.Hour, "1 day": 24 * time.Hour, "90s": 90 * time.Second, "1h30m": 90 * time.Minute,
		"within 15 min": 15 * time.Minute, "After 30 min": 30 * time.Minute, "< 5 mins": 5 * time.Minute, "15-30 minutes": 30 * time.Minute,
		"half an hour": 30 * time.Minute, "an hour": time.Hour, "two hours": 2 * time.Hour, "1 hour 30 minutes": 90 * time.Minute, "1.5 hours": 90 * time.Minute,
		"every hour": time.Hour, "4hrs": 4 * time.Hour, "2 business days": 48 * time.Hour, "1 week": 7 * 24 * time.Hour, "30-minute updates": 30 * time.Minute,
	} {
		got, ok := duration(s)
		assert.True(t, ok, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "soon", "24/7", "P0", "3 issues", "99999 weeks", "a man", "0 minutes"} {
		_, ok := duration(s)
		assert.False(t, ok, s)
	}
}

func TestScenarioByWord(t *testing.T) {
	r := Default()
	for word, slug := range map[string]string{"site-down": "site-down", "SITE-DOWN": "site-down", "db": "database-connection-issues", "db-connections": "database-connection-issues",
		"database": "database-connection-issues", "auth": "authentication-issues", "perf": "performance-degradation", "queue": "job-queue-stuck", "picture": "search-and-picture-issues",
		"payment": "payment-failures", "error": "high-error-rate"} {
		p, ok := r.Scenario(word)
		assert.True(t, ok, word)
		assert.Equal(t, slug, p.Slug, word)
	}
	for _, word := range []string{"", "issues", "nothing", "s i", "a", "s", "p", "pe", "d", "1", "100", "-", "re"} {
		_, ok := r.Scenario(word)
		assert.False(t, ok, word)
	}
	assert.Equal(t, "site-down", r.Nearest("sitedown", 3)[0])
	assert.Equal(t, "database-connection-issues", r.Nearest("databse", 3)[0])
	assert.Empty(t, r.Nearest("zzzzzzzzzz", 3))
	assert.Empty(t, r.Nearest("", 3))
}

func TestMatchByWords(t *testing.T) {
	r := Default()
	for words, slug := range map[string]string{
		"p1 login": "authentication-issues", "users cannot log in": "authentication-issues", "login broken": "authentication-issues", "sign-in mail never arrives": "authentication-issues",
		"too many connections": "database-connection-issues", "pictures missing": "search-and-picture-issues", "customers cannot pay": "payment-failures", "charged twice": "payment-failures",
		"site is down": "site-down", "everything slow": "performance-degradation", "jobs stuck": "job-queue-stuck", "snag errors": "high-error-rate", "databse": "database-connection-issues",
	} {
		m := r.Match(words, 3)
		require.NotEmpty(t, m, words)
		assert.Equal(t, slug, m[0].Playbook.Slug, words)
		assert.LessOrEqual(t, len(m), 3)
	}
	for _, words := range []string{"login", "users cannot log in", "a job is stuck", "customers cannot pay", "site is down", "too many connections"} {
		assert.True(t, r.Match(words, 3)[0].Sure, words)
	}
	for _, words := range []string{"system clock is wrong", "search box on the landing page", "the site shows an old logo", "the printer has no connection", "order list is wrong"} {
		for _, m := range r.Match(words, 3) {
			assert.False(t, m.Sure, "one word among others picks no scenario: %s", words)
		}
	}
	assert.Empty(t, r.Match("p0", 3), "a severity alone is no scenario")
	assert.Empty(t, r.Match("the quick brown fox", 3))
	assert.Empty(t, r.Match("login", 0))
}

func TestGenericPlaybook(t *testing.T) {
	r := Default()
	p0 := r.Generic(r.Policy.Severities[0])
	assert.Equal(t, incident.GenericSlug, p0.Slug)
	assert.Equal(t, "Everybody on call drops other work", p0.Steps[0].Text)
	assert.Equal(t, []string{"Full post-mortem required"}, p0.Afterwards)
	bare := r.Generic(incident.Severity{Label: "SEV9"})
	assert.NotEmpty(t, bare.Steps)
	assert.Equal(t, []string{"SEV9"}, bare.Severities)
}

func TestSeveritySpellings(t *testing.T) {
	find := func(r *Runbook, word string) string {
		s, _ := r.Policy.Find(word)
		return s.Label
	}
	r := Default()
	for word, label := range map[string]string{"p0": "P0", "sev0": "P0", "SEV-0": "P0", "critical": "P0", "high": "P1", "sev 1": "P1", "s2": "P2", "low": "P3"} {
		assert.Equal(t, label, find(r, word), word)
	}
	first := readText(t, "| Severity | Response |\n|---|---|\n| SEV1 | 5 min |\n| SEV2 | 1 hour |\n")
	for word, label := range map[string]string{"p1": "SEV1", "p0": "SEV1", "sev0": "SEV1", "p2": "SEV2", "critical": "SEV1", "high": "SEV2"} {
		assert.Equal(t, label, find(first, word), word)
	}
	words := readText(t, "| Priority | Response |\n|---|---|\n| Low | 1 day |\n| Critical | 5 min |\n")
	assert.Equal(t, []string{"Critical", "Low"}, labelsOf(words), "most severe first, however written")
	assert.Equal(t, "Critical", find(words, "p0"))
}

func TestCurlProbes(t *testing.T) {
	for code, want := range map[string]string{
		"curl -I https://grocer.dev":                                   "https://grocer.dev",
		"curl grocer.dev/health":                                       "https://grocer.dev/health",
		"$ curl -s 'https://grocer.dev/a?b=c' | jq .":                  "https://grocer.dev/a?b=c",
		"curl -X POST https://grocer.dev":                              "",
		"curl -H 'Authorization: x' https://grocer.dev":                "",
		"curl https://grocer.dev/$ID":                                  "",
		"curl https://[your-domain]/health":                            "",
		"curl http://localhost:8080/health":                            "",
		"curl http://127.0.0.1/":                                       "",
		"curl -s -o /dev/null -w '%{http_code}\\n' https://grocer.dev": "https://grocer.dev",
		"wget https://grocer.dev":                                      "",
	} {
		p, _ := curlProbe(code)
		if want == "" {
			assert.Nil(t, p, code)
			continue
		}
		require.NotNil(t, p, code)
		assert.Equal(t, want, p.URL, code)
	}
}
