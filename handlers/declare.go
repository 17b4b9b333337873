package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// wish is what a declaration asked for, before anything was looked up.
type wish struct {
	severity string // label, empty when none was named
	playbook incident.Playbook
	// guessed: the scenario was found by the words of the title, not named.
	guessed bool
	title   string
	private bool
	drill   bool
	// unknown is a word that looks like a severity but is none.
	unknown string
	// offer are scenarios of which one may be meant.
	offer []incident.Playbook
}

// understand reads "p0 site-down checkout answers 500 --private": severity and
// scenario in any order among the first words, the others are the title.
func understand(rb *playbooks.Runbook, text string) wish {
	var w wish
	w.private, text = takeFlag(text, "private")
	w.drill, text = takeFlag(text, "drill")
	words, spoken := strings.Fields(text), ""
	for len(words) > 0 {
		if s, ok := rb.Policy.Find(words[0]); ok && w.severity == "" {
			w.severity, words = s.Label, words[1:]
			continue
		}
		if w.severity == "" && w.unknown == "" && severityLike.MatchString(words[0]) {
			w.unknown, words = words[0], words[1:]
			continue
		}
		if w.playbook.Slug == "" {
			if pb, ok := rb.Scenario(words[0]); ok {
				w.playbook = pb
				if !strings.EqualFold(words[0], pb.Slug) {
					spoken = words[0] // and a word of the title too: "database is on fire"
				}
				words = words[1:]
				continue
			}
		}
		break
	}
	if spoken != "" && len(words) > 0 {
		words = append([]string{spoken}, words...)
	}
	w.title = blocks.Unescape(strings.Join(words, " "))
	if w.playbook.Slug == "" && len(words) > 0 {
		w.guess(rb, words)
	}
	return w
}

// guess looks for the scenario in the words of the title. A word written like a
// slug is taken for a mistyped one first.
func (w *wish) guess(rb *playbooks.Runbook, words []string) {
	if strings.Contains(words[0], "-") {
		for _, slug := range rb.Nearest(words[0], 3) {
			if pb, ok := rb.Scenario(slug); ok {
				w.offer = append(w.offer, pb)
			}
		}
		if len(w.offer) > 0 {
			return
		}
	}
	found := rb.Match(w.title, 3)
	if len(found) == 0 {
		return
	}
	if found[0].Sure {
		w.playbook, w.guessed = found[0].Playbook, true
		return
	}
	for _, m := range found {
		w.offer = append(w.offer, m.Playbook)
	}
}

// declare opens an incident, or asks for what is missing.
func (h *Handlers) declare(ctx context.Context, r bot.Request, text string, explicit bool) bot.Reply {
	rb := h.Runbook()
	w := understand(rb, text)
	if w.unknown != "" {
		return bot.Reply{Text: blocks.Refused(incident.Incident{}, &incident.Refusal{
			Reason: incident.UnknownSeverity, Verb: "declare", Word: w.unknown, Choices: rb.Policy.Labels()})}
	}
	if w.severity == "" && (w.playbook.Slug == "" || w.guessed) {
		if !explicit {
			if bad, ok := noCommand(rb, w, text); ok {
				return bad
			}
		}
		// A few stray words wake nobody: who means an incident sends the form.
		return h.declareForm(r, blocks.Prefill{Title: incident.Line(w.title, incident.MaxTitle), Scenario: w.playbook.Slug, Private: w.private, Drill: w.drill})
	}
	if len(w.offer) > 0 {
		return h.offer(w)
	}
	return h.open(ctx, r, rb, w)
}

// noCommand answers what is more likely a mistyped command than a declaration: a
// first word that is near a verb, or a single word that means nothing.
func noCommand(rb *playbooks.Runbook, w wish, text string) (bot.Reply, bool) {
	words := strings.Fields(text)
	near := nearVerb(words[0])
	if near == "" && (len(words) > 1 || w.guessed || len(w.offer) > 0) {
		return bot.Reply{}, false
	}
	next := "`/incident help` lists every command."
	if near != "" {
		next = fmt.Sprintf("Did you mean `/incident %s`?", near)
	}
	return problem(fmt.Sprintf("There is no command %q.", incident.Line(words[0], 40)),
		fmt.Sprintf("%s To declare an incident begin with a severity: `/incident %s %s`", next, strings.ToLower(rb.Policy.Labels()[0]), incident.Line(text, 60))), true
}

// offer asks which scenario is meant; the words of the declaration wait in the buttons.
func (h *Handlers) offer(w wish) bot.Reply {
	flags := ""
	if w.private {
		flags += " --private"
	}
	if w.drill {
		flags += " --drill"
	}
	words := incident.Line(w.severity+flags+" "+w.title, 400)
	return say(blocks.Choices(w.title, blocks.Target{Name: words}, w.offer...))
}

// open declares what is understood. Without a scenario the severity's own
// procedures are the playbook.
func (h *Handlers) open(ctx context.Context, r bot.Request, rb *playbooks.Runbook, w wish) bot.Reply {
	if w.playbook.Slug == "" {
		s, _ := rb.Policy.Find(w.severity)
		w.playbook = rb.Generic(s)
	}
	inc, err := h.recordNew(ctx, r, func(id int64, now time.Time) (incident.Change, error) {
		return incident.Declare(id, incident.Declaration{
			Title: w.title, Severity: w.severity, Playbook: w.playbook, Policy: rb.Policy, By: r.User, Private: w.private, Drill: w.drill,
		}, now)
	})
	if errors.Is(err, store.ErrDuplicate) {
		return say(blocks.DeclaredAgain(inc))
	}
	if err != nil {
		return h.failed(inc, err)
	}
	return say(blocks.Declared(inc))
}

// drill is a declaration that says so.
func (h *Handlers) drill(ctx context.Context, r bot.Request, text string) bot.Reply {
	if strings.TrimSpace(text) == "" {
		return problem("Which scenario shall be drilled?", "`/incident drill site-down`. `/incident runbook` lists all of them.")
	}
	return h.declare(ctx, r, text+" --drill", true)
}

// fromChoice declares with the scenario that somebody clicked.
func (h *Handlers) fromChoice(ctx context.Context, r bot.Request, t blocks.Target) bot.Reply {
	rb := h.Runbook()
	w := understand(rb, t.Name)
	pb, ok := rb.Scenario(t.Playbook)
	if t.Playbook == "" {
		pb, ok = incident.Playbook{}, true // none of those that were offered
	}
	if !ok {
		return problem("The runbook has changed and this scenario is gone.", "`/incident runbook` lists what there is.")
	}
	w.playbook = pb
	return h.open(ctx, r, rb, w)
}

// declareForm opens the form to declare. It remembers where it was asked for,
// so that the answer appears there.
func (h *Handlers) declareForm(r bot.Request, pre blocks.Prefill) bot.Reply {
	rb := h.Runbook()
	pre.Metadata = r.Channel
	return h.openModal(r, blocks.DeclareModal(rb.Policy, rb.Scenarios, pre))
}

// openModal shows a form; should that fail, the person is told what to type.
func (h *Handlers) openModal(r bot.Request, v slack.ModalViewRequest) bot.Reply {
	return bot.Reply{After: func(ctx context.Context) {
		if _, err := h.Slack.OpenView(ctx, r.TriggerID, v); err != nil {
			h.Log.Warn("a form could not be opened", zap.Error(err))
			m := blocks.Problem("Slack did not open the form.", "Type it in one line instead: `/incident p1 what is broken`. `/incident help` lists every command.")
			if err := h.Slack.Respond(ctx, r.ResponseURL, bot.Message{Text: m.Text, Blocks: m.Blocks}); err != nil {
				h.Log.Warn("and the person could not be told", zap.Error(err))
			}
		}
	}}
}
