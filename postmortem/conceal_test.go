package postmortem

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAConcealedIssueTellsNothingThatMaydayWrote: title, body with its continuation, comments and labels. What people said stays,
// and a second time writes nothing.
func TestAConcealedIssueTellsNothingThatMaydayWrote(t *testing.T) {
	f, r := newFake(t), outage(t)
	g := f.client()
	doc := Tracking(r.inc, options(t))
	issue, err := g.File(bg, doc)
	require.NoError(t, err)
	require.NoError(t, g.Comment(bg, issue.Number, "events-1", "- the secret is out"))
	say := func(user fakeUser, body string) {
		f.nextID++
		f.issues[0].Comments = append(f.issues[0].Comments, &fakeComment{f.nextID, body, user, "MEMBER"})
	}
	say(fakeUser{"mayday", "Bot"}, "<!-- mayday-part 2 -->\nmore of the secret")
	say(fakeUser{"ana", "User"}, "I look into the secret")
	f.issues[0].Body += "\nAna wrote of the secret above the line\n"

	want := Concealed(r.inc, options(t))
	for range 2 {
		require.NoError(t, g.Conceal(bg, issue.Number, want, doc.Labels))
	}
	now := f.issues[0]
	assert.Equal(t, want.Title, now.Title)
	assert.Equal(t, want.Body, now.Body)
	assert.True(t, headed(now.Body, documentMarker(doc.Marker)), "it is still found as what it is")
	assert.NotContains(t, now.Title+now.Body, r.inc.Title)
	require.Len(t, now.Labels, 1)
	assert.Equal(t, "incident", now.Labels[0].Name)
	require.Len(t, now.Comments, 2)
	assert.Equal(t, commentMarker(keyOf("events-1"))+"\n"+private, now.Comments[0].Body)
	assert.Equal(t, "I look into the secret", now.Comments[1].Body)
	before := len(f.calls)
	require.NoError(t, g.Conceal(bg, issue.Number, want, nil))
	for _, c := range f.calls[before:] {
		assert.False(t, strings.HasPrefix(c, "PATCH") || strings.HasPrefix(c, "POST") || strings.HasPrefix(c, "DELETE"), c)
	}
}
