package workers

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
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
func (w *Workers) ring(ctx context.Context, p paging, who incident.Person) (arrived bool, err error) {
	mine := store.Call{Incident: p.inc.ID, Page: p.page, Person: who}
	if i := slices.IndexFunc(p.calls, mine.Same); i >= 0 && stands(p.calls[i].Shown) {
		return true, nil
	}
	channel, err := w.direct(ctx, who)
	if err != nil {
		return false, err
	}
	w.meet(ctx, p.inc, p.inc.DeclaredBy, p.inc.Pages[p.page].By)
	alone, err := w.Store.Alone(ctx, "ring/"+channel, func(ctx context.Context) (err error) {
		arrived, err = w.ringFor(ctx, channel, mine, p.left)
		return err
	})
	switch {
	case bot.CodeOf(err) == "channel_not_found":
		w.directs.Delete(who) // it may be another one by now
	case bot.ClassOf(err) == bot.RateLimited:
		_, failed := w.Store.Enqueue(ctx, channel, mine)
		return false, errors.Join(err, failed)
	case err == nil && !alone:
		waiting, err := w.Store.Enqueue(ctx, channel, mine)
		return false, cmp.Or(err, notYet(inLine(waiting)))
	}
	return arrived, err
}

// inLine is the pause of a page in a line of so many. A message takes MostPages along, and whoever's turn it is takes the
// gravest: all that wait ask a hundred times a second together, however many they are. Half of it more or less keeps those from asking
// at once who came at once.
func inLine(waiting int) time.Duration {
	messages := (waiting + blocks.MostPages - 1) / blocks.MostPages
	if messages <= 1 {
		return ringAgain
	}
	return time.Duration(float64(messages) * float64(ringAgain) * (0.5 + rand.Float64()))
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
// fill a message; left is told when it leaves. Alone. The line is read once, in the turn of the call; where something
// in it may have been posted before, that is found out first, and the call waits for another turn.
func (w *Workers) ringFor(ctx context.Context, channel string, mine store.Call, left func()) (arrived bool, err error) {
	var list []store.Call
	var posted bot.Posted
	for looked := false; ; looked = true {
		posted, err = w.Slack.PostOnTurn(bot.OwnChannel(ctx), channel, func(ctx context.Context) (bot.Message, error) {
			m, marked, err := w.compose(ctx, channel, mine, looked)
			if err == nil {
				list = marked
				left()
			}
			return m, err
		})
		if !errors.Is(err, errUnsure) {
			break
		}
		if err := w.reconcileLine(ctx, channel, mine); err != nil {
			return false, err
		}
	}
	switch {
	case errors.Is(err, errStands):
		return true, nil
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

var (
	// errNobodyWaits: whoever was to be called need not be any more.
	errNobodyWaits = errors.New("nobody is to be called any more")
	// errStands: it was posted before.
	errStands = errors.New("the page stands already")
	// errUnsure: something in the line may have been posted before.
	errUnsure = errors.New("what was posted before is not known")
)

// compose puts together what a person is to be told now, the gravest first, and writes
// down that it is about to be posted. Once it was looked what was posted before, what is still under way is somebody else's.
func (w *Workers) compose(ctx context.Context, channel string, mine store.Call, looked bool) (bot.Message, []store.Call, error) {
	line, err := w.Store.Line(ctx, channel, mine)
	if err != nil {
		return bot.Message{}, nil, err
	}
	if slices.ContainsFunc(line.Calls, func(c store.Call) bool { return c.Same(mine) && stands(c.Shown) }) {
		return bot.Message{}, nil, errStands
	}
	if !looked && slices.ContainsFunc(line.Calls, tried) {
		return bot.Message{}, nil, errUnsure
	}
	pages := w.callings(slices.DeleteFunc(line.Calls, tried), line.Incidents)
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
	pages = inOneMessage(pages, mine, line.Share)
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

// tried reports whether a call is under way, or its outcome unknown.
func tried(c store.Call) bool { return !c.TriedAt.IsZero() }

// inOneMessage are those of the pages that wait, the gravest first, which a message takes: mine alone where it may not stand
// for several.
func inOneMessage(pages []calling, mine store.Call, share bool) []calling {
	if share {
		return pages[:min(len(pages), blocks.MostPages)]
	}
	i := max(0, slices.IndexFunc(pages, func(p calling) bool { return p.call.Same(mine) }))
	return pages[i : i+1]
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
	return w.callings(list, incs), err
}

// callings are calls with what they are of.
func (w *Workers) callings(list []store.Call, incs map[int64]incident.Incident) (pages []calling) {
	for _, c := range list {
		if inc, ok := incs[c.Incident]; ok && c.Page < len(inc.Pages) {
			pages = append(pages, calling{blocks.Paged{Incident: w.remembered(inc), Page: inc.Pages[c.Page], To: c.Person}, c})
		}
	}
	return pages
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
	line, err := w.Store.Line(ctx, channel, mine)
	if err != nil {
		return err
	}
	pages := w.callings(slices.DeleteFunc(line.Calls, func(c store.Call) bool { return !tried(c) }), line.Incidents)
	if len(pages) == 0 {
		return nil
	}
	since := pages[0].call.TriedAt
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
