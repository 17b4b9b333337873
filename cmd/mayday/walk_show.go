package main

import (
	"fmt"
	"strings"

	"mayday/incident"
)

// current shows the step to do now, or that there is none left.
func (w *walker) current() {
	i := w.inc.Walk().Current()
	if i < 0 {
		w.say("%s", w.tally())
		return
	}
	w.show(i)
}

// show writes one step with everything that belongs to it.
func (w *walker) show(i int) {
	walk := w.inc.Walk()
	s, m := walk.Playbook.Steps[i], walk.Marks[i]
	head := fmt.Sprintf("Step %d/%d", i+1, len(walk.Playbook.Steps))
	for _, part := range []string{s.Heading, string(m.State), m.Note, s.Source} {
		if part != "" {
			head += " · " + part
		}
	}
	w.say("\n%s\n  %s", head, s.Text)
	for _, n := range s.Notes {
		w.say("  - %s", n)
	}
	code := ""
	switch {
	case s.Code != nil:
		code = s.Code.Text
	case s.Query != nil:
		code = s.Query.SQL
	}
	if code != "" {
		w.say("\n%s\n", indented(code))
	}
	if s.ByHand != "" {
		w.say("  By hand: %s", s.ByHand)
	}
	for _, l := range s.Links {
		w.say("  %s: %s", l.Name, l.URL)
	}
	if n := walk.Next(); i == walk.Current() && n >= 0 {
		w.say("  Next: %d. %s", n+1, walk.Playbook.Steps[n].Text)
	}
}

func indented(code string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(code, "\n"), "\n", "\n    ")
}

// list writes every step with its mark.
func (w *walker) list() {
	walk := w.inc.Walk()
	heading := ""
	for i, s := range walk.Playbook.Steps {
		if s.Heading != heading {
			heading = s.Heading
			w.say("%s", heading)
		}
		sign := map[incident.StepState]string{incident.StepDone: "x", incident.StepSkipped: "-", incident.StepBlocked: "!"}[walk.Marks[i].State]
		if sign == "" {
			sign = " "
		}
		if i == walk.Current() {
			sign = ">"
		}
		note := ""
		if walk.Marks[i].Note != "" {
			note = " (" + walk.Marks[i].Note + ")"
		}
		w.say("  %s %2d. %s%s", sign, i+1, s.Text, note)
	}
}

// tally says how far the walk came.
func (w *walker) tally() string {
	done, skipped, blocked, all := w.inc.Walk().Tally()
	return fmt.Sprintf("%d of %d steps done, %d skipped, %d blocked, %d open.", done, all, skipped, blocked, all-done-skipped-blocked)
}

// contacts says whom to call, in the order of the runbook.
func (w *walker) contacts() {
	if len(w.rb.Policy.Contacts) == 0 {
		w.say("The runbook names no contacts.")
	}
	for i, c := range w.rb.Policy.Contacts {
		parts := []string{fmt.Sprintf("  %d. %s", i+1, c.Title())}
		for _, p := range []string{c.Phone, c.Email, c.Slack, c.Hours, c.Rule.Text} {
			if p != "" {
				parts = append(parts, p)
			}
		}
		w.say("%s", strings.Join(parts, " · "))
	}
}
