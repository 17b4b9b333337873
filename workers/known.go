package workers

import (
	"context"
	"time"

	"mayday/incident"
	"mayday/routine"
)

// askKnown answers from what mayday knows itself: alerts, heartbeats, deployments.
func (w *Workers) askKnown(ctx context.Context, round routine.Round, ask routine.Ask, now time.Time) routine.Answer {
	known, err := w.known(ctx, round, now)
	if err != nil {
		return silent("gave no answer", now)
	}
	known.Besides = w.besides(ctx, round, ask)
	a := known.Answer(ask)
	a.Text = incident.Line(a.Text, maxKnown)
	return a
}

// maxKnown bounds the line of an answer that names alerts or deployments, in characters.
const maxKnown = 350

// known puts together what there is since the round before.
func (w *Workers) known(ctx context.Context, round routine.Round, now time.Time) (routine.Known, error) {
	k := routine.Known{Since: round.Since, Now: now, Zone: routine.Calendar{Zone: round.Zone}.Location()}
	if k.Since.IsZero() { // a round of an earlier release
		k.Since = round.BegunAt.Add(-24 * time.Hour)
	}
	sources, err := w.Store.Sources(ctx)
	if err != nil {
		return k, err
	}
	for _, s := range sources {
		k.Senders = append(k.Senders, s.Name)
		if s.BeatEvery > 0 {
			k.Heartbeats = append(k.Heartbeats, routine.Heartbeat{Source: s.Name, Every: s.BeatEvery, At: s.BeatAt, Made: s.MadeAt})
		}
	}
	signals, err := w.Store.Signals(ctx, k.Since)
	if err != nil {
		return k, err
	}
	for _, s := range signals {
		k.Alerts = append(k.Alerts, routine.Alert{Source: s.Source, Title: s.Title, Link: s.Link, Severity: s.Severity, Rank: w.rank(s.Severity), Count: s.Count, Open: s.Open})
	}
	changes, err := w.Store.Changes(ctx, k.Since.Add(-toldWithin))
	for _, c := range changes {
		k.Told = true
		if !c.At.Before(k.Since) {
			k.Changes = append(k.Changes, routine.Deployment{Source: c.Source, Title: c.Title, Where: c.Where, By: c.By, Link: c.Link, At: c.At})
		}
	}
	return k, err
}

// toldWithin is how long before a round something was deployed at least where deployments are told at all.
const toldWithin = 30 * 24 * time.Hour

// rank is the place of a sender's severity among those of the runbook; one that the runbook does not know comes last.
func (w *Workers) rank(severity string) int {
	if w.Runbook == nil {
		return 0
	}
	p := w.Runbook().Policy
	if s, ok := p.Find(severity); ok {
		for i, known := range p.Severities {
			if known.Label == s.Label {
				return i
			}
		}
	}
	return len(p.Severities)
}
