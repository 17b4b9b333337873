package handlers

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]line{
		"":                            {},
		"  ACK  ":                     {verb: "ack"},
		"fixed rolled back":           {verb: "resolve", rest: "rolled back"},
		"update line one\nline two":   {verb: "update", rest: "line one\nline two"},
		"note\tafter a tab":           {verb: "note", rest: "after a tab"},
		"p0 site-down it is all gone": {rest: "p0 site-down it is all gone"},
		"?":                           {verb: "help"},
	} {
		assert.Equal(t, want, parse(text), text)
	}
}

// TestEveryCommandOfTheHelpIsUnderstood: help never names what the parser does not know.
func TestEveryCommandOfTheHelpIsUnderstood(t *testing.T) {
	rb := playbooks.Default()
	for _, c := range blocks.Commands {
		for _, name := range append([]string{c.Name}, c.Also...) {
			assert.NotEmpty(t, parse(name).verb, name)
		}
		if c.Name == "declare" {
			w := understand(rb, c.Example)
			assert.NotEmpty(t, w.severity, c.Example)
			assert.NotEmpty(t, w.playbook.Slug, c.Example)
			continue
		}
		assert.Equal(t, parse(c.Name).verb, parse(c.Example).verb, c.Example)
	}
}

func TestUnderstandADeclaration(t *testing.T) {
	rb := playbooks.Default()
	for text, want := range map[string]wish{
		"p0 site-down checkout answers 500":     {severity: "P0", title: "checkout answers 500"},
		"site-down P0 checkout":                 {severity: "P0", title: "checkout"},
		"Sev-1 site-down":                       {severity: "P1"},
		"critical site-down --drill":            {severity: "P0", drill: true},
		"p1 --private site-down leak":           {severity: "P1", private: true, title: "leak"},
		"p1 —private site-down":                 {severity: "P1", private: true},
		"p7 site-down":                          {unknown: "p7"},
		"p1 site-down &lt;b&gt; <@U1AAAA1|ana>": {severity: "P1", title: "<b> @ana"},
	} {
		w := understand(rb, text)
		assert.Equal(t, "site-down", w.playbook.Slug, text)
		w.playbook = incident.Playbook{}
		assert.Equal(t, want, w, text)
	}
	login := understand(rb, "p1 login")
	assert.Equal(t, "authentication-issues", login.playbook.Slug, "found by its words")
	assert.True(t, login.guessed)
	assert.NotEmpty(t, understand(rb, "p0 site-dwn").offer, "a mistyped slug is offered, not guessed")
	assert.Empty(t, understand(rb, "p2 zzz qqq").playbook.Slug)
}

func TestNearVerb(t *testing.T) {
	for word, want := range map[string]string{"resovle": "resolve", "acknowlege": "acknowledge", "lst": "list", "xyzzy": "", "timelin": "timeline", "checkout": ""} {
		assert.Equal(t, want, nearVerb(word), word)
	}
}

func TestTakeIncident(t *testing.T) {
	for _, tt := range []struct {
		text    string
		numbers bool
		want    reference
		rest    string
		ok      bool
	}{
		{"42 why", true, reference{id: 42}, "why", true},
		{"3 done", false, reference{}, "3 done", false},
		{"#42", false, reference{id: 42}, "", true},
		{"inc-42-p0-site-down now", false, reference{id: 42}, "now", true},
		{"#inc-7", true, reference{id: 7}, "", true},
		{"<#C0123ABC|inc-1> x", false, reference{channel: "C0123ABC"}, "x", true},
		{"-1", true, reference{}, "-1", false},
		{"99999999999999999999", true, reference{}, "99999999999999999999", false},
	} {
		got, rest, ok := takeIncident(tt.text, tt.numbers)
		assert.Equal(t, tt.want, got, tt.text)
		assert.Equal(t, tt.rest, rest, tt.text)
		assert.Equal(t, tt.ok, ok, tt.text)
	}
}

func TestDurations(t *testing.T) {
	for word, want := range map[string]time.Duration{
		"15m": 15 * time.Minute, "45": 45 * time.Minute, "1h30m": 90 * time.Minute, "2 hours": 2 * time.Hour, "90s": 90 * time.Second,
		"1d": 24 * time.Hour, "20 min": 20 * time.Minute,
	} {
		d, ok := duration(word)
		require.True(t, ok, word)
		assert.Equal(t, want, d, word)
	}
	for _, word := range []string{"", "soon", "m", "-5m", "0", "5x"} {
		_, ok := duration(word)
		assert.False(t, ok, word)
	}
	text, next := takeNext("rollback runs, the next step is DNS next 30m")
	assert.Equal(t, "rollback runs, the next step is DNS", text)
	assert.Equal(t, 30*time.Minute, next)
	text, next = takeNext("what is next")
	assert.Equal(t, "what is next", text)
	assert.Zero(t, next)
}

// FuzzCommand: no text that Slack can deliver breaks the parser, and what comes
// out is still text.
func FuzzCommand(f *testing.F) {
	rb := playbooks.Default()
	for _, s := range []string{"p0 site-down x", "ack", "step 3 done", "role scribe <@U12345|ana>", "update x next 30m", "<#C1|x> ack", "--private", "\x00\u202e", "p1 " + strings.Repeat("😀", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := parse(text)
		w := understand(rb, l.rest)
		takeIncident(l.rest, true)
		takePerson(l.rest)
		takeNext(l.rest)
		duration(l.rest)
		c, err := incident.Declare(1, incident.Declaration{Title: w.title, Severity: w.severity, Playbook: w.playbook, Policy: rb.Policy, By: "U1"}, time.Unix(0, 0))
		require.NoError(t, err)
		assert.NotEmpty(t, c.Incident.Title)
		if utf8.ValidString(text) {
			assert.True(t, utf8.ValidString(c.Incident.Title))
		}
		assert.LessOrEqual(t, len(c.Incident.NameForChannel()), 80)
	})
}
