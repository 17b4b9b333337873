package workers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/postmortem"
	"mayday/store"
)

// save records the answers and what the timeline says of them, together.
func (r *run) save(ctx context.Context, list []asked) error {
	evidence := make([]store.Evidence, len(list))
	for i, a := range list {
		ev := store.Evidence{Place: i, Why: r.fx.Why, Name: a.query.Name, Title: a.query.Title, By: r.fx.By, At: a.at}
		var err error
		if a.result != nil {
			ev.Answer, err = json.Marshal(a.result)
		} else {
			var raw []byte
			raw, err = json.Marshal(a.trouble)
			ev.Problem = string(raw)
		}
		if err != nil {
			return fmt.Errorf("keep an answer: %w", err)
		}
		evidence[i] = ev
	}
	before, err := r.before(ctx)
	if err != nil {
		return err
	}
	outcome, fingerprint := outcomeOf(r.fx, list, before)
	return r.w.Store.SaveEvidence(ctx, r.inc.Ref(), r.t.ID, evidence, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.QueriesRan(inc, r.fx, outcome, fingerprint, now)
	})
}

// restore is the reverse of save.
func (r *run) restore(saved []store.Evidence) ([]asked, error) {
	var list []asked
	for _, ev := range saved {
		if ev.Place >= len(r.fx.Queries) {
			continue
		}
		a, err := readEvidence(ev)
		if err != nil {
			return nil, err
		}
		a.query = r.fx.Queries[ev.Place]
		list = append(list, a)
	}
	return list, nil
}

func readEvidence(ev store.Evidence) (asked, error) {
	a := asked{query: incident.QueryRun{Name: ev.Name, Title: ev.Title}, at: ev.At}
	if ev.Answer != nil {
		a.result = &diagnostics.Result{}
		if err := json.Unmarshal(ev.Answer, a.result); err != nil {
			return a, errors.New("read an answer that was kept: not in the form in which it was written")
		}
		return a, nil
	}
	a.trouble = &blocks.Trouble{}
	if err := json.Unmarshal([]byte(ev.Problem), a.trouble); err != nil {
		return a, errors.New("read a failure that was kept: not in the form in which it was written")
	}
	return a, nil
}

// before are the answers with which this run is compared, by name; nil when it is not compared.
func (r *run) before(ctx context.Context) (map[string]asked, error) {
	if r.fx.Why != incident.Afterwards && r.fx.Why != incident.Differences {
		return nil, nil
	}
	first, err := r.w.Store.FirstEvidence(ctx, r.inc.ID)
	if err != nil {
		return nil, err
	}
	m := map[string]asked{}
	for name, ev := range first {
		if m[name], err = readEvidence(ev); err != nil {
			return nil, err
		}
	}
	return m, nil
}

const (
	// waitForQueries is how long a post-mortem waits for the answers at the end.
	waitForQueries = 45 * time.Second
	// evidenceRows of each answer stand in a post-mortem.
	evidenceRows = 20
)

// afterQueries waits until the playbook's queries were run again after the end,
// but not for long: a database that is down holds up no post-mortem.
func (w *Workers) afterQueries(ctx context.Context, inc incident.Incident, t try) error {
	if w.Diagnostics == nil || inc.ChannelID == "" || inc.ResolvedAt.IsZero() || len(inc.Queries()) == 0 || time.Since(t.Since) > waitForQueries {
		return nil
	}
	newest, err := w.Store.NewestEvidence(ctx, inc.ID, inc.ResolvedAt)
	if err != nil {
		return err
	}
	for _, q := range inc.Queries() {
		if _, there := newest[q.Name]; !there {
			return notYet(500 * time.Millisecond)
		}
	}
	return nil
}

// beforeAndAfter is what the queries answered first and last, those of the
// playbook in the order of its steps and then the others by name.
func (w *Workers) beforeAndAfter(ctx context.Context, inc incident.Incident) ([]postmortem.Evidence, error) {
	first, err := w.Store.FirstEvidence(ctx, inc.ID)
	if err != nil {
		return nil, err
	}
	newest, err := w.Store.NewestEvidence(ctx, inc.ID, time.Time{})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, q := range inc.Queries() {
		names = append(names, q.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var list []postmortem.Evidence
	for _, name := range names {
		now, there := newest[name]
		if !there {
			continue
		}
		e := postmortem.Evidence{Title: now.Title}
		if then, ok := first[name]; ok {
			if e.Before, err = evidenceText(then); err != nil {
				return nil, err
			}
			if then.At.Equal(now.At) && then.Why == now.Why {
				list = append(list, e) // asked once only
				continue
			}
		}
		if e.After, err = evidenceText(now); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func evidenceText(ev store.Evidence) (string, error) {
	a, err := readEvidence(ev)
	if err != nil {
		return "", err
	}
	return a.text(evidenceRows), nil
}
