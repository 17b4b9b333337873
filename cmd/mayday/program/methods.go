package program

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/methods"
	"mayday/playbooks"
	"mayday/probes"
	"mayday/workers"
)

var (
	accountSID  = lazyregexp.New(`^AC[0-9a-fA-F]{32}$`)
	apiKeySID   = lazyregexp.New(`^SK[0-9a-fA-F]{32}$`)
	servicesSID = lazyregexp.New(`^MG[0-9a-fA-F]{32}$`)
)

// methods reads how people are reached besides Slack.
func (r *reader) methods(c *Config) {
	r.twilio(&c.Methods.Twilio)
	c.Methods.Pushover = methods.PushoverConfig{Token: methods.Secret(r.value("MAYDAY_PUSH_PUSHOVER_TOKEN", "")), URL: strings.TrimSuffix(r.address("MAYDAY_PUSH_PUSHOVER_URL"), "/")}
	c.Methods.Ntfy = methods.NtfyConfig{Token: methods.Secret(r.value("MAYDAY_PUSH_NTFY_TOKEN", "")), URL: strings.TrimSuffix(r.address("MAYDAY_PUSH_NTFY_URL"), "/")}
	r.mail(&c.Methods.Mail)
	c.Methods.WebhookSecret = methods.Secret(r.value("MAYDAY_WEBHOOK_SECRET", ""))
	if s := c.Methods.WebhookSecret; s != "" {
		if _, err := standardwebhooks.NewWebhook(string(s)); err != nil || !strings.HasPrefix(string(s), "whsec_") {
			r.bad("MAYDAY_WEBHOOK_SECRET", "is no secret of Standard Webhooks, which is whsec_ and base64", "whsec_…")
		}
	}
	c.ContactMethods = r.contactMethods()
}

func (r *reader) twilio(t *methods.TwilioConfig) {
	t.Account, t.Key = r.value("MAYDAY_SMS_ACCOUNT", ""), r.value("MAYDAY_SMS_KEY", "")
	t.Token = methods.Secret(r.value("MAYDAY_SMS_TOKEN", ""))
	t.URL = strings.TrimSuffix(r.address("MAYDAY_SMS_API_URL"), "/")
	from, callFrom := r.value("MAYDAY_SMS_FROM", ""), r.value("MAYDAY_CALL_FROM", "")
	if t.Account == "" {
		if t.Token != "" || from != "" || callFrom != "" {
			r.bad("MAYDAY_SMS_ACCOUNT", "is not set; it is the Account SID in Twilio's console", "AC…")
		}
		return
	}
	if !accountSID.MatchString(t.Account) {
		r.bad("MAYDAY_SMS_ACCOUNT", "is no Account SID of Twilio, which is AC and 32 hexadecimal digits", "AC…")
	}
	if t.Key != "" && !apiKeySID.MatchString(t.Key) {
		r.bad("MAYDAY_SMS_KEY", "is no API key of Twilio, which is SK and 32 hexadecimal digits", "SK…")
	}
	if t.Token == "" {
		r.bad("MAYDAY_SMS_TOKEN", "is not set; it is the account's Auth Token, or the secret of MAYDAY_SMS_KEY", "…")
	}
	t.From = from
	if number, ok := incident.PhoneNumber(from); ok {
		t.From = number
	} else if !servicesSID.MatchString(from) {
		r.bad("MAYDAY_SMS_FROM", "is neither a number with + and its country in front nor the SID of a messaging service", "+447700900123")
	}
	if number, ok := incident.PhoneNumber(callFrom); ok {
		t.CallFrom = number
	} else if callFrom != "" {
		r.bad("MAYDAY_CALL_FROM", "is no number with + and its country in front", "+447700900123")
	}
}

// mail reads smtp://user:password@host:587, which asks for TLS by STARTTLS, or smtps://…:465.
func (r *reader) mail(m *methods.MailConfig) {
	const variable, example = "MAYDAY_SMTP_URL", "smtps://user:password@smtp.example.com:465"
	v, from := r.value(variable, ""), r.value("MAYDAY_SMTP_FROM", "")
	if v == "" {
		if from != "" {
			r.bad(variable, "is not set", example)
		}
		return
	}
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		r.bad(variable, "is no address of a mail server", example)
		return
	}
	m.Host, m.TLS, m.Port = u.Hostname(), u.Scheme == "smtps", 587
	if m.TLS {
		m.Port = 465
	}
	if p := u.Port(); p != "" {
		m.Port, _ = strconv.Atoi(p) // url.Parse admits digits only
	}
	if u.User != nil {
		password, _ := u.User.Password()
		m.User, m.Password = u.User.Username(), methods.Secret(password)
	}
	if _, err := mail.ParseAddress(from); err != nil {
		r.bad("MAYDAY_SMTP_FROM", "is no address", "mayday@example.com")
	}
	m.From = from
}

// contactMethods reads a file, or lines, of who is reached how: "U012ABCDEF: SMS +44…, P0 only; ntfy https://…".
func (r *reader) contactMethods() map[string][]incident.Address {
	const variable, example = "MAYDAY_CONTACT_METHODS", `"ana@example.com: SMS +447700900123, P0 only; ntfy https://ntfy.sh/your-topic"`
	text := r.value(variable, "")
	if text == "" {
		return nil
	}
	if !strings.Contains(text, ":") || strings.HasPrefix(text, "/") || strings.HasPrefix(text, "./") {
		raw, err := os.ReadFile(text)
		if err != nil {
			r.bad(variable, "cannot be opened: "+reason(err), example)
			return nil
		}
		text = string(raw)
	}
	all := map[string][]incident.Address{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		who, list, ok := strings.Cut(line, ":")
		who = strings.ToLower(strings.TrimSpace(who))
		if !ok || who == "" || strings.ContainsAny(who, " ,;") {
			r.bad(variable, "line "+strconv.Itoa(n)+" does not begin with a Slack id or an e-mail address and a colon", example)
			continue
		}
		for _, one := range strings.Split(list, ";") {
			if one = strings.TrimSpace(one); one == "" {
				continue
			}
			a, wrong, _ := incident.ReadMethod(one)
			if wrong != "" {
				r.bad(variable, "line "+strconv.Itoa(n)+" is not understood: "+wrong, example)
				continue
			}
			all[who] = append(all[who], a)
		}
	}
	return all
}

// reach is how people are reached besides Slack.
type reach struct {
	book *methods.Book
	// people are the settings', by who, and addresses all of the settings, by their keys.
	people    map[string][]incident.Method
	addresses map[string]incident.Destination
}

// newReach sets the services up. Addresses of the runbook are asked by the same guard as those that are probed.
func newReach(c Config) *reach {
	if c.SlackOnly {
		return &reach{book: methods.New(methods.Config{})}
	}
	m := c.Methods
	m.Guarded = probes.New(c.ProbePrivate).Client(reachWithin)
	m.Guarded.Transport = told{m.Guarded.Transport}
	to := &reach{book: methods.New(m), people: map[string][]incident.Method{}, addresses: map[string]incident.Destination{}}
	for who, list := range c.ContactMethods {
		for _, a := range list {
			if _, ok := to.book.Of(a.Method); !ok {
				continue // mayday check says so
			}
			to.people[who] = append(to.people[who], a.Method)
			to.addresses[a.Key] = a.To
		}
	}
	return to
}

// reachWithin bounds a request to an address that the runbook names.
const reachWithin = 10 * time.Second

// told says in the words of package methods that an address was not dialled.
type told struct{ http.RoundTripper }

// RoundTrip makes a request.
func (t told) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(r)
	if errors.Is(err, probes.ErrNotPublic) {
		err = methods.ErrNotPublic
	}
	return resp, err
}

// policy is that of a runbook with the methods that are set up.
func (to *reach) policy(rb *playbooks.Runbook, p incident.Policy) incident.Policy {
	if to == nil {
		return p
	}
	return playbooks.WithMethods(p, rb.Destinations, func(a incident.Address) bool { _, ok := to.book.Of(a.Method); return ok }, len(to.people) > 0)
}

// directory says where the methods of the settings and of a runbook lead to.
func (to *reach) directory(rb *playbooks.Runbook) workers.Directory {
	d := workers.Directory{Addresses: map[string]incident.Destination{}, People: to.people}
	for _, a := range rb.Destinations {
		d.Addresses[a.Key] = a.To
	}
	for key, a := range to.addresses {
		d.Addresses[key] = a
	}
	return d
}

// linkKey is what the addresses that acknowledge are made with: whoever knows the bot token can do more than that.
func linkKey(c Config) []byte {
	sum := hmac.New(sha256.New, []byte(c.SlackBotToken.Reveal()))
	sum.Write([]byte("pages that acknowledge"))
	return sum.Sum(nil)
}
