package handlers

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/store"
)

// sql answers "/incident sql <statement>". What is refused is refused here, in
// private and at once; what is admitted is judged again where it runs.
func (h *Handlers) sql(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	if off := h.sqlOff(); off != "" {
		return problem(off, "")
	}
	statement := statementOf(l.rest)
	if statement == "" {
		return problem("Which statement?", "`/incident sql select count(*) from pg_stat_activity`. The runbook's own: `/incident run`.")
	}
	// Who it is, and their groups, are looked up before the row is locked.
	contacts := h.Runbook().Policy.Contacts
	who := h.caller(ctx, r, true)
	who.Groups = h.groupsOf(ctx, r.User, h.sqlGroups(contacts))
	may := func(inc incident.Incident) error { return incident.MaySQL(inc, who, h.SQLUsers, contacts) }
	if err := may(inc); err != nil {
		return h.failed(inc, err)
	}
	shown := diagnostics.Normalise(statement)
	if refusal := h.Diagnostics.Judge(statement); refusal != nil {
		h.auditRefusal(ctx, r, inc, shown, statement, refusal)
		return say(blocks.QueryRefused(blocks.Trouble{Refused: true, Word: refusal.Word, Part: refusal.Part, Why: refusal.Why, Instead: refusal.Instead}))
	}
	query := []incident.QueryRun{{Title: incident.Line(tidy.Replace(strings.TrimRight(shown, "; ")), 150), SQL: statement}}
	c, err := h.record(ctx, r, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		if err := may(inc); err != nil {
			return incident.Change{}, err
		}
		return incident.AskQueries(inc, r.User, incident.AdHoc, query, now)
	})
	return h.askedFor(r, c, err, query, false)
}

// tidy makes a normalised statement pleasant to read.
var tidy = strings.NewReplacer(" , ", ", ", "( ", "(", " )", ")")

// statementOf takes what Slack and people put around a statement off: escapes,
// code fences, and the curly quotes that phones type.
func statementOf(typed string) string {
	s := strings.TrimSpace(blocks.Unescape(typed))
	if inner, ok := strings.CutPrefix(s, "```"); ok {
		s = strings.TrimSuffix(strings.TrimSpace(inner), "```")
		if first, more, ok := strings.Cut(s, "\n"); ok && strings.EqualFold(strings.TrimSpace(first), "sql") {
			s = more
		}
	} else if len(s) > 1 && s[0] == '`' && s[len(s)-1] == '`' {
		s = s[1 : len(s)-1]
	}
	if !strings.Contains(s, "'") {
		s = strings.NewReplacer("‘", "'", "’", "'").Replace(s)
	}
	if !strings.Contains(s, `"`) {
		s = strings.NewReplacer("“", `"`, "”", `"`).Replace(s)
	}
	return strings.TrimSpace(s)
}

// sqlGroups are the user groups that the setting names, and those of the contacts
// where it admits them.
func (h *Handlers) sqlGroups(contacts []incident.Contact) []string {
	ids := groupIDs(h.SQLUsers)
	if h.SQLUsers == "" || strings.Contains(h.SQLUsers, incident.SQLContacts) || strings.Contains(h.SQLUsers, incident.SQLResponders) {
		for _, c := range contacts {
			ids = append(ids, groupIDs(c.SlackID())...)
		}
	}
	return ids
}

// auditRefusal writes down what was refused, for the audit and on the timeline.
// The person is refused all the same when that fails.
func (h *Handlers) auditRefusal(ctx context.Context, r bot.Request, inc incident.Incident, shown, statement string, refusal *diagnostics.Refusal) {
	err := h.Store.SaveAudit(ctx, store.Audit{At: h.now(), Incident: inc.ID, By: r.User, Statement: shown, Fingerprint: diagnostics.Fingerprint(statement),
		Verdict: diagnostics.VerdictRefused, Rule: string(refusal.Rule)})
	if err == nil {
		_, err = h.record(ctx, r, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.QueryRefused(inc, r.User, shown, refusal.Kept(), now)
		})
	}
	if err != nil && !errors.Is(err, store.ErrDuplicate) {
		h.Log.Error("a refusal could not be recorded", zap.Int64("incident", inc.ID), zap.Error(err))
	}
}
