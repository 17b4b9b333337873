package incident

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"mayday/effort"
)

func init() { effort.Properties(20, 100, 5000) }

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
	"ask handover": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return AskHandover(inc, who(t), who(t), "note", now)
	},
	"accept handover": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return AcceptHandover(inc, who(t), rapid.IntRange(-1, 3).Draw(t, "handover"), now)
	},
	"decline handover": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return DeclineHandover(inc, who(t), rapid.IntRange(-1, 3).Draw(t, "handover"), now)
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
	"add": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		pb := Playbook{Slug: rapid.SampledFrom([]string{"site-down", "db", "queue"}).Draw(t, "slug"), Title: "Other", Steps: []Step{{Text: "x"}, {Text: "y"}}}
		return AddPlaybook(inc, who(t), pb, now)
	},
	"update": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return Announce(inc, who(t), "known", time.Duration(rapid.IntRange(0, 90).Draw(t, "next"))*time.Minute, now)
	},
	"snooze": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return Snooze(inc, who(t), time.Duration(rapid.IntRange(0, 60).Draw(t, "snooze"))*time.Minute, "why", now)
	},
	"snooze updates": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return SnoozeUpdates(inc, who(t), time.Duration(rapid.IntRange(0, 90).Draw(t, "snooze"))*time.Minute, now)
	},
	"unsnooze": func(t *rapid.T, inc Incident, now time.Time) (Change, error) { return Unsnooze(inc, who(t), now) },
	"page":     func(t *rapid.T, inc Incident, now time.Time) (Change, error) { return PageNext(inc, who(t), "", now) },
	"page person": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PagePerson(inc, who(t), who(t), "", now)
	},
	"page contact": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PageContact(inc, who(t), rapid.IntRange(-1, 3).Draw(t, "contact"), "", now)
	},
	"channel opened": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return ChannelOpened(inc, "C1", "inc-7", now)
	},
	"channel failed": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return ChannelFailed(inc, "Slack refused", now)
	},
	"page failed": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PageFailed(inc, rapid.IntRange(0, 8).Draw(t, "page"), "gone", now)
	},
	"page tried": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PageTried(inc, rapid.IntRange(0, 8).Draw(t, "page"), now, now)
	},
	"page delivered": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PageDelivered(inc, rapid.IntRange(0, 8).Draw(t, "page"), []Person{who(t)}, now)
	},
	"methods found": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		rest := Rest{Zone: rapid.SampledFrom([]string{"", "UTC", "Pacific/Auckland"}).Draw(t, "zone")}
		list := []Method{{Kind: SMS, Key: "a"}, {Kind: Call, Key: "b", Rule: MethodRule{After: Within(time.Duration(rapid.IntRange(0, 90).Draw(t, "after")) * time.Minute)}}}
		return MethodsFound(inc, rapid.IntRange(-1, 8).Draw(t, "page"), list, rest, now)
	},
	"method sent": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return MethodSent(inc, rapid.IntRange(0, 8).Draw(t, "page"), rapid.IntRange(-1, 2).Draw(t, "method"), "", now)
	},
	"method failed": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return MethodFailed(inc, rapid.IntRange(0, 8).Draw(t, "page"), rapid.IntRange(-1, 2).Draw(t, "method"), "gone", now)
	},
	"answered by": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return AnsweredBy(inc, rapid.IntRange(0, 8).Draw(t, "page"), rapid.IntRange(-1, 2).Draw(t, "method"), MethodAnswer{By: rapid.SampledFrom([]Person{"", ben}).Draw(t, "by"), Decline: rapid.Bool().Draw(t, "decline")}, now)
	},
	"slack back": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		away := time.Duration(rapid.IntRange(0, 400).Draw(t, "away")) * time.Minute
		return SlackBack(inc, Outage{From: now.Add(-away), To: now, After: rapid.IntRange(0, inc.Revision).Draw(t, "after")}, rapid.Bool().Draw(t, "untold"), now)
	},
	"publish": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		n := inc.NoticeDraft()
		n.Status = rapid.SampledFrom(append(PublicStatuses, "gone")).Draw(t, "public status")
		return Publish(inc, who(t), n, rapid.IntRange(0, len(inc.Publication.Posts)).Draw(t, "seen"), rapid.Bool().Draw(t, "confirmed"), now)
	},
	"publish tried": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PublishTried(inc, rapid.IntRange(-1, 3).Draw(t, "post"), now)
	},
	"published": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return Published(inc, rapid.IntRange(-1, 3).Draw(t, "post"), Receipt{Incident: "p1", Post: "u1"}, now)
	},
	"publish failed": func(t *rapid.T, inc Incident, now time.Time) (Change, error) {
		return PublishFailed(inc, rapid.IntRange(-1, 3).Draw(t, "post"), "why", rapid.Bool().Draw(t, "gone"), now)
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

// policies are runbooks whose clocks differ in what they leave out.
func policies() []Policy {
	bare := matrix() // a high severity without any clock, and a contact that cannot be found
	bare.Severities[1] = Severity{Label: "P1"}
	bare.Contacts[1] = Contact{Role: "DevOps Lead", Placeholders: []string{"Email"}}
	office := matrix() // everything but the gravest waits for the morning of Berlin
	office.Hours.Zone = "Europe/Berlin"
	for i := 1; i < len(office.Severities); i++ {
		office.Severities[i].BusinessHours = true
	}
	office.Severities[3].Escalate, office.Severities[3].UpdateEvery = Span{}, Within(2*time.Hour)
	alone := matrix()
	alone.Contacts = alone.Contacts[:1]
	return []Policy{matrix(), bare, office, alone}
}

// A story is one incident's history as its clocks see it.
type story struct {
	inc Incident
	// fired holds what ran out, over the whole history.
	fired map[Timer]bool
}

// TestAnySequenceOfVerbsKeepsTheInvariants drives an incident through random
// verbs and random passages of time, from a morning, a night, or the weekend of
// a change to summer time.
func TestAnySequenceOfVerbsKeepsTheInvariants(t *testing.T) {
	names := slices.Sorted(maps.Keys(verbs))
	starts := []time.Time{t0, tuesdayNight, time.Date(2026, 3, 27, 15, 30, 0, 0, time.UTC), time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)}
	rapid.Check(t, func(t *rapid.T) {
		now := rapid.SampledFrom(starts).Draw(t, "start")
		c, err := Declare(Ref{Incident: 7}, Declaration{Title: "x", Severity: rapid.SampledFrom([]string{"P0", "P1", "P2", "P3"}).Draw(t, "severity"),
			Playbook: siteDown(), Policy: rapid.SampledFrom(policies()).Draw(t, "policy"), By: ana}, now)
		require.NoError(t, err)
		s := &story{c.Incident, map[Timer]bool{}}
		checkPlan(t, s.inc, now)
		for range rapid.IntRange(1, 25).Draw(t, "length") {
			gap := rapid.OneOf(rapid.IntRange(0, 50), rapid.IntRange(0, 24*60)).Draw(t, "minutes")
			until := now.Add(time.Duration(gap) * time.Minute)
			if rapid.Bool().Draw(t, "running") {
				s.pass(t, now, until)
			}
			now = until
			s.runClocks(t, now)
			before, err := json.Marshal(s.inc)
			require.NoError(t, err)
			name := rapid.SampledFrom(names).Draw(t, "verb")
			c, err := verbs[name](t, s.inc, now)
			after, _ := json.Marshal(s.inc)
			require.Equal(t, string(before), string(after), "a decision must not write to the incident it was given")
			var r *Refusal
			if errors.As(err, &r) {
				require.True(t, c.Empty())
				continue
			}
			require.NoError(t, err)
			s.take(t, c, now)
			survives(t, s.inc)
		}
	})
}

// take makes a change part of the story.
func (s *story) take(t *rapid.T, c Change, now time.Time) {
	check(t, s.inc, c)
	checkPlan(t, c.Incident, now)
	if !slices.ContainsFunc(c.Events, func(ev Event) bool { return ev.Kind == EventSlackBack }) { // which begins anew with all of them
		checkPages(t, s.inc, c)
	}
	raised := c.Incident.Policy.Rank(c.Incident.Severity) < c.Incident.Policy.Rank(s.inc.Severity)
	for x := range s.fired {
		// What a graver severity wants sooner than now is asked for anew.
		if raised && (x.Clock == ClockUpdate || x.Clock == ClockEscalate && !c.Incident.Acknowledged()) {
			delete(s.fired, x)
		}
	}
	s.inc = c.Incident
	for _, x := range s.inc.Timers() {
		require.False(t, s.fired[x], "what ran out is never armed again: %v", x)
	}
}

// pass lets the clocks fire as they fall due from one moment to another.
func (s *story) pass(t *rapid.T, now, until time.Time) {
	for {
		ts := s.inc.Timers()
		if len(ts) == 0 || ts[0].Due.After(until) {
			return
		}
		s.runClocks(t, later(now, ts[0].Due))
	}
}

// runClocks fires everything that is due now, as after a standstill.
func (s *story) runClocks(t *rapid.T, now time.Time) {
	for n := 0; ; n++ {
		require.Less(t, n, 500, "the clocks come to rest")
		ts := s.inc.Timers()
		if len(ts) == 0 || ts[0].Due.After(now) {
			return
		}
		x := ts[0]
		c, err := Fire(s.inc, x, now)
		require.NoError(t, err)
		require.False(t, c.Empty(), "a timer of the row fires: %v", x)
		require.False(t, s.fired[x], "once per arming: %v", x)
		s.fired[x] = true
		s.take(t, c, now)
		stale, err := Fire(s.inc, x, now)
		require.NoError(t, err)
		require.True(t, stale.Empty(), "and not again: %v", x)
	}
}

// checkPlan holds the clocks of an incident to what its severity promises.
func checkPlan(t *rapid.T, inc Incident, now time.Time) {
	if !inc.Status.Live() {
		return
	}
	s, snoozed := inc.Rung(), inc.Plan.Snoozed.After(now)
	armedOrTold := func(c Clock) bool {
		_, told := inc.Plan.Breached[c]
		_, armed := inc.Deadline(c)
		return armed || told
	}
	require.True(t, !s.FixWithin.Set || armedOrTold(ClockResolve), "the time to resolve runs, or ran out aloud")
	_, updates := inc.Deadline(ClockUpdate)
	require.True(t, updates || !s.UpdateEvery.Set, "an open incident always waits for its next update")
	if inc.Acknowledged() {
		return
	}
	require.True(t, !s.Respond.Set || armedOrTold(ClockRespond), "the time to respond runs, or ran out aloud")
	due, calls := inc.Deadline(ClockEscalate)
	latest := later(inc.after(now, 0), now)
	if snoozed {
		latest = later(latest, inc.after(inc.Plan.Snoozed, 0))
	}
	if inc.Plan.Rung < 0 {
		require.True(t, calls, "nobody was called, so a clock will call somebody")
		require.True(t, s.BusinessHours || snoozed, "and it is not put off for nothing")
		require.False(t, due.After(latest), "nor beyond the morning or the snooze: %v", due)
	}
	if s.Escalate.Set {
		require.True(t, calls, "an incident that nobody acknowledged always has an escalation ahead")
		require.False(t, due.After(later(latest, inc.after(now, inc.repeat()))), "within the severity's time: %v", due)
	}
	if respond, ok := inc.Deadline(ClockRespond); ok && snoozed {
		require.False(t, respond.Before(inc.Plan.Snoozed), "the snooze holds")
	}
	if snoozed && calls {
		require.False(t, due.Before(inc.Plan.Snoozed), "the snooze holds")
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
	for i, p := range inc.Pages {
		silent := p.DeliveredAt.IsZero() && p.Failed == "" && p.OverdueAt.IsZero() && inc.Tries[i].WaitSaid.IsZero()
		if _, ok := inc.Deadline(ClockPageCheck); silent && inc.Status.Live() && !inc.Acknowledged() {
			require.True(t, ok, "a page of which nothing is known is looked after")
		}
	}
	require.GreaterOrEqual(t, inc.Policy.Rank(inc.Severity), 0)
	require.False(t, inc.Status == Resolved && inc.ResolvedAt.IsZero())
	require.False(t, inc.Status.Live() && !inc.ResolvedAt.IsZero())
}

// survives holds that a row is the same after it was stored.
func survives(t *rapid.T, inc Incident) {
	doc, err := json.Marshal(inc)
	require.NoError(t, err)
	var back Incident
	require.NoError(t, json.Unmarshal(doc, &back))
	again, _ := json.Marshal(back)
	require.Equal(t, string(doc), string(again), "the row survives being stored")
}

// checkPages holds that nobody goes unheard: a contact who cannot be reached is
// followed by another at once, or somebody of this round was reached, or it is
// said that there is nobody.
func checkPages(t *rapid.T, before Incident, c Change) {
	lost := func(p Page) bool { return p.DeliveredAt.IsZero() && (p.Failed != "" || !p.OverdueAt.IsZero()) }
	var since time.Time
	for _, p := range before.Pages {
		if p.Why != Unreachable && p.Why != Requested {
			since = p.At
		}
	}
	missed := false
	for i, p := range before.Pages {
		if p.Contact >= 0 && !lost(p) && lost(c.Incident.Pages[i]) {
			missed = true
			if p.At.Before(since) {
				since = p.At
			}
		}
	}
	if !missed || before.Acknowledged() || !before.Status.Live() {
		return
	}
	heard := slices.ContainsFunc(c.Incident.Pages, func(p Page) bool { return !lost(p) && !p.At.Before(since) })
	said := slices.ContainsFunc(c.Events, func(ev Event) bool { return ev.Kind == EventNobodyToPage })
	require.True(t, heard || said, "somebody of this round is called, or it is said that nobody is")
	seen := map[int]bool{}
	for _, p := range c.Incident.Pages {
		// A stand-in of the very moment at which the round began may be of the one before.
		if !p.At.After(since) || p.Why != Unreachable {
			continue
		}
		require.False(t, seen[p.Contact], "nobody stands in twice in a round: %d", p.Contact)
		seen[p.Contact] = true
	}
}

var plain = Voice{
	Person: func(p Person) string { return "@" + p },
	Call:   func(p Person) string { return "@" + p },
	Text:   func(s string) string { return s },
	Code:   func(s string) string { return "`" + s + "`" },
	Time:   func(t time.Time) string { return t.Format("15:04") },
}
