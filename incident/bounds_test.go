package incident

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const (
	tick  = time.Nanosecond
	month = 30 * 24 * time.Hour
)

// What is said to hold "for ten minutes" or "up to a day" does so to the moment.
func TestBoundsHoldToTheMoment(t *testing.T) {
	inc := declared(t, "P0")
	late := func(by time.Duration) time.Duration {
		due := t0.Add(15 * time.Minute)
		return first(Fire(inc, Timer{ClockRespond, due}, due.Add(by))).Events[0].Late
	}
	mute := func(d, ahead time.Duration) error {
		return failure(MuteSource(Window{Source: "ci", From: t0.Add(ahead), For: d}, ana, t0))
	}
	for name, c := range map[string]struct{ got, want any }{
		"a clock is late from ten seconds on":        {late(10 * time.Second), 10 * time.Second},
		"and not before":                             {late(10*time.Second - tick), time.Duration(0)},
		"snoozed for a day":                          {second(Snooze(inc, ana, 24*time.Hour, "known", t0)) == nil, true},
		"for longer":                                 {second(Snooze(inc, ana, 24*time.Hour+tick, "known", t0)) == nil, false},
		"for no time":                                {second(Snooze(inc, ana, 0, "known", t0)) == nil, false},
		"for less":                                   {second(Snooze(inc, ana, -tick, "known", t0)) == nil, false},
		"updates snoozed for a day":                  {second(SnoozeUpdates(inc, ana, 24*time.Hour, t0)) == nil, true},
		"updates snoozed for longer":                 {second(SnoozeUpdates(inc, ana, 24*time.Hour+tick, t0)) == nil, false},
		"updates snoozed for no time":                {second(SnoozeUpdates(inc, ana, 0, t0)) == nil, false},
		"updates snoozed for less":                   {second(SnoozeUpdates(inc, ana, -tick, t0)) == nil, false},
		"muted for a week":                           {mute(7*24*time.Hour, 0) == nil, true},
		"muted for longer":                           {mute(7*24*time.Hour+tick, 0) == nil, false},
		"muted for no time":                          {mute(0, 0) == nil, false},
		"muted in 90 days":                           {mute(time.Hour, 90*24*time.Hour) == nil, true},
		"muted later":                                {mute(time.Hour, 90*24*time.Hour+tick) == nil, false},
		"declared by another ten minutes later":      {inc.MayBe("", ben, t0.Add(10*time.Minute)), false},
		"declared by another before that":            {inc.MayBe("", ben, t0.Add(10*time.Minute-tick)), true},
		"a commit of twelve letters":                 {shortRevision("4f3c2a1d9e8b"), "4f3c2a1"},
		"what is shorter":                            {shortRevision("4f3c2a1d9e8"), "4f3c2a1d9e8"},
		"what is no commit":                          {shortRevision("release-2026"), "release-2026"},
		"digits of a slug":                           {Slug("a0 z9"), "a0-z9"},
		"an address of 2,000 bytes":                  {len(webLink("https://" + strings.Repeat("a", maxLink-8))), maxLink},
		"an address that is longer":                  {webLink("https://" + strings.Repeat("a", maxLink-7)), ""},
		"the time of a report a month ago":           {Report{At: t0.Add(-month)}.Clean(t0).At, t0.Add(-month)},
		"the time of a report before that":           {Report{At: t0.Add(-month - tick)}.Clean(t0).At, time.Time{}},
		"the time of a report five minutes ahead":    {Report{At: t0.Add(5 * time.Minute)}.Clean(t0).At, t0.Add(5 * time.Minute)},
		"the time of a report further ahead":         {Report{At: t0.Add(5*time.Minute + tick)}.Clean(t0).At, time.Time{}},
		"the time of a change a month ago":           {ChangeEvent{At: t0.Add(-month)}.Clean(t0).At, t0.Add(-month)},
		"the time of a change before that":           {ChangeEvent{At: t0.Add(-month - tick)}.Clean(t0).At, t0},
		"Slack away for as long as is worth saying":  {first(SlackBack(inc, Outage{From: t0, To: t0.Add(5 * time.Minute)}, false, t0.Add(5*time.Minute))).Empty(), false},
		"Slack away for less":                        {first(SlackBack(inc, Outage{From: t0, To: t0.Add(5*time.Minute - tick)}, false, t0.Add(5*time.Minute))).Empty(), true},
		"a minute before an outage":                  {Outage{From: t0, To: t0.Add(time.Hour)}.Holds(t0.Add(-time.Minute)), true},
		"earlier":                                    {Outage{From: t0, To: t0.Add(time.Hour)}.Holds(t0.Add(-time.Minute - tick)), false},
		"the end of an outage":                       {Outage{From: t0, To: t0.Add(time.Hour)}.Holds(t0.Add(time.Hour)), true},
		"after an outage":                            {Outage{From: t0, To: t0.Add(time.Hour)}.Holds(t0.Add(time.Hour + tick)), false},
		"opening at the hour of closing is no hours": {Hours{Days: []time.Weekday{2}, From: 9 * time.Hour, To: 9 * time.Hour}.Contains(t0.Add(12 * time.Hour)), true},
	} {
		assert.Equal(t, c.want, c.got, name)
	}
}

func failure[T any](_ T, err error) error { return err }

func TestAsManyLabelsOfAReportAsAreShown(t *testing.T) {
	r := Report{Labels: map[string]string{"empty": ""}}
	for i := range 45 {
		r.Labels["l"+strconv.Itoa(100+i)] = "v"
	}
	got := r.Clean(t0).Labels
	assert.Len(t, got, 40)
	assert.Contains(t, got, "l100")
	assert.NotContains(t, got, "empty")
}

func TestWhichServicesAreAskedWhatBecameOfAMessage(t *testing.T) {
	for _, m := range []Method{{Kind: SMS}, {Kind: Call}, {Kind: Push, Service: Pushover}} {
		assert.True(t, m.Answers(), m.Label())
	}
	for _, m := range []Method{{Kind: Push, Service: Ntfy}, {Kind: Email}, {Kind: Webhook}} {
		assert.False(t, m.Answers(), m.Label())
	}
}

func TestARuleIsWhatSomebodyWrote(t *testing.T) {
	assert.False(t, MethodRule{}.Set())
	for _, r := range []MethodRule{{After: Within(0)}, {Only: []string{"P0"}}, {Nights: true}} {
		assert.True(t, r.Set(), "%+v", r)
	}
}
