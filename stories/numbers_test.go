package stories

import (
	"testing"

	"github.com/stretchr/testify/require"

	"mayday/routine"
)

// TestNumbersAreKept: every morning what answers with one number is asked, and after two of them there is a line to
// draw; where Slack does not draw it, its figures are said in words.
func TestNumbersAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"MAYDAY_RUNBOOK": "testdata/queries.md", "MAYDAY_DIGEST": "09:00", "MAYDAY_OPS_CHANNEL": "general", "DIAGNOSTICS": "sample"})
	morning := func(day routine.Day) {
		require.True(t, w.eventually(func() bool {
			kept, err := w.prog.Store.AllReadings(t.Context(), day, day)
			return err == nil && len(kept) == 2
		}), "the numbers of %s", day)
	}
	w.tellLines(`
		in #incidents
		advance 23h`)
	morning("2026-03-04")
	w.tellLines("advance 24h")
	morning("2026-03-05")
	w.tellLines(`
		quiet
		ana /incident trend
		reply 'Numbers of 2 queries are kept' 'Total users' '1,200' 'users/total-users' 'Orders in all'
		withholds 'Orders by status'
		ana /incident trend total-users 30d
		reply 'Total users: 1,200 on 5 Mar, 1,200 on 4 Mar' '4 Mar\n5 Mar'
		fault response_url 1 error=invalid_blocks
		ana /incident trend total-users
		reply 'Total users: 1,200 on 5 Mar' '4 Mar  '
		ana /incident trend total-usres
		reply 'no query' 'total-users'
		quiet`)
}
