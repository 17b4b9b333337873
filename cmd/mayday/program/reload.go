package program

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"go.uber.org/zap"

	"mayday/bot/blocks"
	"mayday/playbooks"
	"mayday/workers"
)

// watchEvery is how often a changed runbook is looked for.
const watchEvery = 5 * time.Second

// watch reads the runbook again when it changed or on SIGHUP. An edit that lost
// what is essential is not taken over: the last good one stays, and the operators
// are told, as they are when it is good again. Open incidents keep theirs.
func (r *runbook) watch(ctx context.Context, w *workers.Workers, log *zap.Logger) {
	if r.path == "" {
		<-ctx.Done()
		return
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	say := runbookNews{w: w, log: log}
	for {
		fault, lost := r.look(log)
		say.tell(ctx, fault, lost)
		select {
		case <-ctx.Done():
			return
		case <-hup:
		case <-tick.C:
		}
	}
}

// look reads the runbook and takes it over when it is good. Otherwise fault
// names the state that it is in, and lost says what is the matter.
func (r *runbook) look(log *zap.Logger) (fault string, lost []string) {
	now := r.current()
	rb, err := readRunbook(r.path, playbooks.ReadOptions{Judge: r.judge, Hours: r.hours, Known: now.Version})
	if errors.Is(err, playbooks.ErrUnchanged) {
		return "", nil
	}
	defer playbooks.Forget()
	if err != nil {
		return "unreadable", []string{"it cannot be read: " + reason(err)}
	}
	with, _ := rb.WithOnCall(r.onCall.Roles, r.onCall.asked) // as the one before was
	if lost = newlyMissing(now, with); len(lost) > 0 {
		return rb.Version, lost
	}
	r.set(rb)
	log.Info("the runbook was read again; open incidents keep theirs", zap.String("version", rb.Version), zap.Int("scenarios", len(rb.Scenarios)))
	return "", nil
}

// newlyMissing is what is essential and missing in an edit, but not in the runbook before it.
func newlyMissing(before, after *playbooks.Runbook) []string {
	had := before.Missing()
	return slices.DeleteFunc(after.Missing(), func(m string) bool { return slices.Contains(had, m) })
}

// runbookNews tells the operators of each state once, and tries again until it
// could be told.
type runbookNews struct {
	w      *workers.Workers
	log    *zap.Logger
	told   bool // that fault was told
	fault  string
	since  time.Time
	failed bool // an attempt did
}

func (n *runbookNews) tell(ctx context.Context, fault string, lost []string) {
	if n.since.IsZero() || fault != n.fault {
		if fault != "" {
			n.log.Warn("the changed runbook was not taken over; the last good one stays", zap.Strings("missing", lost))
		}
		n.fault, n.told, n.since, n.failed = fault, false, time.Now(), false
	}
	if n.told {
		return
	}
	m := blocks.RunbookGood()
	if fault != "" {
		m = blocks.RunbookBroken(lost)
	}
	err := n.w.SayRunbook(ctx, fault, m, n.since, n.failed)
	if err != nil && !n.failed && ctx.Err() == nil {
		n.log.Warn("the operators could not be told of the runbook's state yet", zap.Error(err))
	}
	n.told, n.failed = err == nil, err != nil
}
