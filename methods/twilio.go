package methods

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mayday/incident"
)

// TwilioConfig is the account at Twilio.
type TwilioConfig struct {
	// Account is its SID, "AC…". Key is what proves it: the account's own SID, or that of an API key, "SK…".
	Account, Key string
	Token        Secret
	// From is a number in E.164, or the SID of a messaging service, "MG…". CallFrom is the number that calls; empty: From.
	From, CallFrom string
	// URL without a slash at its end. Default https://api.twilio.com.
	URL string
}

// caller is the number that calls come from: a messaging service makes none.
func (c TwilioConfig) caller() string {
	if c.CallFrom == "" && !strings.HasPrefix(c.From, "MG") {
		return c.From
	}
	return c.CallFrom
}

// twilio asks Twilio's REST API.
// Source: https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource
type twilio struct {
	TwilioConfig
	client *http.Client
}

// resource is what is read of a message or a call.
type resource struct {
	SID       string `json:"sid"`
	From      string `json:"from"`
	Body      string `json:"body"`
	Direction string `json:"direction"`
	Status    string `json:"status"`
	ErrorCode int    `json:"error_code"`
	Created   string `json:"date_created"`
}

// made is when it was made; Twilio writes times as RFC 2822 does.
func (r resource) made() time.Time {
	t, err := time.Parse(time.RFC1123Z, r.Created)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func (t twilio) request(ctx context.Context, method, path string, form url.Values) ([]byte, error) {
	base := t.URL
	if base == "" {
		base = "https://api.twilio.com"
	}
	address := base + "/2010-04-01/Accounts/" + url.PathEscape(t.Account) + path
	var r *http.Request
	var err error
	if method == http.MethodGet {
		r, err = http.NewRequestWithContext(ctx, method, address+"?"+form.Encode(), nil)
	} else {
		r, err = http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	}
	if err != nil {
		return nil, refused("the address of Twilio cannot be asked; correct MAYDAY_SMS_API_URL")
	}
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	key := t.Key
	if key == "" {
		key = t.Account
	}
	r.SetBasicAuth(key, string(t.Token))
	return do(t.client, r, "Twilio", twilioSays)
}

// twilioAdvice is what to do about codes of Twilio's that people meet.
// Source: https://www.twilio.com/docs/api/errors
var twilioAdvice = map[int]string{
	20003: "the account's SID and its token do not fit together; correct MAYDAY_SMS_TOKEN",
	21211: "the number to be called is none",
	21214: "the number to be called cannot be reached by Twilio",
	21215: "the account may not call that country; allow it in Twilio's geographic permissions",
	21408: "the account may not send texts to that country; allow it in Twilio's geographic permissions",
	21606: "MAYDAY_SMS_FROM is no number of the account that sends texts",
	21608: "a trial account reaches verified numbers only; verify it at Twilio, or upgrade the account",
	21610: "this person answered STOP; only they can undo that, by texting START",
	21612: "no way leads from MAYDAY_SMS_FROM to that number",
	21614: "the number takes no texts",
	30003: "the telephone is off, or has no network",
	30005: "the number does not exist any more",
	30006: "the number is a landline, or its network takes no texts",
	30007: "the network took it for spam",
	30034: "the sender is not registered for texts to the United States",
}

func twilioSays(_ int, body []byte) string {
	var e struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &e) != nil || e.Code == 0 {
		return ""
	}
	return twilioWords(e.Code)
}

func twilioWords(code int) string {
	if code == 0 {
		return ""
	}
	if s, ok := twilioAdvice[code]; ok {
		return s
	}
	return fmt.Sprintf("error %d, see https://www.twilio.com/docs/api/errors/%d", code, code)
}

// list gives resources, the newest first.
func (t twilio) list(ctx context.Context, what string, of url.Values) ([]resource, error) {
	of.Set("PageSize", "50")
	body, err := t.request(ctx, http.MethodGet, "/"+what+".json", of)
	got, err := understood[struct {
		Messages []resource `json:"messages"`
		Calls    []resource `json:"calls"`
	}](body, err, "Twilio")
	return append(got.Messages, got.Calls...), err
}

func (t twilio) one(ctx context.Context, what, sid string) (resource, error) {
	body, err := t.request(ctx, http.MethodGet, "/"+what+"/"+url.PathEscape(sid)+".json", url.Values{})
	return understood[resource](body, err, "Twilio")
}

// Check asks for the account, which costs nothing.
func (t twilio) Check(ctx context.Context, _ incident.Destination) error {
	body, err := t.request(ctx, http.MethodGet, ".json", url.Values{})
	got, err := understood[resource](body, err, "Twilio")
	if err == nil && got.Status != "active" {
		return refused("the account at Twilio is %s; look at it in Twilio's console", incident.Line(got.Status, 40))
	}
	return err
}

// clockSlack is how much Twilio's clock may be behind ours; its times have no parts of seconds.
const clockSlack = 30 * time.Second

// texts sends SMS.
type texts struct{ twilio }

// Send sends one text.
func (t texts) Send(ctx context.Context, to incident.Destination, m Message) (Receipt, error) {
	return t.send(ctx, to, m.SMS())
}

func (t texts) send(ctx context.Context, to incident.Destination, text string) (Receipt, error) {
	form := url.Values{"To": {to.Reveal()}, "Body": {text}}
	if strings.HasPrefix(t.From, "MG") {
		form.Set("MessagingServiceSid", t.From)
	} else {
		form.Set("From", t.From)
	}
	body, err := t.request(ctx, http.MethodPost, "/Messages.json", form)
	got, err := understood[resource](body, err, "Twilio")
	return Receipt{got.SID, got.From}, err
}

// Tell sends a text that asks for nothing.
func (t texts) Tell(ctx context.Context, to incident.Destination, text string) error {
	_, err := t.send(ctx, to, text)
	return err
}

// Find looks among the texts to a number for one of the same incident.
func (t texts) Find(ctx context.Context, to incident.Destination, m Message, since time.Time, known func(string) bool) (Receipt, bool, error) {
	list, err := t.list(ctx, "Messages", url.Values{"To": {to.Reveal()}})
	for _, r := range list {
		if r.Direction != "inbound" && strings.HasPrefix(r.Body, textBegins) && m.names(r.Body) && !known(r.SID) && !r.made().Before(since.Add(-clockSlack)) {
			return Receipt{r.SID, r.From}, true, nil
		}
	}
	return Receipt{}, false, err
}

// Poll asks how far a text is, and for the texts that came back.
func (t texts) Poll(ctx context.Context, to incident.Destination, r Receipt, m Message, sent time.Time) (a Answer, err error) {
	var got resource
	if r.ID != "" {
		if got, err = t.one(ctx, "Messages", r.ID); err != nil {
			return a, err
		}
	}
	switch got.Status {
	case "delivered", "read":
		a.State = Delivered
	case "undelivered", "failed", "canceled":
		a.State, a.Why = Failed, "Twilio could not deliver it"
		if words := twilioWords(got.ErrorCode); words != "" {
			a.Why += ": " + words
		}
	}
	sender := got.From
	if sender == "" {
		sender = r.Sender
	}
	of := url.Values{"From": {to.Reveal()}}
	if sender != "" {
		of.Set("To", sender)
	}
	list, err := t.list(ctx, "Messages", of)
	if err != nil {
		return a, err
	}
	newest := true
	for _, reply := range list { // of those that are understood the newest counts
		if reply.Direction != "inbound" || reply.made().Before(sent.Truncate(time.Second)) {
			continue
		}
		if ack, plain, ok := ReadReply(reply.Body, m.Number); ok {
			return Answer{State: a.State, Why: a.Why, Acknowledged: ack, Declined: !ack, Plain: plain, At: reply.made()}, nil
		}
		if newest {
			newest = false
			a.At, a.Names, a.Stopped = reply.made(), NamesIncident(reply.Body), stopWords.MatchString(reply.Body)
			a.Unclear = !a.Stopped && !startWords.MatchString(reply.Body)
			a.Plain = a.Names == 0
		}
	}
	return a, nil
}

// calls makes telephone calls.
type calls struct{ twilio }

// ringsFor is how long a telephone rings, in seconds: before most mailboxes answer.
const ringsFor = "25"

// Send calls.
func (c calls) Send(ctx context.Context, to incident.Destination, m Message) (Receipt, error) {
	body, err := c.request(ctx, http.MethodPost, "/Calls.json", url.Values{"To": {to.Reveal()}, "From": {c.caller()}, "Twiml": {m.TwiML()}, "Timeout": {ringsFor}})
	got, err := understood[resource](body, err, "Twilio")
	return Receipt{got.SID, c.caller()}, err
}

// Find looks for a call to a number since a time that is none of those that are known: what was said in it is kept nowhere.
func (c calls) Find(ctx context.Context, to incident.Destination, _ Message, since time.Time, known func(string) bool) (Receipt, bool, error) {
	list, err := c.list(ctx, "Calls", url.Values{"To": {to.Reveal()}})
	for _, r := range list {
		if r.Direction != "inbound" && !r.made().Before(since.Truncate(time.Second)) && !known(r.SID) {
			return Receipt{r.SID, c.caller()}, true, nil
		}
	}
	return Receipt{}, false, err
}

// callFailures are the ends of a call that nobody heard.
// Source: https://www.twilio.com/docs/voice/api/call-resource, "Call Status values"
var callFailures = map[string]string{"busy": "the line was busy", "no-answer": "nobody took the call", "failed": "Twilio could not reach the number", "canceled": "the call was cancelled at Twilio"}

// Poll asks how far a call is. What was pressed arrives by its link.
func (c calls) Poll(ctx context.Context, _ incident.Destination, r Receipt, _ Message, _ time.Time) (a Answer, err error) {
	if r.ID == "" {
		return a, nil
	}
	got, err := c.one(ctx, "Calls", r.ID)
	if why := callFailures[got.Status]; why != "" {
		a.State, a.Why = Failed, why
	} else if got.Status == "completed" || got.Status == "in-progress" {
		a.State = Delivered
	}
	return a, err
}
