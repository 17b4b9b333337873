package diagnostics

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Gate is a Runner that runs nothing until its role was inspected and found to
// do no harm. It is safe for concurrent use.
type Gate struct {
	runner *Runner

	mu      sync.Mutex
	at      time.Time // of the last inspection that got an answer
	shut    *Failure  // why nothing is run; nil when the gate is open
	looking sync.Mutex
}

// How long an inspection counts: rights may be granted and taken back meanwhile.
const (
	openFor = time.Hour
	shutFor = 30 * time.Second
)

// OpenGate makes the Runner and inspects its role. It fails only when the
// configuration is wrong; Shut says what the inspection found.
func OpenGate(ctx context.Context, c Config) (*Gate, error) {
	r, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	g := &Gate{runner: r, shut: &Failure{Class: ClassDown, What: "The role of DIAGNOSTICS_DATABASE_URL was not inspected yet."}}
	_ = g.inspect(ctx) // Shut says it, and each Run tries again
	return g, nil
}

// Shut says why nothing is run, as far as is known; nil when SQL is enabled, and when what the inspection
// found is so old that only the next Run can tell.
func (g *Gate) Shut() *Failure {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.at.IsZero() && g.runner.now().Sub(g.at) >= shutFor {
		return nil
	}
	return g.shut
}

// Judge is Runner.Judge.
func (g *Gate) Judge(sql string) *Refusal { return g.runner.Judge(sql) }

// Run is Runner.Run behind the gate: while the role could do harm, or cannot be
// inspected, the answer is a *Failure that says so.
func (g *Gate) Run(ctx context.Context, req Request) (Result, error) {
	if refusal := g.Judge(req.SQL); refusal == nil {
		if failure := g.inspect(ctx); failure != nil {
			return Result{}, failure
		}
	}
	return g.runner.Run(ctx, req)
}

// inspect looks at the role when the last look is too old.
func (g *Gate) inspect(ctx context.Context) *Failure {
	g.looking.Lock()
	defer g.looking.Unlock()
	at, shut := g.last()
	counts := openFor
	if shut != nil {
		counts = shutFor
	}
	if !at.IsZero() && g.runner.now().Sub(at) < counts {
		return shut
	}
	report, err := g.runner.Inspect(ctx)
	if err != nil {
		// Not known is not harmless. It is asked again with the next statement: the database may be back.
		failure, ok := err.(*Failure)
		if !ok || failure.Class == ClassDenied { // which is said of a role that was inspected
			failure = &Failure{Class: ClassServer, What: "The role of DIAGNOSTICS_DATABASE_URL cannot be inspected, so nothing is run.", Next: "Whoever runs mayday sees more with mayday check."}
		}
		g.set(time.Time{}, failure)
		return failure
	}
	shut = report.harm()
	g.set(g.runner.now(), shut)
	return shut
}

// last is when an inspection got its last answer, and what it was.
func (g *Gate) last() (at time.Time, shut *Failure) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.at, g.shut
}

func (g *Gate) set(at time.Time, shut *Failure) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.shut = at, shut
}

// harm says in words what the role could do; nil when it can only read.
func (r Report) harm() *Failure {
	if r.OK() {
		return nil
	}
	var names []string
	for i, h := range r.Harms {
		if i == 3 {
			names = append(names, fmt.Sprintf("%d more", len(r.Harms)-i))
			break
		}
		names = append(names, h.Name)
	}
	return &Failure{Class: ClassDenied, What: fmt.Sprintf("SQL is switched off: the role %s in %s could do harm (%s).", r.Role, r.Database, strings.Join(names, ", ")),
		Next: "First: " + r.Harms[0].Fix + " Whoever runs mayday sees all of it with mayday check, and makes a harmless role with the script of mayday check --role-script."}
}
