package program

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.uber.org/zap"

	"mayday/diagnostics"
	"mayday/playbooks"
)

// ReadRunbook reads the runbook at path, or the embedded one when path is
// empty, with the guard of package diagnostics as the judge of its SQL.
func ReadRunbook(path string, c Config) (*playbooks.Runbook, error) {
	opts := playbooks.ReadOptions{Judge: judge, Hours: c.Hours}
	if path == "" {
		return playbooks.Default(opts), nil
	}
	rb, err := playbooks.ReadPath(path, opts)
	if err != nil {
		return nil, fmt.Errorf("read the runbook: %w", err)
	}
	return rb, nil
}

// judge says whether a statement may ever get a Run button.
func judge(sql string) (ok bool, why string) {
	if r := diagnostics.JudgeShape(sql); r != nil {
		return false, r.Why
	}
	return true, ""
}

func openRunbook(c Config, o Options) (*runbook, error) {
	r := &runbook{path: c.Runbook, speed: o.Speed, hours: c.Hours}
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
	rb.Policy = rb.Policy.Faster(r.speed)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rb = rb
}

// watchEvery is how often a changed runbook is looked for.
const watchEvery = 5 * time.Second

// watch reads the runbook again when it changed or on SIGHUP. One that lost
// what is essential is not taken over: the last good one stays.
func (r *runbook) watch(ctx context.Context, log *zap.Logger) {
	if r.path == "" {
		<-ctx.Done()
		return
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	rejected := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		case <-tick.C:
		}
		rb, err := ReadRunbook(r.path, Config{Hours: r.hours})
		switch {
		case err != nil:
			log.Warn("the runbook cannot be read; the last good one stays", zap.Error(err))
		case rb.Version == r.current().Version || rb.Version == rejected:
		case len(rb.Missing()) > 0 && len(r.current().Missing()) == 0:
			rejected = rb.Version
			log.Warn("the changed runbook lacks what is essential; the last good one stays", zap.Strings("missing", rb.Missing()))
		default:
			r.set(rb)
			log.Info("the runbook was read again; open incidents keep theirs", zap.String("version", rb.Version), zap.Int("scenarios", len(rb.Scenarios)))
		}
	}
}
