package handlers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/lazyregexp"
)

// action answers "/incident action alert on pool exhaustion @ana by friday"; alone it opens the form.
func (h *Handlers) action(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	if l.rest == "" {
		return h.openModal(r, blocks.ActionModal(inc))
	}
	owner, text := takePerson(l.rest)
	if bad := h.idle(ctx, owner); bad != nil {
		return *bad
	}
	text = blocks.Unescape(text)
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		what, due := takeDue(text, now.In(inc.Policy.Hours.Location()))
		return incident.AddActionDue(inc, r.User, owner, what, due, now)
	})
}

// submitAction takes in the form.
func (h *Handlers) submitAction(ctx context.Context, r bot.Request) bot.Reply {
	in := r.View.Values
	if bad := h.idle(ctx, in.Get(blocks.FieldOwner, blocks.FieldOwner)); bad != nil {
		return bot.Reply{ViewErrors: map[string]string{blocks.FieldOwner: blocks.Plain(bad.Text)}}
	}
	return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		due, _ := day(in.Get(blocks.FieldDue, blocks.FieldDue), now.In(inc.Policy.Hours.Location()))
		return incident.AddActionDue(inc, r.User, in.Get(blocks.FieldOwner, blocks.FieldOwner), in.Get(blocks.FieldText, blocks.FieldText), due, now)
	})
}

// dueWords is greedy, so that the last "by" counts: "alert by pager by friday".
var (
	dueWords  = lazyregexp.New(`(?is)^(.*)(?:^|\s)(?:by|due|until|before)\s+(?:on\s+)?(\S.*?)\s*$`)
	dueSpan   = lazyregexp.New(`(?is)^(.*)(?:^|\s)(in\s+(?:\d{1,3}|an?)\s+(?:days?|weeks?))\s*$`)
	spanWords = lazyregexp.New(`(?i)^in\s+(\d{1,3}|an?)\s+(day|week)s?$`)
)

// takeDue takes the day off the end of a follow-up: "… by friday", "… due
// 2026-03-09", "… in 3 days", as a moment in the zone of now. Words that name no
// day stay part of the text, and the time is zero.
func takeDue(text string, now time.Time) (string, time.Time) {
	for _, form := range []*lazyregexp.Regexp{dueWords, dueSpan} {
		if m := form.FindStringSubmatch(text); m != nil {
			if due, ok := day(m[2], now); ok {
				return strings.TrimSpace(m[1]), due
			}
		}
	}
	return text, time.Time{}
}

var days = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// day reads the name of a day as the end of it, in the zone of now. The name of a
// weekday is the next such day, not today.
func day(word string, now time.Time) (time.Time, bool) {
	word = strings.ToLower(strings.Join(strings.Fields(word), " "))
	word = strings.TrimPrefix(strings.Trim(word, ".,;!"), "next ")
	switch word {
	case "today", "tonight", "end of day", "eod":
		return incident.EndOfDay(now, 0), true
	case "tomorrow":
		return incident.EndOfDay(now, 1), true
	case "week":
		return incident.EndOfDay(now, 7), true
	}
	if m := spanWords.FindStringSubmatch(word); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = 1
		}
		if m[2] == "week" {
			n *= 7
		}
		return incident.EndOfDay(now, n), true
	}
	if t, err := time.ParseInLocation(time.DateOnly, word, now.Location()); err == nil {
		return incident.EndOfDay(t, 0), true
	}
	for i, name := range days {
		if len(word) >= 3 && strings.HasPrefix(name, word) {
			ahead := (i - int(now.Weekday()) + 7) % 7
			if ahead == 0 {
				ahead = 7
			}
			return incident.EndOfDay(now, ahead), true
		}
	}
	return time.Time{}, false
}
