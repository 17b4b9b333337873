package workers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

const (
	// presentSurface begins the surfaces that say since when somebody is in the channel.
	presentSurface = "in/"
	// letInWithin is how long a page waits for Slack to answer the invitation of whom it calls. It goes without one as well.
	letInWithin = 1500 * time.Millisecond
	// presentWithin is how long what calls somebody in the channel, and the link in a page, wait for that.
	presentWithin = 3 * time.Second
)

// bringIn has people in the incident's channel who were not brought in since then, and
// names those whom Slack does not let in, with why.
func (w *Workers) bringIn(ctx context.Context, inc incident.Incident, since time.Time, people ...incident.Person) (refused map[string]string, err error) {
	if people, err = w.accountsOf(ctx, people); err != nil {
		return nil, err
	}
	people, err = w.absent(ctx, inc, since, people)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	// A page and the invitation of its own ask for the same at the same time.
	asked := w.inviting.DoChan(inc.ChannelID+" "+strings.Join(people, " "), func() (any, error) {
		at := w.Store.Now()
		refused, err := w.Slack.Invite(ctx, inc.ChannelID, people...)
		if err != nil {
			return refused, err
		}
		for _, p := range people {
			if refused[p] != "" {
				continue
			}
			if err := w.Store.SaveShown(ctx, inc.ID, presentSurface+p, store.Shown{Channel: inc.ChannelID, Digest: strconv.FormatInt(at.UnixMicro(), 10)}); err != nil {
				return refused, err
			}
		}
		return refused, nil
	})
	select {
	case got := <-asked:
		return got.Val.(map[string]string), got.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx) // another's question may have to wait longer than this one can
	}
}

// absent are those of some people who were not brought into the channel since then, each once.
func (w *Workers) absent(ctx context.Context, inc incident.Incident, since time.Time, people []incident.Person) ([]incident.Person, error) {
	people = slices.DeleteFunc(slices.Clone(people), func(p incident.Person) bool { return p == "" })
	if len(people) == 0 {
		return nil, nil
	}
	in, err := w.Store.ShownLike(ctx, inc.ID, presentSurface)
	if err != nil {
		return nil, err
	}
	slices.Sort(people)
	return slices.DeleteFunc(slices.Compact(people), func(p incident.Person) bool {
		sh := in[presentSurface+p]
		at, err := strconv.ParseInt(sh.Digest, 10, 64)
		return err == nil && sh.Channel == inc.ChannelID && at >= since.UnixMicro()
	}), nil
}

// letIn brings in whom a page is about to call, when Slack takes an invitation now: calling people waits for no rate.
// Whatever comes of it the page goes: the invitation has a job of its own, which says what Slack refused.
func (w *Workers) letIn(ctx context.Context, inc incident.Incident, p incident.Page, who incident.Person) {
	if inc.ChannelID == "" || inc.Away != "" {
		return
	}
	ctx, cancel := context.WithTimeout(bot.Patience(ctx, 0), letInWithin)
	defer cancel()
	if _, err := w.bringIn(ctx, inc, p.At, who); err != nil {
		w.Log.Info("somebody is paged before they are in the channel", zap.Int64("incident", inc.ID), zap.Error(err))
	}
}

// awaitPresent waits until people are in the channel who are about to be told of it, for
// a while after that was asked for: asked is by the database's clock.
func (w *Workers) awaitPresent(ctx context.Context, inc incident.Incident, asked, since time.Time, people ...incident.Person) error {
	if inc.Away != "" || w.Store.DatabaseTime().Sub(asked) > presentWithin {
		return nil
	}
	absent, err := w.absent(ctx, inc, since, people)
	if err == nil && len(absent) > 0 {
		return notYet(150 * time.Millisecond)
	}
	return err
}
