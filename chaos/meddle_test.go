package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// meddling is what people and administrators did to channels and messages under incidents.
type meddling struct {
	done []string // which acts, in order
	// deleted are the keys of messages that were deleted, and unpinned the timestamps of cards whose pin is gone.
	deleted, unpinned map[string]bool
	// archived is when channels, by their ids, were put into the archive first.
	archived map[string]time.Time
	// forbidden is until when mayday could not edit something, the last time.
	forbidden  time.Time
	restricted int    // how often that was
	gone       string // who was deactivated; "" for nobody
}

// acts are tried in turn in an order of chance; one that finds nothing to do does nothing.
var acts = []struct {
	name string
	do   func(h *house, r *rand.Rand) bool
}{
	{"kick", (*house).kick}, {"archive", (*house).archive}, {"delete", (*house).deleteSurface}, {"unpin", (*house).unpin},
	{"rename", (*house).renameAnnounce}, {"restrict", (*house).restrict}, {"deactivate", (*house).deactivate},
}

// meddle does what people do to Slack under an incident, one act after the other, until ctx is done. What is forbidden
// is allowed again, and what is archived comes back, before the next act.
func (h *house) meddle(ctx context.Context, r *rand.Rand) {
	h.meddled = meddling{deleted: map[string]bool{}, unpinned: map[string]bool{}, archived: map[string]time.Time{}}
	for ctx.Err() == nil {
		for _, i := range r.Perm(len(acts)) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Duration(400+r.IntN(1200)) * time.Millisecond):
			}
			if acts[i].do(h, r) {
				h.meddled.done = append(h.meddled.done, acts[i].name)
			}
		}
	}
}

// anIncidents is the channel of an incident; false while there is none.
func (h *house) anIncidents(r *rand.Rand) (slacksim.Channel, bool) {
	list := slices.DeleteFunc(h.sim.Channels(), func(c slacksim.Channel) bool { return !strings.HasPrefix(c.Name, "inc-") })
	if len(list) == 0 {
		return slacksim.Channel{}, false
	}
	return list[r.IntN(len(list))], true
}

func (h *house) kick(r *rand.Rand) bool {
	c, ok := h.anIncidents(r)
	return ok && h.sim.Kick("ana", c.ID, "mayday") == nil
}

func (h *house) archive(r *rand.Rand) bool {
	c, ok := h.anIncidents(r)
	at := time.Now()
	if !ok || h.sim.Archive("ana", c.ID) != nil {
		return false
	}
	if _, before := h.meddled.archived[c.ID]; !before {
		h.meddled.archived[c.ID] = at
	}
	time.Sleep(time.Duration(r.IntN(4000)) * time.Millisecond)
	if err := h.sim.Unarchive("ana", c.ID); err != nil {
		h.t.Errorf("ana cannot take #%s out of the archive: %v", c.Name, err)
	}
	return true
}

// announceChannel is where incidents are announced, whatever it is called now.
func (h *house) announceChannel() (slacksim.Channel, bool) {
	list := h.sim.Channels()
	i := slices.IndexFunc(list, func(c slacksim.Channel) bool {
		return c.Name == "incidents" || slices.Contains(c.Previous, "incidents")
	})
	if i < 0 {
		return slacksim.Channel{}, false
	}
	return list[i], true
}

// deleteSurface removes a card, a step message or an announcement as the workspace's retention does.
func (h *house) deleteSurface(r *rand.Rand) bool {
	place, ok := h.anIncidents(r)
	if r.IntN(3) == 0 {
		place, ok = h.announceChannel()
	}
	if !ok {
		return false
	}
	type one struct{ ts, key string }
	var list []one
	for _, m := range h.sim.Messages(place.ID) {
		for _, key := range keysOf(m.Metadata) {
			if _, surface, _ := strings.Cut(key, "/"); !m.Deleted && slices.Contains([]string{"card", "step", "announcement"}, surface) {
				list = append(list, one{m.TS, key})
			}
		}
	}
	if len(list) == 0 {
		return false
	}
	x := list[r.IntN(len(list))]
	h.meddled.deleted[x.key] = true
	h.sim.Expire(place.ID, x.ts)
	return true
}

func (h *house) unpin(r *rand.Rand) bool {
	c, ok := h.anIncidents(r)
	if !ok {
		return false
	}
	for _, m := range h.sim.Messages(c.ID) {
		if m.Pinned && !m.Deleted {
			h.meddled.unpinned[m.TS] = true
			return h.sim.Unpin("ana", c.ID, m.TS) == nil
		}
	}
	return false
}

// renameAnnounce waits for the first announcement: before it no process may have looked for the channel, and one that
// has another name by then is not there for anybody who only knows the old one.
func (h *house) renameAnnounce(r *rand.Rand) bool {
	c, ok := h.announceChannel()
	if !ok || !slices.ContainsFunc(h.sim.Messages(c.ID), func(m slacksim.Message) bool { return len(keysOf(m.Metadata)) > 0 }) {
		return false
	}
	return h.sim.Rename("ben", c.ID, fmt.Sprintf("news-%d", r.IntN(1_000_000))) == nil
}

func (h *house) restrict(r *rand.Rand) bool {
	h.sim.Restrict(slacksim.Restrictions{NoUpdate: true, NoDelete: r.IntN(2) == 0})
	time.Sleep(time.Duration(500+r.IntN(3000)) * time.Millisecond)
	h.sim.Restrict(slacksim.Restrictions{})
	h.meddled.forbidden = time.Now()
	h.meddled.restricted++
	return true
}

// deactivate ends the account of somebody who is paged now and then, once.
func (h *house) deactivate(*rand.Rand) bool {
	if h.meddled.gone != "" || len(h.meddled.done) < 4 {
		return false
	}
	h.meddled.gone = "zoe"
	h.sim.Deactivate("zoe")
	return true
}

// afterMeddling has every process look at everything, as it does when it starts, and has people change what goes on.
func (h *house) afterMeddling() {
	h.t.Helper()
	for _, x := range h.replicas {
		if _, err := x.stop(15 * time.Second); err != nil {
			h.t.Errorf("SIGTERM: %v", err)
		}
		x.start()
		x.ready()
	}
	for _, id := range query[int64](h, `select id from mayday.incident where status in ('open', 'investigating', 'identified', 'monitoring') order by id`) {
		if !h.types("ana", "general", fmt.Sprintf("/incident update #%d the last word", id)) {
			h.t.Errorf("incident %d: the last word was never answered", id)
		}
	}
}

// outOfDate reports whether a message was overtaken and could not be removed, which is said in its thread.
func (j judgement) outOfDate(surface string, m slacksim.Message) bool {
	return len(j.posted("old/"+surface+"/"+m.TS)) > 0
}

// present are the messages of a surface that stand for it now.
func (j judgement) present(surface string) []slacksim.Message {
	return slices.DeleteFunc(slices.Clone(j.posted(surface)), func(m slacksim.Message) bool { return j.outOfDate(surface, m) })
}

// deleted reports whether people deleted the message of a surface, which is drawn again when it would look different.
func (j judgement) deleted(surface string) bool {
	return j.h.meddled.deleted[fmt.Sprintf("%d/%s", j.inc.ID, surface)]
}

// reached holds that mayday is in the channel of an incident that goes on, and knows it.
func (j judgement) reached() {
	if !j.inc.Status.Live() {
		return
	}
	j.expect(j.inc.Away == "", "its channel is taken to be %q", j.inc.Away)
	j.expect(j.member(), "mayday is not in its channel")
}

// left reports whether the incident is over and mayday, taken out of its channel, could not edit what stands there:
// it comes back only to say what it has to. Out of a public channel it can, unless Slack forbade it at the time.
func (j judgement) left() bool {
	ended := j.inc.EndedAt
	if ended.IsZero() {
		ended = j.inc.ResolvedAt
	}
	unheard := j.inc.Private || j.inc.Away == incident.Archived || ended.Before(j.h.meddled.forbidden)
	return !j.inc.Status.Live() && !j.member() && unheard
}

// member reports whether mayday is in the incident's channel.
func (j judgement) member() bool {
	c, _ := j.h.sim.Channel(j.inc.ChannelID)
	return slices.Contains(c.Members, j.h.sim.BotUser().ID)
}

// alerts that were told where people hear them say so once they are over, unless mayday could not edit after that.
func (j judgement) alerts() {
	for _, a := range j.inc.Alerts {
		for _, what := range []string{fmt.Sprintf("alarm/%d", a.Seq), fmt.Sprintf("alarm/%d/lead", a.Seq)} {
			ms := j.posted(what)
			j.expect(len(ms) <= 1, "%s was sounded %d times", what, len(ms))
			if len(ms) == 0 || a.Over.Before(j.h.meddled.forbidden) {
				continue
			}
			says := strings.Contains(string(ms[0].Blocks), "Before: ")
			j.expect(says == !a.Over.IsZero(), "%s (%s, %q) says that it is over: %t", what, a.Kind, a.End, says)
		}
	}
}
