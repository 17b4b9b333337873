package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
)

func TestADeclarationInATerminalIsUnderstoodAsInSlack(t *testing.T) {
	rb := playbooks.Default()
	for typed, want := range map[string]struct {
		title, severity, slug string
		another, private      bool
		mayBe                 []string
	}{
		"p0 site-down r&d <b> answers 500": {"r&d <b> answers 500", "P0", "site-down", false, false, nil},
		"p1 lamps flicker":                 {"lamps flicker", "P1", incident.GenericSlug, false, false, nil},
		"site-down":                        {"", "", "site-down", false, false, nil},
		"p0 site-down":                     {"", "P0", "site-down", false, false, nil},
		"sign-in":                          {"", "", "authentication-issues", false, false, nil},
		"p1 lamps flicker --another":       {"lamps flicker", "P1", incident.GenericSlug, true, false, nil},
		"p1 lamps flicker --private":       {"lamps flicker", "P1", incident.GenericSlug, false, true, nil},
		"p0 site-dwn":                      {"site-dwn", "P0", incident.GenericSlug, false, false, []string{"site-down"}},
	} {
		got, err := Declaration(rb, typed, "U0ANA01")
		require.NoError(t, err, typed)
		assert.Equal(t, []any{want.title, want.severity, want.slug, want.another, want.private, want.mayBe, "U0ANA01"},
			[]any{got.Title, got.Severity, got.Playbook.Slug, got.Another, got.Private, got.MayBe, got.By}, typed)
	}
	for typed, says := range map[string]string{
		"":                 "Nothing was said of what is wrong. For example: declare p1 checkout answers 500",
		"  ":               "Nothing was said of what is wrong. For example: declare p1 checkout answers 500",
		"p0":               "Nothing was said of what is wrong. For example: declare p0 checkout answers 500",
		"p0 ack":           "This may be a command, or an incident.",
		"p0 #42 is back":   "This may be a command, or an incident.",
		"--private":        "No severity was named. Begin with it: declare p1 --private",
		"lamps flicker":    "No severity was named. Begin with it: declare p1 lamps flicker",
		"high latency now": "No severity was named. Begin with it: declare p1 high latency now",
	} {
		_, err := Declaration(rb, typed, "U0ANA01")
		var unclear *UnclearError
		require.ErrorAs(t, err, &unclear, typed)
		assert.Contains(t, err.Error(), says, typed)
	}
	_, err := Declaration(rb, "p7 lamps flicker", "U0ANA01")
	var refused *incident.Refusal
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, []any{incident.UnknownSeverity, "p7", rb.Policy.Labels()}, []any{refused.Reason, refused.Word, refused.Choices})
}

func TestAnUpdateAndANumberInATerminal(t *testing.T) {
	text, next := Update("rolled back next 30m")
	assert.Equal(t, []any{"rolled back", 30 * time.Minute}, []any{text, next})
	for word, want := range map[string]struct {
		n        int64
		bare, ok bool
	}{"42": {42, true, true}, "#42": {42, false, true}, "inc-42": {42, false, true}, "#inc-42-p0-lamp": {42, false, true}, "#0": {0, true, false}, "0": {0, true, false}, "nodes": {0, true, false}, "42 nodes": {42, true, false},
		"#42 nodes": {42, true, false}, "<#C0123|x>": {0, true, false}, "-1": {0, true, false}} {
		n, bare, ok := Number(word)
		assert.Equal(t, want.ok, ok, word)
		if ok {
			assert.Equal(t, []any{want.n, want.bare}, []any{n, bare}, word)
		}
	}
}
