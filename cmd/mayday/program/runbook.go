package program

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"mayday/diagnostics"
	"mayday/incident"
	"mayday/oncall"
	"mayday/playbooks"
)

// ReadRunbook reads the runbook at path, or the embedded one when path is
// empty, with the guard of package diagnostics as the judge of its SQL.
func ReadRunbook(path string, c Config) (*playbooks.Runbook, error) {
	return ReadRunbookUntil(context.Background(), path, c)
}

// ReadRunbookUntil is ReadRunbook, given up when ctx ends: a folder may be large.
func ReadRunbookUntil(ctx context.Context, path string, c Config) (*playbooks.Runbook, error) {
	return readRunbook(path, playbooks.ReadOptions{Judge: judgeOf(c), Hours: c.Hours, Context: ctx})
}

// ReadToShow is ReadRunbookUntil for who shows the documents: they are kept with what became of them.
func ReadToShow(ctx context.Context, path string, c Config) (*playbooks.Runbook, error) {
	return readRunbook(path, playbooks.ReadOptions{Judge: judgeOf(c), Documents: true, Context: ctx})
}

func readRunbook(path string, opts playbooks.ReadOptions) (*playbooks.Runbook, error) {
	if path == "" {
		return playbooks.Default(opts), nil
	}
	rb, err := playbooks.ReadPath(path, opts)
	if err != nil {
		return nil, fmt.Errorf("read the runbook: %w", err)
	}
	return rb, nil
}

// ReadToDeclare is ReadRunbook for who declares incidents and carries nothing out: its policy knows which severities are followed by an
// issue, and what the settings say of who is on call. The tokens of schedulers and of contact methods need not be set here: what a
// contact names is kept, and left out by whoever carries it out and has nothing set up for it.
func ReadToDeclare(c Config) (*playbooks.Runbook, error) {
	rb, err := ReadRunbook(c.Runbook, c)
	if err != nil {
		return nil, err
	}
	rb, _ = rb.WithOnCall(c.OnCall.Roles, func(oncall.Kind) bool { return true })
	rb.Policy.Methods = true
	rb.Policy.Tracked, _ = c.tracked(rb.Policy)
	return rb, nil
}

// judgeOf says whether a statement may ever get a Run button.
func judgeOf(c Config) playbooks.Judge {
	var allowed []string
	for _, name := range c.SQLFunctions {
		allowed = append(allowed, strings.ToLower(name))
	}
	return func(sql string) (ok bool, why string) {
		r := diagnostics.JudgeOffline(sql, allowed)
		switch {
		case r == nil:
			return true, ""
		case strings.Contains(r.Instead, "MAYDAY_SQL_FUNCTIONS"):
			return false, r.Why + " " + r.Instead
		}
		return false, r.Why
	}
}

// ToRead are the settings that a runbook is read with, for commands that need no
// others: a variable that cannot be used is left to those that do.
func ToRead(get func(string) string) Config {
	r := &reader{get: get}
	return Config{SQLFunctions: r.sqlFunctions()}
}

func openRunbook(c Config, o Options) (*runbook, error) {
	r := &runbook{path: c.Runbook, judge: judgeOf(c), speed: o.Speed, hours: c.Hours, onCall: c.OnCall, tracked: c.tracked, reach: newReach(c)}
	rb, err := ReadRunbook(c.Runbook, c)
	if err != nil {
		return nil, err
	}
	for _, f := range rb.Findings {
		if f.Level == playbooks.Problem {
			o.Log.Warn("the runbook has a line that cannot be used", zap.String("file", f.File), zap.Int("line", f.Line), zap.String("what", f.What), zap.String("fix", f.Fix))
		}
	}
	r.set(rb)
	return r, nil
}

func (r *runbook) set(rb *playbooks.Runbook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rb, _ = rb.WithOnCall(r.onCall.Roles, r.onCall.asked)
	r.written, r.rb = rb.Policy, r.paced(*rb, rb.Policy)
}

// setSpeed leaves the runbook that is in hand elsewhere as it is and puts another in its place.
func (r *runbook) setSpeed(speed float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.speed = speed
	r.rb = r.paced(*r.rb, r.written)
}

func (r *runbook) paced(rb playbooks.Runbook, written incident.Policy) *playbooks.Runbook {
	rb.Policy = r.reach.policy(&rb, written).Faster(r.speed)
	rb.Policy.Tracked, _ = r.tracked(rb.Policy)
	return &rb
}

// paceOf is the runbook and how much faster than written its clocks run.
func (r *runbook) paceOf() (*playbooks.Runbook, float64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.rb, max(r.speed, 1)
}
