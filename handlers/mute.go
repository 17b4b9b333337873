package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// mute keeps a source of alerts silent: "mute sentry 2h deploying", "mute sentry at 22:00 2h",
// "mute all 30m". Alone it lists the windows, and "mute end 3" ends one.
func (h *Handlers) mute(ctx context.Context, r bot.Request, l line) bot.Reply {
	if err := h.mayTend(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	first, rest := firstWord(strings.TrimSpace(blocks.Unescape(l.rest)))
	switch {
	case first == "":
		return h.mutes(ctx)
	case strings.EqualFold(first, "end"):
		return h.endMute(ctx, r, rest)
	}
	w, ok := windowOf(first, rest, h.zone(), h.now())
	if !ok {
		return problem("For how long?", "`/incident mute "+inCode(first, 40)+" 2h deploying`, or `/incident mute "+inCode(first, 40)+" at 22:00 2h deploying`; at most a week.")
	}
	if bad := h.knownSource(ctx, w.Source); bad != nil {
		return *bad
	}
	in, cancel := inTime(ctx)
	defer cancel()
	m, err := incident.MuteSource(w, r.User, h.now())
	if err == nil {
		m, err = h.Store.SaveMute(in, r.Keys, m)
	}
	return h.muted(ctx, r, m, err)
}

// muted answers what became of a window.
func (h *Handlers) muted(ctx context.Context, r bot.Request, m incident.Mute, err error) bot.Reply {
	if err = h.inquire(ctx, r, err); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.Muted(m))
}

func (h *Handlers) mutes(ctx context.Context) bot.Reply {
	list, err := h.Store.Mutes(ctx)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.Mutes(list, h.now()))
}

// unmute is "mute end": "unmute 3", "unmute sentry".
func (h *Handlers) unmute(ctx context.Context, r bot.Request, l line) bot.Reply {
	if err := h.mayTend(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return h.endMute(ctx, r, strings.TrimSpace(blocks.Unescape(l.rest)))
}

// endMute ends a window by its number, or the one of a source that would end first.
func (h *Handlers) endMute(ctx context.Context, r bot.Request, text string) bot.Reply {
	word, _ := firstWord(text)
	word = strings.ToLower(strings.TrimPrefix(word, "#"))
	list, err := h.Store.Mutes(ctx)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	for _, m := range list {
		if word != strconv.FormatInt(m.ID, 10) && word != m.Source {
			continue
		}
		in, cancel := inTime(ctx)
		defer cancel()
		ended, err := m.Unmute(r.User, h.now())
		if err == nil {
			ended, err = h.Store.SaveMute(in, r.Keys, ended)
		}
		return h.muted(ctx, r, ended, err)
	}
	if word == "" {
		return say(blocks.Mutes(list, h.now()))
	}
	return remark(say(blocks.Mutes(list, h.now())), "Nothing is muted as "+strconv.Quote(incident.Line(word, 40)))
}

// knownSource answers when there is no source of this name.
func (h *Handlers) knownSource(ctx context.Context, name string) *bot.Reply {
	list, err := h.Store.Sources(ctx)
	if err != nil {
		reply := h.failed(incident.Incident{}, err)
		return &reply
	}
	apps, err := h.Store.AppSources(ctx)
	if err != nil {
		reply := h.failed(incident.Incident{}, err)
		return &reply
	}
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	names = append(names, apps...)
	if len(names) == 0 {
		reply := problem("No source of alerts is set up, so there is nothing to mute.", "Those who run mayday add one with `mayday source add`.")
		return &reply
	}
	if lower := strings.ToLower(name); lower == incident.EverySource || slices.Contains(names, lower) {
		return nil
	}
	reply := problem("There is no source "+strconv.Quote(incident.Line(name, 40))+".", "There are `"+strings.Join(names, "`, `")+"`, and `all`.")
	return &reply
}

// windowOf reads "2h deploying" and "at 22:00 2h deploying"; a time of day that is past is tomorrow's, and
// "at 2026-03-09 22:00" names the day.
func windowOf(source, rest string, zone *time.Location, now time.Time) (incident.Window, bool) {
	w := incident.Window{Source: source}
	first, more := firstWord(rest)
	if strings.EqualFold(first, "at") || strings.EqualFold(first, "from") {
		at, after, ok := momentOf(more, zone, now)
		if !ok {
			return w, false
		}
		w.From = at
		first, more = firstWord(after)
	}
	d, ok := duration(first)
	w.For, w.Why = d, more
	return w, ok
}

// momentOf takes "22:00" or "2026-03-09 22:00" off the front of a text.
func momentOf(text string, zone *time.Location, now time.Time) (at time.Time, rest string, ok bool) {
	first, rest := firstWord(text)
	day, err := time.ParseInLocation(time.DateOnly, first, zone)
	named := err == nil
	if named {
		first, rest = firstWord(rest)
	} else {
		day = now.In(zone)
	}
	clock, err := time.Parse("15:04", first)
	if err != nil {
		return at, text, false
	}
	at = time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)
	if !named && at.Before(now) {
		at = time.Date(day.Year(), day.Month(), day.Day()+1, clock.Hour(), clock.Minute(), 0, 0, zone)
	}
	return at, rest, true
}

// zone is the team's, for times of day.
func (h *Handlers) zone() *time.Location {
	if h.Zone == nil {
		return time.UTC
	}
	return h.Zone
}
