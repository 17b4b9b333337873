package program

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
	"mayday/store/localpg"
)

// State is how a Finding came out.
type State string

// The states: Warned does not stop mayday, Failed does.
const (
	OK     State = "OK"
	Warned State = "WARN"
	Failed State = "FAIL"
)

// Finding is one line of a check: what was looked at, what is the case, and
// what to do about it (empty when all is well).
type Finding struct {
	State   State
	Subject string
	Says    string
	Next    string
}

// checkTime bounds each part of a check.
const checkTime = 20 * time.Second

// Check looks at everything that mayday needs, without changing anything. It
// goes on after a failure: all is told at once.
func Check(ctx context.Context, c Config) []Finding {
	k := &checker{ctx: ctx, c: c}
	for _, part := range []struct {
		subject string
		look    func()
	}{
		{"bot token", k.slack}, {"app token", k.appToken}, {"events", k.events}, {"channels", k.channels}, {"database", k.database},
		{"diagnostics role", k.diagnostics}, {"GitHub", k.gitHub}, {"status page", k.statusPage}, {"health and metrics", k.http}, {"runbook", k.runbook},
	} {
		if !k.late(part.subject) {
			part.look()
		}
	}
	return k.found
}

// late says that something is not looked at, because the time for all is up.
func (k *checker) late(subject string) bool {
	if k.ctx.Err() == nil {
		return false
	}
	k.say(Warned, subject, "not looked at: what comes before it took too long", "run mayday check where mayday runs, which waits longer")
	return true
}

// checkup is Check for whoever asks a mayday that runs.
func (p *Program) checkup(c Config) func(context.Context) []blocks.Checked {
	return func(ctx context.Context) (list []blocks.Checked) {
		defer playbooks.Forget()
		c := c
		c.DatabaseURL, c.HTTPAddr = p.database, p.HTTPAddr
		for _, f := range Check(ctx, c) {
			list = append(list, blocks.Checked{State: string(f.State), Subject: f.Subject, Says: f.Says, Next: f.Next})
		}
		return list
	}
}

type checker struct {
	ctx    context.Context
	c      Config
	client *bot.Client // nil when the bot token does not work
	found  []Finding
}

func (k *checker) say(s State, subject, says, next string) {
	k.found = append(k.found, Finding{s, subject, says, next})
}

func (k *checker) limit() (context.Context, context.CancelFunc) {
	return context.WithTimeout(k.ctx, checkTime)
}

func (k *checker) slack() {
	if k.c.SlackBotToken == "" {
		k.say(Failed, "bot token", "not set", "set SLACK_BOT_TOKEN, then the scopes can be checked")
		return
	}
	ctx, cancel := k.limit()
	defer cancel()
	client := bot.NewClient(bot.ClientConfig{BotToken: k.c.SlackBotToken, APIURL: k.c.SlackAPIURL, TeamID: k.c.SlackTeamID})
	me, err := client.Self(ctx)
	if err != nil {
		k.say(Failed, "bot token", err.Error(), "")
		return
	}
	switch {
	case me.OrgWide() && k.c.SlackTeamID == "":
		k.say(Failed, "bot token", "is of the whole organisation "+me.Team+", and nothing says in which of its workspaces channels are to be made",
			"set SLACK_TEAM_ID to the id of the workspace (T…), which stands in its address: app.slack.com/client/T…")
		return
	case !me.OrgWide() && k.c.SlackTeamID != "" && k.c.SlackTeamID != me.TeamID:
		k.say(Failed, "bot token", "is of the workspace "+me.Team+" ("+me.TeamID+"), and SLACK_TEAM_ID names another", "take SLACK_TEAM_ID away: only the token of an organisation needs it")
		return
	case me.OrgWide():
		k.say(OK, "bot token", fmt.Sprintf("works in the organisation %s, in its workspace %s", me.Team, k.c.SlackTeamID), "")
	default:
		k.say(OK, "bot token", fmt.Sprintf("works in the workspace %s", me.Team), "")
	}
	k.client = client
	missing := map[string]bool{}
	for _, s := range bot.MissingScopes(me.Scopes) {
		missing[s.Name] = true
	}
	wanted := bot.RequiredScopes()
	if len(k.c.OnCall.Groups) > 0 {
		wanted = append(wanted, bot.WriteGroups)
		missing[bot.WriteGroups.Name] = !slices.Contains(me.Scopes, bot.WriteGroups.Name)
	}
	for _, s := range wanted {
		switch {
		case !missing[s.Name]:
			k.say(OK, "scope "+s.Name, s.Why, "")
		case s.Optional:
			k.say(Warned, "scope "+s.Name, "missing, so mayday cannot: "+s.Why, "paste the output of mayday manifest into the app and install it again")
		default:
			k.say(Failed, "scope "+s.Name, "missing; it is needed to: "+s.Why, "paste the output of mayday manifest into the app and install it again")
		}
	}
}

func (k *checker) appToken() {
	if k.c.SlackAppToken == "" {
		k.say(Failed, "app token", "not set", "set SLACK_APP_TOKEN to an app-level token with connections:write")
		return
	}
	ctx, cancel := k.limit()
	defer cancel()
	if err := bot.CheckSocket(ctx, k.c.SlackAppToken, k.c.SlackAPIURL); err != nil {
		k.say(Failed, "app token", err.Error(), "")
		return
	}
	k.say(OK, "app token", "works", "")
	k.say(OK, "socket", "Socket Mode is on, Slack gives a connection", "")
}

func (k *checker) database() {
	ctx, cancel := k.limit()
	defer cancel()
	if k.c.DatabaseURL == "" {
		if v, err := localpg.Version(ctx); err != nil {
			k.say(Failed, "database", "DATABASE_URL is not set and no Postgres was found on this machine", err.Error())
		} else {
			k.say(OK, "database", "DATABASE_URL is not set: mayday starts a private "+v, "")
		}
		return
	}
	if err := checkAddress(k.c.DatabaseURL.Reveal()); err != nil {
		k.say(Failed, "database", "not looked at: DATABASE_URL "+err.Error(), "write it like postgres://user:password@host:5432/mayday")
		return
	}
	if err := store.CheckSessions(ctx, k.c.DatabaseURL.Reveal()); errors.Is(err, store.ErrPooler) {
		k.say(Failed, "database", "DATABASE_URL goes through a pooler in transaction mode", err.Error())
		return
	}
	if err := store.CheckWrites(ctx, k.c.DatabaseURL.Reveal()); errors.Is(err, store.ErrReadOnly) {
		k.say(Failed, "database", "reachable, but it takes no writes: it is a standby, or somebody set it read-only",
			"name the primary in DATABASE_URL, or all servers with commas between (host=a,b): mayday takes the one that writes")
		return
	}
	pending, err := store.Pending(ctx, k.c.DatabaseURL.Reveal())
	if store.Forbidden(err) {
		err = nil // the rights say which
	}
	switch {
	case errors.Is(err, store.ErrNewer):
		k.say(OK, "database", "reachable", "")
		k.say(Failed, "migrations", err.Error(), "")
	case err != nil:
		k.say(Failed, "database", "cannot connect: "+Redact(err, k.c.DatabaseURL), "look at host, password and firewall in DATABASE_URL")
	default:
		k.say(OK, "database", "reachable", "")
		k.rights(ctx, len(pending))
	}
}

// rights tries what running needs of the database besides an answer.
func (k *checker) rights(ctx context.Context, pending int) {
	lacks, err := store.CheckRights(ctx, k.c.DatabaseURL.Reveal())
	if err != nil {
		k.say(Failed, "database rights", "cannot be tried: "+Redact(err, k.c.DatabaseURL), "")
		return
	}
	for _, l := range lacks {
		k.say(Failed, "database rights", Redact(errors.New(l.What), k.c.DatabaseURL), l.Fix)
	}
	if len(lacks) > 0 {
		return
	}
	k.say(OK, "database rights", "tables, LISTEN and advisory locks can be used", "")
	if pending > 0 {
		k.say(OK, "migrations", fmt.Sprintf("%d will be applied when mayday starts", pending), "")
	} else {
		k.say(OK, "migrations", "all applied", "")
		k.sizes()
	}
	if err == nil {
		k.clocks(ctx)
	}
}

// clocks compares this machine's clock, and those of the replicas, with the
// database's, and lists what was set aside.
func (k *checker) clocks(ctx context.Context) {
	url := k.c.DatabaseURL.Reveal()
	skew, others, err := store.InspectSkew(ctx, url)
	if err != nil {
		k.say(Failed, "clock", "cannot be compared with the database's: "+Redact(err, k.c.DatabaseURL), "")
		return
	}
	k.clock("clock", "this machine", skew)
	for _, id := range slices.Sorted(maps.Keys(others)) {
		k.clock("clock of "+id, "it", others[id])
	}
	aside, err := store.Aside(ctx, url)
	if err != nil {
		k.say(Failed, "set aside", "cannot be read: "+Redact(err, k.c.DatabaseURL), "")
	}
	for _, what := range aside {
		k.say(Failed, "set aside", what, "do by hand what it was to do; docs/operating.md says how it is tried again, or forgotten")
	}
}

func (k *checker) clock(subject, who string, skew time.Duration) {
	says := who + " is " + store.SayAhead(skew)
	switch {
	case skew.Abs() > store.SkewStopped:
		k.say(Failed, subject, says+": no clock fires there", "put it right (NTP)")
	case skew.Abs() > store.SkewWarned:
		k.say(Warned, subject, says, "put it right (NTP)")
	default:
		k.say(OK, subject, "within two seconds of the database's", "")
	}
}

func (k *checker) diagnostics() {
	if k.c.DiagnosticsURL == "" {
		k.say(Warned, "diagnostics role", "DIAGNOSTICS_DATABASE_URL is not set: queries of the runbook are shown, not run",
			"to have them run, make a role with the script of mayday check --role-script and set the variable")
		return
	}
	if err := checkAddress(k.c.DiagnosticsURL.Reveal()); err != nil {
		k.say(Failed, "diagnostics role", "not looked at: DIAGNOSTICS_DATABASE_URL "+err.Error(), "write it like postgres://mayday_reader:password@host:5432/app")
		return
	}
	ctx, cancel := k.limit()
	defer cancel()
	r, err := diagnostics.Open(ctx, DiagnosticsConfig(k.c))
	if err != nil {
		k.say(Failed, "diagnostics role", Redact(err, k.c.DiagnosticsURL), "")
		return
	}
	report, err := r.Inspect(ctx)
	if err != nil {
		k.say(Failed, "diagnostics role", Redact(err, k.c.DiagnosticsURL), "")
		return
	}
	for _, f := range report.Harms {
		k.say(Failed, "diagnostics role", f.Name+": "+f.Why, f.Fix)
	}
	for _, f := range report.Warnings {
		k.say(Warned, "diagnostics role", f.Name+": "+f.Why, f.Fix)
	}
	if len(report.Harms) == 0 {
		where := "Postgres " + report.Version
		if report.Replica {
			where += ", a replica"
		}
		k.say(OK, "diagnostics role", fmt.Sprintf("%s in %s (%s) can read and do no harm: queries are run", report.Role, report.Database, where), "")
		return
	}
	k.say(Failed, "diagnostics role", fmt.Sprintf("no query runs as %s, because of what stands above", report.Role),
		"mend each, or make a role that can only read, with the script of mayday check --role-script")
}

func (k *checker) runbook() {
	rb, err := ReadRunbook(k.c.Runbook, k.c)
	if err != nil {
		k.say(Failed, "runbook", err.Error(), "")
		return
	}
	problems := 0
	for _, f := range rb.Findings {
		if f.Level == playbooks.Problem {
			problems++
		}
	}
	state, next := OK, ""
	if problems > 0 {
		state, next = Warned, "mayday runbook names each line"
	}
	k.say(state, "runbook", fmt.Sprintf("%d severities, %d scenarios, %d contacts, %d problems", len(rb.Policy.Severities), len(rb.Scenarios), len(rb.Policy.Contacts), problems), next)
	if _, unknown := k.c.tracked(rb.Policy); len(unknown) > 0 {
		k.say(Failed, "tracking issues", "MAYDAY_TRACK_SEVERITIES names "+strings.Join(unknown, ", ")+", which the runbook does not have",
			"the runbook has "+strings.Join(rb.Policy.Labels(), ", "))
	}
	with, unmatched := rb.WithOnCall(k.c.OnCall.Roles, k.c.OnCall.asked)
	for _, m := range with.Missing() {
		k.say(Failed, "runbook", m, "docs/runbook-grammar.md shows how to write it")
	}
	k.rounds(rb)
	k.alerts(rb)
	k.onCall(rb, with, unmatched)
	rb = with
	k.methods(rb)
	for _, c := range rb.Policy.Contacts {
		if k.late("contacts") {
			return
		}
		k.contact(c)
	}
}

// contact looks a contact of the runbook up in Slack.
func (k *checker) contact(c incident.Contact) {
	subject := "contact " + c.Role
	switch {
	case len(c.Placeholders) > 0 && !c.Reachable():
		k.say(Failed, subject, "is still a placeholder ("+strings.Join(c.Placeholders, ", ")+"): nobody can be paged", "write the name and e-mail address into the runbook")
		return
	case !c.Reachable():
		k.say(Failed, subject, "has neither e-mail address nor Slack name", "add a line Email: or Slack: to the contact")
		return
	case c.Roster != "" && c.Email == "":
		k.say(Warned, subject, "is whoever its calendar or schedule names, and nobody when it names nobody", "add a line Email: of whom to call then; /incident oncall says who is on call now")
		return
	case k.client == nil || c.Email == "":
		k.say(Warned, subject, "not looked up in Slack", "")
		return
	}
	ctx, cancel := k.limit()
	defer cancel()
	u, err := k.client.UserByEmail(ctx, c.Email)
	var slackErr *bot.Error
	switch {
	case bot.CodeOf(err) == "users_not_found":
		k.say(Failed, subject, c.Email+" is no account of this workspace", "correct the address, or add a line Slack: with a user id")
	case errors.As(err, &slackErr):
		k.say(Failed, subject, slackErr.Error(), "")
	case u.Deleted:
		k.say(Failed, subject, c.Email+" is deactivated", "name somebody else")
	default:
		k.say(OK, subject, c.Name+" is @"+u.Name, "")
	}
}
