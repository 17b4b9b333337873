package postmortem

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "see testdata/%s; -update writes it anew", name)
}

func written(doc Document) string {
	return "Title: " + doc.Title + "\nLabels: " + strings.Join(doc.Labels, ", ") + "\nAssignees: " + strings.Join(doc.Assignees, ", ") + "\n\n" + doc.Body
}

var evidence = []Evidence{
	{Title: "Check active connections", Before: "state  | count\nactive |    97\nidle   |     3", After: "state  | count\nactive |     4"},
	{Title: "Users `signed in`", Before: "email\na***@example.com @team", After: "email\na***@example.com @team"},
	{Title: "Locks", After: "```\n<!-- mayday:42:timeline -->\n```"},
}

const ownForm = "---\nname: Post-mortem\nlabels: incident\n---\n# Our own form\n\nPlease be kind.\n\n## Root cause\n\nFive whys:\n\n## Timeline\n\n## Action Items\n\n<!-- mayday: prevention -->\n\n```\n## Summary\n```\n"

// assertFit checks what holds for every document: GitHub takes it, and nothing in it comes to life.
func assertFit(t *testing.T, doc Document) {
	t.Helper()
	assertQuiet(t, strings.ReplaceAll(doc.Body, "Post-mortem: #7.", ""))
	assert.LessOrEqual(t, utf8.RuneCountInString(doc.Title), 256)
	assert.NotEmpty(t, doc.Marker)
	for _, l := range doc.Labels {
		assert.LessOrEqual(t, len(l), 50)
	}
}

// hostileDraft has the worst of texts in every place where people put some.
func hostileDraft(t *testing.T) Document {
	pb := siteDown()
	pb.Title, pb.Slug = hostile, "../"+hostile
	pb.Steps = []incident.Step{{Text: hostile}}
	pb.Prevention = []string{hostile}
	r := declare(t, "P0", hostile, pb, false)
	r.take(incident.MarkStep(r.inc, "UCAT", incident.StepRef{}, incident.StepDone, hostile, r.now))
	r.take(incident.Note(r.inc, "UCAT", "- [ ] list\n# heading\n1. one\n> quote\n    code\n```\nfence\n---\n"+hostile, r.now))
	r.take(incident.AddAction(r.inc, "UCAT", "UCAT", hostile, r.now))
	r.take(incident.Resolve(r.inc, "UCAT", hostile, r.now))
	return Draft(r.inc, r.evs, options(t))
}

// What an issue holds of answers that are not kept any more stays in it.
func TestAnswersThatAreNotKeptStayInTheIssue(t *testing.T) {
	r, o := outage(t), options(t)
	o.Evidence = evidence
	first := Draft(r.inc, r.evs, o)
	for _, template := range []string{"", "## Diagnostics\n\n## Summary\n"} {
		o.Evidence, o.EvidenceDropped, o.Template = nil, true, template
		again := Draft(r.inc, r.evs, o)
		assert.Contains(t, again.Body, "not kept any more")
		merged, _ := Merge(first.Body, again.Body)
		assert.Contains(t, merged, "active |    97")
		assert.NotContains(t, merged, "not kept any more")
	}
}

func TestDraftGolden(t *testing.T) {
	cases := map[string]func(t *testing.T) Document{
		"p0-full.md": func(t *testing.T) Document {
			r, o := outage(t), options(t)
			o.Evidence = evidence
			r.after(time.Hour).take(incident.MarkCommunicated(r.inc, "UBEN", r.now))
			return Draft(r.inc, r.evs, o)
		},
		"p0-own-template.md": func(t *testing.T) Document {
			r, o := outage(t), options(t)
			o.Template = ownForm
			return Draft(r.inc, r.evs, o)
		},
		"p1-review.md": func(t *testing.T) Document {
			r := slow(t)
			return Draft(r.inc, r.evs, options(t))
		},
		"p2-on-request.md": func(t *testing.T) Document {
			r := declare(t, "P2", "exports fail", incident.Playbook{Slug: "exports", Title: "Exports"}, false)
			r.after(5 * time.Hour).take(incident.Resolve(r.inc, "UBEN", "", r.now))
			return Draft(r.inc, r.evs, options(t))
		},
		"p3-business-hours.md": func(t *testing.T) Document {
			r := declare(t, "P3", "typo on the start page", incident.Playbook{}, false)
			r.after(26 * time.Hour).take(incident.Acknowledge(r.inc, "UBEN", r.now))
			return Draft(r.inc, r.evs, options(t))
		},
		"drill-cancelled.md": func(t *testing.T) Document {
			r := declare(t, "P0", "", siteDown(), true)
			r.after(3 * time.Minute).take(incident.Cancel(r.inc, "UANA", "only a drill", r.now))
			return Draft(r.inc, r.evs, options(t))
		},
		"hostile.md": hostileDraft,
		"tracking-open.md": func(t *testing.T) Document {
			r := declare(t, "P0", "checkout answers 500", siteDown(), false)
			return Tracking(r.inc, options(t))
		},
		"tracking-resolved.md": func(t *testing.T) Document {
			r := outage(t)
			r.take(incident.PostmortemFiled(r.inc, "https://github.com/acme/shop/issues/7", r.now))
			return Tracking(r.inc, options(t))
		},
		"follow-up.md": func(t *testing.T) Document {
			r := outage(t)
			return FollowUp(r.inc, 0, 7, "ben-o", options(t))
		},
		"follow-up-unmapped.md": func(t *testing.T) Document {
			r := outage(t)
			r.take(incident.AddAction(r.inc, "UANA", "UCAT", strings.Repeat("Very long. ", 40), r.now))
			return FollowUp(r.inc, 2, 0, "", options(t))
		},
	}
	for name, draft := range cases {
		t.Run(name, func(t *testing.T) {
			doc := draft(t)
			golden(t, name, written(doc))
			assertFit(t, doc)
		})
	}
}

func TestTrackingCommentGolden(t *testing.T) {
	r := outage(t)
	golden(t, "tracking-comment.md", TrackingComment(r.evs, options(t)))
	assert.Empty(t, TrackingComment([]incident.Event{{Kind: incident.EventNoted, Text: "for us"}}, DraftOptions{}))
}

func TestExportGolden(t *testing.T) {
	r := outage(t)
	golden(t, "export.md", ExportMarkdown(r.inc, r.evs, options(t)))
	raw, err := ExportJSON(r.inc, r.evs, options(t))
	require.NoError(t, err)
	golden(t, "export.json", string(raw))
}

func TestTitleKeepsItsEnd(t *testing.T) {
	inc := incident.Incident{ID: 42, Severity: "P0", Title: strings.Repeat("𝕏", 400)}
	title := Tracking(inc, DraftOptions{}).Title
	assert.Equal(t, 256, utf8.RuneCountInString(title))
	assert.True(t, strings.HasPrefix(title, "[P0] 𝕏"))
	assert.True(t, strings.HasSuffix(title, "… (incident 42)"), title)
}

func TestFollowUpOutOfRange(t *testing.T) {
	assert.Equal(t, Document{}, FollowUp(incident.Incident{}, 0, 0, "", DraftOptions{}))
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 400 * time.Millisecond: "0 s", 59 * time.Second: "59 s", 15 * time.Minute: "15 min", time.Hour: "1 h",
		time.Hour + 5*time.Second: "1 h", 65*time.Minute + 5*time.Second: "1 h 5 min", 49 * time.Hour: "2 d 1 h", -time.Hour: "0 s",
	} {
		assert.Equal(t, want, span(d), d)
	}
}

// The table judges at the second.
func TestFiguresAtTheBorder(t *testing.T) {
	for late, want := range map[time.Duration]string{0: "| after 15 min | kept |", time.Second: "| after 15 min 1 s | **missed** by 1 s |"} {
		r := declare(t, "P0", "x", siteDown(), false)
		r.after(15*time.Minute + late).take(incident.Acknowledge(r.inc, "UANA", r.now))
		assert.Contains(t, Draft(r.inc, r.evs, DraftOptions{}).Body, want)
	}
}

func manyEvents(t testing.TB, n int) *run {
	r := outage(t)
	for i := range n {
		r.evs = append(r.evs, incident.Event{Seq: len(r.evs) + 1, At: r.now.Add(time.Duration(i) * time.Second), Kind: incident.EventNoted, By: "UANA", Text: "line with @team and 👩‍🚒 and #" + strings.Repeat("7", i%9)})
	}
	return r
}

func BenchmarkDraft10000Events(b *testing.B) {
	r, o := manyEvents(b, 10000), options(b)
	b.ReportAllocs()
	for b.Loop() {
		doc := Draft(r.inc, r.evs, o)
		first, more := Split(doc.Body)
		Merge(Join(first, more), doc.Body)
		b.ReportMetric(float64(len(doc.Body)), "bytes")
		b.ReportMetric(float64(len(more)+1), "parts")
	}
}

// "generic" says nothing that a label should.
func TestNoLabelForTheGenericPlaybook(t *testing.T) {
	r := declare(t, "P1", "x", incident.Playbook{Slug: incident.GenericSlug, Title: "P1 procedure"}, true)
	assert.Equal(t, []string{"incident", "p1", "drill"}, Tracking(r.inc, DraftOptions{}).Labels)
}
