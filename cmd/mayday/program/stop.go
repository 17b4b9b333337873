package program

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"
)

// stopWithin is how long an ending program waits for what is in hand. Kubernetes
// and Docker kill after 10 seconds at the earliest. A database that hangs would
// hold it for a minute: it gets nothing by that, since it hands everything over to
// the others as soon as it sees the connection gone.
const stopWithin = 9500 * time.Millisecond

// bounded runs f, and leaves it behind when it has not come to its end so long
// after ctx was done (nil) or something was fatal (that error).
func (p *Program) bounded(ctx context.Context, most time.Duration, f func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- f() }()
	var why error
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	case why = <-p.fatal:
	}
	late := time.NewTimer(most)
	defer late.Stop()
	select {
	case err := <-ended:
		return err
	case <-late.C:
	}
	p.log.Warn("mayday stops although not everything has come to its end; the database hands it over to another replica or the next start",
		zap.Strings("left", p.left()), zap.Duration("after", most))
	return why
}

// failed notes that something ended the program that was not asked to.
func (p *Program) failed(why error) {
	if why != nil && !errors.Is(why, context.Canceled) {
		p.fatal <- why // it has room for the one error of the one group
	}
}

// doing runs f, and names it among what is left while it runs.
func (p *Program) doing(what string, f func() error) error {
	p.busy.Store(what, true)
	defer p.busy.Delete(what)
	return f()
}

// left names what still runs.
func (p *Program) left() []string {
	var names []string
	p.busy.Range(func(what, _ any) bool { names = append(names, what.(string)); return true })
	slices.Sort(names)
	return names
}

// teardown undoes what was set up, last first.
type teardown []struct {
	what string
	do   func() error
}

func (t *teardown) add(what string, do func() error) {
	*t = append(*t, struct {
		what string
		do   func() error
	}{what, do})
}

func (t teardown) run(p *Program) {
	for i := len(t) - 1; i >= 0; i-- {
		if err := p.doing(t[i].what, t[i].do); err != nil {
			p.log.Warn("could not "+t[i].what, zap.Error(err))
		}
	}
}
