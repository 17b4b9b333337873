package workers

import (
	"context"
	"time"

	"mayday/incident"
	"mayday/methods"
	"mayday/store"
)

// unclear has whoever answered in words that are not understood told which are. A number of another incident that they were called for is
// that one's to answer.
func (w *Workers) unclear(ctx context.Context, inc incident.Incident, fx incident.PollMethod, m incident.Method, known store.MethodTry, answer methods.Answer) error {
	if answer.Names != 0 && answer.Names != inc.ID {
		of, err := w.Store.SentAbout(ctx, m.Key, answer.Names)
		if err != nil || of {
			return err
		}
		after, err := w.Store.SentLater(ctx, m.Key, known.SentAt, answer.At) // nobody's number: whoever was called last is answered
		if err != nil || after {
			return err
		}
	}
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ReplyUnclear(inc, fx.Page, fx.Method, now)
	})
}

// explainReply tells whoever answered in words that are not understood which are.
func (w *Workers) explainReply(ctx context.Context, fx incident.ExplainReply, t try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || t.again() || inc.PageAnswered(fx.Page) { // to be told twice would begin a conversation of two machines
		return err
	}
	_, m, _, ok := inc.Attempted(fx.Page, fx.Method)
	to, service, missing := w.serviceOf(m)
	teller, can := service.(methods.Teller)
	if !ok || missing != "" || !can {
		return nil
	}
	return later(teller.Tell(ctx, to, methods.NotUnderstood(inc.ID)))
}
