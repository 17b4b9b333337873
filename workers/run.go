package workers

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
)

// Diagnostics runs one read-only statement. What it returns is masked already.
type Diagnostics interface {
	Run(ctx context.Context, req diagnostics.Request) (diagnostics.Result, error)
}

// asked is what became of one query of a run.
type asked struct {
	query incident.QueryRun
	at    time.Time
	// result is nil when trouble says why there is none.
	result  *diagnostics.Result
	trouble *blocks.Trouble
	// rate: nothing was asked, because it is asked too often.
	rate bool
}

// run is one RunQueries on its way.
type run struct {
	w   *Workers
	inc incident.Incident
	fx  incident.RunQueries
	t   try
	n   *notice
}

// runQueries asks the diagnosed database and shows what it answers. The answers
// are saved before they are shown: a second attempt shows, and does not ask.
func (w *Workers) runQueries(ctx context.Context, fx incident.RunQueries, t try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || w.Diagnostics == nil || inc.ChannelID == "" || overtaken(inc, fx) {
		return err
	}
	r := &run{w: w, inc: w.named(ctx, inc, incident.Event{By: fx.By}), fx: fx, t: t}
	if fx.By != "" { // who asked hears at once; what mayday asks itself follows the first step
		if r.n, err = w.openNotice(ctx, inc, fx, t); err != nil {
			return err
		}
	}
	saved, err := w.Store.EvidenceOf(ctx, inc.ID, t.ID)
	if err != nil {
		return err
	}
	list, err := r.restore(saved)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		list = r.ask(ctx)
		if ctx.Err() != nil {
			if !errors.Is(context.Cause(ctx), river.ErrJobCancelledRemotely) {
				return ctx.Err() // mayday stops: asked again by the next one
			}
			// Somebody pressed Stop, which is an answer to be shown too.
			rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobTimeout)
			defer cancel()
			ctx = rest
		}
		if list[0].rate && !fx.Why.Batch() {
			return w.Slack.PostEphemeral(ctx, inc.ChannelID, fx.By, messageOf(blocks.QueryRefused(*list[0].trouble)))
		}
		if err := r.save(ctx, list); err != nil {
			return err
		}
	}
	if err := r.giveWay(ctx); err != nil {
		return err
	}
	if r.n == nil {
		if r.n, err = w.openNotice(ctx, inc, fx, t); err != nil {
			return err
		}
	}
	return r.show(ctx, list)
}

// giveWayFor bounds that: what nobody can post must not hold up the answers.
const giveWayFor = 20 * time.Second

// giveWay lets what people have to act on come first into the channel, which
// takes one message a second: the card, the step, who is paged, who resolved.
// Somebody who asked is answered at once.
func (r *run) giveWay(ctx context.Context) error {
	if r.fx.By != "" || time.Since(r.t.Since) > giveWayFor {
		return nil
	}
	if err := r.w.afterCard(ctx, r.inc); err != nil {
		return err
	}
	step, err := r.w.Store.Shown(ctx, r.inc.ID, string(incident.StepMessage))
	if err != nil {
		return err
	}
	untold, err := r.w.Store.Untold(ctx, r.inc.ID)
	if err != nil {
		return err
	}
	if step.TS == "" || len(untold) > 0 {
		return notYet(200 * time.Millisecond)
	}
	return nil
}

func messageOf(m blocks.Message) bot.Message { return bot.Message{Text: m.Text, Blocks: m.Blocks} }

// overtaken reports whether the world moved on: nothing to compare while the
// incident goes on, no snapshot of what is over.
func overtaken(inc incident.Incident, fx incident.RunQueries) bool {
	switch fx.Why {
	case incident.Snapshot:
		return !inc.Status.Live()
	case incident.Afterwards:
		return inc.Status.Live()
	}
	return false
}

// slow is how long a run takes before the channel hears that it runs.
const slow = 1500 * time.Millisecond

// ask runs the queries, two at once, and tells of those that take their time.
func (r *run) ask(ctx context.Context) []asked {
	// Cancelled plainly, so that whoever runs the statement sees a stop and no other cause.
	plain, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	queued, quiet := r.tellSlow(ctx)
	defer quiet()
	list := make([]asked, len(r.fx.Queries))
	var mu sync.Mutex
	var hopeless *asked // the first that says that the others would come to nothing
	both := r.w.newCrew(2)
	for i, q := range r.fx.Queries {
		both.run(func() {
			mu.Lock()
			skip := hopeless
			mu.Unlock()
			if skip != nil {
				list[i] = *skip
				list[i].query = q
				return
			}
			a, last := r.askOne(plain, q, queued)
			list[i] = a
			if last {
				mu.Lock()
				hopeless = &a
				mu.Unlock()
			}
		})
	}
	both.wait()
	return list
}

// askOne runs one query. last says that the others need not be asked: they
// would come to nothing for the same reason.
func (r *run) askOne(ctx context.Context, q incident.QueryRun, queued func(int)) (a asked, last bool) {
	a = asked{query: q, at: r.w.Store.Now()}
	result, err := r.w.Diagnostics.Run(ctx, diagnostics.Request{SQL: q.SQL, Incident: r.inc.ID, By: r.fx.By, Name: q.Name, Queued: queued})
	var failure *diagnostics.Failure
	var refusal *diagnostics.Refusal
	switch {
	case err == nil:
		a.result = &result
	case errors.As(err, &refusal):
		a.trouble = &blocks.Trouble{Refused: true, Word: refusal.Word, Part: refusal.Part, Why: refusal.Why, Instead: refusal.Instead}
	case errors.As(err, &failure):
		a.trouble = &blocks.Trouble{Why: failure.What, Instead: failure.Next}
		a.rate = failure.Class == diagnostics.ClassRate
		switch failure.Class {
		case diagnostics.ClassDown, diagnostics.ClassAuth, diagnostics.ClassPooler, diagnostics.ClassRate, diagnostics.ClassStopped:
			last = true
		}
	default:
		a.trouble = &blocks.Trouble{Why: "It gave no answer.", Instead: "mayday's log has the details."}
	}
	return a, last
}

// tellSlow shows that the run goes on once it is slow, and its place in line.
// quiet ends that and must be called.
func (r *run) tellSlow(ctx context.Context) (queued func(int), quiet func()) {
	if r.fx.By == "" {
		return nil, func() {}
	}
	var mu sync.Mutex
	place := 0
	ctx, cancel := context.WithCancel(ctx)
	teller := r.w.newCrew(1)
	teller.run(func() {
		shown := -1
		for wait := time.NewTimer(slow); ; wait.Reset(slow) {
			select {
			case <-ctx.Done():
				wait.Stop()
				return
			case <-wait.C:
			}
			mu.Lock()
			now := place
			mu.Unlock()
			if now == shown {
				continue
			}
			shown = now
			m := blocks.QueryRunning(r.inc, r.fx.Queries, r.fx.By, now, blocks.Target{Page: int(r.t.ID)})
			if err := r.n.put(context.WithoutCancel(ctx), m); err != nil {
				shown = -1 // the answer will be posted without it, or it is tried again
			}
		}
	})
	queued = func(p int) {
		mu.Lock()
		place = p
		mu.Unlock()
	}
	return queued, func() { cancel(); teller.wait() }
}
