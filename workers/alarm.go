package workers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// alarm says below the announcement, and in the announce channel itself, what
// people outside of the incident's channel have to hear: an edit of the
// announcement would notify nobody.
func (w *Workers) alarm(ctx context.Context, fx incident.Alarm, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("alarm/%d/%d", fx.Incident, fx.Seq), func(ctx context.Context) error {
		inc, ev, err := w.alarming(ctx, fx.Ref, fx.Seq)
		if err != nil || ev.Seq == 0 {
			return err
		}
		return w.sound(bot.Urgent(ctx), inc, ev, fx)
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

// alarming reads an incident and one of its events; a zero event when it has none such.
func (w *Workers) alarming(ctx context.Context, ref incident.Ref, seq int) (inc incident.Incident, ev incident.Event, err error) {
	if inc, err = w.Store.Incident(ctx, ref); err != nil {
		return inc, ev, err
	}
	evs, err := w.Store.Timeline(ctx, inc.ID, seq-1, 1)
	if err == nil && len(evs) > 0 && evs[0].Seq == seq {
		ev = evs[0]
	}
	return w.named(ctx, inc, ev), ev, err
}

// alarmName is the name under which an alarm stands.
func alarmName(fx incident.Alarm) string {
	if fx.Lead {
		return fmt.Sprintf("alarm/%d/lead", fx.Seq)
	}
	return fmt.Sprintf("alarm/%d", fx.Seq)
}

func (w *Workers) sound(ctx context.Context, inc incident.Incident, ev incident.Event, fx incident.Alarm) error {
	if a, _ := inc.Alert(ev.Seq); !a.Over.IsZero() {
		return w.unsound(ctx, inc, ev, fx)
	}
	channel, thread, err := w.heard(ctx, inc, fx)
	if err != nil {
		return err
	}
	m := blocks.Alarm(inc, ev)
	err = w.postOnce(ctx, inc.Ref(), alarmName(fx), channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: thread, Broadcast: thread != ""})
	if err == nil {
		return w.worked(ctx, inc, troubleAlarm)
	}
	if fx.Lead || inc.Private || !deaf[bot.CodeOf(err)] {
		return err
	}
	return w.followAnnouncement(ctx, channel, err)
}

// followAnnouncement comes back to what the announce channel did not hear: the announcement
// follows the channel, and the next attempt the announcement.
func (w *Workers) followAnnouncement(ctx context.Context, channel string, err error) error {
	if _, found := w.findAgain(ctx, w.AnnounceChannel, channel); found != nil {
		return errors.Join(err, found)
	}
	return notYet(time.Second)
}

// heard is where an alarm is heard: below the announcement, or in the announce
// channel when there will be none. Of a private incident only whoever leads it hears; what is for the lead is heard by
// all of one that an alert declared and nobody leads yet.
func (w *Workers) heard(ctx context.Context, inc incident.Incident, fx incident.Alarm) (channel, thread string, err error) {
	if inc.Private || fx.Lead {
		lead, err := w.accountOf(ctx, cmp.Or(inc.Roles[incident.Lead], inc.DeclaredBy))
		if err == nil && lead == "" && inc.Private && inc.DeclaredBy != "" {
			err = &unreachableError{"whoever leads it has no account in this workspace"}
		}
		if err != nil {
			return "", "", err
		}
		if lead != "" {
			channel, err = w.direct(ctx, lead)
			return channel, "", err
		}
	}
	announcement, err := w.Store.Shown(ctx, inc.ID, string(incident.Announcement))
	switch {
	case err != nil || announcement.TS != "":
		return announcement.Channel, announcement.TS, err
	case inc.Troubles[troubleDraw(incident.Announcement)].IsZero():
		return "", "", notYet(500 * time.Millisecond)
	}
	channel, err = w.channelNamed(ctx, w.AnnounceChannel)
	return channel, "", err
}
