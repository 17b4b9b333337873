package workers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/postmortem"
	"mayday/routine"
	"mayday/store"
)

const (
	// ageEvery is how often it is looked whether the holidays or the settings changed, and ageAgain the pause after a failure.
	ageEvery, ageAgain = time.Hour, time.Minute
	// mostAddresses and mostChecked bound how much of a runbook one look asks, addressPortion and queryPortion how much of
	// the time that it has by then.
	mostAddresses, mostChecked   = 200, 200
	addressPortion, queryPortion = 1.0 / 2, 2.0 / 3
	// lookAgain is the pause of a look while another one goes on: they share what addresses and the database bear.
	lookAgain = 5 * time.Second
	// askAgainAfter is the pause before an address that did not answer is asked once more.
	askAgainAfter = 20 * time.Second
	// usedWithin is how far back the use of scenarios counts.
	usedWithin = 365 * 24 * time.Hour
)

// RunAge has the runbook's age looked at on the first working day of each month until ctx is done. Every replica
// does, and the store lets it happen once.
func (w *Workers) RunAge(ctx context.Context) {
	if w.Rounds == nil {
		return
	}
	for ctx.Err() == nil {
		rounds := w.Rounds()
		if rounds == nil {
			store.SystemClock{}.Wait(ctx, time.Now().Add(planSoon), nil)
			continue
		}
		now := w.Store.Now()
		month, next := routine.MonthOf(rounds.Calendar, now)
		if rounds.Age {
			if err := w.Store.AgeRunbook(ctx, month); err != nil {
				if ctx.Err() == nil {
					w.Log.Warn("the runbook's age cannot be looked at yet", zap.Error(err))
				}
				store.SystemClock{}.Wait(ctx, time.Now().Add(ageAgain), nil)
				continue
			}
		}
		if soon := now.Add(ageEvery); next.After(soon) {
			next = soon
		}
		w.Clock.Wait(ctx, next, nil)
	}
}

// checkRunbook looks how the runbook has aged and tells it: each month the operators, where something has, and
// otherwise whoever asked. One look at a time, so that the probes of incidents do not wait behind several.
func (w *Workers) checkRunbook(ctx context.Context, fx routine.CheckRunbook, t try) error {
	if w.Runbook == nil {
		return nil
	}
	alone, err := w.Store.Alone(ctx, "runbook/age", func(ctx context.Context) error { return w.lookAtRunbook(ctx, fx, t) })
	if err == nil && !alone {
		return notYet(lookAgain)
	}
	return err
}

func (w *Workers) lookAtRunbook(ctx context.Context, fx routine.CheckRunbook, t try) error {
	rb := w.Runbook()
	seen, unread, err := w.seen(ctx, rb)
	if err != nil {
		return err
	}
	list := rb.Age(seen, w.Store.Now())
	if fx.By != "" {
		return w.tellPrivately(ctx, fx, blocks.RunbookAge(list, unread, ""), t)
	}
	if len(list) == 0 {
		return nil
	}
	url := ""
	if w.Library != nil {
		home, err := w.Store.Installation(ctx)
		if err != nil {
			return err
		}
		issue, err := w.Library.File(ctx, postmortem.RunbookAge(list, string(fx.Month), "mayday:"+home, t.Since))
		if err != nil && !final(err) {
			return err
		}
		url = issue.URL // without one the message says all
	}
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.RunbookAge(list, unread, url)
	return w.postSought(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: "runbook/age/" + string(fx.Month)}, t.again(), t.Since)
}

// runbookUnchecked tells whoever asked that the look failed; each month's is in the log.
func runbookUnchecked(w *Workers, ctx context.Context, fx routine.CheckRunbook, why string) error {
	if fx.By == "" {
		return nil
	}
	return w.tellPrivately(ctx, fx, blocks.Problem("The runbook could not be looked at: "+why+".", "Try `/incident runbook age` again later."), try{Number: 1})
}

// tellPrivately answers somebody where they asked, or by direct message where mayday is no member.
func (w *Workers) tellPrivately(ctx context.Context, fx routine.CheckRunbook, m blocks.Message, t try) error {
	err := w.Slack.PostEphemeral(ctx, fx.Channel, fx.By, messageOf(m))
	if !final(err) {
		return err
	}
	direct, err := w.direct(ctx, fx.By)
	if err != nil {
		return err
	}
	out := messageOf(m)
	out.Key = fmt.Sprintf("runbook/age/asked/%d", t.ID)
	return w.postSought(ctx, direct, out, t.again(), t.Since)
}

// seen asks the world what a runbook cannot know of itself. unread says in words what could not be asked.
func (w *Workers) seen(ctx context.Context, rb *playbooks.Runbook) (seen playbooks.Seen, unread []string, err error) {
	if seen.Contacts, err = w.contactsSeen(ctx, rb.Policy.Contacts); err != nil {
		return seen, nil, err
	}
	if w.Prober == nil {
		unread = append(unread, "addresses, because asking them is switched off")
	} else {
		var all bool
		if seen.Dead, all = w.deadAddresses(ctx, rb.Addresses()); !all {
			unread = append(unread, "some addresses, because there are too many or they take too long")
		}
	}
	failing, unanswered := w.failingQueries(ctx, rb.Queries)
	seen.Failing, unread = failing, append(unread, unanswered...)
	if ctx.Err() != nil {
		return seen, nil, ctx.Err()
	}
	now := w.Store.Now()
	if seen.Used, err = w.Store.ScenariosUsed(ctx, now.Add(-usedWithin)); err != nil {
		return seen, nil, err
	}
	seen.Alerts = w.Keep.Alerts
	if keep := w.Keep.Incidents; keep == 0 || keep > usedWithin { // otherwise nobody knows
		seen.Known, err = w.Store.Since(ctx)
	}
	return seen, unread, err
}

// contactsSeen says for each contact why it cannot be reached in Slack; empty when it can, or nobody expects it.
func (w *Workers) contactsSeen(ctx context.Context, contacts []incident.Contact) ([]string, error) {
	why := make([]string, len(contacts))
	for i, c := range contacts {
		if !c.Reachable() {
			continue
		}
		people, _, err := w.turn(ctx, c)
		var unreachable *unreachableError
		switch {
		case errors.As(err, &unreachable):
			why[i] = unreachable.Error()
		case err != nil && !final(err):
			return nil, err
		case err == nil && len(people) == 0:
			why[i] = "its group is empty"
		}
	}
	return why, nil
}

// deadAddresses are those that lead nowhere, by what they answer. One that does not answer is asked twice, because a
// network may be away for a moment. all is false when not all were asked.
func (w *Workers) deadAddresses(ctx context.Context, list []playbooks.Address) (dead map[string]string, all bool) {
	ctx, cancel := portion(ctx, addressPortion)
	defer cancel()
	var urls []string
	for _, a := range list[:min(len(list), mostAddresses)] {
		urls = append(urls, a.URL)
	}
	if dead = w.deadAmong(ctx, urls); len(dead) > 0 {
		store.SystemClock{}.Wait(ctx, time.Now().Add(w.askAgain()), nil)
		dead = w.deadAmong(ctx, slices.Collect(maps.Keys(dead)))
	}
	return dead, ctx.Err() == nil && len(urls) == len(list)
}

func (w *Workers) askAgain() time.Duration {
	if w.AskAgain > 0 {
		return w.AskAgain
	}
	return askAgainAfter
}

func (w *Workers) deadAmong(ctx context.Context, urls []string) map[string]string {
	dead := map[string]string{}
	var mu sync.Mutex
	all := w.newCrew(4)
	for _, url := range urls {
		all.run(func() {
			if ctx.Err() != nil {
				return
			}
			r := w.Prober.Check(ctx, incident.Probe{Kind: incident.ProbeHTTP, Name: url, URL: url})
			if leadsNowhere(r) && ctx.Err() == nil {
				mu.Lock()
				dead[url] = r.Summary
				mu.Unlock()
			}
		})
	}
	all.wait()
	return dead
}

// leadsNowhere: nobody answers, or says that there is nothing. Who only lets nobody in without a login is there, and
// one in trouble comes back.
func leadsNowhere(r incident.ProbeResult) bool {
	return !r.OK && !r.NotAsked && (r.Status == 0 || r.Status == 404 || r.Status == 410)
}

// failingQueries are the queries that the database cannot answer, by name; unread says in words which could not be asked.
func (w *Workers) failingQueries(ctx context.Context, queries []incident.Query) (failing map[string]string, unread []string) {
	if w.Diagnostics == nil {
		return nil, nil
	}
	ctx, cancel := portion(ctx, queryPortion)
	defer cancel()
	failing = map[string]string{}
	for _, q := range queries[:min(len(queries), mostChecked)] {
		if ctx.Err() != nil {
			return failing, append(unread, "some queries, because they take too long")
		}
		_, err := w.Diagnostics.Run(ctx, diagnostics.Request{SQL: planned(q.SQL), Name: q.Name})
		var failure *diagnostics.Failure
		var refusal *diagnostics.Refusal
		switch {
		case err == nil:
		case errors.As(err, &refusal):
			failing[q.Name] = refusal.Why
		case errors.As(err, &failure) && faulty[failure.Class]:
			failing[q.Name] = failure.What
		case errors.As(err, &failure) && passing[failure.Class]:
			unread = append(unread, "the query "+q.Name+": "+strings.TrimSuffix(failure.What, "."))
		case errors.As(err, &failure):
			return failing, append(unread, "queries: "+strings.TrimSuffix(failure.What, "."))
		default:
			return failing, append(unread, "queries: the database gave no answer")
		}
	}
	return failing, unread
}

// faulty are the failures that lie in a query; others lie in the database.
var faulty = map[diagnostics.Class]bool{diagnostics.ClassSyntax: true, diagnostics.ClassData: true, diagnostics.ClassDenied: true, diagnostics.ClassServer: true}

// passing are the failures of a moment in which others may be answered.
var passing = map[diagnostics.Class]bool{diagnostics.ClassTimeout: true, diagnostics.ClassConflict: true, diagnostics.ClassLimits: true, diagnostics.ClassRate: true, diagnostics.ClassStopped: true}

// planned has a statement planned only, where that is possible: it shows whether tables and columns are there.
func planned(sql string) string {
	if word := diagnostics.LeadingWord(sql); word == "explain" || word == "show" {
		return sql
	}
	return "EXPLAIN " + sql
}
