package program

import (
	"cmp"
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"

	"mayday/incident"
	"mayday/methods"
	"mayday/playbooks"
)

// methods tries each method that the settings or the runbook name, with a request that nobody notices.
func (k *checker) methods(rb *playbooks.Runbook) {
	to := newReach(k.c)
	list := slices.Clone(rb.Destinations)
	names, nobodys := map[string]string{}, map[string]bool{}
	for _, contact := range rb.Policy.Contacts {
		for _, m := range contact.Methods {
			if names[m.Key] == "" || nobodys[m.Key] {
				names[m.Key], nobodys[m.Key] = contact.Title(), contact.NamesNobody()
			}
		}
	}
	for who, as := range k.c.ContactMethods {
		for _, a := range as {
			list, names[a.Key], nobodys[a.Key] = append(list, a), who, false
		}
	}
	slices.SortStableFunc(list, func(a, b incident.Address) int { return strings.Compare(names[a.Key], names[b.Key]) })
	for _, a := range list {
		if k.late("contact methods") {
			return
		}
		if nobodys[a.Key] && !a.Bare {
			k.say(Failed, a.Label()+" of "+incident.Line(names[a.Key], 60), "nobody is called by it: the contact names nobody whose it is, only what says who has the shift",
				"write whose it is into MAYDAY_CONTACT_METHODS, or Name and Email into the contact")
			continue
		}
		k.method(to, rb.Policy, a, names[a.Key])
	}
	if len(list) > 0 && k.c.PublicURL == "" {
		k.say(OK, "contact methods", "MAYDAY_PUBLIC_URL is not set: people answer by SMS, Pushover or in Slack, and not by a link", "")
	}
}

func (k *checker) method(to *reach, p incident.Policy, a incident.Address, who string) {
	subject := a.Label() + " of " + incident.Line(who, 60)
	service, ok := to.book.Of(a.Method)
	switch {
	case !ok && a.Bare:
		return // a number that people call
	case !ok:
		k.say(Failed, subject, "is not set up: nobody is called by it", "set "+to.book.Missing(a.Method))
		return
	}
	ctx, cancel := context.WithTimeout(k.ctx, checkTime)
	defer cancel()
	for _, word := range a.Rule.Only {
		if _, ok := p.Find(word); !ok {
			k.say(Failed, subject, "its rule names the severity "+incident.Line(word, 30)+", which the runbook does not have: nobody is called by it", "the runbook has "+strings.Join(p.Labels(), ", "))
			return
		}
	}
	if err := service.Check(ctx, a.To); err != nil {
		k.say(Failed, subject, strings.TrimSuffix(err.Error(), methods.AskCheck), k.mend(a, err))
		return
	}
	says := "its service answers, and takes what mayday proves itself with"
	if a.Kind == incident.Webhook || a.Service == incident.Ntfy {
		says = "its server answers; whether it takes a message is seen by /incident test-page"
	}
	k.say(OK, subject, says, "")
}

// wayNames are what a method's service is set up by: where its address stands, and what mayday proves itself with.
type wayNames struct{ address, proof string }

// namesOf are the settings of a method's service.
func (k *checker) namesOf(m incident.Method) wayNames {
	const runbook = "the runbook's line, or MAYDAY_CONTACT_METHODS"
	switch {
	case m.Kind == incident.SMS, m.Kind == incident.Call:
		n := wayNames{"MAYDAY_SMS_API_URL: " + cmp.Or(k.c.Methods.Twilio.URL, "https://api.twilio.com"), "MAYDAY_SMS_ACCOUNT and MAYDAY_SMS_TOKEN"}
		if k.c.Methods.Twilio.Key != "" {
			n.proof = "MAYDAY_SMS_ACCOUNT, MAYDAY_SMS_KEY and MAYDAY_SMS_TOKEN"
		}
		return n
	case m.Service == incident.Pushover:
		return wayNames{"MAYDAY_PUSH_PUSHOVER_URL: " + cmp.Or(k.c.Methods.Pushover.URL, "https://api.pushover.net"), "MAYDAY_PUSH_PUSHOVER_TOKEN, and the user key in " + runbook}
	case m.Kind == incident.Email:
		return wayNames{"MAYDAY_SMTP_URL: " + net.JoinHostPort(k.c.Methods.Mail.Host, strconv.Itoa(k.c.Methods.Mail.Port)), "MAYDAY_SMTP_URL"}
	case m.Kind == incident.Webhook:
		return wayNames{runbook, "MAYDAY_WEBHOOK_SECRET"}
	}
	return wayNames{runbook, "MAYDAY_PUSH_NTFY_URL and MAYDAY_PUSH_NTFY_TOKEN"}
}

// mend says what to do about a service that failed, with the settings that it is set up by.
func (k *checker) mend(a incident.Address, err error) string {
	n := k.namesOf(a.Method)
	const recipe = "; docs/oncall.md has a recipe for each method"
	switch {
	case errors.Is(err, methods.ErrNotPublic) && a.Service == incident.Ntfy:
		return "if it is your own server, name it in MAYDAY_PUSH_NTFY_URL" + recipe
	case errors.Is(err, methods.ErrNotPublic):
		return "MAYDAY_PROBE_PRIVATE=allow lets mayday ask there (docs/security.md says what that means)"
	case errors.Is(err, methods.ErrTooMany) && a.Service == incident.Ntfy:
		return "look again in a few minutes; where that is its limit for a day, MAYDAY_PUSH_NTFY_TOKEN of an account has a larger one" + recipe
	case errors.Is(err, methods.ErrTooMany):
		return "look again in a few minutes; where that happens often, ask the service for a larger limit"
	case methods.ClassOf(err) == methods.Refused:
		return "correct " + n.proof + recipe
	}
	return "see whether it runs, and whether this machine reaches it; its address is that of " + n.address
}
