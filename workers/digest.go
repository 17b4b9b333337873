package workers

import (
	"context"
	"maps"
	"slices"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/postmortem"
	"mayday/routine"
	"mayday/store"
	"mayday/tally"
)

const (
	// factDigest is what the release before remembers its weekly digest by.
	factDigest = "digest"
	// digestReach is how old an incident may be whose work is still asked after.
	digestReach = 180 * 24 * time.Hour
	// closedReach is how old a follow-up may be whose closing is looked for, unless it is overdue.
	closedReach = 100 * 24 * time.Hour
	// mostDigested bounds how many incidents one digest looks through, and mostIssues how many issues it asks for.
	mostDigested = 2000
	mostIssues   = 300
	// gitHubTries is from which attempt on a digest goes without what GitHub knows, and gitHubPortion how much of an
	// attempt's time GitHub may take.
	gitHubTries, gitHubPortion = 6, 2.0 / 3
	// weeksDrawn is how many weeks the chart has.
	weeksDrawn = 8
)

// planDigest hands the settings to the row of the mornings.
func (w *Workers) planDigest(ctx context.Context, rounds Rounds) error {
	cal := rounds.Calendar
	cal.Hour = rounds.DigestAt
	d, err := w.Store.UpdateDigest(ctx, nil, func(d routine.Digest, now time.Time) (routine.DigestChange, error) {
		if rounds.KeepOff {
			cal.Off = d.Calendar.Off
		}
		return routine.PlanDigest(d, routine.DigestPlanning{On: rounds.Digest, Calendar: cal, Factor: rounds.Factor, Morning: rounds.Morning}, now)
	})
	if err != nil || d.Next.IsZero() {
		return err
	}
	// A replica of the release before sends a weekly digest of its own unless that of the Monday was sent.
	monday := routine.DayOf(d.Next.In(cal.Location()))
	for monday.Weekday() != time.Monday {
		monday = monday.Add(1)
	}
	return w.Store.SaveFact(ctx, factDigest, string(monday))
}

// sendDigest tells the operators how things stand: one message, and its details in its thread.
func (w *Workers) sendDigest(ctx context.Context, fx routine.SendDigest, t try) error {
	v, err := w.digestView(ctx, fx, t)
	if err != nil {
		return err
	}
	m, details := blocks.Digest(v)
	if len(m.Blocks) == 0 {
		return nil
	}
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	name := "digest/" + string(fx.Day)
	alone, err := w.Store.Alone(ctx, name, func(ctx context.Context) error {
		thread, err := w.postCharted(ctx, channel, "", name, m, t)
		for _, d := range details {
			if err == nil {
				_, err = w.postCharted(ctx, channel, thread, name+"/"+d.Name, d.Message, t)
			}
		}
		return err
	})
	if err == nil && !alone {
		return notYet(time.Second)
	}
	return err
}

// postCharted posts a message under its key and says where it stands. Where Slack refuses its chart it has the figures
// in words.
func (w *Workers) postCharted(ctx context.Context, channel, thread, key string, m blocks.Message, t try) (ts string, err error) {
	ts, err = w.postFound(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: thread, Key: key}, t.again(), t.Since)
	if bot.CodeOf(err) == "invalid_blocks" && blocks.Charted(m) {
		m = blocks.Uncharted(m)
		ts, err = w.postFound(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: thread, Key: key}, false, t.Since)
	}
	return ts, err
}

// digestView gathers what a digest tells.
func (w *Workers) digestView(ctx context.Context, fx routine.SendDigest, t try) (v blocks.DigestView, err error) {
	d, err := w.Store.Digest(ctx)
	if err != nil {
		return v, err
	}
	incs, err := w.Store.List(ctx, store.Filter{Since: fx.At.Add(-digestReach), Limit: mostDigested})
	if err != nil {
		return v, err
	}
	live, err := w.Store.Live(ctx)
	if err != nil {
		return v, err
	}
	rounds, err := w.Store.Rounds(ctx, fx.At.Add(-closedReach))
	if err != nil {
		return v, err
	}
	v = blocks.DigestView{Day: fx.Day, Zone: w.Zone, Now: fx.At, Name: w.namesOf(ctx), Titles: map[string]string{}}
	v.Morning.Open = tally.Live(live)
	hours := incident.Hours{}
	if w.Runbook != nil {
		rb := w.Runbook()
		hours = rb.Policy.Hours
		for _, q := range rb.Queries {
			v.Titles[q.Name] = q.Title
		}
	}
	v.Morning.Night = tally.Night(incs, hours, d.Calendar, fx.Since, fx.At)
	if v.Morning.Checklists, err = w.dueToday(ctx, d, rounds, fx); err != nil {
		return v, err
	}
	if d, err = w.asked(ctx, d, fx, incs, t); err != nil {
		return v, err
	}
	v.Unasked = !d.Asked.All
	v.Morning.Overdue = tally.ByOwner(slices.DeleteFunc(tally.Work(incs, fx.At, time.Time{}), func(o tally.Overdue) bool { return !slices.Contains(d.Asked.Overdue, o.Issue()) }))
	if d, err = w.Store.UpdateDigest(ctx, nil, func(d routine.Digest, _ time.Time) (routine.DigestChange, error) {
		return routine.CallOwners(d, v.Morning.Owners(), fx.Day)
	}); err != nil {
		return v, err
	}
	v.Calls = map[incident.Person]bool{}
	for _, p := range v.Morning.Owners() {
		v.Calls[p] = d.Calls(p, fx.Day)
	}
	return v, w.lookBack(ctx, &v, d, fx, tally.Record{Incidents: incs, Rounds: rounds, Closed: d.Asked.Closed})
}

// asked is the row of the mornings with what GitHub says of the work that is left, once for each digest: what its message says and what
// its thread says may be posted by different attempts.
func (w *Workers) asked(ctx context.Context, d routine.Digest, fx routine.SendDigest, incs []incident.Incident, t try) (routine.Digest, error) {
	if d.Asked.Day == fx.Day {
		return d, nil
	}
	overdue, closed, all, err := w.followed(ctx, incs, fx.At, fx.Week != "" || fx.Month != "")
	if err != nil && !final(err) && t.Number < gitHubTries {
		return d, err
	}
	a := routine.Asked{Day: fx.Day, Closed: closed, All: all}
	for _, o := range overdue {
		a.Overdue = append(a.Overdue, o.Issue())
	}
	return w.Store.UpdateDigest(ctx, nil, func(d routine.Digest, _ time.Time) (routine.DigestChange, error) { return routine.KeepAsked(d, a) })
}

// lookBack adds the week and the month.
func (w *Workers) lookBack(ctx context.Context, v *blocks.DigestView, d routine.Digest, fx routine.SendDigest, r tally.Record) error {
	span := func(from, to, before routine.Day) *blocks.DigestSpan {
		return &blocks.DigestSpan{First: from, Now: tally.Between(r, d.Starts(from), d.Starts(to)), Before: tally.Between(r, d.Starts(before), d.Starts(from))}
	}
	if first := fx.Month; first != "" {
		v.Month = span(first, first.NextMonth(1), first.NextMonth(-1))
		calls, err := w.Store.Calls(ctx, d.Starts(first.NextMonth(-1)))
		if err != nil {
			return err
		}
		zone := func(p incident.Person) *time.Location { return w.zoneOf(ctx, p) }
		v.Month.Shares = tally.Shares(calls, zone, d.Starts(first), d.Starts(first.NextMonth(1)))
		v.Month.SharesBefore = tally.Shares(calls, zone, d.Starts(first.NextMonth(-1)), d.Starts(first))
	}
	if fx.Week == "" {
		return nil
	}
	end := fx.Week.Add(7)
	v.Week = span(fx.Week, end, fx.Week.Add(-7))
	v.Weeks = tally.Weeks(r.Incidents, fx.Week, weeksDrawn, d.Starts)
	readings, err := w.Store.AllReadings(ctx, end.Add(-35), end)
	maps.DeleteFunc(readings, func(name string, _ map[routine.Day]float64) bool { return v.Titles[name] == "" }) // what an item of a checklist counted
	v.Numbers = tally.Numbers(readings, end.Add(1))
	return err
}

// dueToday are the names of the checklists that have something to do today.
func (w *Workers) dueToday(ctx context.Context, d routine.Digest, rounds []routine.Round, fx routine.SendDigest) ([]string, error) {
	lists, err := w.Store.Routines(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[string]routine.Round{}
	for _, r := range rounds { // the newest is first
		if _, known := newest[r.Routine]; !known {
			newest[r.Routine] = r
		}
	}
	return tally.DueToday(lists, newest, fx.Day, d.DayAt), nil
}

// followed asks GitHub after the work that is left from incidents: what is overdue, and with closings when follow-ups
// were closed. Closed is closed. all is false where not everything was asked, because there was too much of it, because
// the time for it was over, or with an error. What was asked by then counts.
func (w *Workers) followed(ctx context.Context, incs []incident.Incident, at time.Time, closings bool) (overdue []tally.Overdue, closed []time.Time, all bool, err error) {
	if w.Library == nil {
		return nil, nil, true, nil
	}
	since := time.Time{}
	if closings {
		since = at.Add(-closedReach)
	}
	work := tally.Work(incs, at, since)
	in, cancel := portion(ctx, gitHubPortion)
	defer cancel()
	for _, o := range work[:min(len(work), mostIssues)] {
		issue, err := w.Library.Issue(in, o.Issue())
		switch {
		case postmortem.Lost(err): // nobody here can close it any more
		case err != nil && in.Err() != nil && ctx.Err() == nil:
			return overdue, closed, false, nil
		case err != nil:
			return overdue, closed, false, err
		case issue.Open && !o.Due.IsZero() && o.Due.Before(at):
			overdue = append(overdue, o)
		case !issue.Open && o.Action.Text != "":
			closed = append(closed, issue.ClosedAt)
		}
	}
	return overdue, closed, len(work) <= mostIssues, nil
}

// portion is ctx with a part of the time that is left of it, so that what comes afterwards has time, too.
func portion(ctx context.Context, part float64) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Duration(part*float64(time.Until(end))))
}
