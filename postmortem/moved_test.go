package postmortem

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// transferred makes GitHub send whoever asks for issue 2 of acme/shop to issue 1 of acme/other, as it does
// after a transfer (GitHub: 301, followed by a read). It counts what is written there.
func transferred(t *testing.T, f *fake) (written *int) {
	written = new(int)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			*written++
		}
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/comments") {
			fmt.Fprint(w, "[]")
			return
		}
		assert.NoError(t, json.NewEncoder(w).Encode(map[string]any{"number": 1, "id": 77, "state": "open", "title": "ours", "body": "",
			"html_url": "https://github.com/acme/other/issues/1", "repository_url": f.srv.URL + "/api/v3/repos/acme/other"}))
	}))
	t.Cleanup(other.Close)
	f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
		if after || !strings.Contains(op, "/issues/{issue_number}") || !f.asked(2) {
			return false
		}
		w.Header().Set("Location", other.URL+"/repositories/9/issues/1")
		f.fail(w, http.StatusMovedPermanently, "Moved Permanently")
		return true
	}
	return written
}

// TestATransferredIssueIsLeftAlone: the answer leads to another repository, whose number means a stranger's issue in ours.
func TestATransferredIssueIsLeftAlone(t *testing.T) {
	f, r := newFake(t), outage(t)
	g := f.client()
	f.add(&fakeIssue{Title: "a stranger's", Body: "mine", State: "open", User: fakeUser{"stranger", "User"}})
	doc := Tracking(r.inc, options(t))
	issue, err := g.File(bg, doc)
	require.NoError(t, err)
	require.Equal(t, 2, issue.Number)
	child, err := g.File(bg, Document{Title: "follow-up", Marker: "mayday:x:1:action-1", Body: documentMarker("mayday:x:1:action-1") + "\ntext"})
	require.NoError(t, err)
	written := transferred(t, f)
	for name, do := range map[string]func() error{
		"issue":     func() error { _, err := g.Issue(bg, 2); return err },
		"look":      func() error { _, _, _, err := g.Look(bg, 2, incident.Seen{}); return err },
		"progress":  func() error { _, _, err := g.Progress(bg, 2); return err },
		"update":    func() error { _, err := g.Update(bg, 2, doc); return err },
		"close":     func() error { return g.Close(bg, 2, true) },
		"reopen":    func() error { return g.Reopen(bg, 2) },
		"rename":    func() error { return g.SetTitle(bg, 2, "x") },
		"label":     func() error { return g.SetLabels(bg, 2, []string{"p0"}, []string{"p1"}) },
		"comment":   func() error { return g.Comment(bg, 2, "k", "words") },
		"conceal":   func() error { return g.Conceal(bg, 2, Concealed(r.inc, options(t)), doc.Labels) },
		"sub-issue": func() error { _, err := g.AddSubIssue(bg, 2, child); return err },
	} {
		t.Run(name, func(t *testing.T) {
			moved, ok := MovedTo(do())
			assert.True(t, ok, "told as transferred")
			assert.Equal(t, "https://github.com/acme/other/issues/1", moved)
		})
	}
	assert.Zero(t, *written, "nothing is written in the other repository")
	stranger := f.issues[0]
	assert.Equal(t, "mine", stranger.Body)
	assert.Equal(t, "a stranger's", stranger.Title)
	assert.Equal(t, "open", stranger.State)
	assert.Empty(t, stranger.Comments)
	assert.Empty(t, stranger.Labels)
	assert.Empty(t, stranger.Subs)
}

// TestARenamedRepositoryIsStillOurs: the issue has its number, and the repository of the setting leads to the same place.
func TestARenamedRepositoryIsStillOurs(t *testing.T) {
	f, r := newFake(t), outage(t)
	f.renamed = "acme/store"
	g := f.client()
	issue, err := g.File(bg, Tracking(r.inc, options(t)))
	require.NoError(t, err)
	require.NoError(t, g.Comment(bg, issue.Number, "k", "words"))
	require.NoError(t, g.Close(bg, issue.Number, true))
	assert.Equal(t, "closed", f.issues[0].State)
}

func TestADeletedIssueIsToldFromIssuesThatAreOff(t *testing.T) {
	f, r := newFake(t), outage(t)
	g := f.client()
	issue, err := g.File(bg, Tracking(r.inc, options(t)))
	require.NoError(t, err)
	f.issues[0].gone = true
	_, err = g.Issue(bg, issue.Number)
	assert.True(t, Deleted(err))
	_, moved := MovedTo(err)
	assert.False(t, moved)
	f.noIssues = true
	_, err = g.Issue(bg, issue.Number)
	require.Error(t, err)
	assert.False(t, Deleted(err), "a switch is thrown back; a deleted issue never comes back")
	_, err = g.Issue(bg, 40)
	assert.False(t, Deleted(err), "404 may as well be a right that is missing")
}

// TestAnIssueOutOfSightIsToldFromARepositoryOutOfSight: GitHub answers 404 to both, and only one of them is mended in the settings.
func TestAnIssueOutOfSightIsToldFromARepositoryOutOfSight(t *testing.T) {
	f := newFake(t)
	g := f.client()
	_, err := g.Issue(bg, 40)
	assert.True(t, Lost(err), "%v", err)
	assert.False(t, Deleted(err), "it is somewhere")
	assert.ErrorContains(t, err, "Issue 40 is not in acme/shop any more. It was transferred to a repository that")
	f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
		if after || op != "GET /repos/{owner}/{repo}" {
			return false
		}
		f.fail(w, http.StatusNotFound, "Not Found")
		return true
	}
	_, err = g.Issue(bg, 40)
	assert.False(t, Lost(err), "%v", err)
	assert.ErrorContains(t, err, "GITHUB_REPOSITORY (acme/shop) is spelt rightly")
}

// TestOnlyAPrivateRepositoryIsPrivate: "internal" is read by the whole enterprise, although GitHub calls it private too.
func TestOnlyAPrivateRepositoryIsPrivate(t *testing.T) {
	f := newFake(t)
	for visibility, public := range map[string]bool{"public": true, "internal": true, "private": false} {
		f.private, f.visibility = visibility != "public", visibility
		got, err := f.client().Public(bg)
		require.NoError(t, err)
		assert.Equal(t, public, got, visibility)
	}
}
