package workers

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
)

// answerQuery runs a query that somebody asked for outside of every incident, and posts what it answers: as a table,
// with all rows as a file in its thread where there are more. A second attempt looks first what stands already.
func (w *Workers) answerQuery(ctx context.Context, fx routine.AnswerQuery, t try) error {
	if w.Diagnostics == nil {
		return nil // the settings changed meanwhile
	}
	channel, err := w.answersIn(ctx, fx)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("query/%d", t.ID)
	if t.again() {
		if err := settle(ctx, t.Since); err != nil {
			return err
		}
		if _, stands, err := w.sent(ctx, channel, bot.Message{Key: key + wholeAnswer}, t.Since); stands || err != nil && !final(err) {
			return err
		}
	}
	r := &run{w: w, fx: incident.RunQueries{By: fx.By}}
	a, _ := r.askOne(ctx, incident.QueryRun{Name: fx.Name, Title: fx.Title, SQL: fx.SQL}, nil)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	shown, whole := blocks.Answer{Title: fx.Title, By: fx.By, Trouble: a.trouble}, true
	if a.result != nil {
		shown, whole = r.answer(a)
	}
	m := blocks.QueryAnswer(shown, w.name(ctx, fx.By))
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key}
	if whole {
		out.Also = []string{key + wholeAnswer}
	}
	ts, err := w.postFound(ctx, channel, out, t.again(), t.Since)
	if fx.Channel != "" && final(err) { // mayday may not post where it was asked
		if channel, err = w.direct(ctx, fx.By); err != nil {
			return err
		}
		ts, err = w.postFound(ctx, channel, out, t.again(), t.Since)
	}
	if err != nil || whole {
		return err
	}
	return w.attachRows(ctx, fx, channel, ts, a, t)
}

// wholeAnswer ends the key by which an answer is found again that needs no file.
const wholeAnswer = "/whole"

// answersIn is where the answer to a query goes: where operators asked for it, joined where it was not, or the conversation
// with whoever asked, also when that channel is closed to mayday.
func (w *Workers) answersIn(ctx context.Context, fx routine.AnswerQuery) (string, error) {
	switch {
	case !fx.Operators:
		return w.direct(ctx, fx.By)
	case fx.Channel == "":
		return w.opsChannel(ctx)
	}
	ch, err := w.usable(ctx, func() (bot.Channel, error) { return w.Slack.ChannelInfo(ctx, fx.Channel) })
	if final(err) {
		return w.direct(ctx, fx.By)
	}
	return ch.ID, err
}

// attachRows puts all rows of an answer into its thread, once.
func (w *Workers) attachRows(ctx context.Context, fx routine.AnswerQuery, channel, ts string, a asked, t try) error {
	var csv bytes.Buffer
	if err := a.result.CSV(&csv); err != nil {
		return err
	}
	title := fmt.Sprintf("%s, query %d", incident.Line(fx.Title, 80), t.ID)
	if t.again() {
		if _, found, err := w.Slack.SentFile(ctx, channel, ts, title, t.Since.Add(-grace)); err != nil || found {
			return err
		}
	}
	_, err := w.Slack.Upload(ctx, channel, ts, fx.Name[strings.LastIndexByte(fx.Name, '/')+1:]+".csv", title, csv.Bytes())
	return err
}

// queryFailed tells whoever asked that there is no answer.
func queryFailed(w *Workers, ctx context.Context, fx routine.AnswerQuery, why string) error {
	w.Metrics.job(fx.Kind(), "unanswered", time.Duration(0))
	m := blocks.Problem(fmt.Sprintf("%s was asked for, and its answer could not be posted: %s", fx.Title, why), "Ask again with /incident query "+fx.Name)
	_, err := w.Slack.Post(ctx, fx.By, bot.Message{Text: m.Text, Blocks: m.Blocks})
	if final(err) {
		return nil
	}
	return err
}
