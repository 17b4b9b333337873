package methods

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mayday/incident"
)

// NtfyConfig is a server of ntfy that wants to be proved to.
type NtfyConfig struct {
	// URL of the server for which Token is, without a slash at its end; no other server gets it. Default https://ntfy.sh.
	URL   string
	Token Secret
}

// ntfy publishes to topics. The address of one is as good as a password.
// Source: https://docs.ntfy.sh/publish/
type ntfy struct {
	NtfyConfig
	client, guarded *http.Client
}

// ours reports whether a topic is on the server that the settings name.
func (n ntfy) ours(topic *url.URL) bool {
	base := n.URL
	if base == "" {
		base = "https://ntfy.sh"
	}
	u, err := url.Parse(base)
	return err == nil && u.Scheme == topic.Scheme && strings.EqualFold(u.Host, topic.Host)
}

// request asks the server of a topic. The server of the settings may stand where a runbook is not to reach.
func (n ntfy) request(ctx context.Context, method string, to incident.Destination, at func(topic *url.URL, name string) string, body any) ([]byte, error) {
	topic, err := url.Parse(to.Reveal())
	if err != nil || topic.Host == "" {
		return nil, refused("its address is none of a topic of ntfy")
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, refused("the message cannot be written")
	}
	address := url.URL{Scheme: topic.Scheme, Host: topic.Host}
	name := strings.TrimPrefix(topic.Path, "/")
	var r *http.Request
	if body == nil {
		r, err = http.NewRequestWithContext(ctx, method, address.String()+at(topic, name), nil)
	} else {
		r, err = http.NewRequestWithContext(ctx, method, address.String()+at(topic, name), bytes.NewReader(raw))
	}
	if err != nil {
		return nil, refused("its address is none of a topic of ntfy")
	}
	client := n.guarded
	if n.ours(topic) {
		if n.URL != "" {
			client = n.client
		}
		if n.Token != "" {
			r.Header.Set("Authorization", "Bearer "+string(n.Token))
		}
	}
	return do(client, r, "ntfy", ntfySays)
}

func ntfySays(_ int, body []byte) string {
	var e struct{ Error string }
	_ = json.Unmarshal(body, &e) // what is no JSON says nothing
	return e.Error
}

type ntfyAction struct {
	Action string `json:"action"`
	Label  string `json:"label"`
	URL    string `json:"url"`
	Method string `json:"method,omitempty"`
	Clear  bool   `json:"clear,omitempty"`
}

type ntfyMessage struct {
	Topic    string       `json:"topic"`
	Title    string       `json:"title,omitempty"`
	Message  string       `json:"message"`
	Priority int          `json:"priority,omitempty"`
	Tags     []string     `json:"tags,omitempty"`
	Click    string       `json:"click,omitempty"`
	Actions  []ntfyAction `json:"actions,omitempty"`
}

// words are what is shown of a message: its title, and what stands below it.
func (m Message) words() (title, text string) {
	text = m.others()
	switch {
	case m.Link != "":
		text = strings.TrimSpace(text + " Press Acknowledge.")
	case !m.Test:
		text = strings.TrimSpace(text + " Acknowledge in Slack.")
	default:
		return "mayday", m.Head()
	}
	return m.Head(), text
}

// Send publishes with the highest priority. The button acknowledges by itself.
func (n ntfy) Send(ctx context.Context, to incident.Destination, m Message) (Receipt, error) {
	title, text := m.words()
	msg := ntfyMessage{Title: title, Message: text, Priority: 5, Tags: []string{"rotating_light"}}
	if m.Test {
		msg.Priority, msg.Tags = 3, nil
	}
	if m.Link != "" {
		msg.Click = m.Link
		msg.Actions = []ntfyAction{{Action: "http", Label: "Acknowledge", URL: m.Link, Method: http.MethodPost, Clear: true}, {Action: "view", Label: "Open", URL: m.Link}}
	}
	topic, _ := url.Parse(to.Reveal())
	if topic != nil {
		msg.Topic = strings.TrimPrefix(topic.Path, "/")
	}
	body, err := n.request(ctx, http.MethodPost, to, func(*url.URL, string) string { return "/" }, msg)
	got, err := understood[struct{ ID string }](body, err, "ntfy")
	return Receipt{ID: got.ID}, err
}

// Find looks through what the server keeps of a topic. Who may only write there cannot look.
func (n ntfy) Find(ctx context.Context, to incident.Destination, m Message, since time.Time, known func(string) bool) (Receipt, bool, error) {
	body, err := n.request(ctx, http.MethodGet, to, func(_ *url.URL, name string) string {
		return fmt.Sprintf("/%s/json?poll=1&since=%d", name, since.Add(-clockSlack).Unix())
	}, nil)
	if err != nil {
		return Receipt{}, false, err
	}
	for line := range bytes.Lines(body) {
		var got struct{ ID, Title, Click string }
		if json.Unmarshal(line, &got) != nil || known(got.ID) {
			continue
		}
		if m.Link != "" && got.Click == m.Link || m.Link == "" && m.names(got.Title) {
			return Receipt{ID: got.ID}, true, nil
		}
	}
	return Receipt{}, false, nil
}

// Check asks whether the server is well. Whether it takes a message is seen only by sending one, where the token may write and not read.
func (n ntfy) Check(ctx context.Context, to incident.Destination) error {
	body, err := n.request(ctx, http.MethodGet, to, func(*url.URL, string) string { return "/v1/health" }, nil)
	got, err := understood[struct{ Healthy bool }](body, err, "ntfy")
	if err == nil && !got.Healthy {
		return refused("the server says that it is not well")
	}
	return err
}
