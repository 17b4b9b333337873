package workers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// ringAgain is the pause of a page whose person is being written to: what is being
// written takes it along, or its own turn comes next.
const ringAgain = 200 * time.Millisecond

// ring has a page stand in the direct conversation with somebody, once; arrived is false
// when it is not wanted there any more. One call at a time writes to a person; when its
// turn at Slack has come it takes along all that wait for the same person, because Slack
// takes one message a second there.
func (w *Workers) ring(ctx context.Context, inc incident.Incident, page int, who incident.Person) (arrived bool, err error) {
	mine := store.Call{Incident: inc.ID, Page: page, Person: who}
	sh, err := w.Store.Shown(ctx, inc.ID, mine.Surface())
	if err != nil || stands(sh) {
		return err == nil, err
	}
	channel, err := w.direct(ctx, who)
	if err != nil {
		return false, err
	}
	w.meet(ctx, inc, inc.DeclaredBy, inc.Pages[page].By)
	alone, err := w.Store.Alone(ctx, "ring/"+channel, func(ctx context.Context) (err error) {
		arrived, err = w.ringFor(ctx, channel, mine)
		return err
	})
	switch {
	case bot.CodeOf(err) == "channel_not_found":
		w.directs.Delete(who) // it may be another one by now
	case bot.ClassOf(err) == bot.RateLimited:
		return false, errors.Join(err, w.Store.Enqueue(ctx, channel, mine))
	case err == nil && !alone:
		return false, cmp.Or(w.Store.Enqueue(ctx, channel, mine), notYet(ringAgain))
	}
	return arrived, err
}

// stands reports whether it is known that a message stands.
func stands(sh store.Shown) bool { return sh.TS != "" && sh.TriedAt.IsZero() }

// direct is the conversation with a person, which stays the same once it was opened. Who
// asks while it is being opened waits for that.
func (w *Workers) direct(ctx context.Context, who incident.Person) (channel string, err error) {
	opened, err, _ := w.opening.Do(who, func() (any, error) {
		if known, ok := w.directs.Load(who); ok {
			return known, nil
		}
		channel, err := w.Slack.Direct(ctx, who)
		if err == nil {
			w.directs.Store(who, channel)
		}
		return channel, err
	})
	return opened.(string), err
}

// ringFor posts what waits in a direct conversation, mine among it unless the gravest
// fill a message. Alone.
func (w *Workers) ringFor(ctx context.Context, channel string, mine store.Call) (arrived bool, err error) {
	if err := w.reconcileLine(ctx, channel, mine); err != nil {
		return false, err
	}
	sh, err := w.Store.Shown(ctx, mine.Incident, mine.Surface())
	if err != nil || stands(sh) {
		return err == nil, err
	}
	var list []store.Call
	posted, err := w.Slack.PostOnTurn(bot.OwnChannel(ctx), channel, func(ctx context.Context) (bot.Message, error) {
		m, marked, err := w.compose(ctx, channel, mine)
		if err == nil {
			list = marked
		}
		return m, err
	})
	switch {
	case errors.Is(err, errNobodyWaits):
		return false, nil
	case undone(err) && len(list) > 0:
		return false, errors.Join(err, w.Store.SaveCalls(ctx, untold(list)))
	case err != nil:
		return false, err
	}
	for i := range list {
		list[i].Channel, list[i].TS = posted.Channel, posted.TS
		arrived = arrived || list[i].Same(mine)
	}
	if err := w.Store.SaveCalls(ctx, list); err != nil || arrived {
		return arrived, err
	}
	return false, notYet(ringAgain)
}

// untold are calls that stand nowhere, after all.
func untold(list []store.Call) []store.Call {
	for i := range list {
		list[i].TS, list[i].Digest, list[i].Revision = "", "", 0
	}
	return list
}

// errNobodyWaits: whoever was to be called need not be any more.
var errNobodyWaits = errors.New("nobody is to be called any more")

// compose puts together what a person is to be told now, the gravest first, and writes
// down that it is about to be posted.
func (w *Workers) compose(ctx context.Context, channel string, mine store.Call) (bot.Message, []store.Call, error) {
	line, err := w.Store.Line(ctx, channel)
	if err != nil {
		return bot.Message{}, nil, err
	}
	if !slices.ContainsFunc(line, func(c store.Call) bool { return c.Same(mine) }) {
		line = append(line, mine)
	}
	line = slices.DeleteFunc(line, func(c store.Call) bool { return !c.TriedAt.IsZero() })
	pages, err := w.pagesOf(ctx, line)
	if err != nil {
		return bot.Message{}, nil, err
	}
	var gone []store.Call
	pages = slices.DeleteFunc(pages, func(p calling) bool {
		over := p.Page.Failed != "" || answered(p.Incident, p.call.Page)
		if over {
			gone = append(gone, p.call)
		}
		return over
	})
	if len(gone) > 0 {
		if err := w.Store.LeaveLine(ctx, gone); err != nil {
			return bot.Message{}, nil, err
		}
	}
	if len(pages) == 0 {
		return bot.Message{}, nil, errNobodyWaits
	}
	slices.SortStableFunc(pages, func(a, b calling) int {
		return cmp.Or(cmp.Compare(a.Incident.Policy.Rank(a.Incident.Severity), b.Incident.Policy.Rank(b.Incident.Severity)), cmp.Compare(a.Incident.ID, b.Incident.ID))
	})
	if pages, err = w.inOneMessage(ctx, pages, mine); err != nil {
		return bot.Message{}, nil, err
	}
	m, list := w.pageMessage(pages)
	waiting := make([]store.Call, len(pages))
	for i, p := range pages {
		waiting[i], list[i].Channel = p.call, channel
	}
	if err := w.Store.Calling(ctx, channel, waiting); err != nil {
		return m, list, err
	}
	for _, p := range pages {
		w.Metrics.paged(p.Page.Wanted(), w.Store.Now())
	}
	return m, list, nil
}

// inOneMessage are those of the pages that wait, the gravest first, which a message takes.
func (w *Workers) inOneMessage(ctx context.Context, pages []calling, mine store.Call) ([]calling, error) {
	if len(pages) == 1 {
		return pages, nil
	}
	may, err := w.Store.MayShareMessages(ctx)
	if err != nil || may {
		return pages[:min(len(pages), blocks.MostPages)], err
	}
	i := max(0, slices.IndexFunc(pages, func(p calling) bool { return p.call.Same(mine) }))
	return pages[i : i+1], nil
}

// calling is a call with the page that it is of.
type calling struct {
	blocks.Paged
	call store.Call
}

// pagesOf reads what calls are of; those whose incident is gone are left out.
func (w *Workers) pagesOf(ctx context.Context, list []store.Call) ([]calling, error) {
	var ids []int64
	for _, c := range list {
		ids = append(ids, c.Incident)
	}
	incs, err := w.Store.IncidentsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var pages []calling
	for _, c := range list {
		if inc, ok := incs[c.Incident]; ok && c.Page < len(inc.Pages) {
			pages = append(pages, calling{blocks.Paged{Incident: w.remembered(inc), Page: inc.Pages[c.Page], To: c.Person}, c})
		}
	}
	return pages, nil
}

// pageMessage is what stands for some pages, and their calls as they are once it stands.
func (w *Workers) pageMessage(pages []calling) (bot.Message, []store.Call) {
	var paged []blocks.Paged
	var keys []string
	for _, p := range pages {
		paged = append(paged, p.Paged)
		keys = append(keys, key(p.Incident.Ref(), p.call.Surface()))
	}
	m := blocks.Pages(paged, w.Store.Now())
	d := digest(m)
	var list []store.Call
	for _, p := range pages {
		c := p.call
		c.Revision, c.Digest = p.Incident.Revision, d
		list = append(list, c)
	}
	return bot.Message{Text: m.Text, Blocks: m.Blocks, Key: keys[0], Also: keys[1:]}, list
}

// reconcileLine finds out what became of the calls in a line, and of mine, that were tried
// with an unknown outcome, by one look at the conversation. How those look that stand is not known.
func (w *Workers) reconcileLine(ctx context.Context, channel string, mine store.Call) error {
	line, err := w.Store.Line(ctx, channel)
	if err != nil {
		return err
	}
	if mine.Shown, err = w.Store.Shown(ctx, mine.Incident, mine.Surface()); err != nil {
		return err
	}
	if !slices.ContainsFunc(line, func(c store.Call) bool { return c.Same(mine) }) {
		line = append(line, mine)
	}
	line = slices.DeleteFunc(line, func(c store.Call) bool { return c.TriedAt.IsZero() })
	if len(line) == 0 {
		return nil
	}
	pages, err := w.pagesOf(ctx, line)
	if err != nil {
		return err
	}
	since := line[0].TriedAt
	var keys []string
	for _, p := range pages {
		if p.call.TriedAt.Before(since) {
			since = p.call.TriedAt
		}
		keys = append(keys, key(p.Incident.Ref(), p.call.Surface()))
	}
	if err := settle(ctx, since); err != nil {
		return err
	}
	found, err := w.Slack.SentAny(ctx, channel, "", keys, since.Add(-grace))
	if err != nil {
		return err
	}
	var list []store.Call
	for i, p := range pages {
		c := p.call
		if ts := found[keys[i]]; ts != "" {
			c.TS = ts
		}
		c.Channel, c.Digest, c.Revision = channel, "", 0
		list = append(list, c)
	}
	return w.Store.SaveCalls(ctx, list)
}

// showPages brings the direct messages of an incident's pages up to date: they get the
// link to its channel, and lose their button once somebody acknowledged. One that is on
// its way is left to its sender while nobody has answered, who looks afterwards. asked is when that was wanted.
func (w *Workers) showPages(ctx context.Context, ref incident.Ref, asked time.Time) error {
	inc, err := w.Store.Incident(ctx, ref)
	if err != nil {
		return err
	}
	list, err := w.Store.ShownPages(ctx, inc.ID)
	if err != nil {
		return err
	}
	if err := w.awaitLink(ctx, inc, list, asked); err != nil {
		return err
	}
	w.meet(ctx, inc, inc.DeclaredBy, inc.AcknowledgedBy, inc.ResolvedBy, inc.EndedBy)
	var failed error
	for _, c := range list {
		if c.Page >= len(inc.Pages) || c.TS == "" && (c.TriedAt.IsZero() || !answered(inc, c.Page)) {
			continue
		}
		if c.TS == "" {
			if c, err = w.standing(ctx, c); err != nil && !final(err) {
				failed = err
			}
		}
		if c.TS == "" {
			continue
		}
		if err := w.redraw(ctx, c.Channel, c.TS); err != nil && !final(err) {
			failed = err
		}
	}
	return failed
}

// awaitLink waits for the invitation of those whose pages are about to link the channel,
// which they may not see without.
func (w *Workers) awaitLink(ctx context.Context, inc incident.Incident, list []store.Call, asked time.Time) error {
	if inc.ChannelID == "" || !inc.Status.Live() {
		return nil
	}
	var people []incident.Person
	for _, c := range list {
		if c.TS != "" && c.Page < len(inc.Pages) && !answered(inc, c.Page) {
			people = append(people, c.Person)
		}
	}
	return w.awaitPresent(ctx, inc, asked, time.Time{}, people...)
}

// standing finds what an attempt of unknown outcome left with a person, if anything.
func (w *Workers) standing(ctx context.Context, c store.Call) (store.Call, error) {
	channel, err := w.direct(ctx, c.Person)
	if err != nil {
		return c, err
	}
	alone, err := w.Store.Alone(ctx, "ring/"+channel, func(ctx context.Context) error { return w.reconcileLine(ctx, channel, c) })
	if err == nil && !alone {
		err = notYet(ringAgain)
	}
	if err != nil {
		return c, err
	}
	c.Shown, err = w.Store.Shown(ctx, c.Incident, c.Surface())
	return c, err
}

// redraw edits a direct message to show all that it stands for.
func (w *Workers) redraw(ctx context.Context, channel, ts string) error {
	alone, err := w.Store.Alone(ctx, "message/"+channel+"/"+ts, func(ctx context.Context) error {
		list, err := w.Store.Sharing(ctx, channel, ts)
		if err != nil || len(list) == 0 {
			return err
		}
		if list, err = w.settled(ctx, list); err != nil {
			return err
		}
		pages, err := w.pagesOf(ctx, list)
		if err != nil || len(pages) == 0 {
			return err
		}
		m, drawn := w.pageMessage(pages)
		if !slices.ContainsFunc(pages, func(p calling) bool { return p.call.Digest != drawn[0].Digest }) {
			return nil
		}
		marked := false // Slack may ask for a pause, and the call be made again
		err = w.Slack.Edit(bot.OnTurn(ctx, func(ctx context.Context) (err error) {
			if !marked {
				err = w.Store.Calling(ctx, channel, list)
				marked = err == nil
			}
			return err
		}), channel, ts, m)
		switch {
		case bot.CodeOf(err) == "message_not_found": // somebody deleted it, who has seen it
			return w.Store.SaveCalls(ctx, drawn)
		case undone(err):
			if marked {
				err = errors.Join(err, w.Store.SaveCalls(ctx, list))
			}
			return err
		case err != nil:
			return err
		}
		return w.Store.SaveCalls(ctx, drawn)
	})
	if err == nil && !alone {
		return notYet(ringAgain)
	}
	return err
}

// settled waits until no earlier edit of a message can be under way, and writes down
// that it is not known how the message looks.
func (w *Workers) settled(ctx context.Context, list []store.Call) ([]store.Call, error) {
	i := slices.IndexFunc(list, func(c store.Call) bool { return !c.TriedAt.IsZero() })
	if i < 0 {
		return list, nil
	}
	if err := settle(ctx, list[i].TriedAt); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Digest, list[i].Revision, list[i].TriedAt = "", 0, time.Time{}
	}
	return list, w.Store.SaveCalls(ctx, list)
}
