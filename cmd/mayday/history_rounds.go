package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"mayday/incident"
	"mayday/routine"
	"mayday/store"
)

// rounds goes through the checklists of the working days before this one. Most are kept.
func (h *history) rounds() error {
	for _, list := range h.rb.Routines() {
		h.clock.set(h.night(historyDays, 0))
		calendar := routine.Calendar{Zone: h.zone.String(), Hour: h.roundAt, Worked: []time.Weekday{1, 2, 3, 4, 5}}
		if err := h.st.PlanRoutine(h.ctx, list.Slug, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.Plan(r, round, routine.Planning{Checklist: &list, Calendar: calendar}, now)
		}); err != nil {
			return err
		}
		for n := 0; ; n++ {
			all, err := h.st.Routines(h.ctx)
			if err != nil {
				return err
			}
			ts := all[list.Slug].Timers()
			if len(ts) == 0 || !ts[0].Due.Before(h.today) {
				break
			}
			if err := h.round(list.Slug, ts[0], n); err != nil {
				return err
			}
		}
	}
	rounds, err := h.st.Rounds(h.ctx, h.night(historyDays+1, 0))
	for _, r := range rounds {
		// The messages of those days are gone, and closing the last round makes none.
		if err := h.st.SaveRoundShown(h.ctx, r.Ref, store.Shown{Revision: math.MaxInt32}); err != nil {
			return err
		}
	}
	return err
}

// round lets a clock of a checklist run out, and goes through the round that begins.
func (h *history) round(slug string, t routine.Timer, n int) error {
	h.clock.set(t.Due)
	c, err := h.check(routine.Ref{Routine: slug}, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.Fire(r, round, t, now)
	})
	if err != nil || t.Clock != routine.BeginClock {
		return err
	}
	if c.Round.Asking {
		if c, err = h.check(c.Round.Ref, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.Answered(r, round, pastAnswers(round, now, n), now)
		}); err != nil {
			return err
		}
	}
	if n%7 == 5 {
		return nil // nobody had time
	}
	who := h.ids[[]string{"ana", "ben", "ana", "raj"}[n%4]]
	for i, number := range c.Round.Left() {
		h.clock.set(t.Due.Add(time.Duration(7+6*i) * time.Minute))
		if _, err := h.check(c.Round.Ref, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			if n%5 == 3 && i == 1 {
				return routine.Skip(r, round, who, number, "looked at it yesterday evening", now)
			}
			return routine.MarkDone(r, round, who, number, now)
		}); err != nil {
			return err
		}
	}
	return nil
}

// check is change for a round.
func (h *history) check(ref routine.Ref, decide store.RoutineDecision) (routine.Change, error) {
	return h.st.UpdateRoutine(h.ctx, ref, nil, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		c, err := decide(r, round, now)
		c.Effects = nil
		return c, err
	})
}

// pastAnswers are what the items of the n-th round of a list were answered: fine on most days.
func pastAnswers(round routine.Round, now time.Time, n int) [][]routine.Answer {
	answers := make([][]routine.Answer, len(round.Lines))
	for i, l := range round.Lines {
		for _, ask := range l.Asks {
			answers[i] = append(answers[i], pastAnswer(ask, now, n, i))
		}
	}
	return answers
}

func pastAnswer(ask routine.Ask, now time.Time, n, item int) routine.Answer {
	a := routine.Answer{At: now, Verdict: routine.Fine}
	value := float64(38 + (n*7+item*5)%23)
	switch ask.Kind {
	case routine.AskQuery:
		rows := 0
		if n%6 == 4 {
			rows = 1 + n%3
		}
		if !ask.Expect.Rows {
			a.Value, a.Text = &value, fmt.Sprint(value)
			rows = 1
		} else if a.Text = "no rows"; rows > 0 {
			a.Text = fmt.Sprintf("%d rows", rows)
		}
		switch holds, known := ask.Expect.Holds(rows, false, a.Value); {
		case !known:
			a.Verdict = routine.Shown
		case !holds:
			a.Verdict = routine.Wrong
		}
	case routine.AskHTTP:
		a.Text = fmt.Sprintf("200 OK in %d ms", 60+(n*13)%50)
	case routine.AskStatus:
		a.Text = "All Systems Operational"
	case routine.AskHeartbeat:
		a.Text = backupSource + " was heard of " + now.Add(-7*time.Hour).Format("Mon 2 Jan") + " 02:10"
	default:
		few := float64(n * 5 % 4)
		a.Value, a.Text, a.Verdict = &few, fmt.Sprintf("%v since the day before", few), routine.Shown
	}
	return a
}

const (
	// backupSource is the sender that says each night that the backup ran, errorSource the error tracker, and deploySource
	// where the shop runs.
	backupSource = "backups"
	errorSource  = "snag"
	deploySource = "berth"
)

// alerts are what the error tracker said, and that the backup tells each night that it ran.
func (h *history) alerts() error {
	h.clock.set(h.night(historyDays, 0))
	for _, src := range []store.Source{{Name: errorSource, Way: incident.ToOffer}, {Name: deploySource, Way: incident.ToOffer}, {Name: backupSource, Way: incident.ToOffer, BeatEvery: 25 * time.Hour}} {
		if err := h.st.AddSource(h.ctx, src, store.NewKey(), ""); err != nil && !errors.Is(err, store.ErrSourceThere) {
			return err
		}
	}
	for days := historyDays - 1; days >= 1; days-- {
		h.clock.set(h.night(days, 2*time.Hour+10*time.Minute))
		if err := h.st.Beat(h.ctx, backupSource); err != nil {
			return err
		}
		if days%3 != 1 {
			continue
		}
		at := h.night(days, 22*time.Hour+time.Duration(days)*time.Minute)
		for i := range 3 + days%4 {
			if err := h.report(at.Add(time.Duration(i)*time.Minute), pastErrors[(days+i/3)%len(pastErrors)], incident.Firing); err != nil {
				return err
			}
		}
		for i := range 2 {
			if err := h.report(at.Add(time.Hour), pastErrors[(days+i)%len(pastErrors)], incident.Quiet); err != nil {
				return err
			}
		}
	}
	return nil
}

var pastErrors = []incident.Report{
	{Key: "LARK-311", Title: "TypeError: cart is null", Severity: "P2", Link: "https://snag.test/larkfield/issues/311"},
	{Key: "LARK-298", Title: "Timeout of the picture service", Severity: "P3", Link: "https://snag.test/larkfield/issues/298"},
	{Key: "LARK-320", Title: "Payment webhook answered 502", Severity: "P1", Link: "https://snag.test/larkfield/issues/320"},
}

// report takes in what the error tracker says, and offers nothing: what it was about is over.
func (h *history) report(at time.Time, r incident.Report, state incident.ReportState) error {
	r.Source, r.State = errorSource, state
	return h.hear(at, errorSource, store.Understood{Reports: []incident.Report{r}})
}

// hear takes in what a sender posted.
func (h *history) hear(at time.Time, source string, said store.Understood) error {
	h.clock.set(at)
	body, err := json.Marshal(said)
	if err != nil {
		return err
	}
	if err := h.st.Receive(h.ctx, store.Received{Source: source, Path: "in", Header: map[string]string{}, Body: body}); err != nil {
		return err
	}
	_, err = h.st.Hear(h.ctx, store.Hearing{
		Read: func(p store.Received) (said store.Understood, err error) {
			err = json.Unmarshal(p.Body, &said)
			return said, err
		},
		Judge: func(incident.Report) (incident.Found, incident.Way) { return incident.Found{}, incident.ToLog },
	})
	return err
}

// deployments are those of the weeks before: one each second day, by whoever had something to ship.
func (h *history) deployments() error {
	for days := historyDays - 1; days >= 1; days -= 2 {
		at := h.night(days, 15*time.Hour+time.Duration(days)*time.Minute)
		revision := fmt.Sprintf("%07x", 0x4f3c2a1+days*7919)
		if err := h.hear(at, deploySource, store.Understood{Changes: []incident.ChangeEvent{incident.ChangeEvent{
			Source: deploySource, Key: revision, Title: "web " + revision, Deploy: true, Where: "larkfield/web", By: []string{"ben", "raj", "ana"}[days%3], Revision: revision,
			Environment: "production", At: at, Link: "https://berth.test/larkfield/web/deployments",
		}.Clean(at)}}); err != nil {
			return err
		}
	}
	return nil
}
