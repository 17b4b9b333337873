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
		"1 ack":                       {verb: "ack", rest: "#1"},
		"#1 ack":                      {verb: "ack", rest: "#1"},
		"#1 status":                   {verb: "status", rest: "#1"},
		"#1":                          {verb: "status", rest: "#1"},
		"42":                          {verb: "status", rest: "#42"},
		"inc-7-p0-x step 3 done":      {verb: "step", rest: "#7 3 done"},
		"<#C0123ABC|inc-1> fixed it":  {verb: "resolve", rest: "<#C0123ABC|inc-1> it"},
		"#1 frobnicate":               {verb: unknownVerb, rest: "frobnicate"},
		"#1 list":                     {verb: unknownVerb, rest: "list"},
		"1 checkout is down":          {rest: "1 checkout is down"},
		"1 list of things broke":      {rest: "1 list of things broke"},
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
		assert.Equal(t, playbooks.BySlug, w.hold, text)
		w.playbook, w.hold = incident.Playbook{}, playbooks.NoHold
		assert.Equal(t, want, w, text)
	}
	login := understand(rb, "p1 login")
	require.Len(t, login.offer, 1, "one common word finds it")
	assert.Equal(t, "authentication-issues", login.offer[0].Slug)
	assert.Empty(t, login.playbook.Slug, "and does not name it")
	pool := understand(rb, "p1 database connections used up")
	assert.Equal(t, "database-connection-issues", pool.playbook.Slug, "found by its words")
	assert.Equal(t, playbooks.NoHold, pool.hold)
	assert.NotEmpty(t, understand(rb, "p0 site-dwn").offer, "a mistyped slug is offered, not guessed")
	assert.Empty(t, understand(rb, "p2 zzz qqq").playbook.Slug)
}

// TestNobodyIsWokenByASlip: what each line would do, in a word: "asks" when people
// are asked before anybody is paged, else the severity and the scenario.
func TestNobodyIsWokenByASlip(t *testing.T) {
	t.Parallel()
	rb := playbooks.Default()
	for text, want := range map[string]string{
		// A letter, an article, a common word name no scenario.
		"a customer cannot log in": "asks", "s": "asks", "p": "asks", "p site-down": "asks", "d": "asks", "db": "asks", "100": "asks",
		"p2 a job is stuck": "P2 job-queue-stuck", "p2 system clock is wrong": "asks", "p2 the printer queue is wrong": "asks", "p1 the site shows an old logo": "asks", "p1 site shows an old logo": "asks",
		"p1 db pool is full": "P1 database-connection-issues", "p1 the printer has no connection": "asks", "p2 rate of exchange is wrong": "asks",
		// A word of the language that is a severity too.
		"high latency on checkout": "asks", "low disk space": "asks", "critical customer complains": "asks", "medium": "asks", "high": "asks",
		"critical site-down": "P0 site-down", "site-down critical": "P0 site-down", "critical: coffee is gone": "P0 ", "high: site-down": "P1 site-down",
		// A number is an incident's.
		"1 checkout is down": "asks", "0 orders since noon": "asks", "2": "asks", "#2": "asks", "1 ack": "asks",
		// A severity and then a command, or an incident's name.
		"p1 ack": "asks", "p0 resolve": "asks", "p1 status monitoring": "asks", "p1 #1": "asks", "p1 <#C0123ABC|inc-1>": "asks", "sev1 update rolled back": "asks", "P0 inc-3": "asks",
		"p1 site-down check the CDN": "P1 site-down", "p1 7 customers cannot pay": "asks", "p1 7 payment failures": "P1 payment-failures", "p1 coffee machine leaks": "P1 ", "p1 login fails for everybody in Spain": "asks", "p1 Spain: login fails": "asks",
		// Without a severity only a whole name.
		"site-down": "P0 site-down", "site-down checkout": "P0 site-down", "down": "asks", "down in Spain": "asks", "pictures are choppy": "asks", "errors": "asks", "site": "asks",
		"declare search": "P2 search-and-picture-issues", "drill search": "P2 search-and-picture-issues", "drill site": "asks", "drill a": "asks", "declare a": "asks",
		"open p1": "asks", "start high": "asks", "new users cannot sign up": "asks",
		"p1": "P1 ", "P0": "P0 ", "sev2 site": "asks", "p1 payment-fail orders": "P1 payment-failures",
	} {
		assert.Equal(t, want, outcome(rb, text), "/incident %s", text)
	}
}

// outcome is what declare does with a line, without doing it.
func outcome(rb *playbooks.Runbook, text string) string {
	l := parse(text)
	explicit := l.verb == "declare" || l.verb == "drill"
	if l.verb != "" && !explicit {
		return "asks" // it is about an incident, and declares none
	}
	if l.verb == "drill" {
		l.rest += " --drill"
	}
	w := understand(rb, l.rest)
	if !w.clear(explicit) || w.unknown != "" || len(w.offer) > 0 {
		return "asks"
	}
	if w.severity == "" {
		w.severity = w.playbook.Severities[0]
	}
	return w.severity + " " + w.playbook.Slug
}

func TestWhoIsMeantByAWordToPage(t *testing.T) {
	contacts := []incident.Contact{{Role: "On-Call Engineer", Name: "Chris Isley"}, {Role: "DevOps Lead", Name: "Ben Okafor"}, {Role: "CTO", Name: "Chidi Eze"}, {Role: "Data Lead"}, {Role: "当番"}}
	for word, want := range map[string][]int{
		"is": nil, "on": nil, "the": nil, "e": nil, "": nil, "@": nil, "engineer": {0}, "on-call": {0}, "devops": {1}, "dev": {1}, "@ben": {1}, "cto": {2}, "CTO:": {2}, "lead": {1, 3}, "当番": {4}, "ead": nil, "data": {3},
	} {
		assert.Equal(t, want, contactsCalled(contacts, word), word)
	}
}

// TestWhatPrivateMeans: it begins many a title, and is a command alone or with an incident.
func TestWhatPrivateMeans(t *testing.T) {
	for text, want := range map[string]line{
		"private": {"private", ""}, "private #2": {"private", "#2"}, "private 2": {"private", "2"}, "private inc-2 please": {"private", "inc-2 please"},
		"private keys leaked": {"", "private keys leaked"}, "private 2 keys leaked": {"", "private 2 keys leaked"},
		"note\nfirst line": {"note", "first line"}, "note\tseen": {"note", "seen"},
		"#2 query pool": {"run", "#2 pool"}, "#2 list": {unknownVerb, "list"}, "2 list": {"", "2 list"},
	} {
		assert.Equal(t, want, parse(text), text)
	}
}

// TestAWordOfTheTitleThatNamesTheScenarioStaysInTheTitle, and a severity that is a word of the language too is one only where nothing else is said.
func TestAWordOfTheTitleThatNamesTheScenarioStaysInTheTitle(t *testing.T) {
	rb := playbooks.Default()
	w := understand(rb, "p1 sign-in broken")
	assert.Equal(t, []any{"sign-in broken", playbooks.ByAlias}, []any{w.title, w.hold})
	for text, doubts := range map[string]doubt{"critical sign-in": sure, "critical sign-in broken": aboutSeverity, "critical site-down broken": sure, "critical: pool full": sure, "critical pool full": aboutSeverity, "p1 pool full": sure} {
		assert.Equal(t, doubts, understand(rb, text).doubt, text)
	}
	w = understand(rb, "p1 pool full --another")
	assert.Equal(t, []any{true, "pool full"}, []any{w.another, w.title})
}

func TestNearVerb(t *testing.T) {
	for word, want := range map[string]string{"stauts": "status", "resovle": "resolve", "acknowlege": "acknowledge", "lst": "list", "xyzzy": "", "timelin": "timeline", "checkout": "",
		"STAUTS": "status", "stpes": "steps", "ackk": "ack", "ac": "", "lsd": "", "hlep": "", "pstmrtm": ""} {
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
		{"0 nodes", true, reference{}, "0 nodes", false},
		{"#42 \t two\nlines", false, reference{id: 42}, "two\nlines", true},
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
		"1d": 24 * time.Hour, "20 min": 20 * time.Minute, " 15m ": 15 * time.Minute, " 45 ": 45 * time.Minute, "99999": 99999 * time.Minute,
	} {
		d, ok := duration(word)
		require.True(t, ok, word)
		assert.Equal(t, want, d, word)
	}
	for _, word := range []string{"", "soon", "m", "-5m", "-5", "0", "5x", "100000"} {
		_, ok := duration(word)
		assert.False(t, ok, word)
	}
	text, next := takeNext("rollback runs, the next step is DNS next 30m")
	assert.Equal(t, "rollback runs, the next step is DNS", text)
	assert.Equal(t, 30*time.Minute, next)
	text, next = takeNext("next in 30m")
	assert.Empty(t, text, "that says nothing of how it stands")
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
	for _, s := range []string{"1 ack", "#1 status", "p1 #2", "high: x", "a b", "open p1", "drill db", "<#C0123ABC|inc-1> p1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := parse(text)
		w := understand(rb, l.rest)
		if l.verb == "" && w.severity == "" && w.clear(false) {
			assert.Equal(t, playbooks.BySlug, w.hold, "people are paged for less than a whole name")
		}
		if _, _, named := takeIncident(text, true); named {
			assert.Equal(t, "asks", outcome(rb, text), "a line that names an incident declares none")
		}
		takePerson(l.rest)
		takeNext(l.rest)
		duration(l.rest)
		c, err := incident.Declare(incident.Ref{Incident: 1}, incident.Declaration{Title: w.title, Severity: w.severity, Playbook: w.playbook, Policy: rb.Policy, By: "U1"}, time.Unix(0, 0))
		require.NoError(t, err)
		assert.NotEmpty(t, c.Incident.Title)
		if utf8.ValidString(text) {
			assert.True(t, utf8.ValidString(c.Incident.Title))
		}
		assert.LessOrEqual(t, len(c.Incident.NameForChannel()), 80)
	})
}
