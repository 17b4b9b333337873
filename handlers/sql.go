package handlers

import (
	"context"
	"errors"
	"slices"
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
func (h *Handlers) sql(ctx context.Context, r bot.Request, inc incident.Incident, rest string) bot.Reply {
	if off := h.sqlOff(); off != "" {
		return problem(off, "")
	}
	statement := statementOf(rest)
	if statement == "" {
		return problem("Which statement?", "`/incident sql select count(*) from pg_stat_activity`. The runbook's own: `/incident run`.")
	}
	// Groups are looked up before the row is locked.
	groups := h.groupsOf(ctx, r.User)
	may := func(inc incident.Incident) error {
		return incident.MaySQL(inc, r.User, h.SQLUsers, r.Channel == inc.ChannelID, func(group string) bool { return slices.Contains(groups, group) })
	}
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

// groupsOf are the user groups of the setting to which a person belongs. One
// that cannot be looked up counts as not theirs.
func (h *Handlers) groupsOf(ctx context.Context, person incident.Person) []string {
	var groups []string
	for _, id := range strings.Split(h.SQLUsers, ",") {
		if id = strings.TrimSpace(id); !strings.HasPrefix(id, "S") {
			continue
		}
		members, err := h.Slack.GroupMembers(ctx, id)
		if err != nil {
			h.Log.Warn("the members of a user group cannot be read", zap.String("group", id), zap.Error(err))
			continue
		}
		if slices.Contains(members, person) {
			groups = append(groups, id)
		}
	}
	return groups
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
