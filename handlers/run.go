package handlers

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/store"
)

// run answers "/incident run": one query by a word of its name, all of the
// playbook's, or all compared with the snapshot. Alone it lists them.
func (h *Handlers) run(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	word := strings.ToLower(strings.TrimSpace(blocks.Unescape(l.rest)))
	off := h.sqlOff()
	if off != "" {
		return problem(off, "The step shows the statement to copy: `/incident steps`.")
	}
	switch word {
	case "all":
		return h.ask(ctx, r, inc, incident.AskedAll, inc.Queries())
	case "diff":
		return h.ask(ctx, r, inc, incident.Differences, inc.Queries())
	}
	all := append(inc.Queries(), h.otherQueries(inc)...)
	found := findQueries(all, word)
	switch len(found) {
	case 0:
		return noQuery(all, word, "run")
	case 1:
		return h.ask(ctx, r, inc, incident.Asked, found)
	}
	return severalQueries(found, word, "run")
}

// queryList answers "/incident run".
func (h *Handlers) queryList(_ context.Context, _ bot.Request, inc store.Seen) bot.Reply {
	off := h.sqlOff()
	return h.drawn(inc, "queries "+off, func(time.Time) blocks.Message { return blocks.QueryList(inc.Incident, off) })
}

// sqlOff says why queries are not run here; empty when they are.
func (h *Handlers) sqlOff() string {
	if h.Diagnostics == nil {
		return "Queries are shown, not run: no database to diagnose is set up. Whoever runs mayday sets DIAGNOSTICS_DATABASE_URL; `mayday check --role-script` prints the SQL that makes its role."
	}
	// A database that is down may be back: only the run itself can tell. A harmful role is another matter.
	if f := h.Diagnostics.Shut(); f != nil && f.Class == diagnostics.ClassDenied {
		return f.Error()
	}
	return ""
}

// otherQueries are those of the runbook that the playbook in hand has not.
func (h *Handlers) otherQueries(inc incident.Incident) []incident.QueryRun {
	own := inc.Queries()
	var list []incident.QueryRun
	for _, q := range h.Runbook().Queries {
		if !slices.ContainsFunc(own, func(o incident.QueryRun) bool { return o.Name == q.Name }) {
			list = append(list, incident.QueryRun{Name: q.Name, Title: q.Title, SQL: q.SQL})
		}
	}
	return list
}

// findQueries finds the query that a word means: by its whole name, by the
// number of its step, by its last part, by how that begins, or by words of its
// name or title. The first way that finds any counts, and of several the
// playbook's own, which stand first in all.
func findQueries(all []incident.QueryRun, word string) []incident.QueryRun {
	step, _ := strconv.Atoi(word)
	words := strings.FieldsFunc(word, func(r rune) bool { return r == ' ' || r == '-' || r == '_' || r == '/' })
	for _, fits := range []func(q incident.QueryRun) bool{
		func(q incident.QueryRun) bool { return q.Name == word },
		func(q incident.QueryRun) bool { return step > 0 && q.Step == step },
		func(q incident.QueryRun) bool { return ending(q) == word },
		func(q incident.QueryRun) bool {
			return strings.HasPrefix(ending(q), word) || strings.HasPrefix(q.Name, word)
		},
		func(q incident.QueryRun) bool { return len(words) > 0 && holdsAll(q, words) },
	} {
		var own, others []incident.QueryRun
		for _, q := range all {
			switch {
			case !fits(q):
			case q.Playbook != "":
				own = append(own, q)
			default:
				others = append(others, q)
			}
		}
		if len(own) > 0 {
			return own
		}
		if len(others) > 0 {
			return others
		}
	}
	return nil
}

func ending(q incident.QueryRun) string { return q.Name[strings.LastIndexByte(q.Name, '/')+1:] }

func holdsAll(q incident.QueryRun, words []string) bool {
	where := q.Name + " " + strings.ToLower(q.Title)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(where, w) })
}

func noQuery(all []incident.QueryRun, word, verb string) bot.Reply {
	next := map[string]string{"run": "`/incident run` lists the playbook's queries.", "trend": "`/incident trend` lists what is kept."}[verb]
	if next == "" {
		next = "`/incident " + verb + "` lists them."
	}
	type near struct {
		name string
		far  int
	}
	var names []near
	for _, q := range all {
		e := ending(q)
		if d := levenshtein.ComputeDistance(word, e); d*2 <= len(e)+1 {
			names = append(names, near{e, d})
		}
		for _, part := range strings.Split(e, "-") {
			if d := levenshtein.ComputeDistance(word, part); len(part) > 3 && d*3 <= len(part)+1 {
				names = append(names, near{e, d})
			}
		}
	}
	slices.SortStableFunc(names, func(a, b near) int { return a.far - b.far })
	var nearest []string
	for _, n := range names {
		if len(nearest) < 3 && !slices.Contains(nearest, n.name) {
			nearest = append(nearest, n.name)
		}
	}
	if len(nearest) > 0 {
		next = "The nearest: `" + strings.Join(nearest, "`, `") + "`. " + next
	}
	return problem(fmt.Sprintf("The runbook has no query %q.", incident.Line(word, 60)), next)
}

func severalQueries(found []incident.QueryRun, word, verb string) bot.Reply {
	var names []string
	for i, q := range found {
		if i == 8 {
			names = append(names, fmt.Sprintf("and %d more", len(found)-i))
			break
		}
		name := ending(q)
		if slices.ContainsFunc(found, func(o incident.QueryRun) bool { return o.Name != q.Name && ending(o) == name }) {
			name = q.Name
		}
		names = append(names, "`/incident "+verb+" "+name+"`")
	}
	return problem(fmt.Sprintf("%q fits several queries.", incident.Line(word, 60)), "One of: "+strings.Join(names, ", "))
}

// ask has queries run; the answer comes from the worker.
func (h *Handlers) ask(ctx context.Context, r bot.Request, inc incident.Incident, why incident.QueryReason, queries []incident.QueryRun) bot.Reply {
	inThread := len(queries) == 1 && inc.InCurrentStep(queries[0])
	c, err := h.record(ctx, r, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		if err := incident.MayRun(inc, r.Channel == inc.ChannelID); err != nil {
			return incident.Change{}, err
		}
		return incident.AskQueries(inc, r.User, why, queries, now)
	})
	return h.askedFor(r, c, err, queries, inThread)
}

// askedFor answers whoever asked. A button shows its outcome in the channel anyway.
func (h *Handlers) askedFor(r bot.Request, c incident.Change, err error, queries []incident.QueryRun, inThread bool) bot.Reply {
	switch {
	case err != nil:
		return h.failed(c.Incident, err)
	case r.Kind == bot.Action:
		return bot.Reply{}
	}
	return say(blocks.QueryAsked(queries, inThread))
}

// queryAction answers the buttons about queries.
func (h *Handlers) queryAction(ctx context.Context, r bot.Request, inc incident.Incident, verb string, t blocks.Target) bot.Reply {
	if off := h.sqlOff(); off != "" {
		return problem(off, "The step shows the statement to copy.")
	}
	if verb == blocks.ActionStopQuery {
		return h.stopQuery(ctx, r, inc, int64(t.Page))
	}
	if verb == blocks.ActionRunAll {
		return h.ask(ctx, r, inc, incident.AskedAll, inc.Queries())
	}
	for _, q := range append(walked(inc), h.otherQueries(inc)...) {
		if q.Name == t.Name {
			return h.ask(ctx, r, inc, incident.Asked, []incident.QueryRun{q})
		}
	}
	return problem("The runbook no longer has this query.", "`/incident run` lists those that there are.")
}

// walked are the queries of all playbooks that were taken up, the one in hand first.
func walked(inc incident.Incident) []incident.QueryRun {
	list := inc.Queries()
	for i := range inc.Walks {
		inc.Active = i
		list = append(list, inc.Queries()...)
	}
	return list
}

func (h *Handlers) stopQuery(ctx context.Context, r bot.Request, inc incident.Incident, run int64) bot.Reply {
	if err := incident.MayRun(inc, r.Channel == inc.ChannelID); err != nil {
		return h.failed(inc, err)
	}
	stopped, err := h.Store.CancelRun(ctx, inc.Ref(), run)
	if err != nil {
		return h.failed(inc, err)
	}
	if !stopped {
		return problem("It has ended already.", "")
	}
	return bot.Reply{}
}
