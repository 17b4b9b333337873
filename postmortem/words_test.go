package postmortem

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
)

// TestWordsOfSlack: what Slack writes for people, channels, announcements and links.
func TestWordsOfSlack(t *testing.T) {
	d := newDraft(incident.Incident{}, nil, options(t))
	for in, want := range map[string]string{
		"<@UANA>": "Ana Ruiz", "<@UANA|someone>": "Ana Ruiz", "<@UNOBODY|zoe>": "zoe", "<@UNOBODY>": "UNOBODY", "<@WANA>": "WANA", "<@ana>": "<@ana>", "<@UA>": "<@UA>",
		"<#C1|general>": "#general", "<#C1>": "#C1",
		"<!channel>": "@channel", "<!here>": "@here", "<!everyone>": "@everyone", "<!subteam^S1|@ops>": "@ops", "<!subteam^S1>": "subteam^S1", "<!date^1^{date}|18 Feb>": "18 Feb", "<!date^1^{date}>": "date^1^{date}", "<!other>": "<!other>", "<!other|x>": "<!other|x>",
		"<mailto:ana@example.com|Ana>": "Ana", "<mailto:ana@example.com>": "ana@example.com", "<tel:+49301|call>": "call", "<tel:+49301>": "+49301",
		"<https://a.example>": "https://a.example", "<https://a.example|https://a.example>": "https://a.example", "<https://a.example|a>": "a (https://a.example)", "<b>": "<b>", "<a|b>": "<a|b>",
		"&lt;b&gt; &amp;amp;": "<b> &amp;",
	} {
		assert.Equal(t, want, d.plain(in), in)
	}
	nameless := newDraft(incident.Incident{}, nil, DraftOptions{})
	assert.Equal(t, "UANA", nameless.plain("<@UANA>"))
	assert.Equal(t, "mayday", nameless.name(""))
}

// TestWhatGitHubWouldBringToLife is left as the text that it is (GitHub: autolinked references).
func TestWhatGitHubWouldBringToLife(t *testing.T) {
	for in, want := range map[string]string{
		"a1b2c3": "a1b2c3", "a1b2c3d": "`a1b2c3d`", strings.Repeat("a", 40): "`" + strings.Repeat("a", 40) + "`", strings.Repeat("a", 41): strings.Repeat("a", 41), "A1B2C3D": "`A1B2C3D`", "a1b2c3g": "a1b2c3g", "1234567": "`1234567`",
		"gh-1": "gh\u200b-1", "GH-a": "GH\u200b-a", "gh-": "gh-", "gh": "gh", "gh 1": "gh 1", "xgh-1": "xgh-1",
		"www.x": `www\.x`, "WWW.x": `WWW\.x`, "www": "www", "www x": "www x", "awww.x": "awww.x",
		"1. a": `1\. a`, "12) a": `12\) a`, "1": "1", "1 a": "1 a", "a 1. b": "a 1. b", "1a. b": "1a. b", "1-": "1-",
		"#1": "\\#\u200b1", "#": `\#`, "# 1": `\# 1`, "@a": "@\u200ba", "@": "@", "@ a": "@ a",
		"-a": `\-a`, "+a": `\+a`, "=a": `\=a`, "a-b+c=d": "a-b+c=d", " -a": " -a",
		"ftp://x": `ftp\://x`, "a: b": "a: b", "a:/b": "a:/b", `a\b`: `a\\b`, "a|b": `a\|b`, "a~b": `a\~b`, "a`b": "a&#96;b",
		"https://a.example": "<https://a.example>", "https://a.example.": "<https://a.example>.", "https://a.example/(b)": "<https://a.example/(b)>", "(https://a.example/b)": "(<https://a.example/b>)", "https://a.example/b).": "<https://a.example/b>).", "https://a.example/b))": "<https://a.example/b>))",
		"https://a.example/(b))": "<https://a.example/(b)>)", "https://a.example - b": "<https://a.example> - b", "https://a.example https://b.example": "<https://a.example> <https://b.example>", "https://a.example -": "<https://a.example> -", "- https://a.example": `\- <https://a.example>`,
	} {
		assert.Equal(t, want, quiet(in), in)
	}
}

// TestAddressesOfMailStay: GitHub links the address, and looks at what is around it anew.
func TestAddressesOfMailStay(t *testing.T) {
	for in, want := range map[string]bool{
		"ana@example.com": true, "a@b.cc": true, "x ana@example.com y": true, "ana.b+c@example.com": true, "ana@example.com.": true, "ana@example.com,": true, "ana@a-b.example.com": true, "ana@example.com/x": true,
		"@example.com": false, " @example.com": false, ".@example.com": false, "-@example.com": false, "ana@example": false, "ana@": false, "ana@.com": false, "ana@example.com@team": false, "ana@example.com-x": false, "ana@example.com_x": false, "ana@example.c0m": false, "ana@example.com1": false,
		"a1b2c3d@example.com": false, "x@ana@example.com": false, "x@.ana@example.com": false, "ana@-example.com": false,
	} {
		at := strings.LastIndex(strings.TrimSuffix(in, "@team"), "@")
		assert.Equal(t, want, mailbox(in, at), in)
	}
}

func TestTitlesMentionNobody(t *testing.T) {
	d := newDraft(incident.Incident{}, nil, options(t))
	for in, want := range map[string]string{"@ana": "@\u200bana", "#1": "#\u200b1", "@ a # b": "@ a # b", "a@b": "a@\u200bb", "end@": "end@", "end#": "end#", "*bold* <b>": "*bold* <b>"} {
		assert.Equal(t, want, d.quietTitle(in), in)
	}
}

func TestCodeCannotBeLeft(t *testing.T) {
	for in, want := range map[string]string{
		"a": "```text\na\n```", "`": "```text\n`\n```", "``": "```text\n``\n```", "```": "````text\n```\n````", "a```b````c": "`````text\na```b````c\n`````", "`a`a`": "```text\n`a`a`\n```", "<!-- x": "```text\n<!\u200b-- x\n```",
	} {
		assert.Equal(t, want, fence(in), in)
	}
	for in, want := range map[string]string{"a b": "a-b", "A1:._/z": "A1:._/z", "--a--": "a", "a---b": "a-b", "a!b?c": "a-b-c", "é": ""} {
		assert.Equal(t, want, keyOf(in), in)
	}
}

func TestWhatOfTheRunbookHasAgedIsAList(t *testing.T) {
	since := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	doc := RunbookAge([]playbooks.Aged{{What: "Step 3 names @ops", Source: "runbook.md:12", Do: "Name somebody who is there"}, {What: "A link is dead", Do: "Mend it"}}, "2026-03-01", "shop", since)
	assert.Equal(t, "Runbook: 2 to mend (2026-03)", doc.Title)
	assert.Equal(t, []string{"runbook"}, doc.Labels)
	assert.Equal(t, since, doc.Since)
	assert.Equal(t, "shop:runbook-age:2026-03-01", doc.Marker)
	assert.Equal(t, documentMarker(doc.Marker)+"\n- [ ] Step 3 names @\u200bops (runbook.md:12). Name somebody who is there.\n- [ ] A link is dead. Mend it.\n", doc.Body)
	f := newFake(t)
	_, err := f.client().File(bg, doc)
	require.NoError(t, err)
}

// TestTitlesAndLabelsFitGitHub: 256 characters and 50, with the incident's number in sight.
func TestTitlesAndLabelsFitGitHub(t *testing.T) {
	base := len([]rune("[P0]  (incident 7)"))
	for extra, cut := range map[int]bool{0: false, 1: true, 40: true} {
		d := newDraft(incident.Incident{ID: 7, Severity: "P0", Title: strings.Repeat("ä", maxTitle-base+extra)}, nil, DraftOptions{})
		got := []rune(d.title(""))
		assert.Len(t, got, 256, extra)
		assert.Equal(t, cut, strings.Contains(string(got), "…"), extra)
		assert.True(t, strings.HasSuffix(string(got), " (incident 7)"), extra)
	}
	d := newDraft(incident.Incident{Severity: "P0", Drill: true, Title: "x"}, nil, DraftOptions{})
	assert.Equal(t, "[Drill] Review: [P0] x (incident 0)", d.title("Review: "))
	assert.Equal(t, []string{"incident", "p0", "drill"}, d.labels("p0", "", "incident"))
	assert.Equal(t, []string{"incident", strings.Repeat("a", 50), "p0", "drill"}, d.labels(strings.Repeat("a", 51)))
	assert.Equal(t, []string{"incident", strings.Repeat("a", 49), "p0", "drill"}, d.labels(strings.Repeat("a", 49)+"-b"), "no dash at the end")
}

func TestEventsAreToldInTheirOrder(t *testing.T) {
	early, late := time.Unix(10, 0), time.Unix(20, 0)
	given := []incident.Event{{At: late, Seq: 1}, {At: early, Seq: 3}, {At: early, Seq: 2}}
	d := newDraft(incident.Incident{}, given, DraftOptions{})
	var order []int64
	for _, ev := range d.evs {
		order = append(order, int64(ev.Seq))
	}
	assert.Equal(t, []int64{2, 3, 1}, order)
	assert.Equal(t, late, given[0].At, "the caller's list stays as it is")
}

func TestALessonNamesItsStep(t *testing.T) {
	book := incident.Playbook{Slug: "site-down", Steps: []incident.Step{{Text: "Ask the site", Source: "docs/runbook.md:57"}, {Text: "Restart", Source: "runbook"}, {Text: "Wait", Source: "c:x"}, {Text: "First", Source: ":9"}}}
	inc := incident.Incident{ID: 7, UID: "u", Title: "x", Walks: []incident.Walk{{Playbook: incident.Playbook{Slug: "other", Steps: []incident.Step{{Text: "Wrong"}}}}, {Playbook: book}}}
	for _, test := range []struct {
		playbook string
		step     int
		text     string
		line     int
	}{
		{"site-down", 1, "Ask the site", 57}, {"site-down", 2, "Restart", 0}, {"site-down", 3, "Wait", 0}, {"site-down", 4, "First", 9}, {"site-down", 0, "", 0}, {"site-down", -1, "", 0}, {"site-down", 5, "", 0}, {"none", 1, "", 0},
	} {
		inc.Lessons = []incident.Lesson{{By: "UANA", Text: "say why", Playbook: test.playbook, Step: test.step, At: time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)}}
		p := RunbookEdit(inc, 0, "docs/runbook.md", options(t))
		assert.Equal(t, test.text, p.Near, test)
		assert.Equal(t, test.line, p.Line, test)
		assert.Equal(t, "> **Note from incident 7 (2026-03-02):** say why", p.Note, "in the zone of the team")
		assert.Equal(t, "mayday-7-u/lesson-1", p.Branch)
		comment := Lesson(inc, 0, options(t))
		assert.Equal(t, test.text != "", strings.Contains(comment, ", of step "), test)
		assert.Contains(t, comment, "by Ana Ruiz")
		assert.Contains(t, comment, ":\n\nsay why")
	}
	assert.Empty(t, Lesson(inc, 1, options(t)))
	assert.Empty(t, Lesson(inc, -1, options(t)))
	assert.Equal(t, "own/lesson-1", RunbookEdit(inc, 0, "x", DraftOptions{Marker: "own"}).Branch)
	inc.UID = ""
	assert.Equal(t, "mayday-7/lesson-1", RunbookEdit(inc, 0, "x", DraftOptions{}).Branch)
}
