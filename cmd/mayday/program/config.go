// Package program wires mayday together: configuration, the rooms, their start
// and their end. It is the one place that knows every room, so that a test can
// start the whole program with another clock.
package program

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/methods"
	"mayday/postmortem"
	"mayday/statuspage"
	"mayday/store"
)

// Config is everything that mayday reads from its environment, once.
type Config struct {
	SlackBotToken bot.Secret
	SlackAppToken bot.Secret
	SlackAPIURL   string
	// SlackTeamID is the workspace to work in, for the token of a whole organisation; empty otherwise.
	SlackTeamID string
	// DatabaseURL and DiagnosticsURL hold passwords; both may be empty.
	DatabaseURL    bot.Secret
	DiagnosticsURL bot.Secret
	// GitHub.Repository is empty when nothing is to be filed there.
	GitHub postmortem.Config
	// PrivateRepository is where the post-mortems of private incidents go, with the
	// same credentials; its Repository is empty when they stay in the channel.
	PrivateRepository postmortem.Config
	// TrackSeverities are labels whose incidents get a tracking issue, or "none"
	// alone; empty for the two most severe of the runbook.
	TrackSeverities []string
	// GitHubUsers gives the login of a Slack id or e-mail address, both in lower case.
	GitHubUsers map[string]string
	// RunbookGitHubPath is where the runbook is in GitHub.Repository; empty when it is not there.
	RunbookGitHubPath string
	// Runbook is a path, empty for the embedded one.
	Runbook         string
	AnnounceChannel string
	OpsChannel      string
	// AlertChannels are where apps post alerts; the first is where alerts are offered. Empty for the announce channel.
	AlertChannels []string
	AlertChannel  string
	// AlertDeclare are the alerts that are declared without asking.
	AlertDeclare []incident.DeclareRule
	Zone         *time.Location
	Hours        incident.Hours
	// Rounds says whether checklists have rounds, and RoundsAt at which time of day they begin whose runbook names none.
	Rounds   bool
	RoundsAt time.Duration
	// Digest says whether there are digests, and DigestAt at which time of day they come.
	Digest   bool
	DigestAt time.Duration
	// Holidays is the address or the file of an iCalendar with the team's holidays; empty for none. An address may hold a secret.
	Holidays bot.Secret
	// OnCall says who is on call, besides the runbook.
	OnCall OnCall
	// Access says who may do what, SQLUsers who may type SQL.
	Access   incident.Access
	SQLUsers string
	// SQLAtOnce is how many statements run on the diagnosed database at once.
	SQLAtOnce   int
	MaskColumns []string
	// SQLFunctions are functions of the diagnosed database that may be called, as schema.name.
	SQLFunctions []string
	// Probes says whether the runbook's addresses are asked at all, ProbePrivate
	// whether also those that are not public.
	Probes       bool
	ProbePrivate bool
	HTTPAddr     string
	// PublicURL is where people and senders reach HTTPAddr; empty when they do not.
	PublicURL string
	// SlackOnly: nobody is called by other methods, whatever the runbook says. The demo's incidents are nobody's.
	SlackOnly bool
	// Methods are the services that reach people besides Slack, and ContactMethods how: by Slack id or e-mail address in lower case.
	Methods        methods.Config
	ContactMethods map[string][]incident.Address
	// Deadman is the address that is asked while mayday is well; empty for none. Its path is a secret.
	Deadman bot.Secret
	// StatusPage is where customers are told; its Kind is empty when they are told elsewhere.
	StatusPage statuspage.Config
	// Keep is how long what is over is kept, KeepJobs finished jobs.
	Keep      store.Retention
	KeepJobs  time.Duration
	LogLevel  string
	LogFormat string
}

// Problem is a setting that is wrong: which, why, and how it is to look.
type Problem struct{ Variable, What, Example string }

// String is one line for a terminal.
func (p Problem) String() string {
	s := p.Variable + ": " + p.What
	if p.Example != "" {
		s += "; for example " + p.Variable + "=" + p.Example
	}
	return s
}

// reader collects problems while the settings are read.
type reader struct {
	get      func(string) string
	problems []Problem
}

func (r *reader) bad(variable, what, example string) {
	r.problems = append(r.problems, Problem{variable, what, example})
}

func (r *reader) value(variable, standard string) string {
	if v := strings.TrimSpace(r.get(variable)); v != "" {
		return v
	}
	return standard
}

// FromEnv reads the settings through get (os.Getenv). All problems are
// returned together; slack says whether the tokens are needed. set are the names of the variables that are set (Names), for those whose names
// are a team's own.
func FromEnv(get func(string) string, slack bool, set ...string) (Config, []Problem) {
	r := &reader{get: get}
	c := Config{
		Runbook:         r.value("MAYDAY_RUNBOOK", ""),
		AnnounceChannel: r.value("MAYDAY_ANNOUNCE_CHANNEL", "incidents"),
		MaskColumns:     strings.Split(r.value("MAYDAY_MASK_COLUMNS", "email,phone,*token*,*secret*,*password*"), ","),
	}
	c.OpsChannel = r.value("MAYDAY_OPS_CHANNEL", c.AnnounceChannel)
	c.SlackBotToken = r.token("SLACK_BOT_TOKEN", "xoxb-", "the Bot User OAuth Token, on the app's page OAuth & Permissions", slack)
	c.SlackAppToken = r.token("SLACK_APP_TOKEN", "xapp-", "an app-level token with connections:write, on the app's page Basic Information", slack)
	c.SlackAPIURL = r.address("SLACK_API_URL")
	if c.SlackAPIURL != "" && !strings.HasSuffix(c.SlackAPIURL, "/") {
		r.bad("SLACK_API_URL", "needs a slash at its end", "https://slack.example.com/api/")
	}
	if c.SlackTeamID = r.value("SLACK_TEAM_ID", ""); c.SlackTeamID != "" && !teamID.MatchString(c.SlackTeamID) {
		r.bad("SLACK_TEAM_ID", "is no id of a workspace", "T012ABCDEF")
	}
	c.DatabaseURL = r.database("DATABASE_URL")
	c.DiagnosticsURL = r.database("DIAGNOSTICS_DATABASE_URL")
	c.GitHub = r.gitHub()
	c.PrivateRepository = r.privateRepository(c.GitHub)
	r.records(&c)
	c.Zone, c.Hours = r.hours()
	r.rounds(&c)
	c.OnCall = r.onCall(set)
	c.Access, c.SQLUsers = r.access(), r.sqlUsers()
	if c.SQLAtOnce = int(r.number("MAYDAY_SQL_AT_ONCE")); c.SQLAtOnce > 5 {
		r.bad("MAYDAY_SQL_AT_ONCE", "is more than 5, and the role of mayday check --role-script has 10 connections", "2")
	}
	c.SQLFunctions = r.sqlFunctions()
	c.Probes = r.oneOf("MAYDAY_PROBES", "on", "on", "off") == "on"
	c.ProbePrivate = r.oneOf("MAYDAY_PROBE_PRIVATE", "deny", "deny", "allow") == "allow"
	r.retention(&c)
	r.alerts(&c)
	c.HTTPAddr = r.value("MAYDAY_HTTP_ADDR", "127.0.0.1:8080")
	if _, _, err := net.SplitHostPort(c.HTTPAddr); err != nil {
		r.bad("MAYDAY_HTTP_ADDR", "is no host:port", "127.0.0.1:8080")
	}
	c.PublicURL = r.address("MAYDAY_PUBLIC_URL")
	r.methods(&c)
	c.Deadman = r.deadman()
	c.StatusPage = r.statusPage()
	c.LogLevel = r.oneOf("MAYDAY_LOG_LEVEL", "info", "debug", "info", "warn", "error")
	c.LogFormat = r.oneOf("MAYDAY_LOG_FORMAT", "", "json", "console")
	if c.Runbook != "" {
		if _, err := os.Stat(c.Runbook); err != nil {
			r.bad("MAYDAY_RUNBOOK", "cannot be opened: "+reason(err), "docs/RUNBOOK.md")
		}
	}
	return c, r.problems
}

// reason drops the path that an error of os repeats.
func reason(err error) string {
	s := err.Error()
	if i := strings.LastIndex(s, ": "); i >= 0 {
		return s[i+2:]
	}
	return s
}

func (r *reader) token(variable, prefix, where string, needed bool) bot.Secret {
	v := r.value(variable, "")
	switch {
	case v == "" && needed:
		r.bad(variable, "is not set; it is "+where, prefix+"…")
	case v != "" && !strings.HasPrefix(v, prefix):
		r.bad(variable, "does not begin with "+prefix+"; it is "+where, prefix+"…")
	}
	return bot.Secret(v)
}

func (r *reader) address(variable string) string {
	v := r.value(variable, "")
	if v == "" {
		return ""
	}
	if u, err := url.Parse(v); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		r.bad(variable, "is no web address, or holds a password", "https://example.com/api/")
	}
	return v
}

// database checks a Postgres address without ever repeating it: it holds a password.
func (r *reader) database(variable string) bot.Secret {
	v := r.value(variable, "")
	if v != "" {
		if err := checkAddress(v); err != nil {
			r.bad(variable, err.Error(), "postgres://user:password@host:5432/database")
		}
	}
	return bot.Secret(v)
}

func (r *reader) number(variable string) int64 {
	v := r.value(variable, "")
	if v == "" {
		return 0
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n <= 0 {
		r.bad(variable, "is no number", "123456")
	}
	return n
}

func (r *reader) oneOf(variable, standard string, words ...string) string {
	v := strings.ToLower(r.value(variable, standard))
	for _, w := range words {
		if v == w {
			return v
		}
	}
	if v != standard {
		r.bad(variable, "is none of "+strings.Join(words, ", "), words[0])
	}
	return standard
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// hours reads the time zone and "Mon-Fri 09:00-17:00"; "always" means around the clock.
func (r *reader) hours() (*time.Location, incident.Hours) {
	name := r.value("MAYDAY_TIMEZONE", "UTC")
	zone, err := time.LoadLocation(name)
	if err != nil {
		r.bad("MAYDAY_TIMEZONE", "is no time zone", "Europe/Berlin")
		zone = time.UTC
	}
	h := incident.Hours{Zone: zone.String()}
	v := strings.ToLower(r.value("MAYDAY_BUSINESS_HOURS", "Mon-Fri 09:00-17:00"))
	if v == "always" {
		return zone, h
	}
	days, times, ok := strings.Cut(v, " ")
	from, to, ok2 := strings.Cut(strings.TrimSpace(times), "-")
	h.Days = weekdaysOf(days)
	h.From, err = timeOfDay(from)
	var err2 error
	h.To, err2 = timeOfDay(to)
	if !ok || !ok2 || err != nil || err2 != nil || h.To <= h.From || len(h.Days) == 0 {
		r.bad("MAYDAY_BUSINESS_HOURS", "is not understood; days and times, or always", `"Mon-Fri 09:00-17:00"`)
	}
	return zone, h
}

func timeOfDay(s string) (time.Duration, error) {
	if s == "24:00" {
		return 24 * time.Hour, nil
	}
	t, err := time.Parse("15:04", strings.TrimSpace(s))
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

// weekdaysOf reads "mon-fri", "mon,wed" or "sun-thu"; nil when it is neither.
func weekdaysOf(s string) []time.Weekday {
	var days []time.Weekday
	for _, part := range strings.Split(s, ",") {
		a, b, ranged := strings.Cut(part, "-")
		from, to := weekday(a), weekday(b)
		if !ranged {
			to = from
		}
		if from < 0 || to < 0 {
			return nil
		}
		for d := from; ; d = (d + 1) % 7 {
			days = append(days, time.Weekday(d))
			if d == to {
				break
			}
		}
	}
	return days
}

func weekday(s string) int {
	for i, d := range weekdays {
		if strings.HasPrefix(strings.TrimSpace(s), d) {
			return i
		}
	}
	return -1
}

// sqlFunctions are names with their schema; what they name is looked at when the database is.
func (r *reader) sqlFunctions() []string {
	var names []string
	for _, name := range strings.Split(r.value("MAYDAY_SQL_FUNCTIONS", ""), ",") {
		name = strings.TrimSpace(name)
		schema, function, found := strings.Cut(name, ".")
		switch {
		case name == "":
		case !found || schema == "" || function == "" || strings.ContainsAny(name, "()*"):
			r.bad("MAYDAY_SQL_FUNCTIONS", fmt.Sprintf("%q is no name of a function with its schema", name), "public.order_total,auth.uid")
		default:
			names = append(names, name)
		}
	}
	return names
}
