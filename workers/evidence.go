package workers

import (
	"context"
	"maps"
	"slices"
	"time"

	"mayday/incident"
	"mayday/postmortem"
	"mayday/store"
)

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
