package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// declare answers "/incident declare p0 site-down".
func (h *Handlers) declare(ctx context.Context, r bot.Request, l line) bot.Reply {
	return h.declared(ctx, r, l.rest, true)
}

// declared opens an incident, or asks for what is missing or may be meant otherwise.
// explicit: the verb says to declare.
func (h *Handlers) declared(ctx context.Context, r bot.Request, text string, explicit bool) bot.Reply {
	rb := h.Runbook()
	w := understand(rb, text)
	if w.unknown != "" {
		return bot.Reply{Text: blocks.Refused(incident.Incident{}, &incident.Refusal{
			Reason: incident.UnknownSeverity, Verb: "declare", Word: w.unknown, Choices: rb.Policy.Labels()})}
	}
	if w.severity == "" && !w.clear(explicit) {
		if !explicit {
			if bad, ok := noCommand(rb, w, text); ok {
				return bad
			}
		}
		// A few stray words wake nobody: who means an incident sends the form.
		return h.declareForm(ctx, r, w.prefill())
	}
	switch {
	case w.doubt == aboutVerb:
		return h.doubted(w, text)
	case !w.clear(explicit):
		return h.declareForm(ctx, r, w.prefill())
	case len(w.offer) > 0:
		return h.offer(ctx, r, w, text)
	}
	return h.open(ctx, r, rb, w, func(same incident.Incident) bot.Reply {
		return say(blocks.SameAs(same, h.now(), blocks.Target{Name: another(w.waiting(text)), Playbook: w.playbook.Slug}))
	})
}

// clear reports whether a declaration can mean nothing else, so that people may be
// paged for it. explicit: its verb says to declare.
func (w wish) clear(explicit bool) bool {
	switch {
	case w.doubt != sure:
		return false
	case w.severity == "":
		return w.named(explicit)
	}
	// "open p1" may as well ask for those that are open.
	return !explicit || w.title != "" || w.playbook.Slug != ""
}

// named reports whether a declaration without a severity names its scenario so
// that nothing else can be meant: by its whole slug, or as the only word of a
// command that says to declare.
func (w wish) named(explicit bool) bool {
	switch {
	case w.slugged(), w.hold == playbooks.BySlug && w.title == "":
		return true
	case w.hold != playbooks.NoHold:
		return explicit && w.title == ""
	}
	return false
}

func (w wish) prefill() blocks.Prefill {
	pre := blocks.Prefill{Title: incident.Line(w.title, incident.MaxTitle), Severity: w.severity, Scenario: w.playbook.Slug, Private: w.private, Drill: w.drill}
	if len(w.offer) == 1 && pre.Scenario == "" {
		pre.Scenario = w.offer[0].Slug
	}
	return pre
}

// noCommand answers what is more likely a mistyped command than a declaration: a
// first word that is near a verb, or a single word that means nothing.
func noCommand(rb *playbooks.Runbook, w wish, text string) (bot.Reply, bool) {
	text = blocks.Unescape(text)
	words := strings.Fields(text)
	near := nearVerb(words[0])
	if near == "" && (len(words) > 1 || w.playbook.Slug != "" || len(w.offer) > 0) {
		return bot.Reply{}, false
	}
	next := "`/incident help` says what to do when."
	if near != "" {
		next = fmt.Sprintf("Did you mean `/incident %s`?", near)
	}
	return problem(fmt.Sprintf("There is no command %q.", incident.Line(words[0], 40)),
		fmt.Sprintf("%s To declare an incident begin with a severity: `/incident %s %s`", next, strings.ToLower(rb.Policy.Labels()[0]), inCode(text, 60))), true
}

// maxWaiting is how much of a declaration waits in a button for its answer; the
// button's value holds 2,000 characters (Slack), the other parts of it included.
const maxWaiting = 1500

// offer asks which scenario is meant; the words of the declaration wait in the buttons.
// It shows a part of the runbook, and to nobody who may not declare.
func (h *Handlers) offer(ctx context.Context, r bot.Request, w wish, text string) bot.Reply {
	if err := h.mayDeclare(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.Choices(w.title, blocks.Target{Name: w.waiting(text)}, w.offer...))
}

// doubted asks whether a command was meant, or an incident.
func (h *Handlers) doubted(w wish, text string) bot.Reply {
	t := blocks.Target{Name: w.waiting(text), Playbook: w.playbook.Slug}
	return say(blocks.Doubted(w.severity, w.title, t))
}

// waiting is the declaration as it was typed, with what its verb said of it.
func (w wish) waiting(text string) string {
	if w.drill {
		_, text = takeFlag(text, "drill")
		text = "--drill " + text
	}
	return incident.Line(text, maxWaiting)
}

// another is a declaration that is not compared with what is open. The flag stands at
// the end: the release before takes it for a part of the title, and at the beginning
// it would hide the severity from it.
func another(text string) string {
	const flag = " --another"
	return incident.Line(text, maxWaiting-len(flag)) + flag
}

// open declares what is understood. Without a scenario the severity's own
// procedures are the playbook. ask is what to answer instead when an incident is open
// that may be the same.
func (h *Handlers) open(ctx context.Context, r bot.Request, rb *playbooks.Runbook, w wish, ask func(same incident.Incident) bot.Reply) bot.Reply {
	unable := h.failed
	if r.Kind == bot.Submission {
		unable = func(inc incident.Incident, err error) bot.Reply { return h.markForm(r, inc, err) }
	}
	if err := h.mayDeclare(ctx, r); err != nil {
		return unable(incident.Incident{}, err)
	}
	if same, ok := h.sameAs(ctx, r, w); ok {
		return ask(same)
	}
	inc, err := h.recordNew(ctx, r, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, w.declaration(rb, r.User), now)
	})
	switch {
	case errors.Is(err, store.ErrDuplicate) && r.Kind == bot.Submission:
		return bot.Reply{After: func(ctx context.Context) { h.tell(ctx, r, blocks.DeclaredAgain(inc)) }}
	case errors.Is(err, store.ErrDuplicate):
		return say(blocks.DeclaredAgain(inc))
	case err != nil:
		return unable(inc, err)
	}
	return h.opening(r, inc)
}

// declaration is what a wish comes to. Without a scenario the severity's own procedures are the playbook.
func (w wish) declaration(rb *playbooks.Runbook, by incident.Person) incident.Declaration {
	if w.playbook.Slug == "" {
		s, _ := rb.Policy.Find(cmp.Or(w.severity, rb.Policy.Usual(w.playbook)))
		w.playbook = rb.Generic(s)
	}
	return incident.Declaration{Title: w.title, Severity: w.severity, Playbook: w.playbook, Policy: rb.Policy, By: by, Private: w.private, Drill: w.drill}
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
	return h.open(ctx, r, rb, w, func(same incident.Incident) bot.Reply {
		t.Name = another(t.Name)
		return say(blocks.SameAs(same, h.now(), t))
	})
}

// declareForm opens the form to declare. It remembers where it was asked for,
// so that the answer appears there.
func (h *Handlers) declareForm(ctx context.Context, r bot.Request, pre blocks.Prefill) bot.Reply {
	if err := h.mayDeclare(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	rb := h.Runbook()
	return h.openModal(r, blocks.DeclareModal(rb.Policy, rb.Scenarios, pre))
}

// submitDeclaration opens an incident from the form. What is missing or wrong is marked
// in the form, which keeps what was typed.
func (h *Handlers) submitDeclaration(ctx context.Context, r bot.Request) bot.Reply {
	rb, in := h.Runbook(), r.View.Values
	w := wish{severity: in.Get(blocks.FieldSeverity, blocks.FieldSeverity), title: in.Get(blocks.FieldTitle, blocks.FieldTitle),
		another: r.View.CallbackID == blocks.CallbackDeclareAnother}
	for _, o := range in.All(blocks.FieldOptions, blocks.FieldOptions) {
		w.private = w.private || o == blocks.OptionPrivate
		w.drill = w.drill || o == blocks.OptionDrill
	}
	slug, marks := in.Get(blocks.FieldScenario, blocks.FieldScenario), map[string]string{}
	if slug != "" {
		var known bool
		if w.playbook, known = rb.Scenario(slug); !known {
			marks[blocks.FieldScenario] = "The runbook has changed and this scenario is gone. Choose another one, or none."
		}
	}
	if _, known := rb.Policy.Find(w.severity); w.severity != "" && !known {
		marks[blocks.FieldSeverity] = "The runbook has changed and this severity is gone. Choose another one."
	}
	if strings.TrimSpace(w.title) == "" && slug == "" {
		marks[blocks.FieldTitle] = "Say in a few words what is wrong, or choose a scenario."
	}
	if err := h.mayDeclare(ctx, r); err != nil {
		return h.markForm(r, incident.Incident{}, err)
	}
	if len(marks) > 0 {
		return bot.Reply{ViewErrors: marks}
	}
	return h.open(ctx, r, rb, w, func(same incident.Incident) bot.Reply {
		pre := w.prefill()
		pre.Same, pre.Now, pre.Metadata = &same, h.now(), openedIn(r.Channel, "")
		form := blocks.DeclareModal(rb.Policy, rb.Scenarios, pre)
		return bot.Reply{View: &form}
	})
}
