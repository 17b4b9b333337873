package stories

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestWhileSlackIsAwayPeopleAreCalledAndAnswerBySMS: what is declared in a terminal calls by SMS and Pushover, an answer by SMS counts, ends what
// sounds elsewhere and is told how things stand. When Slack is back all of that is one message, and nobody is called for it again.
func TestWhileSlackIsAwayPeopleAreCalledAndAnswerBySMS(t *testing.T) {
	t.Parallel()
	w, s := newPhones(t, nil)
	w.tellLines(`
		slack_goes
		terminal chidi@example.com declare p0 site-down checkout answers 500`)
	taken(w, s, "sms", "P0 #1: checkout answers 500", "Reply 1 to acknowledge")
	assert.Len(t, s.Taken(), 1, "Ben has two minutes until he is called otherwise")
	w.tellLines("advance 2m")
	push := taken(w, s, "pushover", "P0 #1: checkout answers 500", "Also called: Ana Ruiz")
	s.Text("+447700900123", "yes")
	taken(w, s, "sms", "P0 #1: checkout answers 500", "It is acknowledged, and nobody leads yet.", "Declared by chidi@example.com")
	require.True(t, w.eventually(func() bool { return s.Ended(push.ID) }), "Ben's phone sounds no more")
	inc, err := w.prog.Store.Incident(context.Background(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	assert.True(t, inc.Acknowledged())
	w.tellLines("advance 20m")
	assert.Len(t, s.Taken(), 3, "who answered is called no more, and nobody else is: %+v", s.Taken())

	w.tellLines(`
		slack_comes
		expect #incidents 'checkout answers 500' 'Told late'
		expect #inc-1 'checkout answers 500'
		expect #inc-1 'Step 1/2'
		expect #inc-1 'Slack was away' 'they were called by Pushover, SMS' 'On-Call Engineer (Ana Ruiz) acknowledged by SMS'
		pings #inc-1 nobody 'Slack was away'
		quiet
		in #inc-1
		ben /incident timeline
		reply 'called by SMS' 'acknowledged by SMS'`)
	assert.Len(t, s.Taken(), 3)
}
