package routine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATestPageIsSentAndSeen(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	c := AskTestPage(Tester{Person: "U1"}, now)
	require.Equal(t, []Effect{SendTestPage{"U1", 1}}, c.Effects)
	again := AskTestPage(c.Tester, now.Add(testAgain-time.Second))
	assert.Empty(t, again.Effects, "one a minute")
	assert.Equal(t, c.Tester, again.Tester)

	sent := TestPageSent(c.Tester, 1, Direct, "", now.Add(time.Second)).Tester
	assert.Equal(t, now.Add(time.Second), sent.Tests[0].Ways[0].SentAt)
	assert.Zero(t, sent.Arrived(), "that the service took it does not say that it arrived")
	assert.Equal(t, sent, TestPageSent(sent, 1, Direct, "it broke", now.Add(time.Hour)).Tester, "the first time counts")
	assert.Equal(t, sent, TestPageSent(sent, 7, Direct, "", now).Tester, "of an unknown one nothing is known")

	seen := TestPageArrived(sent, 1, Direct, "D1", "1.2", now.Add(5*time.Second))
	assert.Equal(t, now.Add(5*time.Second), seen.Tester.Arrived())
	assert.Equal(t, []Effect{ShowTestPage{"U1", 1, "D1", "1.2"}}, seen.Effects)
	twice := TestPageArrived(seen.Tester, 1, Direct, "D1", "1.2", now.Add(time.Hour))
	assert.Equal(t, seen.Tester, twice.Tester)
	assert.Zero(t, sent.Tests[0].Ways[0].ArrivedAt, "what was is as it was")

	early := TestPageArrived(c.Tester, 1, Direct, "D1", "1.2", now.Add(time.Second)).Tester
	assert.False(t, early.Arrived().IsZero(), "people may be quicker than what is written down")

	many := Tester{Person: "U1"}
	for i := range 30 {
		many = AskTestPage(many, now.Add(time.Duration(i)*time.Hour)).Tester
	}
	assert.Len(t, many.Tests, keptTests)
	last, _ := many.Last()
	assert.Equal(t, 30, last.Number)
}

func TestWhoNeverTriedIsRemindedOnceAMonth(t *testing.T) {
	met := RemindOfTest(Tester{Person: "U1"}, "2026-11-02", false)
	assert.Empty(t, met.Effects, "nobody is reminded in the month in which mayday meets them")
	assert.Empty(t, RemindOfTest(met.Tester, "2026-11-30", false).Effects)
	december := RemindOfTest(met.Tester, "2026-12-01", false)
	assert.Equal(t, []Effect{RemindOfTestPage{"U1", "2026-12-01"}}, december.Effects)
	assert.Empty(t, RemindOfTest(december.Tester, "2026-12-02", false).Effects)
	assert.Empty(t, RemindOfTest(december.Tester, "2027-01-04", true).Effects, "muted")
	assert.NotEmpty(t, RemindOfTest(december.Tester, "2027-01-04", false).Effects)

	now := time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)
	tried := TestPageArrived(AskTestPage(december.Tester, now).Tester, 1, Direct, "D1", "1.2", now).Tester
	assert.Empty(t, RemindOfTest(tried, "2027-01-04", false).Effects)
	failed := TestPageSent(AskTestPage(december.Tester, now).Tester, 1, Direct, "it broke", now).Tester
	assert.NotEmpty(t, RemindOfTest(failed, "2027-01-04", false).Effects, "one that did not arrive proves nothing")
}
