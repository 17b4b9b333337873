package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// TestOneSeverityIsTaken: the first one, and a bare number is none, also where the runbook calls its severities by numbers.
func TestOneSeverityIsTaken(t *testing.T) {
	rb := *standard()
	rb.Policy.Severities = []incident.Severity{{Label: "SEV-1", Aliases: []string{"1", "p1"}}, {Label: "2", Aliases: []string{"p2"}}}
	for text, want := range map[string]wish{
		"p1 p2 lamps":         {severity: "SEV-1", title: "p2 lamps"},
		"p2 p9 lamps":         {severity: "2", title: "p9 lamps"},
		"p9 p1 lamps":         {unknown: "p9", title: "p1 lamps"},
		"p9 p8 lamps":         {unknown: "p9", title: "p8 lamps"},
		"1 node lamps":        {title: "1 node lamps"},
		"2 nodes lamps":       {title: "2 nodes lamps"},
		"sev-1: lamps":        {severity: "SEV-1", title: "lamps"},
		"lamps p1":            {title: "lamps p1"},
		"p1, --private lamps": {severity: "SEV-1", title: "lamps", private: true},
	} {
		w := understand(&rb, text)
		assert.Equal(t, []any{want.severity, want.unknown, want.title, want.private}, []any{w.severity, w.unknown, w.title, w.private}, text)
	}
}

// TestWhatADeclarationMayMeanOtherwise: a command or an incident's name behind nothing but a severity, or a severity that is a word of the language.
func TestWhatADeclarationMayMeanOtherwise(t *testing.T) {
	rb := standard()
	for text, want := range map[string]doubt{
		"p1 ack":               aboutVerb,
		"p1 #42":               aboutVerb,
		"p1 lamps":             sure,
		"p1 42 lamps":          sure,
		"ack lamps":            sure, // behind "declare"
		"#42 lamps":            sure,
		"p1 site-down ack":     sure,
		"critical ack":         aboutSeverity,
		"critical: ack":        aboutVerb,
		"critical site-down x": sure,
		"critical lamps":       aboutSeverity,
	} {
		assert.Equal(t, want, understand(rb, text).doubt, text)
	}
	assert.Equal(t, "critical lamps", understand(rb, "critical lamps").title, "it may be a word of the title")
}

// TestWhichScenariosAreOffered: those that a mistyped slug is near, before those that the words are of; of words that fit several, all of them.
func TestWhichScenariosAreOffered(t *testing.T) {
	rb := standard()
	for text, want := range map[string][]string{
		"p1 site-dwn database connections used up": {"site-down"},
		"p1 xx-yy database connections used up":    nil, // its words name one
		"p1 api errors database timeouts":          {"database-connection-issues"},
		"p1 my site down database down":            {"site-down", "database-connection-issues", "search-and-picture-issues"},
	} {
		w := understand(rb, text)
		var offered []string
		for _, pb := range w.offer {
			offered = append(offered, pb.Slug)
		}
		assert.Equal(t, want, offered, text)
		assert.Equal(t, want == nil, w.playbook.Slug == "database-connection-issues", text)
	}
}
