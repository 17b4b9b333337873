package workers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mayday/diagnostics"
	"mayday/incident"
	"mayday/routine"
)

// askItems asks what can be asked for the items of a round, and records the answers. Whatever comes of it, the round
// then goes to people: a database or an address that is away is an answer too.
func (w *Workers) askItems(ctx context.Context, fx routine.AskItems, _ try) error {
	round, err := w.Store.Round(ctx, fx.Ref)
	if err != nil || !round.Asking || round.Over() {
		return err
	}
	answers := make([][]routine.Answer, len(round.Lines))
	all := w.newCrew(2)
	for i, l := range round.Lines {
		answers[i] = make([]routine.Answer, len(l.Asks))
		for j, ask := range l.Asks {
			all.run(func() { answers[i][j] = w.answer(ctx, round, ask) })
		}
	}
	all.wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.recordRound(ctx, fx.Ref, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.Answered(r, round, answers, now)
	})
}

// nothingAnswered hands a round to people for which nothing could be asked.
func nothingAnswered(w *Workers, ctx context.Context, fx routine.AskItems, why string) error {
	return w.recordRound(ctx, fx.Ref, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		answers := make([][]routine.Answer, len(round.Lines))
		for i, l := range round.Lines {
			for range l.Asks {
				answers[i] = append(answers[i], silent("could not be asked: "+why, now))
			}
		}
		return routine.Answered(r, round, answers, now)
	})
}

func silent(text string, at time.Time) routine.Answer {
	return routine.Answer{Text: incident.Line(text, maxAnswer), Verdict: routine.Silent, At: at}
}

// maxAnswer bounds one line of an answer, in characters.
const maxAnswer = 200

// answer asks one thing.
func (w *Workers) answer(ctx context.Context, round routine.Round, ask routine.Ask) routine.Answer {
	now := w.Store.Now()
	switch {
	case ctx.Err() != nil:
		return silent("was not asked", now)
	case ask.Kind == routine.AskQuery && w.Diagnostics == nil:
		return silent("not run: no database to ask is set up", now)
	case ask.Kind == routine.AskQuery:
		return w.askQuery(ctx, round, ask, now)
	case ask.Kind != routine.AskHTTP && ask.Kind != routine.AskStatus:
		return w.askKnown(ctx, round, ask, now)
	case w.Prober == nil:
		return silent("not asked: asking addresses is switched off", now)
	}
	kind := incident.ProbeHTTP
	if ask.Kind == routine.AskStatus {
		kind = incident.ProbeStatus
	}
	result := w.Prober.Check(ctx, incident.Probe{Kind: kind, Name: ask.Title, URL: ask.URL})
	text := result.Summary
	if len(result.Detail) > 0 {
		text += ": " + strings.Join(result.Detail, "; ")
	}
	a := routine.Answer{Text: incident.Line(text, maxAnswer), At: now}
	switch {
	case result.Unread:
	case result.NotAsked:
		a.Verdict = routine.Silent
	case result.OK:
		a.Verdict = routine.Fine
	default:
		a.Verdict = routine.Wrong
	}
	return a
}

// askQuery runs a query of the runbook behind the same guard as everywhere. Its answer is masked already.
func (w *Workers) askQuery(ctx context.Context, round routine.Round, ask routine.Ask, now time.Time) routine.Answer {
	result, err := w.Diagnostics.Run(ctx, diagnostics.Request{SQL: ask.SQL, Name: ask.Name})
	var failure *diagnostics.Failure
	var refusal *diagnostics.Refusal
	switch {
	case errors.As(err, &refusal):
		return silent("not run: "+refusal.Why, now)
	case errors.As(err, &failure):
		return silent(failure.What, now)
	case err != nil:
		return silent("gave no answer", now)
	}
	value := number(result)
	a := routine.Answer{Text: incident.Line(inWords(result), maxAnswer), At: now, Value: value}
	if value != nil && len(result.Columns) == 1 {
		a.Text = incident.Line(a.Text+w.besides(ctx, round, ask), maxAnswer)
	}
	if holds, known := ask.Expect.Holds(len(result.Rows), result.More, value); known && holds {
		a.Verdict = routine.Fine
	} else if known {
		a.Verdict = routine.Wrong
	}
	return a
}

// number is the number in the first column of a single row; nil when there is none, or it is masked.
func number(r diagnostics.Result) *float64 {
	if len(r.Rows) != 1 || r.More || len(r.Columns) == 0 || !r.Columns[0].Numeric || r.Columns[0].Masked || r.Rows[0][0].Null {
		return nil
	}
	n, err := strconv.ParseFloat(r.Rows[0][0].Text, 64)
	if err != nil {
		return nil
	}
	return &n
}

// inWords is an answer in a line: its only value, the values of its only row by their names, or how many rows there are.
func inWords(r diagnostics.Result) string {
	switch {
	case r.More:
		return fmt.Sprintf("more than %d rows", len(r.Rows))
	case len(r.Rows) != 1:
		return r.Summary(len(r.Rows))
	}
	if len(r.Columns) == 1 {
		return cell(r.Rows[0][0])
	}
	var parts []string
	for i, c := range r.Columns[:min(len(r.Columns), 4)] {
		parts = append(parts, c.Name+" "+cell(r.Rows[0][i]))
	}
	return strings.Join(parts, ", ")
}

func cell(v diagnostics.Value) string {
	if v.Null {
		return "none"
	}
	return v.Text
}

// besides are yesterday's and last week's answers to the same query; empty when neither is known.
func (w *Workers) besides(ctx context.Context, round routine.Round, ask routine.Ask) string {
	known, err := w.Store.Readings(ctx, ask.Name, round.Day.Add(-7), round.Day.Add(-1))
	if err != nil {
		return "" // an answer without them is an answer
	}
	var parts []string
	for _, before := range []struct {
		day   routine.Day
		words string
	}{{round.Day.Add(-1), "yesterday"}, {round.Day.Add(-7), "a week ago"}} {
		if v, ok := known[before.day]; ok {
			parts = append(parts, before.words+" "+strconv.FormatFloat(v, 'f', -1, 64))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", strings.Join(parts, ", "))
}
