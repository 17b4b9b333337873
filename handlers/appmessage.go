package handlers

import (
	"context"
	"encoding/json"
	"strings"

	"mayday/alerts"
	"mayday/bot"
	"mayday/store"
)

// overheard writes down what another app posts into an alert channel, as what a sender posts; done is false for
// every other event. It is understood later: Slack waits for the acknowledgement.
func (h *Handlers) overheard(ctx context.Context, r bot.Request) (done bool, err error) {
	e := r.Event
	if e.App == nil || len(h.AlertChannels) == 0 {
		return false, nil
	}
	if means, err := h.Store.MeansOneOf(ctx, e.Channel, h.AlertChannels); err != nil || !means {
		return err != nil, err
	}
	m := alerts.SlackMessage{App: e.App.App, Channel: e.Channel, TS: e.TS, Thread: e.ThreadTS, Permalink: h.permalink(e), SlackContent: alerts.SlackContent(e.App.AppContent)}
	delivery := "message " + e.Channel + " " + e.TS
	if e.Subtype == "message_changed" {
		delivery = "edit " + e.Channel + " " + e.TS + " " + e.App.EventTS
		was := alerts.SlackContent{}
		if e.App.Before != nil {
			was = alerts.SlackContent(*e.App.Before)
		}
		m.Before = &was
	}
	body, err := json.Marshal(m)
	if err == nil && len(body) > alerts.MaxBody {
		m.Blocks = nil // the text and the attachments say it too
		if m.Before != nil {
			m.Before.Blocks = nil
		}
		body, err = json.Marshal(m)
	}
	if err != nil {
		return true, err
	}
	in, cancel := inTime(ctx)
	defer cancel()
	return true, h.Store.Receive(in, store.Received{Source: alerts.SlackSource(e.App.App), Path: string(alerts.Slack), Delivery: delivery, Header: map[string]string{}, Body: body})
}

// permalink is the address of a message; empty where the workspace's is not known yet.
// Source: docs.slack.dev, chat.getPermalink (the form of its answer).
func (h *Handlers) permalink(e *bot.Event) string {
	if h.Workspace == nil || h.Workspace() == "" {
		return ""
	}
	link := h.Workspace() + "archives/" + e.Channel + "/p" + strings.ReplaceAll(e.TS, ".", "")
	if e.ThreadTS != "" {
		link += "?thread_ts=" + e.ThreadTS + "&cid=" + e.Channel
	}
	return link
}
