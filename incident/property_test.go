package incident

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// verbs are everything that can be done to an incident, with arguments drawn at random.
var verbs = map[string]func(t *rapid.T, inc Incident, now time.Time) (Change, error){
	"acknowledge": func(t *rapid.T, inc Incident, now time.Time) (Change, error) { return Acknowledge(inc, who(t), now) },
	"severity": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return ChangeSeverity(inc, who(t), rapid.SampledFrom([]string{"P0", "p1", "medium", "P3", "P9"}).Draw(t, "severity"), "", now)
	},
	"status": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return SetStatus(inc, who(t), rapid.SampledFrom([]string{"identified", "Monitoring", "investigating", "gone"}).Draw(t, "status"), now)
	},
	"role": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return TakeRole(inc, who(t), who(t), rapid.SampledFrom([]string{"lead", "scribe", "king"}).Draw(t, "role"), now)
	},
	"step": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		state := rapid.SampledFrom([]StepState{StepDone, StepSkipped, StepBlocked}).Draw(t, "state")
		return MarkStep(inc, who(t), StepRef{Number: rapid.IntRange(0, 4).Draw(t, "step")}, state, rapid.SampledFrom([]string{"", "why"}).Draw(t, "note"), now)
	},
	"undo": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return UndoStep(inc, who(t), StepRef{Number: rapid.IntRange(0, 4).Draw(t, "step")}, now)
	},
	"switch": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		pb := Playbook{Slug: rapid.SampledFrom([]string{"site-down", "db"}).Draw(t, "slug"), Steps: []Step{{Text: "x"}}}
		return SwitchPlaybook(inc, who(t), pb, now)
	},
	"update": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return Announce(inc, who(t), "known", time.Duration(rapid.IntRange(0, 90).Draw(t, "next"))*time.Minute, now)
	},
	"snooze": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return Snooze(inc, who(t), time.Duration(rapid.IntRange(0, 60).Draw(t, "snooze"))*time.Minute, "why", now)
	},
	"page": func(t *rapid.T, inc Incident, now time.Time) (Change, error) { return PageNext(inc, who(t), "", now) },
	"page failed": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PageFailed(inc, rapid.IntRange(0, 8).Draw(t, "page"), "gone", now)
	},
	"page delivered": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PageDelivered(inc, rapid.IntRange(0, 8).Draw(t, "page"), []Person{who(t)}, now)
	},
	"resolve": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return Resolve(inc, who(t), "fixed", now)
	},
	"reopen": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return Reopen(inc, who(t), "again", now)
	},
	"cancel": func(t *rapid.T, inc Incident, now time.Time) (Change, error) { return Cancel(inc, who(t), "no", now) },
	"close":  func(t *rapid.T, inc Incident, now time.Time) (Change, error) { return Close(inc, who(t), now) },
}

func who(t *rapid.T) Person { return rapid.SampledFrom([]Person{ana, ben, chidi}).Draw(t, "who") }

// TestAnySequenceOfVerbsKeepsTheInvariants drives an incident through random
// verbs and random passages of time.
func TestAnySequenceOfVerbsKeepsTheInvariants(t *testing.T) {
	names := make([]string, 0, len(verbs))
	for n := range verbs {
		names = append(names, n)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		now := t0
		c, err := Declare(7, Declaration{Title: "x", Severity: rapid.SampledFrom([]string{"P0", "P1", "P2", "P3"}).Draw(t, "severity"),
			Playbook: siteDown(), Policy: matrix(), By: ana}, now)
		require.NoError(t, err)
		opened, err := ChannelOpened(c.Incident, "C1", "inc-7", now)
		require.NoError(t, err)
		inc := opened.Incident
		for range rapid.IntRange(1, 25).Draw(t, "length") {
			now = now.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "minutes")) * time.Minute)
			inc = runClocks(t, inc, now)
			before, err := json.Marshal(inc)
			require.NoError(t, err)
			name := rapid.SampledFrom(names).Draw(t, "verb")
			c, err := verbs[name](t, inc, now)
			after, _ := json.Marshal(inc)
			require.Equal(t, string(before), string(after), "a decision must not write to the incident it was given")
			var r *Refusal
			if errors.As(err, &r) {
				require.True(t, c.Empty())
				continue
			}
			require.NoError(t, err)
			check(t, inc, c)
			inc = c.Incident
		}
	})
}

// runClocks fires what is due, each clock once per arming.
func runClocks(t *rapid.T, inc Incident, now time.Time) Incident {
	fired := map[Timer]int{}
	for n := 0; ; n++ {
		require.Less(t, n, 500, "the clocks come to rest")
		ts := inc.Timers()
		if len(ts) == 0 || ts[0].Due.After(now) {
			return inc
		}
		fired[ts[0]]++
		require.Equal(t, 1, fired[ts[0]], "a clock fires once per arming: %v", ts[0])
		c, err := Fire(inc, ts[0], now)
		require.NoError(t, err)
		require.False(t, c.Empty())
		check(t, inc, c)
		inc = c.Incident
	}
}

// check holds one change to the rules.
func check(t *rapid.T, before Incident, c Change) {
	inc := c.Incident
	require.Equal(t, before.Revision+len(c.Events), inc.Revision)
	for i, ev := range c.Events {
		require.Equal(t, before.Revision+i+1, ev.Seq, "events are numbered without gaps")
		require.NotEmpty(t, ev.Sentence(plain), "every event can be told")
		if ev.Kind == EventPaged && ev.By == "" {
			require.True(t, before.Status.Live() && !before.Acknowledged(), "no clock pages after an acknowledgement or the end")
		}
	}
	if !inc.Status.Live() {
		require.Empty(t, inc.Timers(), "what is over has no clocks")
		require.Nil(t, inc.Reminder)
	}
	if inc.Status.Live() && inc.Rung().UpdateEvery.Set {
		_, ok := inc.Deadline(ClockUpdate)
		require.True(t, ok, "an open incident always waits for its next update")
	}
	if inc.Status.Live() && !inc.Acknowledged() && inc.Rung().Escalate.Set {
		_, ok := inc.Deadline(ClockEscalate)
		require.True(t, ok, "an incident that nobody acknowledged always has an escalation ahead")
	}
	for _, p := range inc.Pages {
		silent := p.DeliveredAt.IsZero() && p.Failed == "" && p.OverdueAt.IsZero()
		if _, ok := inc.Deadline(ClockPageCheck); silent && inc.Status.Live() && !inc.Acknowledged() {
			require.True(t, ok, "a page of which nothing is known is looked after")
		}
	}
	require.GreaterOrEqual(t, inc.Policy.Rank(inc.Severity), 0)
	require.False(t, inc.Status == Resolved && inc.ResolvedAt.IsZero())
	require.False(t, inc.Status.Live() && !inc.ResolvedAt.IsZero())
	doc, err := json.Marshal(inc)
	require.NoError(t, err)
	var back Incident
	require.NoError(t, json.Unmarshal(doc, &back))
	again, _ := json.Marshal(back)
	require.Equal(t, string(doc), string(again), "the row survives being stored")
}

var plain = Voice{
	Person: func(p Person) string { return "@" + p },
	Text:   func(s string) string { return s },
	Time:   func(t time.Time) string { return t.Format("15:04") },
}
