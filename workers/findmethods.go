package workers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"mayday/bot"
	"mayday/incident"
)

const (
	// findWithin is how long Slack may take to say who somebody is, and whether they may be asleep: without an answer they may be.
	findWithin = 1500 * time.Millisecond
	// findAgain is how long while it did not answer a moment ago, so that a storm of incidents does not wait for it in turn.
	findAgain = 50 * time.Millisecond
	// restFor is for how long that is believed, and unknownFor for how long nobody asks again who got no answer.
	restFor, unknownFor = time.Minute, 20 * time.Second
)

// Directory is how people are reached besides Slack: where each method leads to, by its key, and the methods that
// settings give somebody, by their Slack id or e-mail address in lower case.
type Directory struct {
	Addresses map[string]incident.Destination
	People    map[string][]incident.Method
}

func (w *Workers) directory() Directory {
	if w.Config.Directory == nil {
		return Directory{}
	}
	return w.Config.Directory()
}

// findMethods finds out how the people of a page are reached besides Slack, and whether they may be asleep. It waits for Slack
// a moment only: a page that Slack does not take is what other methods are for.
func (w *Workers) findMethods(ctx context.Context, fx incident.FindMethods, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || fx.Page >= len(inc.Pages) || inc.PageAnswered(fx.Page) {
		return err
	}
	within := findWithin
	if time.Since(time.Unix(0, w.slackSilent.Load())) < unknownFor {
		within = findAgain
	}
	asking, cancel := context.WithTimeout(bot.Urgent(ctx), within)
	defer cancel()
	people, list, err := w.methodsOf(asking, inc, fx.Page)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(m incident.Method) bool { _, ok := w.Methods.Of(m); return !ok })
	if len(list) == 0 {
		return nil
	}
	var rest incident.Rest
	if len(people) == 1 {
		rest = w.restOf(asking, people[0])
	}
	if asking.Err() != nil && ctx.Err() == nil {
		w.slackSilent.Store(time.Now().UnixNano())
	}
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MethodsFound(inc, fx.Page, list, rest, now)
	})
}

// methodsOf are the methods of whoever a page calls, each once, and the accounts that are known. What Slack does not say
// in time is left out. The error is the database's.
func (w *Workers) methodsOf(ctx context.Context, inc incident.Incident, page int) (people []incident.Person, list []incident.Method, err error) {
	add := func(who incident.Person, ms []incident.Method) {
		for _, m := range ms {
			if m.Person = who; !slices.ContainsFunc(list, func(o incident.Method) bool { return o.Key == m.Key }) {
				list = append(list, m)
			}
		}
		if who != "" && !slices.Contains(people, who) {
			people = append(people, who)
		}
	}
	p := inc.Pages[page]
	if p.Contact < 0 || p.Contact >= len(inc.Policy.Contacts) {
		add(p.Person, w.methodsOfPerson(ctx, p.Person, "", ""))
		return people, list, nil
	}
	c := inc.Policy.Contacts[p.Contact]
	if c.Roster != "" {
		kept, err := w.Store.OnCall(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		shifts := kept.First(w.Store.Now())
		for _, s := range shifts {
			who, err := w.account(ctx, s.Person)
			if err != nil {
				who = ""
			}
			add(who, w.methodsOfPerson(ctx, who, s.Person.Email, s.Person.Name))
		}
		if len(shifts) > 0 {
			return people, list, nil
		}
		c.Roster = ""
	}
	if strings.HasPrefix(c.SlackID(), "S") || c.Email == "" && strings.HasPrefix(c.Slack, "@") {
		members, err := w.groupMembers(ctx, cmp.Or(c.SlackID(), c.Slack))
		for _, who := range members {
			add(who, w.methodsOfPerson(ctx, who, "", ""))
		}
		if err == nil {
			return people, list, nil
		}
	}
	who := p.Person
	if found, err := w.find(ctx, c); who == "" && err == nil && len(found) == 1 {
		who = found[0]
	}
	add(who, slices.Concat(c.Methods, w.settingsOf(c.SlackID(), c.Email)))
	return people, list, nil
}

// methodsOfPerson are those that the settings give a person, and the runbook where it names them, by what is known of them. The number of
// a contact is that of the person it names, also where a schedule says who has its shifts.
func (w *Workers) methodsOfPerson(ctx context.Context, who incident.Person, email, name string) []incident.Method {
	if email == "" && who != "" {
		if u, err := w.people.find(ctx, who, w.Slack.User); err == nil {
			email = u.Email
		}
	}
	list := w.settingsOf(who, email)
	for _, c := range w.Runbook().Policy.Contacts {
		if email != "" && strings.EqualFold(c.Email, email) || who != "" && c.SlackID() == who || who == "" && email == "" && name != "" && strings.EqualFold(c.Name, name) {
			list = slices.Concat(c.Methods, list)
		}
	}
	return list
}

func (w *Workers) settingsOf(names ...string) (list []incident.Method) {
	d := w.directory()
	for _, n := range names {
		list = append(list, d.People[strings.ToLower(n)]...)
	}
	return list
}

// resting is what was found of somebody, and when.
type resting struct {
	rest incident.Rest
	at   time.Time
}

// restOf is when somebody may be asleep, as Slack says; nothing where it does not.
func (w *Workers) restOf(ctx context.Context, who incident.Person) incident.Rest {
	if known, ok := w.resting.Load(who); ok {
		r := known.(resting)
		if age := time.Since(r.at); age < unknownFor || r.rest != (incident.Rest{}) && age < restFor {
			return r.rest
		}
	}
	found, _, _ := w.asking.Do(who, func() (any, error) {
		var rest incident.Rest
		if u, err := w.people.find(ctx, who, w.Slack.User); err == nil {
			d, err := w.Slack.DoNotDisturb(ctx, who)
			switch {
			case err == nil:
				rest = incident.Rest{Zone: u.TZ, From: d.From, Until: d.Until}
			case bot.ClassOf(err) == bot.Missing: // the app was not given that scope: what their clock says is known
				rest = incident.Rest{Zone: u.TZ}
			}
		}
		w.resting.Store(who, resting{rest, time.Now()})
		return rest, nil
	})
	return found.(incident.Rest)
}

// TriedMethod is what came of a test of a contact method.
type TriedMethod struct {
	// Label is the method's, "SMS".
	Label string
	// Why it did not work, in words for people; empty when its service took the message.
	Why string
}

// testWithin bounds a test of all methods of somebody, which are tried side by side.
const testWithin = 8 * time.Second

// TryMethods sends somebody a message that asks for nothing, by each of their contact methods, whatever their rules say.
// contact is whom the runbook calls, as which they are tried; its zero value: nobody. It takes up to ten seconds.
func (w *Workers) TryMethods(ctx context.Context, who incident.Person, contact incident.Contact) []TriedMethod {
	var list []incident.Method
	for _, m := range slices.Concat(contact.Methods, w.methodsOfPerson(ctx, who, contact.Email, contact.Name)) {
		if !slices.ContainsFunc(list, func(o incident.Method) bool { return o.Key == m.Key }) {
			list = append(list, m)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, testWithin)
	defer cancel()
	tried := make([]TriedMethod, len(list))
	var all errgroup.Group
	for i, m := range list {
		tried[i].Label = m.Label()
		to, service, missing := w.serviceOf(m)
		if tried[i].Why = missing; missing != "" {
			continue
		}
		all.Go(func() error {
			if _, err := service.Send(ctx, to, testMessage(m)); err != nil {
				tried[i].Why = err.Error()
			}
			return nil
		})
	}
	_ = all.Wait() // each says for itself what came of it
	return tried
}
