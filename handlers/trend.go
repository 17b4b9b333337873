package handlers

import (
	"context"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
	"mayday/tally"
)

const (
	// usualTrend is how far back a trend goes when nobody says, and longestTrend how far it goes at most, in days.
	usualTrend, longestTrend = 30, 365
)

// trend answers "/incident trend credits/total 30d": what a query of one number answered from day to day. Alone it
// lists the numbers that are kept.
func (h *Handlers) trend(ctx context.Context, r bot.Request, l line) bot.Reply {
	if err := h.mayRead(ctx, r, h.operators(ctx, r)); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	d, err := h.Store.Digest(ctx)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	if d.Revision == 0 {
		d.Calendar.Zone = h.zone().String()
	}
	today := d.DayAt(h.now())
	word, days := h.trendOf(strings.ToLower(strings.TrimSpace(blocks.Unescape(l.rest))))
	if word == "" {
		return h.numbers(ctx, today)
	}
	q, bad := h.named(word, "trend")
	if bad != nil {
		return *bad
	}
	readings, err := h.Store.Readings(ctx, q.Name, today.Add(1-days), today)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return h.charted(r, blocks.Trend(q.Title, q.Name, tally.Points(readings, today.Add(1-days), today)))
}

// numbers lists what is kept.
func (h *Handlers) numbers(ctx context.Context, today routine.Day) bot.Reply {
	readings, err := h.Store.AllReadings(ctx, today.Add(-usualTrend), today)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	titles := map[string]string{}
	for _, q := range h.Runbook().Queries {
		titles[q.Name] = q.Title
	}
	return say(blocks.TrendList(tally.Numbers(readings, today.Add(1)), titles))
}

// trendOf is the query that a text names, and for how many days back. A number that is of the query's name, "http 404",
// is no time.
func (h *Handlers) trendOf(text string) (word string, days int) {
	word, days = takeDays(text)
	if word != "" && len(findQueries(h.otherQueries(incident.Incident{}), text)) == 1 {
		return text, usualTrend
	}
	return word, days
}

// takeDays takes "30d", "8 weeks" or "90 days" off the end of a text; without one the usual time.
func takeDays(text string) (rest string, days int) {
	words := strings.Fields(text)
	for n := min(2, len(words)); n > 0; n-- {
		tail := strings.Join(words[len(words)-n:], " ")
		tail = strings.NewReplacer("weeks", "w", "week", "w", "months", "mo", "month", "mo").Replace(tail)
		factor := 1
		if v, ok := strings.CutSuffix(tail, "w"); ok {
			tail, factor = strings.TrimSpace(v)+"d", 7
		} else if v, ok := strings.CutSuffix(tail, "mo"); ok {
			tail, factor = strings.TrimSpace(v)+"d", 30
		}
		if isNumber(tail) {
			tail += "d"
		}
		if d, _ := duration(tail); d >= 24*time.Hour {
			return strings.Join(words[:len(words)-n], " "), max(2, min(int(d/(24*time.Hour))*factor, longestTrend))
		}
	}
	return text, usualTrend
}

// charted answers with a chart, after the acknowledgement: where Slack refuses to draw it, with its figures in words.
func (h *Handlers) charted(r bot.Request, m blocks.Message) bot.Reply {
	if !blocks.Charted(m) || r.ResponseURL == "" {
		return say(blocks.Uncharted(m))
	}
	return bot.Reply{After: func(ctx context.Context) {
		err := h.Slack.Respond(ctx, r.ResponseURL, bot.Message{Text: m.Text, Blocks: m.Blocks})
		if err == nil {
			return
		}
		h.Log.Info("Slack did not take a chart; its figures are said in words", zap.Error(err))
		h.tell(ctx, r, blocks.Uncharted(m))
	}}
}
