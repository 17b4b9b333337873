package workers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/store"
)

// mostNames is how many names are tried when the wanted one is taken.
const mostNames = 5

// createChannel makes the incident's channel and records it, which sets
// everything going that waits for it. The purpose comes after the record: the
// first useful message must not wait for it.
func (w *Workers) createChannel(ctx context.Context, fx incident.CreateChannel, t try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil {
		return err
	}
	ctx = bot.Urgent(ctx)
	if inc.ChannelID == "" {
		ch, err := w.makeChannel(ctx, inc, fx.Name, t)
		if err != nil {
			return err
		}
		if err := w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.ChannelOpened(inc, ch.ID, ch.Name, now)
		}); err != nil {
			return err
		}
		inc.ChannelID = ch.ID
	}
	err = w.Slack.SetPurpose(ctx, inc.ChannelID, purpose(inc))
	if deaf[bot.CodeOf(err)] {
		// Nobody looks for what the channel is about once it is over and mayday was taken out of it.
		if now, readErr := w.Store.Incident(ctx, fx.Ref); readErr == nil && !now.Status.Live() {
			return nil
		}
	}
	return err
}

// purpose says in a channel's description what it is about. It begins with the number,
// for whoever finds it after an attempt whose outcome is unknown.
func purpose(inc incident.Incident) string {
	return incident.Line(fmt.Sprintf("%s%s: %s", purposeOf(inc.ID), inc.Severity, plain(inc.Title)), 240)
}

// purposeOf begins the purpose; the rest changes with the incident.
func purposeOf(id int64) string { return fmt.Sprintf("Incident %d, ", id) }

// purposeUID stands before the UID with which a release before ended its purposes.
const purposeUID = " · "

var endsWithUID = lazyregexp.New(purposeUID + `[a-z2-7]{12}$`)

// purposeFits reports whether a purpose is that of this incident. sure is false when
// it says nothing against it and nothing that another incident of the same number
// could not say: it is empty yet, or names the number only.
func purposeFits(purpose string, inc incident.Incident) (fits, sure bool) {
	if inc.UID != "" && strings.HasSuffix(purpose, purposeUID+inc.UID) {
		return true, true
	}
	return purpose == "" || strings.HasPrefix(purpose, purposeOf(inc.ID)) && !endsWithUID.MatchString(purpose), false
}

// plain keeps words of people from being read as markup in a purpose.
func plain(s string) string { return strings.NewReplacer("<", "‹", ">", "›").Replace(s) }

// nth is the name that is tried when n-1 names were taken. Slack: 80 characters at most.
func nth(wanted string, n int) string {
	if n == 1 {
		return wanted
	}
	return fmt.Sprintf("%.76s-%d", wanted, n)
}

func (w *Workers) makeChannel(ctx context.Context, inc incident.Incident, wanted string, t try) (bot.Channel, error) {
	for n := 1; ; n++ {
		ch, err := w.Slack.CreateChannel(ctx, nth(wanted, n), inc.Private)
		if bot.CodeOf(err) != "name_taken" {
			return ch, err
		}
		if t.again() {
			ch, ok, err := w.ours(ctx, nth(wanted, n), inc, t)
			if ok && !ch.Member {
				return w.later(ctx, ch, inc, wanted, n, t)
			}
			if err != nil || ok {
				return ch, err
			}
		}
		if n == mostNames {
			return ch, err
		}
	}
}

// later finds the last channel that was made for the incident, beginning behind one that
// mayday is not in any more: it may have been in the archive when an attempt looked, which
// then made the next. Whoever archives a channel takes mayday out of it (Slack).
func (w *Workers) later(ctx context.Context, last bot.Channel, inc incident.Incident, wanted string, n int, t try) (bot.Channel, error) {
	for n++; n <= mostNames; n++ {
		ch, ok, err := w.ours(ctx, nth(wanted, n), inc, t)
		if err != nil {
			return bot.Channel{}, err
		}
		if ch.ID == "" {
			break
		}
		if ok {
			last = ch
		}
	}
	return last, nil
}

// ours finds out whether a channel was made by an earlier attempt for this
// incident: created by us, in use, and no other incident's. One whose purpose does
// not name the incident for sure must be younger than the wish for a channel: the
// database may have lost an incident with this number, whose channel stays.
func (w *Workers) ours(ctx context.Context, name string, inc incident.Incident, t try) (bot.Channel, bool, error) {
	ch, err := w.Slack.ChannelNamed(ctx, name)
	if bot.ClassOf(err) == bot.Gone {
		return ch, false, nil
	}
	if err != nil {
		return ch, false, err
	}
	me, err := w.Slack.Self(ctx)
	if err != nil {
		return ch, false, err
	}
	fits, sure := purposeFits(ch.Purpose, inc)
	if ch.Creator != me.UserID || ch.Archived || !fits || !sure && ch.Created.Before(t.Since.Add(-grace)) {
		return ch, false, nil
	}
	of, err := w.Store.InChannel(ctx, ch.ID)
	return ch, err == store.ErrNotFound || err == nil && of.ID == inc.ID, ignore(err, store.ErrNotFound)
}

func ignore(err, which error) error {
	if err == which {
		return nil
	}
	return err
}

// channelFailed records that there will be no channel: pages go out without it,
// and the announcement says why.
func channelFailed(w *Workers, ctx context.Context, fx incident.CreateChannel, why string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		if inc.ChannelID != "" {
			return incident.GaveUp(inc, "set the channel's purpose", why, now)
		}
		return incident.ChannelFailed(inc, why, now)
	})
}

// addBookmarks puts the runbook's links on the channel, or that of the tracking issue.
func (w *Workers) addBookmarks(ctx context.Context, fx incident.AddBookmarks, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || inc.ChannelID == "" {
		return err
	}
	var links []incident.Link
	switch {
	case fx.Tracking && inc.Track.URL == "": // deleted since; the issue in its place asks again
		return nil
	case fx.Tracking:
		links = []incident.Link{{Name: trackingBookmark, URL: inc.Track.URL}}
	case w.Bookmarks != nil:
		links = w.Bookmarks()
	}
	var marks []bot.Bookmark
	for _, l := range links {
		marks = append(marks, bot.Bookmark{Title: l.Name, Link: l.URL})
	}
	if err := w.Slack.Bookmarks(ctx, inc.ChannelID, marks...); err != nil {
		return err
	}
	return w.worked(ctx, inc, troubleMarks)
}

// invite brings people and contacts in. Contacts who cannot be found are told
// of where they are paged.
func (w *Workers) invite(ctx context.Context, fx incident.Invite, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || inc.ChannelID == "" {
		return err
	}
	people := fx.People
	for _, i := range fx.Contacts {
		if i >= len(inc.Policy.Contacts) {
			continue
		}
		found, _, err := w.turn(ctx, inc.Policy.Contacts[i])
		if err != nil && !final(err) {
			return err
		}
		people = append(people, found...)
	}
	if len(people) == 0 {
		return nil
	}
	wanted := fx.At
	if wanted.IsZero() {
		wanted = w.Store.Now() // a release before wanted it: all are invited
	}
	failed, err := w.bringIn(ctx, inc, wanted, people...)
	if err != nil || len(failed) == 0 {
		return err
	}
	return w.record(ctx, inc.Ref(), giveUp(troubleInvite, w.notInvited(ctx, failed)))
}

// notInvited names those whom Slack does not let in, and why.
func (w *Workers) notInvited(ctx context.Context, failed map[string]string) string {
	var list []string
	for _, id := range slices.Sorted(maps.Keys(failed)) {
		why := failed[id]
		if s, ok := explanations[why]; ok {
			why = s
		}
		list = append(list, fmt.Sprintf("%s (%s)", w.name(ctx, id), why))
	}
	return strings.Join(list, ", ")
}
