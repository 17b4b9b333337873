package methods

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"mayday/incident"
)

// MailConfig is the server that takes e-mail.
type MailConfig struct {
	Host string
	Port int
	// TLS from the first byte (port 465); otherwise it is asked for by STARTTLS. Without TLS nothing is sent.
	TLS      bool
	User     string
	Password Secret
	// From is the sender's address, "mayday <mayday@acme.dev>".
	From string
	// Roots are trusted in place of the system's; nil for those.
	Roots *tls.Config
}

// mailer sends e-mail.
type mailer struct{ MailConfig }

func (c mailer) client() (*mail.Client, error) {
	opts := []mail.Option{mail.WithPort(c.Port), mail.WithTimeout(sendWithin)}
	if c.TLS {
		opts = append(opts, mail.WithSSL())
	} else {
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if c.Roots != nil {
		opts = append(opts, mail.WithTLSConfig(c.Roots))
	}
	if c.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(string(c.Password)))
	}
	return mail.NewClient(c.Host, opts...)
}

// Send hands a letter to the server. Its Message-ID is the same for each attempt at a call.
func (c mailer) Send(ctx context.Context, to incident.Destination, m Message) (Receipt, error) {
	letter := mail.NewMsg()
	if err := letter.From(c.From); err != nil {
		return Receipt{}, refused("MAYDAY_SMTP_FROM is no address")
	}
	if err := letter.To(to.Reveal()); err != nil {
		return Receipt{}, refused("the address is none")
	}
	id := m.Key + "@" + c.Host
	letter.SetMessageIDWithValue(id)
	letter.SetDate()
	letter.Subject(incident.Line(m.Head(), 200))
	letter.SetImportance(mail.ImportanceUrgent)
	letter.SetBodyString(mail.TypeTextPlain, m.Long()+"\n")
	client, err := c.client()
	if err != nil {
		return Receipt{}, refused("MAYDAY_SMTP_URL cannot be used")
	}
	if err := client.DialWithContext(ctx); err != nil {
		return Receipt{}, c.undialled(err)
	}
	defer func() { _ = client.Close() }() // the server took the letter, or said that it did not
	if err := client.Send(letter); err != nil {
		return Receipt{}, unmailed(err)
	}
	return Receipt{ID: id}, nil
}

// undialled is what became of an attempt before the letter was begun, so that nothing was sent.
func (c mailer) undialled(err error) *Error {
	var cert *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	var said *textproto.Error
	var dial *net.OpError
	switch {
	case errors.As(err, &cert):
		return &Error{What: "the certificate of the mail server (MAYDAY_SMTP_URL) is not trusted: it needs one for that name, of a known authority", Class: Refused, cause: err}
	case errors.As(err, &plain):
		return &Error{What: "the mail server (MAYDAY_SMTP_URL) does not begin with TLS on this port: smtp:// asks for it by STARTTLS, and smtps:// has port 465", Class: Refused, cause: err}
	case errors.As(err, &said):
		return notLetIn(said)
	case strings.Contains(err.Error(), "STARTTLS"): // the library has no value for that, nor for the next
		return &Error{What: "the mail server (MAYDAY_SMTP_URL) offers no TLS on this port; nothing is sent without", Class: Refused, cause: err}
	case strings.Contains(err.Error(), "support SMTP AUTH"):
		return &Error{What: "the mail server (MAYDAY_SMTP_URL) asks for no password: leave user and password out of the address, or correct its port", Class: Refused, cause: err}
	case errors.As(err, &dial) && dial.Op == "dial":
		return &Error{What: "the mail server (MAYDAY_SMTP_URL) cannot be reached", Class: Unsent, After: again, cause: err}
	}
	what := "the mail server (MAYDAY_SMTP_URL) broke off before it took anything"
	if isTimeout(err) {
		what = "the mail server (MAYDAY_SMTP_URL) did not answer in time"
	}
	if !c.TLS {
		what += "; where TLS begins at once, on port 465, the address begins with smtps://"
	}
	return &Error{What: what, Class: Unsent, After: again, cause: err}
}

// notLetIn is what a server answered to a greeting or to a password. 4xx is over in a while, 530 to 539 are about who may send.
// Source: RFC 5321, section 4.2.1; RFC 4954, section 6.
func notLetIn(said *textproto.Error) *Error {
	switch code := said.Code; {
	case code < 500:
		return &Error{What: fmt.Sprintf("the mail server lets nobody in now (%d)", code), Class: Unsent, After: again, cause: said}
	case code >= 530 && code <= 539:
		return &Error{What: fmt.Sprintf("the mail server does not accept the user or password of MAYDAY_SMTP_URL (%d)", code), Class: Refused, cause: said}
	default:
		return &Error{What: fmt.Sprintf("the mail server does not let mayday in (%d); correct MAYDAY_SMTP_URL", code), Class: Refused, cause: said}
	}
}

// unmailed is what became of a letter that the server did not take.
func unmailed(err error) *Error {
	var of *mail.SendError
	if errors.As(err, &of) {
		class, says := Refused, "the mail server refused it"
		switch {
		case of.Reason == mail.ErrSMTPDataClose:
			class, says = Unknown, "the mail server broke off"
		case of.IsTemp():
			class, says = Unsent, "the mail server does not take it now"
		}
		if code := of.ErrorCode(); code > 0 {
			says += fmt.Sprintf(" (%d)", code)
			if class == Unknown && code >= 400 {
				class = Unsent
			}
			if code >= 500 {
				class = Refused
			}
		}
		return &Error{What: says, Class: class, After: again, cause: err}
	}
	return &Error{What: "the mail server broke off", Class: Unknown, cause: err}
}

// Check says hello to the server and proves who mayday is; no letter is begun.
func (c mailer) Check(ctx context.Context, _ incident.Destination) error {
	client, err := c.client()
	if err != nil {
		return refused("MAYDAY_SMTP_URL cannot be used")
	}
	if err := client.DialWithContext(ctx); err != nil {
		return c.undialled(err)
	}
	return client.Close()
}

// timestamp writes a time as Standard Webhooks does: seconds since 1970.
func timestamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
