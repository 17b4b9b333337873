package postmortem

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestASearchThatBreaksOffOpensNothing: an issue that was not found because GitHub was away may be there.
func TestASearchThatBreaksOffOpensNothing(t *testing.T) {
	for broken := range 2 {
		f, r := newFake(t), outage(t)
		searches := 0
		f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
			if after || op != "GET"+repo+"/issues" {
				return false
			}
			searches++
			if searches != broken+1 {
				return false
			}
			f.fail(w, 502, "bad gateway")
			return true
		}
		_, err := f.client().File(bg, Draft(r.inc, r.evs, options(t)))
		assert.Equal(t, 502, asError(t, err).Status)
		assert.Empty(t, f.issues)
		_, err = f.client().File(bg, Draft(r.inc, r.evs, options(t)))
		require.NoError(t, err)
		assert.Len(t, f.issues, 1)
	}
}

// TestWhereAnIssueIsLookedFor: among those with its first label, then among the newest, from a day before the incident.
func TestWhereAnIssueIsLookedFor(t *testing.T) {
	f := newFake(t)
	var asked []string
	handler := f.srv.Config.Handler
	f.srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/issues") {
			asked = append(asked, r.URL.Query().Get("labels")+" "+r.URL.Query().Get("since"))
		}
		handler.ServeHTTP(w, r)
	})
	since := time.Date(2026, 3, 2, 1, 0, 0, 0, time.FixedZone("", 3600))
	doc := Document{Title: "x", Labels: []string{"a", "b"}, Marker: "m", Body: documentMarker("m") + "\n", Since: since}
	_, err := f.client().find(bg, doc)
	require.NoError(t, err)
	doc.Labels, doc.Since = nil, time.Time{}
	_, err = f.client().find(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, []string{"a 2026-03-01T00:00:00Z", " 2026-03-01T00:00:00Z", " "}, asked)
}

// TestWhoseMarkerCounts: with a label it is the team's; without, a stranger may have copied it.
func TestWhoseMarkerCounts(t *testing.T) {
	body := documentMarker("m") + "\n"
	for _, test := range []struct {
		name  string
		issue fakeIssue
		found bool
	}{
		{"of the team", fakeIssue{Body: body, User: fakeUser{"ana", "User"}, Association: "MEMBER"}, true},
		{"of an owner", fakeIssue{Body: body, User: fakeUser{"ana", "User"}, Association: "OWNER"}, true},
		{"of a collaborator", fakeIssue{Body: body, User: fakeUser{"ana", "User"}, Association: "COLLABORATOR"}, true},
		{"of an app", fakeIssue{Body: body, User: fakeUser{"mayday", "Bot"}, Association: "NONE"}, true},
		{"of a stranger", fakeIssue{Body: body, User: fakeUser{"eve", "User"}, Association: "NONE"}, false},
		{"of somebody who contributed once", fakeIssue{Body: body, User: fakeUser{"eve", "User"}, Association: "CONTRIBUTOR"}, false},
		{"of a stranger, with the team's label", fakeIssue{Body: body, Labels: []fakeLabel{{"a"}}, User: fakeUser{"eve", "User"}, Association: "NONE"}, true},
		{"another marker", fakeIssue{Body: documentMarker("n"), User: fakeUser{"ana", "User"}, Association: "MEMBER"}, false},
		{"a marker within a line", fakeIssue{Body: "x" + body, User: fakeUser{"ana", "User"}, Association: "MEMBER"}, false},
	} {
		f := newFake(t)
		test.issue.State = "open"
		f.add(&test.issue)
		i, err := f.client().find(bg, Document{Labels: []string{"a"}, Marker: "m"})
		require.NoError(t, err)
		assert.Equal(t, test.found, i != nil, test.name)
	}
	pull := newFake(t)
	pull.misbehave = func(_ int, _ string, after bool, w http.ResponseWriter) bool {
		if after {
			return false
		}
		pull.send(w, 200, []map[string]any{{"number": 1, "body": body, "author_association": "OWNER", "pull_request": map[string]any{"url": "x"}}})
		return true
	}
	i, err := pull.client().find(bg, Document{Marker: "m"})
	require.NoError(t, err)
	assert.Nil(t, i, "a pull request is no issue")
}

func TestWhatBecameOfAnIssue(t *testing.T) {
	for name, c := range map[string]struct {
		err           error
		lost, deleted bool
		moved         string
	}{
		"nothing":                 {nil, false, false, ""},
		"another error":           {io.EOF, false, false, ""},
		"an error of GitHub":      {&Error{Status: 404}, false, false, ""},
		"deleted":                 {&Error{Status: 410}, true, true, ""},
		"issues are off":          {&Error{Status: 410, off: true}, false, false, ""},
		"transferred":             {&Error{Status: 301, Moved: "https://x"}, true, false, "https://x"},
		"to where it is not seen": {&Error{Status: 404, unseen: true}, true, false, ""},
	} {
		assert.Equal(t, c.lost, Lost(c.err), name)
		assert.Equal(t, c.deleted, Deleted(c.err), name)
		url, moved := MovedTo(c.err)
		assert.Equal(t, c.moved, url, name)
		assert.Equal(t, c.moved != "", moved, name)
	}
	f := newFake(t)
	f.add(&fakeIssue{State: "open", Title: "x"})
	f.issues[0].Repository = ""
	_, err := f.client().Issue(bg, 1)
	require.NoError(t, err, "an answer that names no repository is ours")
	f.issues[0].Repository = f.srv.URL + "/api/v3/repos/acme/other"
	f.refuse("GET"+repo, 502, "no")
	_, err = f.client().Issue(bg, 1)
	assert.Equal(t, 502, asError(t, err).Status, "whether it was renamed or transferred is not known")
	f.misbehave = nil
	_, err = f.client().Issue(bg, 1)
	assert.Equal(t, 301, asError(t, err).Status)
	f.issues[0].Repository = f.srv.URL + "/api/v3/repos/ACME/Shop"
	_, err = f.client().Issue(bg, 1)
	require.NoError(t, err)
	assert.NotContains(t, f.calls[len(f.calls)-1:], "GET"+repo, "the name alone says that it is ours")
}

func TestWhoCanReadTheRepository(t *testing.T) {
	for name, c := range map[string]struct {
		private    bool
		visibility string
		public     bool
	}{"public": {false, "public", true}, "private": {true, "private", false}, "read by a whole enterprise": {true, "internal", true}, "said in two ways": {false, "private", true}} {
		f := newFake(t)
		f.private, f.visibility = c.private, c.visibility
		public, err := f.client().Public(bg)
		require.NoError(t, err, name)
		assert.Equal(t, c.public, public, name)
	}
	f := newFake(t)
	f.refuse("GET"+repo, 502, "no")
	public, err := f.client().Public(bg)
	require.Error(t, err)
	assert.False(t, public)
}

// TestAnswersThatAreNotKeptLeaveTheirSectionAlone: what an issue holds of them stays; the others are written anew.
func TestAnswersThatAreNotKeptLeaveTheirSectionAlone(t *testing.T) {
	r := outage(t)
	o := options(t)
	o.Evidence = []Evidence{{Title: "Connections", Before: "90", After: "7"}}
	before := Draft(r.inc, r.evs, o).Body
	assert.Contains(t, before, ":evidence -->")
	o.EvidenceDropped, o.Evidence = true, nil
	after := Draft(r.inc, r.evs, o).Body
	assert.NotContains(t, after, ":evidence -->")
	assert.Equal(t, strings.Count(before, "<!-- /mayday:")-1, strings.Count(after, "<!-- /mayday:"))
}

func TestWhyWhoWasPaged(t *testing.T) {
	d := newDraft(incident.Incident{ID: 7, Severity: "P0", Policy: matrix()}, nil, options(t))
	assert.Equal(t, "asked for by Ana Ruiz: see \\#\u200b12", d.pageReason(incident.Page{Why: incident.Requested, By: "UANA", Note: "see #12"}))
	assert.Equal(t, "on call", d.pageReason(incident.Page{Why: incident.OnCall}))
}

// TestTheRunbookThatIsNoTextFile is told as such, and nothing is written.
func TestTheRunbookThatIsNoTextFile(t *testing.T) {
	for name, answer := range map[string]string{"a folder": `[]`, "nonsense": `{"type":"file","encoding":"rot13","content":"x"}`} {
		f := newFake(t)
		f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
			if after {
				return false
			}
			_, err := io.WriteString(w, answer)
			assert.NoError(t, err)
			return true
		}
		err := f.client().writeNote(bg, Proposal{Path: ".github/POSTMORTEM.md", Note: "> x"})
		assert.Contains(t, asError(t, err).What, "no text file", name)
		assert.Len(t, f.calls, 1, name)
	}
}
