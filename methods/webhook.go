package methods

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"mayday/incident"
)

// webhook posts a signed event to whatever a team has.
// Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
type webhook struct {
	secret Secret
	client *http.Client
}

// event is what is posted.
type event struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      eventData `json:"data"`
}

type eventData struct {
	Incident int64    `json:"incident,omitempty"`
	Severity string   `json:"severity,omitempty"`
	Title    string   `json:"title,omitempty"`
	Text     string   `json:"text"`
	Drill    bool     `json:"drill,omitempty"`
	Others   []string `json:"also_called,omitempty"`
	// Acknowledge is an address whose page acknowledges, and to which a POST does.
	Acknowledge string `json:"acknowledge_url,omitempty"`
}

// Send posts "mayday.page", or "mayday.test". The header webhook-id is the same for each attempt at a call.
func (w webhook) Send(ctx context.Context, to incident.Destination, m Message) (Receipt, error) {
	ev := event{"mayday.page", time.Now().UTC(), eventData{m.Number, m.Severity, m.Title, m.Head(), m.Drill, m.Others, m.Link}}
	if m.Test {
		ev.Type = "mayday.test"
	}
	body, err := json.Marshal(ev)
	if err != nil {
		return Receipt{}, refused("the event cannot be written")
	}
	signer, err := standardwebhooks.NewWebhook(string(w.secret))
	if err != nil {
		return Receipt{}, refused("MAYDAY_WEBHOOK_SECRET is none; it begins with whsec_ and goes on in base64")
	}
	id := "msg_" + m.Key
	signature, err := signer.Sign(id, ev.Timestamp, body)
	if err != nil {
		return Receipt{}, refused("the event cannot be signed")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Reveal(), bytes.NewReader(body))
	if err != nil {
		return Receipt{}, refused("its address cannot be asked")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", timestamp(ev.Timestamp))
	r.Header.Set("webhook-signature", signature)
	_, err = do(w.client, r, "the webhook", nil)
	return Receipt{ID: id}, err
}

// Check asks the address without a body: whether anything answers there, whatever it says.
func (w webhook) Check(ctx context.Context, to incident.Destination) error {
	if _, err := standardwebhooks.NewWebhook(string(w.secret)); err != nil {
		return refused("MAYDAY_WEBHOOK_SECRET is none; it begins with whsec_ and goes on in base64")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, to.Reveal(), nil)
	if err != nil {
		return refused("its address cannot be asked")
	}
	r.Header.Set("User-Agent", "mayday")
	resp, err := w.client.Do(r)
	if err != nil {
		return unanswered(err, "the webhook")
	}
	return resp.Body.Close()
}
