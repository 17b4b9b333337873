package postmortem

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

const issuePath = repo + "/issues/{issue_number}"

// TestACommentInPartsGoesOnWhereItBrokeOff: each part is known by its own mark.
func TestACommentInPartsGoesOnWhereItBrokeOff(t *testing.T) {
	f := newFake(t)
	f.add(&fakeIssue{State: "open", Title: "x"})
	tries := 0
	f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
		if after || op != "POST"+issuePath+"/comments" {
			return false
		}
		if tries++; tries != 2 {
			return false
		}
		f.fail(w, 502, "bad gateway")
		return true
	}
	long := strings.Repeat("line\n", 20000)
	require.Error(t, f.client().Comment(bg, 1, "update:1", long))
	require.Len(t, f.issues[0].Comments, 1)
	require.NoError(t, f.client().Comment(bg, 1, "update:1", long))
	require.Len(t, f.issues[0].Comments, 2)
	assert.True(t, strings.HasPrefix(f.issues[0].Comments[0].Body, "<!-- mayday-comment update:1 -->\n"))
	assert.True(t, strings.HasPrefix(f.issues[0].Comments[1].Body, "<!-- mayday-comment update:1/2 -->\n"))
}

// TestAFollowUpThatCannotBeLinked: an error is told and nothing is written beside it; without sub-issues it becomes a task.
func TestAFollowUpThatCannotBeLinked(t *testing.T) {
	for _, test := range []struct {
		name, operation string
		code            int
		second          string // fails as well
		wrong           int
		task            bool
	}{
		{"the parent cannot be read", "GET" + issuePath, 502, "", 502, false},
		{"GitHub is away", "POST" + issuePath + "/sub_issues", 502, "", 502, false},
		{"no right", "POST" + issuePath + "/sub_issues", 403, "", 403, false},
		{"no sub-issues here", "POST" + issuePath + "/sub_issues", 404, "", 0, true},
		{"none any more", "POST" + issuePath + "/sub_issues", 410, "", 0, true},
		{"refused, and not there", "POST" + issuePath + "/sub_issues", 422, "", 0, true},
		{"refused, and nobody knows", "POST" + issuePath + "/sub_issues", 422, "GET" + issuePath + "/sub_issues", 502, false},
		{"a task that cannot be written", "POST" + issuePath + "/sub_issues", 404, "PATCH" + issuePath, 502, false},
	} {
		f := newFake(t)
		f.add(&fakeIssue{State: "open", Title: "parent", Body: "text\n"})
		f.add(&fakeIssue{State: "open", Title: "child"})
		child, err := f.client().Issue(bg, 2)
		require.NoError(t, err)
		f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
			switch {
			case after:
				return false
			case op == test.operation:
				f.fail(w, test.code, "no")
				return true
			case op == test.second:
				f.fail(w, 502, "no")
				return true
			}
			return false
		}
		linked, err := f.client().AddSubIssue(bg, 1, child)
		assert.False(t, linked, test.name)
		if test.wrong != 0 {
			assert.Equal(t, test.wrong, asError(t, err).Status, test.name)
		} else {
			require.NoError(t, err, test.name)
		}
		assert.Equal(t, test.task, strings.Contains(f.issues[0].Body, "- [ ] #2"), test.name)
	}
}

func TestWhereATaskGoes(t *testing.T) {
	section := func(name string) string { return enclose(7, name, "x") }
	for name, c := range map[string]struct {
		body, want string
		ok         bool
	}{
		"there already":              {"a\n- [ ] #2\n", "a\n- [ ] #2\n", true},
		"there already, and ticked":  {"a\n- [x] #2\n", "a\n- [x] #2\n", true},
		"at the end":                 {"a\n", "a\n\n- [ ] #2\n", true},
		"below other tasks":          {"a\n\n- [ ] #1\n", "a\n\n- [ ] #1\n- [ ] #2\n", true},
		"below the follow-ups":       {section("followups") + "\n\nb\n", section("followups") + "\n\n- [ ] #2\n\nb\n", true},
		"behind another section":     {section("steps") + "\n", section("steps") + "\n\n- [ ] #2\n", true},
		"within a section":           {"<!-- mayday:7:steps -->\nx\n", "", false},
		"follow-ups, then a section": {section("followups") + "\n<!-- mayday:7:steps -->\nx\n", section("followups") + "\n\n- [ ] #2\n<!-- mayday:7:steps -->\nx\n", true},
		"nothing":                    {"", "\n- [ ] #2\n\n", true},
	} {
		got, ok := withTask(c.body, "- [ ] #2")
		assert.Equal(t, c.ok, ok, name)
		assert.Equal(t, c.want, got, name)
	}
	f := newFake(t)
	f.add(&fakeIssue{State: "open", Title: "parent", Body: strings.Repeat("x", MaxBody-5)})
	f.add(&fakeIssue{State: "open", Title: "child"})
	f.noSubIssues = true
	linked, err := f.client().AddSubIssue(bg, 1, Issue{ID: 1, Number: 2})
	require.NoError(t, err)
	assert.False(t, linked)
	require.Len(t, f.issues[0].Comments, 1, "no room in the body")
	assert.Contains(t, f.issues[0].Comments[0].Body, "- [ ] #2")
}

// TestWhatWasSaidSinceIsReadOnce: what the team says with a slash, and nothing when the issue stands as it did.
func TestWhatWasSaidSinceIsReadOnce(t *testing.T) {
	f := newFake(t)
	f.add(&fakeIssue{State: "open", Title: "x"})
	say := func(user fakeUser, association, body string) {
		f.nextID++
		f.issues[0].Comments = append(f.issues[0].Comments, &fakeComment{f.nextID, body, user, association})
	}
	ana := fakeUser{"ana", "User"}
	say(ana, "MEMBER", "/done\nmore")
	say(ana, "MEMBER", "no command")
	say(fakeUser{"mayday", "Bot"}, "NONE", "/bot")
	say(fakeUser{"eve", "User"}, "NONE", "/stranger")
	g := f.client()
	_, now, remarks, err := g.Look(bg, 1, incident.Seen{})
	require.NoError(t, err)
	assert.Equal(t, []incident.Remark{{Login: "ana", Text: "/done"}}, remarks)
	assert.Equal(t, f.issues[0].Comments[2].ID, now.Last)
	calls := len(f.calls)
	_, again, remarks, err := g.Look(bg, 1, now)
	require.NoError(t, err)
	assert.Empty(t, remarks)
	assert.Equal(t, now, again)
	assert.Len(t, f.calls, calls+1, "one request while nothing changes")
	f.issues[0].UpdatedAt = f.issues[0].UpdatedAt.Add(time.Minute)
	_, _, remarks, err = g.Look(bg, 1, now)
	require.NoError(t, err)
	assert.Empty(t, remarks, "what was read is not read again")
	stale := now
	stale.At = time.Time{}
	f.refuse("GET"+issuePath+"/comments", 502, "no")
	_, _, _, err = g.Look(bg, 1, stale)
	assert.Equal(t, 502, asError(t, err).Status)
	open, edited, err := g.Progress(bg, 1)
	assert.Equal(t, 502, asError(t, err).Status)
	assert.False(t, open || edited)
	f.refuse("GET"+issuePath, 502, "no")
	open, edited, err = g.Progress(bg, 1)
	assert.Equal(t, 502, asError(t, err).Status)
	assert.False(t, open || edited)
}

func TestAFenceIsClosedByItsOwn(t *testing.T) {
	for _, test := range []struct{ bar, line, want string }{
		{"", "```", "```"}, {"", "````go", "````"}, {"", "``", ""}, {"```", "```", ""}, {"```", "````", ""}, {"````", "```", "````"}, {"```", "```go", "```"}, {"```", "``` ", ""}, {"```", "x", "```"},
	} {
		assert.Equal(t, test.want, fenceAfter(test.bar, test.line), test)
	}
}
