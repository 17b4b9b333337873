package incident

import (
	"fmt"
	"slices"
	"time"
)

// QueryReason is why queries are run.
type QueryReason string

// Why queries are run.
const (
	// Snapshot: the playbook's queries, by mayday itself, when the channel opens
	// and when another playbook is taken up.
	Snapshot QueryReason = "snapshot"
	// Afterwards: the same queries again, by mayday itself, when the incident is resolved.
	Afterwards QueryReason = "after"
	// Asked: one named query. AskedAll: all of the playbook. Differences: all of
	// the playbook, compared with the snapshot.
	Asked       QueryReason = "asked"
	AskedAll    QueryReason = "all"
	Differences QueryReason = "diff"
	// AdHoc: a statement that somebody typed.
	AdHoc QueryReason = "adhoc"
)

// Batch reports whether the queries are told of together, in one message.
func (w QueryReason) Batch() bool { return w != Asked && w != AdHoc }

// QueryRun is one query to run. Name, Playbook and Step are empty for a
// statement that somebody typed.
type QueryRun struct {
	Name  string `json:"name,omitempty"`
	Title string `json:"title,omitempty"`
	SQL   string `json:"sql"`
	// Playbook is a slug and Step a number from 1; 0 when the query belongs to no step.
	Playbook string `json:"playbook,omitempty"`
	Step     int    `json:"step,omitempty"`
}

// RunQueries runs queries on the database that is diagnosed and shows what they answer.
type RunQueries struct {
	Ref
	// Revision of the incident when they were asked for.
	Revision int         `json:"revision"`
	Why      QueryReason `json:"why"`
	// By is who asked; empty when mayday does by itself.
	By      Person     `json:"by,omitempty"`
	Queries []QueryRun `json:"queries"`
}

// Kind names the effect.
func (RunQueries) Kind() string { return "run_queries" }

// String describes the effect without its statements, which may hold what nobody is to find in a log.
func (fx RunQueries) String() string {
	return fmt.Sprintf("%s of %d queries for incident %d", fx.Why, len(fx.Queries), fx.Incident)
}

// Queries are those of the playbook in hand, in the order of its steps, each once.
func (inc Incident) Queries() []QueryRun {
	w := inc.Walk()
	if w == nil {
		return nil
	}
	var list []QueryRun
	for i, s := range w.Playbook.Steps {
		if s.Query == nil || slices.ContainsFunc(list, func(q QueryRun) bool { return q.Name == s.Query.Name }) {
			continue
		}
		list = append(list, QueryRun{Name: s.Query.Name, Title: s.Query.Title, SQL: s.Query.SQL, Playbook: w.Playbook.Slug, Step: i + 1})
	}
	return list
}

// InCurrentStep reports whether a query belongs to the step to do now.
func (inc Incident) InCurrentStep(q QueryRun) bool {
	w := inc.Walk()
	return w != nil && inc.Status.Live() && q.Step > 0 && q.Playbook == w.Playbook.Slug && w.Current() == q.Step-1
}

// runFrom asks for the playbook's queries whose steps come after the first so many; nothing
// when there are none.
func (e *edit) runFrom(why QueryReason, after int) {
	qs := slices.DeleteFunc(e.Incident.Queries(), func(q QueryRun) bool { return q.Step <= after })
	if len(qs) > 0 {
		e.do(RunQueries{Ref: e.Incident.Ref(), Revision: e.Incident.Revision, Why: why, Queries: qs})
	}
}

// MayRun refuses named queries to whoever is not in the incident's channel.
// inside says whether they ask from there: who can write in it is a member.
func MayRun(inc Incident, inside bool) error {
	switch {
	case !inside || inc.ChannelID == "":
		return &Refusal{Reason: NotHere, Verb: "run queries"}
	case inc.Status == Closed || inc.Status == Cancelled:
		return inc.over("run queries")
	}
	return nil
}

// AskQueries asks for queries on behalf of a person. It changes nothing of the
// incident: what came of it is recorded by QueriesRan.
func AskQueries(inc Incident, by Person, why QueryReason, queries []QueryRun, _ time.Time) (Change, error) {
	if len(queries) == 0 {
		return Change{}, &Refusal{Reason: NoQueries, Verb: "run queries", Word: inc.Walk().Playbook.Title}
	}
	return Change{Incident: inc, Effects: []Effect{RunQueries{Ref: inc.Ref(), Revision: inc.Revision, Why: why, By: by, Queries: queries}}}, nil
}

// QueriesRan records what came of a run: outcome in a few words without any
// value of the answer that was masked ("12 rows in 4 ms"), and for a single
// query its fingerprint.
func QueriesRan(inc Incident, fx RunQueries, outcome, fingerprint string, now time.Time) (Change, error) {
	e := begin(inc, now)
	ev := Event{Kind: EventQueried, By: fx.By, From: string(fx.Why), Text: Line(outcome, MaxText), Note: fingerprint}
	ev.To = fmt.Sprintf("%d queries", len(fx.Queries))
	if len(fx.Queries) == 1 {
		ev.To, ev.Step = fx.Queries[0].Title, fx.Queries[0].Step
	}
	e.record(ev)
	e.walked = inc.Status.Live() // the step shows what was answered
	e.replied = fx.By != ""
	return e.done()
}
