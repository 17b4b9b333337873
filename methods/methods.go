// Package methods reaches people besides Slack: by SMS and telephone (Twilio), by push (ntfy, Pushover), by e-mail and
// by a signed webhook.
//
// Rule of the room: a service hands a message over, or says what came of the attempt in one of three ways: refused,
// certainly not sent, or not known. It decides nothing, remembers nothing, and knows of no incident but what a Message
// holds. No number, no address and no token is in an error.
package methods

import (
	"context"
	"net/http"
	"time"

	"mayday/incident"
)

// Secret is a token or a password. It prints as nothing that helps anybody.
type Secret string

// String hides it.
func (Secret) String() string { return "[redacted]" }

// GoString hides it.
func (Secret) GoString() string { return "[redacted]" }

// Service hands messages over. It is safe for concurrent use.
type Service interface {
	// Send hands a message over. The error is an *Error.
	Send(ctx context.Context, to incident.Destination, m Message) (Receipt, error)
	// Check tries with a request that nobody notices whether messages to a destination would be taken. The error says
	// in words for operators what is wrong, and what to do.
	Check(ctx context.Context, to incident.Destination) error
}

// Finder looks for a message that an attempt of unknown outcome may have handed over since a time.
type Finder interface {
	// Find gives its receipt; found is false when it was not handed over. known reports whether an id is that of another
	// message, where a service keeps no words to tell them apart. An error: it cannot be known.
	Find(ctx context.Context, to incident.Destination, m Message, since time.Time, known func(id string) bool) (r Receipt, found bool, err error)
}

// Poller asks a service what became of a message.
type Poller interface {
	// Poll says how far a message is that was handed over at a time, and what was answered to it. Where the receipt is empty, because
	// nobody knows whether it was taken, what is answered is heard all the same where the service tells that without one.
	Poll(ctx context.Context, to incident.Destination, r Receipt, m Message, sent time.Time) (Answer, error)
}

// Canceller ends a call that a service repeats until it is answered.
type Canceller interface {
	// Cancel ends what any attempt at a message handed over, also one whose receipt is not known. The receipt may be empty.
	Cancel(ctx context.Context, r Receipt, m Message) error
}

// Teller tells somebody something who answered, without asking for anything.
type Teller interface {
	Tell(ctx context.Context, to incident.Destination, text string) error
}

// Receipt names a message that a service took.
type Receipt struct {
	// ID is the service's own name of it; empty where it gives none.
	ID string
	// Sender is the number that it came from, to which people answer.
	Sender string
}

// State is how far a message is.
type State string

// The states. The zero value: nothing is known beyond that it was taken.
const (
	Delivered State = "delivered"
	Failed    State = "failed"
)

// Answer is what is known of a message.
type Answer struct {
	State State
	// Why it failed, in words for people.
	Why string
	// Acknowledged or Declined: what was answered, and when. Plain says that the answer does not name the incident.
	Acknowledged, Declined, Plain bool
	// Unclear: the newest answer is not understood. Names is the number in it, which may be another incident's; 0 without one.
	Unclear bool
	Names   int64
	// Stopped: whoever is called wants no more messages by this method, and their service sends none.
	Stopped bool
	At      time.Time
}

// Config is what the services need; what is empty is not set up.
type Config struct {
	Twilio   TwilioConfig
	Pushover PushoverConfig
	Ntfy     NtfyConfig
	Mail     MailConfig
	// WebhookSecret signs webhooks, "whsec_…" (Standard Webhooks).
	WebhookSecret Secret
	// Client asks the services that the settings name. Default: one of its own.
	Client *http.Client
	// Guarded asks addresses that the runbook names: it must dial no address that a runbook is not to reach.
	// Default: it asks none.
	Guarded *http.Client
}

// Book holds the services that are set up.
type Book struct{ services map[service]Service }

type service struct {
	kind incident.MethodKind
	name string
}

// sendWithin bounds one request.
const sendWithin = 10 * time.Second

// New makes one.
func New(c Config) *Book {
	if c.Client == nil {
		c.Client = &http.Client{Timeout: sendWithin, CheckRedirect: noRedirect}
	}
	b := &Book{map[service]Service{}}
	if c.Twilio.Account != "" {
		t := twilio{c.Twilio, c.Client}
		b.services[service{kind: incident.SMS}] = texts{t}
		if c.Twilio.caller() != "" {
			b.services[service{kind: incident.Call}] = calls{t}
		}
	}
	if c.Pushover.Token != "" {
		b.services[service{incident.Push, incident.Pushover}] = pushover{c.Pushover, c.Client}
	}
	if c.Guarded != nil {
		b.services[service{incident.Push, incident.Ntfy}] = ntfy{c.Ntfy, c.Client, c.Guarded}
		if c.WebhookSecret != "" {
			b.services[service{kind: incident.Webhook}] = webhook{c.WebhookSecret, c.Guarded}
		}
	}
	if c.Mail.Host != "" {
		b.services[service{kind: incident.Email}] = mailer{c.Mail}
	}
	return b
}

// noRedirect: what a service takes is taken at its own address, or a token would follow a redirect.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Of is the service of a method; false when it is not set up. A nil Book has none.
func (b *Book) Of(m incident.Method) (Service, bool) {
	if b == nil {
		return nil, false
	}
	s, ok := b.services[service{m.Kind, m.Service}]
	return s, ok
}

// Missing says what has to be set for a kind of method; empty when it is set up.
func (b *Book) Missing(m incident.Method) string {
	if _, ok := b.Of(m); ok {
		return ""
	}
	switch {
	case m.Kind == incident.SMS:
		return "MAYDAY_SMS_ACCOUNT, MAYDAY_SMS_TOKEN and MAYDAY_SMS_FROM"
	case m.Kind == incident.Call:
		return "MAYDAY_SMS_ACCOUNT, MAYDAY_SMS_TOKEN and MAYDAY_CALL_FROM"
	case m.Service == incident.Pushover:
		return "MAYDAY_PUSH_PUSHOVER_TOKEN"
	case m.Kind == incident.Email:
		return "MAYDAY_SMTP_URL and MAYDAY_SMTP_FROM"
	case m.Kind == incident.Webhook:
		return "MAYDAY_WEBHOOK_SECRET"
	}
	return "MAYDAY_PUSH_NTFY_URL"
}
