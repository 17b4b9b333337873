package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"mayday/bot"
	"mayday/cmd/mayday/program"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/postmortem"
	githubsim "mayday/sim/github"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// historyDays is how far back the demo's team remembers.
const historyDays = 21

// factHistory holds the number of the last incident that was made up, or historyBegun until all of them were.
const factHistory, historyBegun = "demo/history", "begun"

// errHalfMade says that the history of a database was begun and never finished: its demo has to start over.
var errHalfMade = errors.New("the history is half made")

// calendar is the clock of the demo's GitHub: the machine's own, but while the history is made up. The workspace keeps
// to the machine's, because a page knows it by when its first channel was made.
type calendar struct {
	mu sync.Mutex
	at time.Time
}

// Now is the moment that is played.
func (c *calendar) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

// Wait returns at once: nothing runs by itself while the history is made up.
func (*calendar) Wait(context.Context, time.Time, <-chan struct{}) {}

// set moves it; the zero time gives the machine's clock back.
func (c *calendar) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// history is what the demo's team did before somebody opened the page. All of it is decided as it would have been and
// goes through the doors of the program; only what would have been told in Slack is left out.
type history struct {
	ctx     context.Context
	clock   *calendar
	st      *store.Store
	rb      *playbooks.Runbook
	slack   *bot.Client
	github  *postmortem.GitHub
	zone    *time.Location
	roundAt time.Duration
	home    string
	ids     map[string]incident.Person
	names   map[incident.Person]string
	// today is when this day began.
	today time.Time
}

// makeHistory fills a database in which nothing ever happened. The team's nightly backup ran in any case. errHalfMade is
// returned where it was interrupted the last time.
func makeHistory(ctx context.Context, clock *calendar, c program.Config, sim *slacksim.Sim, github *githubsim.Sim) (err error) {
	defer clock.set(time.Time{})
	st, err := store.Open(ctx, store.Config{URL: c.DatabaseURL.Reveal(), Clock: clock})
	if err != nil {
		return err
	}
	defer st.Close()
	h := &history{ctx: ctx, clock: clock, st: st, zone: c.Zone, roundAt: c.RoundsAt, ids: map[string]incident.Person{}, names: map[incident.Person]string{}}
	now := time.Now().In(h.zone)
	h.today = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, h.zone)
	for _, u := range demoUsers() {
		if found, ok := sim.UserByName(u.Name); ok {
			h.ids[u.Name], h.names[found.ID] = found.ID, u.RealName
		}
	}
	before, err := st.List(ctx, store.Filter{Limit: 1, Visible: h.ids["ana"]})
	if err != nil {
		return err
	}
	made, err := st.Fact(ctx, factHistory)
	switch {
	case err != nil:
		return err
	case made == historyBegun:
		return errHalfMade
	case len(before) == 0:
		if err := h.make(c, sim, github); err != nil {
			return fmt.Errorf("make up what the team did before: %w", err)
		}
	}
	ran := h.night(0, 2*time.Hour+10*time.Minute)
	if ran.After(now) {
		ran = ran.AddDate(0, 0, -1)
	}
	clock.set(ran)
	return st.Beat(ctx, backupSource)
}

func (h *history) make(c program.Config, sim *slacksim.Sim, github *githubsim.Sim) (err error) {
	h.slack = bot.NewClient(bot.ClientConfig{BotToken: bot.Secret(sim.BotToken()), APIURL: sim.APIURL()})
	defer h.slack.Close()
	if h.github, err = postmortem.NewGitHub(c.GitHub); err != nil {
		return err
	}
	h.rb = playbooks.Default(playbooks.ReadOptions{Hours: c.Hours})
	if h.home, err = h.st.Installation(h.ctx); err != nil {
		return err
	}
	if err := h.st.SaveFact(h.ctx, factHistory, historyBegun); err != nil {
		return err
	}
	last := int64(0)
	for _, p := range pastIncidents() {
		if last, err = h.live(p); err != nil {
			return fmt.Errorf("%s: %w", p.title, err)
		}
	}
	if err := h.rounds(); err != nil {
		return err
	}
	if err := h.alerts(); err != nil {
		return err
	}
	if err := h.deployments(); err != nil {
		return err
	}
	return h.st.SaveFact(h.ctx, factHistory, fmt.Sprint(last))
}

// night is a time of day some days ago.
func (h *history) night(days int, at time.Duration) time.Time {
	d := h.today.AddDate(0, 0, -days)
	return time.Date(d.Year(), d.Month(), d.Day(), int(at/time.Hour), int(at%time.Hour/time.Minute), 0, 0, h.zone)
}

// past is an incident of the weeks before.
type past struct {
	days                          int
	at                            time.Duration
	severity, scenario, title, by string
	drill                         bool
	deeds                         []deed
}

// deed is what somebody did, so long after the declaration.
type deed struct {
	after time.Duration
	do    func(h *history, inc incident.Incident, now time.Time) (incident.Change, error)
}

func verb(after time.Duration, who string, do func(inc incident.Incident, by incident.Person, now time.Time) (incident.Change, error)) deed {
	return deed{after, func(h *history, inc incident.Incident, now time.Time) (incident.Change, error) {
		return do(inc, h.ids[who], now)
	}}
}

func acked(after time.Duration, who string) deed { return verb(after, who, incident.Acknowledge) }

func did(after time.Duration, who string, step int) deed {
	return verb(after, who, func(inc incident.Incident, by incident.Person, now time.Time) (incident.Change, error) {
		return incident.MarkStep(inc, by, incident.StepRef{Number: step}, incident.StepDone, "", now)
	})
}

func skipped(after time.Duration, who string, step int, why string) deed {
	return verb(after, who, func(inc incident.Incident, by incident.Person, now time.Time) (incident.Change, error) {
		return incident.MarkStep(inc, by, incident.StepRef{Number: step}, incident.StepSkipped, why, now)
	})
}

func told(after time.Duration, who, text string) deed {
	return verb(after, who, func(inc incident.Incident, by incident.Person, now time.Time) (incident.Change, error) {
		return incident.Announce(inc, by, text, 0, now)
	})
}

func resolved(after time.Duration, who, why string) deed {
	return verb(after, who, func(inc incident.Incident, by incident.Person, now time.Time) (incident.Change, error) {
		return incident.Resolve(inc, by, why, now)
	})
}

// todo is a follow-up that is due so many days later.
func todo(after time.Duration, owner, text string, days int) deed {
	return deed{after, func(h *history, inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AddActionDue(inc, h.ids["ana"], h.ids[owner], text, incident.EndOfDay(now.In(h.zone), days), now)
	}}
}

// closed puts the incident away, with its post-mortem and its follow-ups.
func closed(after time.Duration, who string) deed { return verb(after, who, incident.Close) }

// live plays an incident from its declaration to the end of what was done.
func (h *history) live(p past) (number int64, err error) {
	begun := h.night(p.days, p.at)
	h.clock.set(begun)
	pb, _ := h.rb.Scenario(p.scenario)
	inc, err := h.st.Declare(h.ctx, nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		c, err := incident.Declare(ref, incident.Declaration{Title: p.title, Severity: p.severity, Playbook: pb, Policy: h.rb.Policy, By: h.ids[p.by], Drill: p.drill}, now)
		return quietly(c), err
	})
	if err != nil {
		return 0, err
	}
	ch, err := h.slack.CreateChannel(h.ctx, inc.NameForChannel(), false)
	if err != nil {
		return 0, err
	}
	ref := inc.Ref()
	if err := h.change(ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, ch.ID, ch.Name, now)
	}); err != nil {
		return 0, err
	}
	for _, d := range p.deeds {
		if err := h.until(ref, begun.Add(d.after)); err != nil {
			return 0, err
		}
		if err := h.change(ref, func(inc incident.Incident, now time.Time) (incident.Change, error) { return d.do(h, inc, now) }); err != nil {
			return 0, err
		}
		if err := h.papers(ref); err != nil {
			return 0, err
		}
	}
	return inc.ID, h.until(ref, h.today)
}

// quietly leaves out what would be done in Slack: that was long ago.
func quietly(c incident.Change) incident.Change {
	c.Silent = c.Silent || len(c.Effects) > 0 // the row changed, though nobody is told
	c.Effects = nil
	for i := range c.Events {
		c.Events[i].Aloud = false
	}
	return c
}

func (h *history) change(ref incident.Ref, decide store.Decision) error {
	_, err := h.st.Update(h.ctx, ref, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := decide(inc, now)
		return quietly(c), err
	})
	return err
}

// until lets the clocks of an incident run out up to a moment, in a world in which every page arrives at once.
func (h *history) until(ref incident.Ref, end time.Time) error {
	for {
		inc, err := h.st.Incident(h.ctx, ref)
		if err != nil {
			return err
		}
		for i, p := range inc.Pages {
			if p.DeliveredAt.IsZero() && p.Failed == "" {
				who := h.ids[h.contact(inc, p)]
				if err := h.change(ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
					return incident.PageDelivered(inc, i, []incident.Person{who}, now)
				}); err != nil {
					return err
				}
			}
		}
		if inc, err = h.st.Incident(h.ctx, ref); err != nil {
			return err
		}
		ts := inc.Timers()
		if len(ts) == 0 || ts[0].Due.After(end) {
			h.clock.set(end)
			return nil
		}
		h.clock.set(ts[0].Due)
		if err := h.change(ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Fire(inc, ts[0], now)
		}); err != nil {
			return err
		}
		if err := h.review(ref); err != nil {
			return err
		}
	}
}

// review answers the clock that asks how the post-mortem is.
func (h *history) review(ref incident.Ref) error {
	inc, err := h.st.Incident(h.ctx, ref)
	if err != nil || inc.Review.AskedAt.IsZero() || inc.PostmortemNumber == 0 {
		return err
	}
	issue, err := h.github.Issue(h.ctx, inc.PostmortemNumber)
	if err != nil {
		return err
	}
	return h.change(ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PostmortemReviewed(inc, incident.ReviewPostmortem{Ref: ref, At: inc.Review.AskedAt}, issue.Open, true, now)
	})
}

// contact is the handle of whoever a page is for.
func (h *history) contact(inc incident.Incident, p incident.Page) string {
	if p.Contact >= 0 && p.Contact < len(inc.Policy.Contacts) {
		name, _, _ := strings.Cut(inc.Policy.Contacts[p.Contact].Email, "@")
		return name
	}
	return "ana"
}

// papers files what an incident that is over leaves, and closes it with the incident.
func (h *history) papers(ref incident.Ref) error {
	inc, err := h.st.Incident(h.ctx, ref)
	if err != nil || inc.Status.Live() || inc.Drill {
		return err
	}
	o := postmortem.DraftOptions{Zone: h.zone, Marker: fmt.Sprintf("mayday:%s:%d:%s", h.home, inc.ID, inc.UID), Name: func(p incident.Person) string { return h.names[p] }}
	if inc.PostmortemNumber == 0 && inc.Rung().Postmortem != incident.NoPostmortem {
		evs, err := h.st.Timeline(h.ctx, inc.ID, 0, 0)
		if err != nil {
			return err
		}
		issue, err := h.github.File(h.ctx, postmortem.Draft(inc, incident.Timeline(evs), o))
		if err != nil {
			return err
		}
		if err := h.change(ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PostmortemIssue(inc, issue.Number, issue.URL, now)
		}); err != nil {
			return err
		}
		inc.PostmortemNumber = issue.Number
	}
	for i, a := range inc.Actions {
		if a.Number > 0 {
			continue
		}
		issue, err := h.github.File(h.ctx, postmortem.FollowUp(inc, i, inc.PostmortemNumber, "", o))
		if err != nil {
			return err
		}
		if err := h.change(ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.ActionFiled(inc, i, issue.Number, issue.URL, false, now)
		}); err != nil {
			return err
		}
	}
	if inc.Status != incident.Closed {
		return nil
	}
	return h.putAway(inc)
}

// putAway closes the issues of a closed incident, and archives its channel.
func (h *history) putAway(inc incident.Incident) error {
	inc, err := h.st.Incident(h.ctx, inc.Ref())
	if err != nil {
		return err
	}
	for _, a := range inc.Actions {
		if err := h.github.Close(h.ctx, a.Number, true); err != nil {
			return err
		}
	}
	if inc.PostmortemNumber > 0 {
		if err := h.github.Close(h.ctx, inc.PostmortemNumber, true); err != nil {
			return err
		}
	}
	return h.slack.Archive(h.ctx, inc.ChannelID)
}
