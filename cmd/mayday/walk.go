package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"mayday/cmd/mayday/program"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/probes"
)

// walker goes through a scenario in a terminal, for the hour in which Slack is
// down too. It makes the same decisions as the bot and saves nothing.
type walker struct {
	in  io.Reader
	out io.Writer
	rb  *playbooks.Runbook
	inc incident.Incident
	now func() time.Time
	ask func(context.Context, incident.Probe) incident.ProbeResult
	// prompt is written before each line; empty when nobody is there to read it.
	prompt string
}

const walkHelp = `  done [what came of it]    the current step is done; "done 3" marks step 3
  skip [why]                leave it out
  blocked <why>             it has to wait; the walk goes on with the next
  undo [number]             take the last mark back, or that of a step
  check [number]            ask the addresses of a step how they are
  <number>                  show a step
  next                      show the current step
  list                      all steps with their marks
  contacts                  whom to call
  quit                      end; nothing is saved`

// walkScenario walks what word names: a scenario of the runbook, or a severity
// with its own procedures.
func walkScenario(c *cobra.Command, rb *playbooks.Runbook, word string) error {
	pb, err := walkable(rb, word)
	if err != nil {
		return unusable{err}
	}
	// What is wrong with other settings is of no interest here.
	cfg, _ := program.FromEnv(os.Getenv, false)
	w := &walker{in: c.InOrStdin(), out: c.OutOrStdout(), rb: rb, now: time.Now, ask: probes.New(cfg.ProbePrivate).Check}
	if f, ok := w.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		w.prompt = "> "
	}
	return w.run(c.Context(), pb)
}

// walkable finds the scenario; the error names what there is.
func walkable(rb *playbooks.Runbook, word string) (incident.Playbook, error) {
	if pb, ok := rb.Scenario(word); ok {
		return pb, nil
	}
	if s, ok := rb.Policy.Find(word); ok {
		return rb.Generic(s), nil
	}
	found := rb.Match(word, 3)
	if len(found) > 0 && found[0].Sure {
		return found[0].Playbook, nil
	}
	var near, all []string
	for _, m := range found {
		near = append(near, m.Playbook.Slug)
	}
	for _, pb := range rb.Scenarios {
		all = append(all, pb.Slug)
	}
	if len(near) == 0 {
		near = append(all, rb.Policy.Labels()...)
	}
	return incident.Playbook{}, fmt.Errorf("the runbook has no scenario %q; try one of %s", incident.Line(word, 60), strings.Join(near, ", "))
}

// run walks until the person quits, the input ends or ctx is done.
func (w *walker) run(ctx context.Context, pb incident.Playbook) error {
	opened, err := incident.Declare(incident.Ref{Incident: 1}, incident.Declaration{Playbook: pb, Policy: w.rb.Policy}, w.now())
	if err != nil {
		return err
	}
	w.inc = opened.Incident
	w.say("%s, %d steps. Nothing is saved. help lists what can be typed.", pb.Title, len(pb.Steps))
	for _, s := range pb.Signs {
		w.say("  sign: %s", s)
	}
	w.current()
	lines := w.lines(ctx)
	for {
		fmt.Fprint(w.out, w.prompt)
		select {
		case <-ctx.Done():
			w.say("")
			return nil
		case line, more := <-lines:
			if !more || !w.line(ctx, line) {
				w.say("%s", w.tally())
				return nil
			}
		}
	}
}

// lines are read aside, so that Ctrl-C is heard while nothing is typed.
func (w *walker) lines(ctx context.Context) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(w.in); scan.Scan(); {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// line carries out what was typed; false ends the walk.
func (w *walker) line(ctx context.Context, typed string) bool {
	verb, rest, _ := strings.Cut(strings.TrimSpace(typed), " ")
	ref, note := numbered(rest)
	switch strings.ToLower(verb) {
	case "":
	case "done", "d":
		w.mark(ref, incident.StepDone, note)
	case "skip", "s":
		w.mark(ref, incident.StepSkipped, note)
	case "blocked", "block", "b":
		w.mark(ref, incident.StepBlocked, note)
	case "undo", "u":
		w.apply(incident.UndoStep(w.inc, "", ref, w.now()))
	case "check", "probe", "c":
		w.check(ctx, ref)
	case "next", "n":
		w.current()
	case "list", "steps", "l":
		w.list()
	case "contacts":
		w.contacts()
	case "help", "?", "h":
		w.say("%s", walkHelp)
	case "quit", "exit", "q":
		return false
	default:
		w.number(verb)
	}
	return true
}

// number shows the step that was typed as a number alone.
func (w *walker) number(typed string) {
	n, err := strconv.Atoi(typed)
	switch {
	case err != nil:
		w.say("There is no command %q here. help lists them.", incident.Line(typed, 40))
	case n < 1 || n > len(w.steps()):
		w.say("There is no step %d; the last one is %d.", n, len(w.steps()))
	default:
		w.show(n - 1)
	}
}

// numbered reads "3 restarted the pooler" as step 3 with a note.
func numbered(rest string) (incident.StepRef, string) {
	first, note, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if n, err := strconv.Atoi(first); err == nil && n > 0 {
		return incident.StepRef{Number: n}, note
	}
	return incident.StepRef{}, rest
}

func (w *walker) mark(ref incident.StepRef, state incident.StepState, note string) {
	w.apply(incident.MarkStep(w.inc, "", ref, state, note, w.now()))
}

// apply keeps what was decided and shows where the walk is now.
func (w *walker) apply(c incident.Change, err error) {
	if err != nil {
		w.say("%s", w.refused(err))
		return
	}
	w.inc = c.Incident
	w.current()
}

// refused says why nothing changed.
func (w *walker) refused(err error) string {
	var r *incident.Refusal
	if !errors.As(err, &r) {
		return err.Error()
	}
	switch r.Reason {
	case incident.Already:
		return "This step is " + r.Word + " already; undo takes that back."
	case incident.NoSuchStep:
		if r.Word == "0" {
			return "Every step is marked. undo takes the last mark back."
		}
		return fmt.Sprintf("There is no step %s; the last one is %d.", r.Word, len(w.steps()))
	case incident.NeedsText:
		return "Please say " + r.Word + ": blocked <why>"
	case incident.NothingToUndo:
		return "There is no mark to take back."
	case incident.NoProbes:
		if len(r.Choices) > 0 {
			return "That step names no address. Those that do: " + strings.Join(r.Choices, ", ")
		}
		return "No step of this scenario names an address."
	case incident.NoSteps:
		return "This scenario has no steps."
	}
	return "Nothing changed: " + string(r.Reason)
}

func (w *walker) check(ctx context.Context, ref incident.StepRef) {
	var asked []incident.Probe
	_, err := incident.AskProbes(w.inc, "", ref, func(s incident.Step) bool { asked = playbooks.Probes(s); return len(asked) > 0 }, w.now())
	if err != nil {
		w.say("%s", w.refused(err))
		return
	}
	for _, p := range asked {
		r := w.ask(ctx, p)
		state := "failed"
		switch {
		case r.OK:
			state = "ok    "
		case r.Unread:
			state = "?     "
		}
		w.say("  %s %s: %s", state, p.Name, r.Summary)
		for _, d := range r.Detail {
			w.say("           %s", d)
		}
	}
}

func (w *walker) steps() []incident.Step { return w.inc.Walk().Playbook.Steps }

// say writes a line; what came from a document cannot command the terminal.
func (w *walker) say(format string, args ...any) {
	fmt.Fprintln(w.out, forTerminal(fmt.Sprintf(format, args...)))
}

// forTerminal leaves out what could command a terminal.
func forTerminal(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r", ""))
}
