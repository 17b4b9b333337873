package workers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// confirmed is the emoji by which mayday says that a message is on the timeline.
const confirmed = "white_check_mark"

// followMessage reads a message and brings the timeline in line with it, and its
// check mark with the timeline. What counts is how the message stands now, so
// that it does not matter in which order things are heard of.
func (w *Workers) followMessage(ctx context.Context, fx incident.FollowMessage, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("message/%d/%s", fx.Incident, fx.TS), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil || inc.ChannelID == "" {
			return err
		}
		m, err := w.Slack.Message(ctx, inc.ChannelID, fx.TS)
		if bot.CodeOf(err) == "message_not_found" {
			return w.unpin(ctx, inc.Ref(), fx)
		}
		if err != nil {
			return err
		}
		marked := slices.ContainsFunc(m.Reactions, blocks.IsPin)
		byHand := fx.ByHand || (inc.Pins[fx.TS].ByHand && !fx.Removed)
		if !marked && !byHand {
			if err := w.unpin(ctx, inc.Ref(), fx); err != nil {
				return err
			}
			return w.Slack.Unreact(ctx, inc.ChannelID, fx.TS, confirmed)
		}
		return w.pin(ctx, inc, fx, m, byHand)
	})
	if err == nil && !alone {
		return notYet(200 * time.Millisecond)
	}
	return err
}

func (w *Workers) pin(ctx context.Context, inc incident.Incident, fx incident.FollowMessage, m bot.Received, byHand bool) error {
	said, err := w.said(ctx, inc.ChannelID, m)
	if err != nil {
		return err
	}
	if err := w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PinMessage(inc, fx.By, said, byHand, now)
	}); err != nil {
		return err
	}
	return w.Slack.React(ctx, inc.ChannelID, fx.TS, confirmed)
}

func (w *Workers) unpin(ctx context.Context, ref incident.Ref, fx incident.FollowMessage) error {
	return w.record(ctx, ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.UnpinMessage(inc, fx.By, fx.TS, now)
	})
}

// said makes plain words of a message, as a timeline keeps it.
func (w *Workers) said(ctx context.Context, channel string, m bot.Received) (incident.Said, error) {
	link, err := w.Slack.Permalink(ctx, channel, m.TS)
	if err != nil {
		return incident.Said{}, err
	}
	s := incident.Said{TS: m.TS, At: bot.Time(m.TS), Text: blocks.Unescape(m.Text), Link: link}
	if m.BotID == "" {
		s.Author = m.User
	}
	for _, f := range m.Files {
		name := f.Title
		if name == "" {
			name = f.Name
		}
		s.Files = append(s.Files, incident.Link{Name: incident.Line(name, 100), URL: f.Permalink})
	}
	return s, nil
}
