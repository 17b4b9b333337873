package program

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/diagnostics"
	"mayday/store"
)

// openDiagnostics sets up the database that is diagnosed; nil when there is
// none. A role that could do harm, or a database that is down, does not keep
// mayday from starting: then nothing is run, and everybody who asks hears why.
func (p *Program) openDiagnostics(ctx context.Context, c Config, o Options) (*diagnostics.Gate, error) {
	if c.DiagnosticsURL == "" {
		return nil, nil
	}
	dc := DiagnosticsConfig(c)
	dc.Audit = p.audit
	if o.Clock != nil {
		dc.Now = o.Clock.Now
	}
	gate, err := diagnostics.OpenGate(ctx, dc)
	if err != nil {
		return nil, errors.New("DIAGNOSTICS_DATABASE_URL " + Redact(err, c.DiagnosticsURL))
	}
	if f := gate.Shut(); f != nil {
		o.Log.Warn("no query is run on the diagnosed database", zap.String("why", f.What), zap.String("next", f.Next))
	}
	return gate, nil
}

// DiagnosticsConfig is what the settings say of the database that is diagnosed.
func DiagnosticsConfig(c Config) diagnostics.Config {
	return diagnostics.Config{URL: c.DiagnosticsURL.Reveal(), MaskColumns: c.MaskColumns, MaxRunning: c.SQLAtOnce, AllowFunctions: c.SQLFunctions}
}

// auditTime bounds the writing of one line.
const auditTime = 5 * time.Second

// audit writes down every statement that was asked for, also when whoever asked
// has stopped it meanwhile.
func (p *Program) audit(ctx context.Context, a diagnostics.Audit) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditTime)
	defer cancel()
	err := p.Store.SaveAudit(ctx, store.Audit{
		At: a.At, Incident: a.Incident, By: a.By, Name: a.Name, Statement: a.SQL, Fingerprint: a.Fingerprint,
		Verdict: a.Verdict, Rule: string(a.Rule), Class: string(a.Class), Code: a.Code,
		Database: a.Database, Role: a.Role, Backend: a.Backend, Duration: a.Duration, Waited: a.Waited,
		Rows: a.Rows, Bytes: a.Bytes, More: a.More,
	})
	if a.Running {
		p.log.Warn("a statement was given up and may still run on the diagnosed database", zap.Int64("incident", a.Incident), zap.String("by", a.By), zap.Uint32("backend", a.Backend), zap.String("fingerprint", a.Fingerprint))
	}
	if err != nil {
		p.log.Error("a statement is missing from the audit", zap.Int64("incident", a.Incident), zap.String("fingerprint", a.Fingerprint), zap.String("verdict", a.Verdict), zap.Error(err))
	}
}

// DiagnosedDatabase is the name of the database in DIAGNOSTICS_DATABASE_URL, or "app".
func DiagnosedDatabase(get func(string) string) string {
	u, err := url.Parse(strings.TrimSpace(get("DIAGNOSTICS_DATABASE_URL")))
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return "app"
	}
	return strings.Trim(u.Path, "/")
}
