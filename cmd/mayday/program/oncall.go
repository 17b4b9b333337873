package program

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/calendar"
	"mayday/incident"
	"mayday/oncall"
	"mayday/playbooks"
	"mayday/probes"
	"mayday/schedulers"
	"mayday/workers"
)

// OnCall is what the settings say of who is on call.
type OnCall struct {
	// Roles are those of MAYDAY_ONCALL_<ROLE>, by the names of the variables.
	Roles []playbooks.OnCallSetting
	// Groups are user groups that are kept in step with a role.
	Groups []workers.GroupSync
	// PagerDutyToken may read; empty when PagerDuty is not asked. PagerDutyURL is its API, empty for that of the US.
	PagerDutyToken bot.Secret
	PagerDutyURL   string
	// GrafanaToken and GrafanaURL are those of Grafana OnCall; empty when it is not asked. GrafanaStack is the address of the Grafana that a token of a service account belongs to.
	GrafanaToken bot.Secret
	GrafanaURL   string
	GrafanaStack string
}

// roleVariable begins the settings that say who is on call in a role, and groupSync is one that says something else.
const (
	roleVariable = "MAYDAY_ONCALL_"
	groupSync    = "MAYDAY_ONCALL_GROUP_SYNC"
)

// Names are those of the variables of an environment as os.Environ gives it, for FromEnv.
func Names(environ []string) (names []string) {
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	return names
}

// onCall reads them. set are the names of all variables, because those of roles are the team's own.
func (r *reader) onCall(set []string) OnCall {
	c := OnCall{
		PagerDutyToken: bot.Secret(r.value("MAYDAY_PAGERDUTY_TOKEN", "")), PagerDutyURL: r.secure("MAYDAY_PAGERDUTY_URL", "https://api.eu.pagerduty.com"),
		GrafanaToken: bot.Secret(r.value("MAYDAY_GRAFANA_ONCALL_TOKEN", "")), GrafanaURL: r.secure("MAYDAY_GRAFANA_ONCALL_URL", "https://oncall-prod-eu-west-0.grafana.net/oncall"),
		GrafanaStack: r.secure("MAYDAY_GRAFANA_URL", "https://acme.grafana.net"),
	}
	switch {
	case c.GrafanaToken != "" && c.GrafanaURL == "":
		r.bad("MAYDAY_GRAFANA_ONCALL_URL", "is not set; it is the API's address, on the page Settings of Grafana OnCall or IRM", "https://oncall-prod-eu-west-0.grafana.net/oncall")
	case c.GrafanaToken == "" && c.GrafanaURL != "":
		r.bad("MAYDAY_GRAFANA_ONCALL_TOKEN", "is not set", "")
	case c.PagerDutyToken == "" && c.PagerDutyURL != "":
		r.bad("MAYDAY_PAGERDUTY_TOKEN", "is not set", "")
	}
	slices.Sort(set)
	for _, variable := range set {
		role, ok := strings.CutPrefix(variable, roleVariable)
		if !ok || variable == groupSync || r.value(variable, "") == "" {
			continue
		}
		if s, ok := r.onCallRole(variable, role, c); ok {
			c.Roles = append(c.Roles, s)
		}
	}
	c.Groups = r.groupSync()
	return c
}

// onCallRole reads "PagerDuty: PABC123", and behind a comma a source of overrides. An address may hold a secret and is not repeated.
func (r *reader) onCallRole(variable, role string, c OnCall) (set playbooks.OnCallSetting, ok bool) {
	const example = "PagerDuty: PABC123"
	set = playbooks.OnCallSetting{Variable: variable, Role: strings.ToLower(strings.Join(strings.FieldsFunc(role, func(c rune) bool { return c == '_' }), " "))}
	if set.Role == "" {
		r.bad(variable, "names no role behind "+roleVariable, "")
		return set, false
	}
	for line := range strings.SplitSeq(r.value(variable, ""), ", ") {
		s, ok := oncall.Line(line)
		switch {
		case !ok:
			r.bad(variable, "is neither the address of a calendar, nor PagerDuty: and an id, Grafana OnCall: and an id, or Slack: and the handle of a user group", example)
			return set, false
		case s.Kind == oncall.ByPagerDuty && c.PagerDutyToken == "":
			r.bad(variable, "names PagerDuty, and MAYDAY_PAGERDUTY_TOKEN is not set", "")
			return set, false
		case s.Kind == oncall.ByGrafana && c.GrafanaToken == "":
			r.bad(variable, "names Grafana OnCall, and MAYDAY_GRAFANA_ONCALL_TOKEN is not set", "")
			return set, false
		}
		set.Sources = append(set.Sources, s)
	}
	if len(set.Sources) > 2 {
		r.bad(variable, "names more than one source and one of overrides", "")
	}
	return set, len(set.Sources) <= 2
}

// groupSync reads "@oncall=On-Call Engineer, @db=Database".
func (r *reader) groupSync() (list []workers.GroupSync) {
	for pair := range strings.SplitSeq(r.value(groupSync, ""), ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		group, role, _ := strings.Cut(pair, "=")
		s, ok := oncall.Group(group)
		role = strings.TrimSpace(role)
		if !ok || role == "" || slices.ContainsFunc(list, func(g workers.GroupSync) bool { return g.Group == s.ID }) {
			r.bad(groupSync, "has an entry that is no user group with a role, or that stands twice", "@oncall=On-Call Engineer")
			continue
		}
		list = append(list, workers.GroupSync{Group: s.ID, Role: role})
	}
	return list
}

// secure reads the address of something that gets a token: HTTPS, unless it is on this machine.
func (r *reader) secure(variable, example string) string {
	v := r.value(variable, "")
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http":
		r.bad(variable, "is no web address", example)
	case u.Scheme == "http" && !thisMachine(u.Hostname()):
		r.bad(variable, "is not HTTPS: a token would be sent where others read it", example)
	}
	return v
}

// Scopes are those that only some settings need.
func Scopes(get func(string) string) []bot.Scope {
	if strings.TrimSpace(get(groupSync)) == "" {
		return nil
	}
	return []bot.Scope{bot.WriteGroups}
}

// schedulers are those that are set up.
func (c OnCall) schedulers() map[oncall.Kind]schedulers.Scheduler {
	tools := map[oncall.Kind]schedulers.Scheduler{}
	if c.PagerDutyToken != "" {
		tools[oncall.ByPagerDuty] = schedulers.NewPagerDuty(c.PagerDutyToken.Reveal(), c.PagerDutyURL)
	}
	if c.GrafanaToken != "" && c.GrafanaURL != "" {
		tools[oncall.ByGrafana] = schedulers.NewGrafana(c.GrafanaToken.Reveal(), c.GrafanaURL, c.GrafanaStack)
	}
	return tools
}

// asked says whether a kind of source is asked.
func (c OnCall) asked(kind oncall.Kind) bool {
	switch kind {
	case oncall.ByPagerDuty:
		return c.PagerDutyToken != ""
	case oncall.ByGrafana:
		return c.GrafanaToken != "" && c.GrafanaURL != ""
	}
	return true
}

// onCall asks each source that the runbook and the settings name.
func (k *checker) onCall(written, rb *playbooks.Runbook, unmatched []string) {
	for _, variable := range unmatched {
		k.say(Warned, "on call", variable+" is a role that no contact of the runbook has: it is called before them", "fine when that is meant; otherwise name the variable after the contact's role")
	}
	for _, s := range written.Rosters {
		if !k.c.OnCall.asked(s.Kind) {
			k.say(Warned, "on call", "the runbook names "+s.Title()+", which is not asked: whoever the runbook names is called", map[oncall.Kind]string{
				oncall.ByPagerDuty: "set MAYDAY_PAGERDUTY_TOKEN", oncall.ByGrafana: "set MAYDAY_GRAFANA_ONCALL_TOKEN and MAYDAY_GRAFANA_ONCALL_URL"}[s.Kind])
		}
	}
	for i, s := range rb.Rosters {
		if k.late("on call") {
			return
		}
		subject := "on call, " + s.Title()
		if s.Kind == oncall.ByCalendar {
			subject = fmt.Sprintf("on call, calendar %d", i+1)
		}
		now := time.Now()
		if s.Kind == oncall.ByCalendar && !k.c.Probes {
			k.say(Warned, subject, "is not asked (MAYDAY_PROBES): whoever the runbook names is called", "")
			continue
		}
		shifts, err := k.shifts(s, now)
		switch at := shifts.First(now); {
		case err != nil:
			k.say(Failed, subject, err.Error(), "until it is read again its last answer counts, and without one whoever the runbook names is called")
		case len(at) == 0:
			k.say(Warned, subject, "names nobody now", "/incident oncall says who is called instead")
		default:
			k.say(OK, subject, blocks.Shifts(at, oncall.Kept{Shifts: shifts}.Until(now)), "")
		}
		k.strangers(rb, subject, oncall.Kept{Shifts: shifts}.Ahead(now, now.Add(workers.StrangersAhead)))
	}
	k.groupSyncs(rb)
}

// strangers looks up in Slack whoever is on call soon by one source.
func (k *checker) strangers(rb *playbooks.Runbook, subject string, ahead []oncall.Shift) {
	const next = "correct the address where the shift is written, or ask for an account: until then whoever the runbook names is called"
	for _, s := range ahead[:min(len(ahead), workers.MostStrangers)] {
		if k.client == nil || k.late(subject) {
			return
		}
		who, from := incident.Line(s.Person.Title(), 60), s.From.UTC().Format("Mon 2 Jan 15:04 UTC")
		c, ok := rb.Whose(s.Person)
		if !ok {
			k.say(Failed, subject, who+", from "+from+", gives neither an e-mail address nor a user id, and no contact of the runbook is called that", next)
			continue
		}
		ctx, cancel := k.limit()
		u, err := k.account(ctx, c)
		cancel()
		switch code := bot.CodeOf(err); {
		case code == "users_not_found" || code == "user_not_found":
			k.say(Failed, subject, who+", from "+from+", has no account in this workspace", next)
		case err != nil:
			k.say(Failed, subject, who+" was not looked up: "+err.Error(), "")
		case u.Deleted:
			k.say(Failed, subject, "the account of "+who+", from "+from+", is deactivated", next)
		}
	}
}

// account finds that of a contact with an address or a user id.
func (k *checker) account(ctx context.Context, c incident.Contact) (bot.User, error) {
	if c.Email == "" && bot.IsPersonal(c.Slack) && !strings.HasPrefix(c.Slack, "S") {
		return k.client.User(ctx, c.Slack)
	}
	if c.Email == "" {
		return bot.User{}, nil // a user group, which is looked up as one
	}
	return k.client.UserByEmail(ctx, c.Email)
}

// shifts asks one source.
func (k *checker) shifts(s oncall.Source, now time.Time) (oncall.Roster, error) {
	ctx, cancel := k.limit()
	defer cancel()
	from, until := now.Add(-24*time.Hour), now.Add(14*24*time.Hour)
	switch s.Kind {
	case oncall.ByCalendar:
		c, err := probes.New(k.c.ProbePrivate).Read(ctx, s.Address.Reveal(), calendar.MostBytes, "", "")
		if err != nil {
			return nil, err
		}
		shifts, _, err := oncall.ReadCalendar(strings.NewReader(string(c.Body)), from, until, k.c.Zone)
		return shifts, err
	case oncall.ByGroup:
		return k.groupShifts(ctx, s.ID, now)
	}
	return k.c.OnCall.schedulers()[s.Kind].Shifts(ctx, s.ID, from, until)
}

// group finds a user group by its handle or id.
func (k *checker) group(ctx context.Context, name string) (bot.Group, error) {
	if k.client == nil {
		return bot.Group{}, errors.New("not looked up, because the bot token does not work")
	}
	list, err := k.client.Groups(ctx)
	if err != nil {
		return bot.Group{}, err
	}
	for _, g := range list {
		if g.ID == name || "@"+strings.ToLower(g.Handle) == strings.ToLower(name) {
			return g, nil
		}
	}
	return bot.Group{}, errors.New("no user group of this workspace is called " + name)
}

func (k *checker) groupShifts(ctx context.Context, name string, now time.Time) (shifts oncall.Roster, err error) {
	g, err := k.group(ctx, name)
	if err != nil {
		return nil, err
	}
	members, err := k.client.GroupMembers(ctx, g.ID)
	for _, id := range members {
		shifts = append(shifts, oncall.Shift{Person: oncall.Person{Handle: id}, From: now.Add(-time.Hour), Until: oncall.Forever})
	}
	return shifts, err
}

// groupSyncs looks whether the user groups that are kept in step can be.
func (k *checker) groupSyncs(rb *playbooks.Runbook) {
	for _, s := range k.c.OnCall.Groups {
		if k.late("group sync") {
			return
		}
		ctx, cancel := k.limit()
		g, err := k.group(ctx, s.Group)
		cancel()
		c, ok := rb.InRole(s.Role)
		switch subject := "group " + s.Group; {
		case err != nil:
			k.say(Failed, subject, err.Error(), "make the user group in Slack, or mend "+groupSync)
		case !ok:
			k.say(Failed, subject, "is to hold who is on call as "+s.Role+", and no contact has that role", "mend "+groupSync+"; /incident oncall lists the roles")
		case c.Roster == "":
			k.say(Warned, subject, "is not kept in step: nothing says who is on call as "+s.Role, "give the contact a calendar or a schedule, see docs/oncall.md")
		case g.Handle != "":
			k.say(OK, subject, "is kept in step with "+s.Role, "")
		}
	}
}
