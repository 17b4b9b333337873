package workers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// Prober asks one address. What it answers, good or bad, is a result.
type Prober interface {
	Check(ctx context.Context, p incident.Probe) incident.ProbeResult
}

// probesAtOnce is how many addresses one effect asks at a time.
const probesAtOnce = 8

// mostProbes bounds what one effect asks: a step with more links than that is no check.
const mostProbes = 40

// runProbes asks the addresses of some steps, shows what they answer in the
// thread of the step message, and records it.
func (w *Workers) runProbes(ctx context.Context, fx incident.RunProbes, t try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil {
		return err
	}
	asked := probesOf(inc, fx)
	if len(asked) == 0 || w.Prober == nil {
		return nil
	}
	thread, err := w.stepThread(ctx, inc)
	if err != nil {
		return err
	}
	results := w.askAll(ctx, asked)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	what := fmt.Sprintf("probes/%d", t.ID)
	if inc.ChannelID != "" {
		m := blocks.Probed(w.named(ctx, inc), fx, results)
		err := w.postOnce(ctx, inc.Ref(), what, inc.ChannelID, bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: thread})
		if err != nil {
			return err
		}
	}
	_, err = w.Store.Update(ctx, inc.Ref(), []string{key(inc.Ref(), what)}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Probed(inc, fx, results, now)
	})
	if errors.Is(err, store.ErrDuplicate) {
		return nil // recorded by an earlier attempt
	}
	return err
}

// probesOf are the checks of the steps that an effect names, each address once.
func probesOf(inc incident.Incident, fx incident.RunProbes) []incident.Probe {
	var out []incident.Probe
	seen := map[string]bool{}
	for _, walk := range inc.Walks {
		if walk.Playbook.Slug != fx.Playbook {
			continue
		}
		for _, n := range fx.Steps {
			if n < 1 || n > len(walk.Playbook.Steps) {
				continue
			}
			for _, p := range playbooks.Probes(walk.Playbook.Steps[n-1]) {
				if id := string(p.Kind) + p.URL; !seen[id] && len(out) < mostProbes {
					seen[id] = true
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// stepThread is where the answers belong; the channel itself when the step
// message could not be drawn.
func (w *Workers) stepThread(ctx context.Context, inc incident.Incident) (string, error) {
	sh, err := w.Store.Shown(ctx, inc.ID, string(incident.StepMessage))
	switch {
	case err != nil || sh.TS != "":
		return sh.TS, err
	case inc.ChannelFailed != "" || !inc.Troubles[troubleDraw(incident.StepMessage)].IsZero():
		return "", nil
	}
	return "", notYet(200 * time.Millisecond)
}

// askAll asks every address, some at a time, and keeps their order.
func (w *Workers) askAll(ctx context.Context, asked []incident.Probe) []incident.ProbeResult {
	results := make([]incident.ProbeResult, len(asked))
	all := w.newCrew(probesAtOnce)
	for i, p := range asked {
		all.run(func() { results[i] = w.Prober.Check(ctx, p) })
	}
	all.wait()
	return results
}
