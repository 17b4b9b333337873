package stories

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mayday/cmd/mayday/program"
	"mayday/handlers"
	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// slackAwayAfter is how soon stories notice that Slack is away: no clock is moved for it.
const slackAwayAfter = 700 * time.Millisecond

func init() {
	acts["slack_goes"] = func(w *world, _ string, _ []string) bool { return w.slackGoes() }
	acts["slack_comes"] = func(w *world, _ string, _ []string) bool { return w.slackComes() }
	acts["terminal"] = func(w *world, rest string, _ []string) bool { return w.terminal(rest) }
}

// slackGoes has Slack answer nothing any more.
func (w *world) slackGoes() bool {
	w.settle()
	w.sim.Mischief().FailRate("*", 1, slacksim.Fault{HTTP: http.StatusServiceUnavailable}, 1)
	w.sim.Mischief().ResetSockets()
	return w.eventually(func() bool { return w.slackAway(true) }) || w.fail("it is not noticed that Slack is away")
}

// slackComes has Slack answer again, and waits until mayday is connected.
func (w *world) slackComes() bool {
	w.sim.Mischief().Clear()
	return w.eventually(func() bool {
		resp, err := http.Get("http://" + w.prog.HTTPAddr + "/readyz")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return w.slackAway(false) && resp.StatusCode == http.StatusOK
	}) || w.fail("it is not noticed that Slack is back")
}

func (w *world) slackAway(is bool) bool {
	_, open, err := w.prog.Store.OpenOutage(context.Background())
	return err == nil && open == is
}

// terminal does what mayday incident does: the same reading, the same verbs, the same door.
func (w *world) terminal(rest string) bool {
	by, rest, _ := strings.Cut(rest, " ")
	verb, words, _ := strings.Cut(rest, " ")
	ctx := context.Background()
	if verb == "declare" {
		rb, err := program.ReadToDeclare(w.cfg)
		if err != nil {
			return w.fail("%v", err)
		}
		d, err := handlers.Declaration(rb, words, by)
		if err == nil {
			_, err = w.prog.Store.Declare(ctx, nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
				return incident.Declare(ref, d.Declaration, now)
			})
		}
		return err == nil || w.fail("%v", err)
	}
	number, text, _ := strings.Cut(words, " ")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return w.fail("%v", err)
	}
	_, err = w.prog.Store.Update(ctx, incident.Ref{Incident: id}, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		switch verb {
		case "ack":
			return incident.Acknowledge(inc, by, now)
		case "update":
			text, next := handlers.Update(text)
			return incident.Announce(inc, by, text, next, now)
		case "note":
			return incident.Note(inc, by, text, now)
		}
		return incident.Resolve(inc, by, text, now)
	})
	return err == nil || w.fail("%s: %v", verb, err)
}
