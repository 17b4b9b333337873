package methods

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mayday/incident"
)

// PushoverConfig is the application at Pushover.
type PushoverConfig struct {
	Token Secret
	// URL without a slash at its end. Default https://api.pushover.net.
	URL string
}

// pushover asks Pushover's API. A message of priority 2 sounds again and again until it is acknowledged, and its receipt says so.
// Source: https://pushover.net/api, https://pushover.net/api/receipts
type pushover struct {
	PushoverConfig
	client *http.Client
}

const (
	// retryEvery and retryFor are how often and for how long a message sounds, in seconds: at least 30, and at most 10,800.
	retryEvery, retryFor = "60", "3600"
	// mostPush, mostPushTitle and mostPushURL are what a message holds, in characters.
	mostPush, mostPushTitle, mostPushURL = 1024, 250, 512
)

func (p pushover) request(ctx context.Context, method, path string, form url.Values) ([]byte, error) {
	base := p.URL
	if base == "" {
		base = "https://api.pushover.net"
	}
	form.Set("token", string(p.Token))
	var r *http.Request
	var err error
	if method == http.MethodGet {
		r, err = http.NewRequestWithContext(ctx, method, base+path+"?"+form.Encode(), nil)
	} else {
		r, err = http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(form.Encode()))
	}
	if err != nil {
		return nil, refused("the address of Pushover cannot be asked; correct MAYDAY_PUSH_PUSHOVER_URL")
	}
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return do(p.client, r, "Pushover", pushoverSays)
}

func pushoverSays(_ int, body []byte) string {
	var e struct{ Errors []string }
	_ = json.Unmarshal(body, &e) // what is no JSON says nothing
	return strings.Join(e.Errors, ", ")
}

type pushoverAnswer struct {
	Status         int
	Receipt        string
	Acknowledged   int
	AcknowledgedAt int64 `json:"acknowledged_at"`
	LastDelivered  int64 `json:"last_delivered_at"`
	Expired        int
	Devices        []string
}

// Send sounds until it is acknowledged.
func (p pushover) Send(ctx context.Context, to incident.Destination, m Message) (Receipt, error) {
	form := url.Values{"user": {to.Reveal()}, "title": {incident.Line(m.Head(), mostPushTitle)}, "message": {incident.Paragraph(m.Long(), mostPush)},
		"priority": {"2"}, "retry": {retryEvery}, "expire": {retryFor}, "tags": {m.Key}}
	if m.Test {
		form.Set("priority", "0")
		form.Del("retry")
		form.Del("expire")
		form.Del("tags")
	}
	if m.Link != "" && len(m.Link) <= mostPushURL {
		form.Set("url", m.Link)
		form.Set("url_title", "Acknowledge")
	}
	body, err := p.request(ctx, http.MethodPost, "/1/messages.json", form)
	got, err := understood[pushoverAnswer](body, err, "Pushover")
	if err == nil && got.Receipt == "" && !m.Test {
		return Receipt{}, &Error{What: "Pushover gave no receipt", Class: Unknown}
	}
	return Receipt{ID: got.Receipt}, err
}

// Tell sends a message that sounds once.
func (p pushover) Tell(ctx context.Context, to incident.Destination, text string) error {
	_, err := p.request(ctx, http.MethodPost, "/1/messages.json", url.Values{"user": {to.Reveal()}, "message": {incident.Paragraph(text, mostPush)}})
	return err
}

// Poll asks for the receipt; at most once in five seconds is allowed.
func (p pushover) Poll(ctx context.Context, _ incident.Destination, r Receipt, _ Message, _ time.Time) (a Answer, err error) {
	if r.ID == "" {
		return a, nil
	}
	body, err := p.request(ctx, http.MethodGet, "/1/receipts/"+url.PathEscape(r.ID)+".json", url.Values{})
	got, err := understood[pushoverAnswer](body, err, "Pushover")
	if err != nil {
		return a, err
	}
	if got.LastDelivered > 0 {
		a.State = Delivered
	}
	if got.Acknowledged == 1 {
		a.State, a.Acknowledged, a.At = Delivered, true, time.Unix(got.AcknowledgedAt, 0).UTC()
	} else if got.Expired == 1 {
		a.State, a.Why = Failed, "it sounded for an hour and nobody acknowledged it"
	}
	return a, nil
}

// Cancel ends the sounding: of the receipt, which the release before sent without a tag, and of whatever has the tag.
// Source: https://pushover.net/api/receipts#cancel_by_tag
func (p pushover) Cancel(ctx context.Context, r Receipt, m Message) error {
	if r.ID != "" {
		if _, err := p.request(ctx, http.MethodPost, "/1/receipts/"+url.PathEscape(r.ID)+"/cancel.json", url.Values{}); err != nil && ClassOf(err) != Refused {
			return err
		}
	}
	_, err := p.request(ctx, http.MethodPost, "/1/receipts/cancel_by_tag/"+url.PathEscape(m.Key)+".json", url.Values{})
	return err
}

// Check has the user key validated, which sends nothing.
func (p pushover) Check(ctx context.Context, to incident.Destination) error {
	body, err := p.request(ctx, http.MethodPost, "/1/users/validate.json", url.Values{"user": {to.Reveal()}})
	got, err := understood[pushoverAnswer](body, err, "Pushover")
	if err == nil && got.Status != 1 {
		return refused("Pushover knows no such user; correct the key")
	}
	return err
}
