package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func change(key string, before time.Duration) ChangeEvent {
	return ChangeEvent{Source: "ci", Key: key, Title: "Deployed " + key, Deploy: true, Revision: key, By: "ben", At: t0.Add(-before)}
}

func names(list []ChangeEvent) (out []string) {
	for _, c := range list {
		out = append(out, c.Key)
	}
	return out
}

// A declaration takes what was changed in the half hour before the incident began, which is when its first alert did.
func TestADeclarationKnowsWhatWasChangedBefore(t *testing.T) {
	list := []ChangeEvent{change("after", -time.Minute), change("just", 0), change("six", 6*time.Minute), change("half", ChangedBefore), change("long", ChangedBefore+time.Second), change("six", 6*time.Minute)}
	c, err := Declare(Ref{Incident: 42}, Declaration{Title: "x", Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	before := len(c.Events)
	got := WithChanges(c, list, 7)
	assert.Equal(t, []string{"half", "six", "just"}, names(got.Incident.Changes))
	evs := got.Events[before:]
	require.Len(t, evs, 3)
	assert.Equal(t, got.Incident.Revision, evs[2].Seq)
	assert.Equal(t, t0.Add(-6*time.Minute), evs[1].At, "it stands on the timeline at its own time")
	assert.False(t, evs[1].Aloud)
	assert.Equal(t, EventChanged, Timeline(got.Events)[0].Kind)
	assert.Equal(t, append(slices.Clone(c.Effects), SeekChanges{c.Incident.Ref(), 7}), got.Effects)
	assert.Equal(t, c.Incident, WithChanges(c, nil, 0).Incident)

	drill, err := Declare(Ref{Incident: 43}, Declaration{Title: "x", Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana, Drill: true}, t0)
	require.NoError(t, err)
	assert.Equal(t, drill, WithChanges(drill, list, 7), "a deploy causes no drill")

	_, alerted, err := DeclareFrom(Offer{ID: 1, State: Offered, Since: t0.Add(-time.Hour)}, Ref{Incident: 44}, Declaration{Title: "x", Severity: "P0", Playbook: siteDown(), Policy: matrix()}, t0)
	require.NoError(t, err)
	assert.Equal(t, []string{"long", "half", "six", "just"}, names(WithChanges(alerted, list, 7).Incident.Changes), "what was changed since the alert began, too")

	var many []ChangeEvent
	for i := range 30 {
		many = append(many, change(string(rune('a'+i)), time.Duration(i)*time.Second))
	}
	kept := WithChanges(c, many, 7).Incident.Changes
	assert.Len(t, kept, mostChanges)
	assert.Equal(t, "a", kept[mostChanges-1].Key, "the newest")
}

func TestAChangeIsToldOnceWhileTheIncidentGoesOn(t *testing.T) {
	inc := declared(t, "P0")
	during, err := NoteChange(inc, change("now", -2*time.Minute), t0.Add(3*time.Minute))
	require.NoError(t, err)
	require.Len(t, during.Events, 1)
	assert.Equal(t, t0.Add(2*time.Minute), during.Events[0].At)
	assert.Empty(t, during.Incident.Changes, "it did not cause what was there before")
	assert.False(t, during.Events[0].Aloud)

	late, err := NoteChange(inc, change("six", 6*time.Minute), t0.Add(3*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []string{"six"}, names(late.Incident.Changes), "heard of late")
	again, err := NoteChange(late.Incident, change("six", 6*time.Minute), t0.Add(4*time.Minute))
	require.NoError(t, err)
	assert.True(t, again.Empty())
	assert.Empty(t, inc.Changes)

	for name, c := range map[string]struct {
		inc Incident
		ce  ChangeEvent
	}{
		"long before":   {inc, change("old", 2*time.Hour)},
		"over":          {Incident{ID: 1, Status: Resolved, DeclaredAt: t0}, change("x", 0)},
		"only practice": {Incident{ID: 1, Status: Open, Drill: true, DeclaredAt: t0}, change("x", 0)},
	} {
		got, err := NoteChange(c.inc, c.ce, t0.Add(time.Minute))
		require.NoError(t, err)
		assert.True(t, got.Empty(), name)
	}
}

func TestWhatStrangersSayOfAChangeIsBounded(t *testing.T) {
	heard := t0
	c := ChangeEvent{Title: "a\n<!here>" + strings.Repeat("x", 500), By: " @ben", Link: "javascript:alert(1)", At: t0.Add(time.Hour), Where: strings.Repeat("w", 500)}.Clean(heard)
	assert.Equal(t, heard, c.At, "no change is made in the future")
	assert.Equal(t, "ben", c.By)
	assert.Empty(t, c.Link)
	assert.LessOrEqual(t, len([]rune(c.Title)), MaxTitle)
	assert.LessOrEqual(t, len([]rune(c.Where)), maxNaming)
	assert.NotContains(t, c.Title, "\n")
	assert.NotEmpty(t, c.Key)
	assert.Equal(t, "Change without a title", ChangeEvent{}.Clean(heard).Title)
	assert.Equal(t, ChangeEvent{Title: "x"}.Clean(t0).Key, ChangeEvent{Title: "x"}.Clean(t0.Add(5*time.Second)).Key, "the same post again")
	assert.NotEqual(t, ChangeEvent{Title: "x"}.Clean(t0).Key, ChangeEvent{Title: "x"}.Clean(t0.Add(time.Hour)).Key, "deployed once more")
	assert.NotEqual(t, ChangeEvent{Title: "x", By: "ana"}.Clean(t0).Key, ChangeEvent{Title: "x", By: "ben"}.Clean(t0).Key)

	assert.Equal(t, "deploy 4f3c2a1 of shop", ChangeEvent{Deploy: true, Revision: "4f3c2a1d9e8b7c6a5f4e3d2c1b0a99887766554f", Where: "shop", Source: "ci"}.Name())
	assert.Equal(t, "deploy v1.2.3", ChangeEvent{Deploy: true, Revision: "v1.2.3", Where: "shop", Source: "shop"}.Name())
	assert.Equal(t, "Flag on", ChangeEvent{Title: "Flag on", Revision: "4f3c2a1"}.Name())
}
