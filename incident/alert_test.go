package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryEndOfAnAlertIsASentence, and none while it stands.
func TestEveryEndOfAnAlertIsASentence(t *testing.T) {
	seen := map[string]bool{}
	for _, end := range []AlertEnd{EndBack, EndArrived, EndAcknowledged, EndTaken, EndWorks, EndOver} {
		s := Alert{Over: t0, End: end, By: ana, About: string(Lead)}.Sentence(plain)
		assert.Contains(t, s, plain.Time(t0), end)
		assert.False(t, seen[s], s)
		seen[s] = true
	}
	assert.Empty(t, Alert{}.Sentence(plain))
}

// TestAnAlertEndsWithWhatItIsAbout: each kind by what makes it so no longer, and by nothing else.
func TestAnAlertEndsWithWhatItIsAbout(t *testing.T) {
	c, err := Declare(Ref{Incident: 7}, Declaration{Title: "x", Severity: "P1", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	inc := c.Incident
	inc.ChannelID = "C1"
	at := t0
	do := func(c Change, err error) {
		t.Helper()
		require.NoError(t, err)
		inc, at = c.Incident, at.Add(time.Second)
	}
	ends := func() (list []AlertEnd) {
		for _, a := range inc.Alerts {
			list = append(list, a.End)
		}
		return list
	}
	do(PagePerson(inc, ana, ben, "", at))
	asked := len(inc.Pages) - 1
	do(PageFailed(inc, 0, "no account", at))
	do(PageFailed(inc, asked, "no account", at))
	require.Equal(t, []AlertEnd{"", ""}, ends())
	do(Acknowledge(inc, chidi, at))
	require.Equal(t, []AlertEnd{EndAcknowledged, ""}, ends(), "who was asked for by name is awaited all the same")
	do(GaveUp(inc, "draw the card", "refused", at))
	do(PostmortemFailed(inc, "GitHub is away", at))
	do(AccountGone(inc, chidi, at))
	do(Worked(inc, "draw the topic", at))
	require.Equal(t, []AlertEnd{EndAcknowledged, "", "", "", ""}, ends())
	do(Worked(inc, "draw the card", at))
	do(TakeRole(inc, ben, ben, "lead", at))
	require.Equal(t, []AlertEnd{EndAcknowledged, "", EndWorks, "", EndTaken}, ends())
	do(PostmortemFiled(inc, "https://github.example/1", at))
	do(Resolve(inc, ben, "fixed", at))
	require.Equal(t, []AlertEnd{EndAcknowledged, EndOver, EndWorks, EndWorks, EndTaken}, ends())

	again, err := Reopen(inc, ben, "", at)
	require.NoError(t, err)
	for _, fx := range again.Effects {
		assert.NotEqual(t, TakeBack{}.Kind(), fx.Kind(), "what is over stays over")
	}
}
