package postmortem

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func TestWhatPeopleWriteOnAnIssueIsSeenOnce(t *testing.T) {
	f, r := newFake(t), outage(t)
	g := f.client()
	issue, err := g.File(bg, Tracking(r.inc, options(t)))
	require.NoError(t, err)
	require.NoError(t, g.Comment(bg, issue.Number, "events-1", "- something happened"))
	say := func(user fakeUser, association, body string) {
		f.nextID++
		f.issues[0].Comments = append(f.issues[0].Comments, &fakeComment{f.nextID, body, user, association})
		f.issues[0].UpdatedAt = f.issues[0].UpdatedAt.Add(time.Second)
	}
	say(fakeUser{"ana", "User"}, "MEMBER", "looks bad")
	say(fakeUser{"ana", "User"}, "MEMBER", "\r\n/ack \r\nI am on it")
	say(fakeUser{"ci", "Bot"}, "NONE", "/rerun")
	say(fakeUser{"stranger", "User"}, "NONE", "/resolve")
	_, seen, remarks, err := g.Look(bg, issue.Number, incident.Seen{})
	require.NoError(t, err)
	assert.Equal(t, []incident.Remark{{Login: "ana", Text: "/ack "}}, remarks, "commands of the team, neither chat nor machines nor strangers")

	calls := len(f.calls)
	_, again, remarks, err := g.Look(bg, issue.Number, seen)
	require.NoError(t, err)
	assert.Empty(t, remarks)
	assert.Equal(t, seen, again)
	assert.Len(t, f.calls[calls:], 1, "one request while nothing changes")

	say(fakeUser{"ben", "User"}, "OWNER", "/resolve")
	now, _, remarks, err := g.Look(bg, issue.Number, seen)
	require.NoError(t, err)
	assert.Len(t, remarks, 1)
	assert.True(t, now.Open)
}

func TestWhetherSomebodyWorkedOnAPostmortem(t *testing.T) {
	f, r := newFake(t), outage(t)
	g := f.client()
	issue, err := g.File(bg, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	progress := func() (open, edited bool) {
		t.Helper()
		open, edited, err := g.Progress(bg, issue.Number)
		require.NoError(t, err)
		return open, edited
	}
	body := f.issues[0].Body
	open, edited := progress()
	assert.True(t, open)
	assert.False(t, edited)
	f.issues[0].Body = strings.Replace(body, "- [ ]", "- [x]", 1)
	require.NotEqual(t, body, f.issues[0].Body)
	_, edited = progress()
	assert.False(t, edited, "a ticked box is no text")
	f.issues[0].Body = strings.Replace(body, "Who noticed", "Forty shops noticed. Who", 1)
	require.NotEqual(t, body, f.issues[0].Body)
	_, edited = progress()
	assert.True(t, edited)
	f.issues[0].State = "closed"
	open, _ = progress()
	assert.False(t, open)
}
