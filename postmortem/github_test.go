package postmortem

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/effort"
	"mayday/incident"
)

var bg = context.Background()

func labelsOf(i *fakeIssue) []string {
	var ls []string
	for _, l := range i.Labels {
		ls = append(ls, l.Name)
	}
	return ls
}

func TestFileOnce(t *testing.T) {
	f, r := newFake(t), outage(t)
	doc := Draft(r.inc, r.evs, options(t))
	made, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, Issue{Number: 1, ID: 3_000_000_001, NodeID: "I_3000000001", URL: "https://github.com/acme/shop/issues/1",
		Title: doc.Title, Open: true, Labels: doc.Labels}, made)
	assert.Equal(t, doc.Body, f.issues[0].Body)
	again, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, made, again)
	tracking, err := f.client().File(bg, Tracking(r.inc, options(t)))
	require.NoError(t, err)
	assert.Equal(t, 2, tracking.Number, "another document of the same incident is another issue")
	assert.Len(t, f.issues, 2)
}

func TestFileFindsItAmongMany(t *testing.T) {
	f, r := newFake(t), outage(t)
	doc := Draft(r.inc, r.evs, options(t))
	_, err := f.client().File(bg, doc)
	require.NoError(t, err)
	for range 250 {
		f.add(&fakeIssue{Title: "x", State: "closed", Body: "y", Labels: []fakeLabel{{"incident"}}, Association: "NONE"})
	}
	again, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, 1, again.Number)
}

// GitHub drops labels without a word from those who may not set them.
func TestFileOnceWithoutLabels(t *testing.T) {
	f, r := newFake(t), outage(t)
	f.dropLabels = true
	doc := Draft(r.inc, r.evs, options(t))
	for range 2 {
		_, err := f.client().File(bg, doc)
		require.NoError(t, err)
	}
	assert.Len(t, f.issues, 1)
}

// A stranger in a public repository may copy the marker into an issue of theirs.
func TestFileTrustsNoStranger(t *testing.T) {
	f, r := newFake(t), outage(t)
	doc := Draft(r.inc, r.evs, options(t))
	f.add(&fakeIssue{Title: "mine", State: "open", Body: doc.Body, Labels: []fakeLabel{}, User: fakeUser{"eve", "User"}, Association: "NONE"})
	made, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, 2, made.Number)
	f.issues[1].Comments = []*fakeComment{{ID: 5, Body: "<!-- mayday-comment update:1 -->\nno", User: fakeUser{"eve", "User"}, Association: "NONE"}}
	require.NoError(t, f.client().Comment(bg, 2, "update:1", "yes"))
	assert.Len(t, f.issues[1].Comments, 2)
}

func TestFileAssignees(t *testing.T) {
	f, r := newFake(t), outage(t)
	f.logins = []string{"ben-o"}
	made, err := f.client().File(bg, FollowUp(r.inc, 0, 7, "ben-o", options(t)))
	require.NoError(t, err)
	assert.Equal(t, []string{"ben-o"}, made.Assignees)
	made, err = f.client().File(bg, FollowUp(r.inc, 1, 7, "left-us", options(t)))
	require.NoError(t, err)
	assert.Empty(t, made.Assignees)
	assert.Len(t, f.issues, 2)
}

func TestFileRefusesADocumentWithoutMarker(t *testing.T) {
	f := newFake(t)
	_, err := f.client().File(bg, Document{Title: "x", Body: "y"})
	require.Error(t, err)
	assert.Empty(t, f.calls)
}

func TestUpdateKeepsPeopleAndWritesNothingInVain(t *testing.T) {
	f, r := newFake(t), outage(t)
	g, o := f.client(), options(t)
	made, err := g.File(bg, Draft(r.inc, r.evs, o))
	require.NoError(t, err)
	i := f.issues[0]
	i.Body = strings.ReplaceAll(strings.Replace(i.Body, "_Who noticed", "Everybody in Europe. _Who noticed", 1), "\n", "\r\n")
	calls := len(f.calls)
	kept, err := g.Update(bg, made.Number, Draft(r.inc, r.evs, o))
	require.NoError(t, err)
	assert.Equal(t, []string{"impact"}, kept)
	assert.NotContains(t, strings.Join(f.calls[calls:], " "), "PATCH", "nothing changed")
	r.after(time.Minute).take(incident.Note(r.inc, "UBEN", "the last word", r.now))
	kept, err = g.Update(bg, made.Number, Draft(r.inc, r.evs, o))
	require.NoError(t, err)
	assert.Equal(t, []string{"impact"}, kept)
	assert.Contains(t, i.Body, "Everybody in Europe.")
	assert.Contains(t, i.Body, "the last word")
}

// whole puts an issue and its continuation together as a reader sees them.
func whole(i *fakeIssue) string {
	more := map[string]string{}
	for _, c := range i.Comments {
		if m := partMark.FindStringSubmatch(c.Body); m != nil {
			more[m[1]] = partMark.ReplaceAllString(c.Body, "")
		}
	}
	parts := []string{i.Body}
	for n := 2; more[fmt.Sprint(n)] != ""; n++ {
		parts = append(parts, more[fmt.Sprint(n)])
	}
	return strings.Join(parts, "\n")
}

func TestLongBodies(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 3000)
	g, o := f.client(), options(t)
	doc := Draft(r.inc, r.evs, o)
	_, more := Split(doc.Body)
	require.NotEmpty(t, more)
	_, err := g.File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, doc.Body, whole(f.issues[0]))
	// Longer, then much shorter.
	r.evs = append(r.evs, manyEvents(t, 900).evs...)
	doc = Draft(r.inc, r.evs, o)
	kept, err := g.Update(bg, 1, doc)
	require.NoError(t, err)
	assert.Empty(t, kept)
	assert.Equal(t, doc.Body, whole(f.issues[0]))
	r = outage(t)
	doc = Draft(r.inc, r.evs, o)
	_, err = g.Update(bg, 1, doc)
	require.NoError(t, err)
	assert.Equal(t, doc.Body, f.issues[0].Body)
	assert.Empty(t, f.issues[0].Comments)
}

// A first writing that broke off is finished by whoever comes next.
func TestUpdateFinishes(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 900)
	doc := Draft(r.inc, r.evs, options(t))
	f.add(&fakeIssue{State: "open", Title: "x", Body: documentMarker(doc.Marker) + "\n" + unfinished + "\nI was quicker."})
	kept, err := f.client().Update(bg, 1, doc)
	require.NoError(t, err)
	assert.Empty(t, kept)
	assert.Contains(t, f.issues[0].Body, "\nI was quicker.")
	assert.Equal(t, doc.Body, strings.Replace(whole(f.issues[0]), "\nI was quicker.", "", 1))
}

// Wherever an update of a long body breaks off, no line that people wrote is
// lost, neither then nor by the update that follows.
func TestUpdateThatBreaksOffLosesNothing(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 3000)
	_, err := f.client().File(bg, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	i := f.issues[0]
	require.Len(t, i.Comments, 3)
	// On both sides of every cut.
	i.Body = strings.Replace(i.Body, "\n## Impact", "\nhuman-0\n\n## Impact", 1) + "\nhuman-1"
	for k, c := range i.Comments {
		c.Body = strings.Replace(c.Body, "\n", fmt.Sprintf("\nhuman-%d-first\n", k), 1) + fmt.Sprintf("\nhuman-%d-last", k)
	}
	human := []string{"human-0", "human-1", "human-0-first", "human-0-last", "human-1-first", "human-1-last", "human-2-first", "human-2-last"}
	// A copy of a part is somebody's comment.
	i.Comments = append(i.Comments, &fakeComment{ID: 77, Body: i.Comments[0].Body, User: i.User, Association: "MEMBER"})
	copied := i.Comments[3].Body
	for round := 0; round < 8; round += effort.Choose(4, 1, 1) {
		writes := 0
		f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
			if after || strings.HasPrefix(op, "GET") {
				return false
			}
			writes++
			if writes > round/2 {
				f.fail(w, 500, "oops")
				return true
			}
			return false
		}
		r.inc.Actions = append(r.inc.Actions, incident.Action{Text: strings.Repeat("more to do ", 20), By: "UANA", At: r.now})
		r.inc.Summary += strings.Repeat(" and more words", 10)
		_, err := f.client().Update(bg, 1, Draft(r.inc, r.evs, options(t)))
		if writes > round/2 {
			asError(t, err)
		}
		text := i.Body
		for _, c := range i.Comments[:3] {
			text += "\n" + c.Body
		}
		for _, h := range human {
			assert.Contains(t, strings.Split(text, "\n"), h, "round %d", round)
		}
	}
	assert.Equal(t, copied, i.Comments[3].Body)
}

func TestCommentOncePerKey(t *testing.T) {
	f := newFake(t)
	f.add(&fakeIssue{State: "open"})
	for range 2 {
		g := f.client()
		require.NoError(t, g.Comment(bg, 1, "update:1", "one"))
		require.NoError(t, g.Comment(bg, 1, "update:2", strings.Repeat("two\n", 20000)))
		require.NoError(t, g.Comment(bg, 1, "update:3", " "))
	}
	require.Len(t, f.issues[0].Comments, 3)
	assert.Equal(t, "<!-- mayday-comment update:1 -->\none", f.issues[0].Comments[0].Body)
}

func TestStateTitleLabels(t *testing.T) {
	f := newFake(t)
	f.add(&fakeIssue{State: "open", Title: "old", Labels: []fakeLabel{{"p0"}, {"by-hand"}}})
	g := f.client()
	require.NoError(t, g.Close(bg, 1, true))
	is, err := g.Issue(bg, 1)
	require.NoError(t, err)
	assert.False(t, is.Open)
	assert.Equal(t, "completed", is.Reason)
	require.NoError(t, g.Close(bg, 1, false))
	assert.Equal(t, "not_planned", f.issues[0].StateReason)
	require.NoError(t, g.Reopen(bg, 1))
	require.NoError(t, g.SetTitle(bg, 1, "new"))
	require.NoError(t, g.SetLabels(bg, 1, []string{"p1"}, []string{"p0", "p7"}))
	is, err = g.Issue(bg, 1)
	require.NoError(t, err)
	assert.True(t, is.Open)
	assert.Equal(t, "new", is.Title)
	assert.Equal(t, []string{"by-hand", "p1"}, is.Labels)
}

func TestSubIssues(t *testing.T) {
	f, r := newFake(t), outage(t)
	g := f.client()
	parent, err := g.File(bg, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	child, err := g.File(bg, FollowUp(r.inc, 0, parent.Number, "", options(t)))
	require.NoError(t, err)
	for range 2 {
		linked, err := g.AddSubIssue(bg, parent.Number, child)
		require.NoError(t, err)
		assert.True(t, linked)
	}
	assert.Equal(t, []int64{child.ID}, f.issues[0].Subs)

	f.noSubIssues = true
	for range 2 {
		for n := child.Number; n <= child.Number+1; n++ {
			linked, err := g.AddSubIssue(bg, parent.Number, Issue{Number: n, ID: int64(n)})
			require.NoError(t, err)
			assert.False(t, linked)
		}
	}
	assert.Contains(t, f.issues[0].Body, " -->\n\n- [ ] #2\n- [ ] #3\n\n## External communication")
	kept, err := g.Update(bg, parent.Number, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	assert.Empty(t, kept)
	assert.Contains(t, f.issues[0].Body, "- [ ] #2\n- [ ] #3\n")
}

func TestSubIssueOfALongBodyIsAComment(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 3000)
	f.noSubIssues = true
	g := f.client()
	_, err := g.File(bg, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	for range 2 {
		_, err = g.AddSubIssue(bg, 1, Issue{Number: 9, ID: 9})
		require.NoError(t, err)
	}
	last := f.issues[0].Comments[len(f.issues[0].Comments)-1]
	assert.Equal(t, "<!-- mayday-comment follow-up-9 -->\n- [ ] #9", last.Body)
	assert.Equal(t, Draft(r.inc, r.evs, options(t)).Body, whole(f.issues[0]))
}

func TestTemplate(t *testing.T) {
	f := newFake(t)
	text, err := f.client().Template(bg)
	require.NoError(t, err)
	assert.Empty(t, text)
	f.template = "# Ours\n"
	text, err = f.client().Template(bg)
	require.NoError(t, err)
	assert.Equal(t, "# Ours\n", text)
}

func TestPublic(t *testing.T) {
	f := newFake(t)
	is, err := f.client().Public(bg)
	require.NoError(t, err)
	assert.True(t, is)
	f.private = true
	is, err = f.client().Public(bg)
	require.NoError(t, err)
	assert.False(t, is)
}
