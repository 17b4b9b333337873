package chaos

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// told is an aloud event and where the database says that it was told.
type told struct {
	Doc incident.Event
	TS  string
}

// judge looks at every incident: each thing that was to be made or said is there
// once, in its order.
func (h *house) judge(declared int) {
	h.t.Helper()
	all := query[incident.Incident](h, `select doc from mayday.incident order by id`)
	titles := map[string]int{}
	for _, inc := range all {
		titles[strings.TrimSuffix(inc.Title, " --another")]++ // see declared
	}
	require.Len(h.t, titles, declared)
	for title, n := range titles {
		require.Equal(h.t, 1, n, "%q was declared %d times", title, n)
	}
	keyed := h.messages()
	channels, recorded := map[string][]string{}, map[string]slacksim.Channel{}
	for _, inc := range all {
		if c, ok := h.sim.Channel(inc.ChannelID); ok {
			recorded[fmt.Sprint(inc.ID)] = c
		}
	}
	for _, c := range h.sim.Channels() {
		if id, _, ok := strings.Cut(strings.TrimPrefix(c.Name, "inc-"), "-"); ok && strings.HasPrefix(c.Name, "inc-") {
			at, archived := h.meddled.archived[c.ID]
			if archived && c.Created.Before(recorded[id].Created) && at.Before(recorded[id].Created) {
				continue // somebody archived it before mayday heard that it is there, so that it had to make another
			}
			said := fmt.Sprintf("%s %s made %s", c.Name, c.ID, c.Created.Format(time.StampMicro))
			if archived {
				said += ", archived " + at.Format(time.StampMicro)
			}
			channels[id] = append(channels[id], said)
		}
	}
	require.Len(h.t, channels, len(all), "no channel of nobody")
	for _, inc := range all {
		j := judgement{h, inc, keyed}
		j.expect(len(channels[fmt.Sprint(inc.ID)]) == 1, "its channels are %v", channels[fmt.Sprint(inc.ID)])
		j.surfaces()
		j.reached()
		j.alerts()
		j.events()
		j.pages()
		j.postmortem()
		j.clocks()
	}
}

// identity is the UID behind the number in a key. A release that knows none writes the
// number alone, and here one number is one incident.
var identity = regexp.MustCompile(`^(\d+)\.[a-z2-7]{12}/`)

// messages are all that the program posted, by their key and then in order of time.
func (h *house) messages() map[string][]slacksim.Message {
	keyed := map[string][]slacksim.Message{}
	places := []string{}
	for _, c := range h.sim.Channels() {
		places = append(places, c.ID)
	}
	for _, u := range people() {
		places = append(places, h.sim.Direct(u.Name))
	}
	for _, place := range places {
		for _, m := range h.sim.Messages(place) {
			if m.Deleted {
				continue
			}
			for _, key := range keysOf(m.Metadata) {
				keyed[key] = append(keyed[key], m)
			}
		}
	}
	return keyed
}

// judgement is about one incident.
type judgement struct {
	h     *house
	inc   incident.Incident
	keyed map[string][]slacksim.Message
}

func (j judgement) expect(ok bool, format string, args ...any) {
	j.h.t.Helper()
	if !ok {
		j.h.t.Errorf("incident %d (%s, %s): %s", j.inc.ID, j.inc.Title, j.inc.Status, fmt.Sprintf(format, args...))
	}
}

func (j judgement) posted(what string) []slacksim.Message {
	return j.keyed[fmt.Sprintf("%d/%s", j.inc.ID, what)]
}

func (j judgement) surfaces() {
	j.expect(j.inc.ChannelID != "", "no channel: %s", j.inc.ChannelFailed)
	for _, s := range []string{"card", "announcement", "step"} {
		ms := j.present(s)
		missed := len(ms) == 0 && j.deleted(s) && (s == "step" || !j.inc.Status.Live()) // it looks as when it was deleted
		// Taken out before the steps stood, and over before it came back.
		missed = missed || len(ms) == 0 && s == "step" && !j.inc.Status.Live() && !j.member() && !j.stood(s)
		j.expect(len(ms) == 1 || missed, "%d messages are the %s", len(ms), s)
		if s == "card" && len(ms) == 1 {
			j.expect(ms[0].Pinned || j.h.meddled.unpinned[ms[0].TS], "the card is not pinned")
			j.expect(strings.Contains(string(ms[0].Blocks), string(j.inc.Status)) || j.left(), "the card shows another status")
		}
	}
	j.steps()
	for what := range j.inc.Troubles {
		j.expect(what == "invite people" && j.h.meddled.gone != "", "mayday gave up to %s: %s", what, j.whyGivenUp(what))
	}
}

// stood reports whether mayday ever posted the message of a surface, as far as it knows.
func (j judgement) stood(surface string) bool {
	return query[int](j.h, `select count(*)::int from mayday.surface where incident_id = $1 and surface = $2 and ts <> ''`, j.inc.ID, surface)[0] > 0
}

// steps can be marked at one place besides the card: what is left of a step message that moved says where.
func (j judgement) steps() {
	for key, ms := range j.keyed {
		if strings.HasPrefix(key, fmt.Sprintf("%d/above/", j.inc.ID)) {
			for _, m := range ms {
				j.expect(!strings.Contains(string(m.Blocks), `"button"`), "a step message that moved has buttons still")
			}
		}
	}
}

// whyGivenUp is what Slack or GitHub said the last time.
func (j judgement) whyGivenUp(what string) (why string) {
	for _, ev := range query[incident.Event](j.h, `select doc from mayday.event where incident_id = $1 order by seq`, j.inc.ID) {
		if ev.Kind == incident.EventGaveUp && ev.To == what {
			why = ev.Text
		}
	}
	return why
}

// events must be told once and in order; those that were told together share a message.
func (j judgement) events() {
	list := query[told](j.h, `select row(doc, coalesce(told_ts, '')) from mayday.event where incident_id = $1 and aloud order by seq`, j.inc.ID)
	first := map[string]int{}
	var order []string
	for _, e := range list {
		j.expect(e.TS != "", "event %d (%s) was never told", e.Doc.Seq, e.Doc.Kind)
		if _, ok := first[e.TS]; !ok {
			first[e.TS] = e.Doc.Seq
			order = append(order, e.TS)
		}
	}
	j.expect(slices.IsSortedFunc(order, cmp.Compare[string]), "told out of order: %v", order)
	for ts, seq := range first {
		ms := j.posted(fmt.Sprintf("event/%d", seq))
		j.expect(len(ms) == 1 && ms[0].TS == ts, "event %d was told %d times", seq, len(ms))
	}
	n := 0
	for key := range j.keyed {
		if strings.HasPrefix(key, fmt.Sprintf("%d/event/", j.inc.ID)) {
			n++
		}
	}
	j.expect(n == len(first), "%d messages tell %d things", n, len(first))
}

// pages reach each person once, and nobody after the acknowledgement.
func (j judgement) pages() {
	arrived := map[string]bool{}
	for key, ms := range j.keyed {
		rest, ok := strings.CutPrefix(key, fmt.Sprintf("%d/page/", j.inc.ID))
		if !ok {
			continue
		}
		page, _, _ := strings.Cut(rest, "/")
		arrived[page] = true
		j.expect(len(ms) == 1, "page %s arrived %d times", rest, len(ms))
	}
	for i, p := range j.inc.Pages {
		j.expect(p.DeliveredAt.IsZero() || arrived[fmt.Sprint(i)], "page %d is recorded as delivered, and did not arrive", i)
		answered := !j.inc.Status.Live() || j.inc.Acknowledged()
		j.expect(answered || arrived[fmt.Sprint(i)] || p.Failed != "", "page %d was lost", i)
	}
	acknowledged := false
	for _, ev := range query[incident.Event](j.h, `select doc from mayday.event where incident_id = $1 order by seq`, j.inc.ID) {
		acknowledged = acknowledged || ev.Kind == incident.EventAcknowledged
		j.expect(!acknowledged || ev.Kind != incident.EventPaged || ev.By != "", "paged after the acknowledgement, and nobody asked for it")
	}
}

func (j judgement) postmortem() {
	n := 0
	for _, i := range j.h.github.Issues() {
		marker, _, _ := strings.Cut(i.Body, "\n")
		if strings.HasPrefix(marker, "<!-- mayday-document ") && strings.Contains(marker, "postmortem") && strings.Contains(i.Title, j.inc.Title) {
			n++
		}
	}
	want := 0
	if j.inc.Status == incident.Resolved && j.inc.Rung().Postmortem != incident.NoPostmortem {
		want = 1
		j.expect(j.inc.PostmortemURL != "", "no post-mortem is recorded")
	}
	j.expect(n == want, "%d post-mortems instead of %d", n, want)
}

// chasing are the clocks that must be silent when an incident is over; others look
// after its papers.
var chasing = []string{string(incident.ClockRespondHalf), string(incident.ClockRespond), string(incident.ClockEscalate),
	string(incident.ClockResolve), string(incident.ClockUpdate), string(incident.ClockPageCheck)}

// clocks fire once for each time that they were set.
func (j judgement) clocks() {
	timers := query[string](j.h, `select clock from mayday.timer where incident_id = $1 and clock = any($2)`, j.inc.ID, chasing)
	j.expect(j.inc.Status.Live() || len(timers) == 0, "is over and has the clocks %v", timers)
	fired := map[string]int{}
	for _, ev := range query[incident.Event](j.h, `select doc from mayday.event where incident_id = $1 order by seq`, j.inc.ID) {
		if ev.Kind == incident.EventRespondBreached || ev.Kind == incident.EventRespondReminded {
			fired[fmt.Sprint(ev.Kind, " ", ev.Due)]++
		}
	}
	for what, n := range fired {
		j.expect(n == 1, "%s came %d times", what, n)
	}
	due := j.inc.DeclaredAt.Add(j.inc.Rung().Respond.D)
	if j.inc.Status.Live() && !j.inc.Acknowledged() && j.inc.Rung().Label != "P2" {
		_, told := j.inc.Plan.Breached[incident.ClockRespond]
		j.expect(told, "nobody acknowledged by %s, and nothing was said", due)
	}
}
