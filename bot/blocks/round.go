package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/routine"
)

// mostOpenRows is how many items of a round have buttons at once: with more, a message would have more than 50 blocks.
// The others get theirs when those before them are settled.
const mostOpenRows = 16

// Names gives what a person is called. It mentions nobody.
type Names func(incident.Person) string

// Round is the message of a round, drawn anew whenever something of it changes. One that leaves nothing to people is a line.
func Round(r routine.Round, name Names) Message {
	title := roundName(r)
	if r.Quiet() {
		text := fmt.Sprintf("%s: %s.", title, fine(len(r.Lines)))
		return message(text, section(":white_check_mark: "+strong(title)+": "+fine(len(r.Lines))+"."+lateWords(r, " ")))
	}
	text := title + ": " + roundTally(r) + "."
	blocks := []slack.Block{section(":clipboard: " + strong(title)), small(roundTally(r), onIt(r, name), lateWords(r, ""))}
	blocks = append(blocks, roundLines(r, name)...)
	blocks = append(blocks, roundNotes(r, name)...)
	switch {
	case r.Gone:
		blocks = append(blocks, small("Closed: the runbook no longer has this checklist"+leftWords(r)))
	case r.Over():
		blocks = append(blocks, small("Closed by the next round"+leftWords(r)))
	default:
		t := aboutRound(r, 0)
		take := "I am on it"
		if r.On != "" {
			take = "Take over"
		}
		blocks = append(blocks, row(button(ActionRoundTake, t, take), button(ActionRoundNote, t, "Note…")))
	}
	return message(text, blocks...)
}

// roundName is "Morning checklist, Tue 3 March 2026".
func roundName(r routine.Round) string {
	return line(r.Name, 80) + " checklist, " + dayWords(r.Day)
}

func dayWords(d routine.Day) string { return d.At(0, time.UTC).Format("Mon 2 January 2006") }

func aboutRound(r routine.Round, number int) Target {
	return Target{Playbook: r.Routine, Step: number, Name: string(r.Period)}
}

// RoundOf is the round that a click is about; false when it is about none.
func (t Target) RoundOf() (routine.Ref, bool) {
	ref := routine.Ref{Routine: t.Playbook, Period: routine.Day(t.Name)}
	return ref, t.Incident == 0 && ref.Routine != "" && ref.Period.Valid()
}

func roundTally(r routine.Round) string {
	done, skipped, problems, open := r.Tally()
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{{problems, "problem", "problems"}, {open, "to do", "to do"}, {done, "done", "done"}, {skipped, "skipped", "skipped"}} {
		if p.n > 0 {
			parts = append(parts, counted(p.n, p.one, p.many))
		}
	}
	return strings.Join(parts, ", ")
}

func onIt(r routine.Round, name Names) string {
	if r.On == "" || r.Over() {
		return ""
	}
	return line(name(r.On), 60) + " is on it"
}

// lateWords say what mayday's being down cost; empty when nothing.
func lateWords(r routine.Round, before string) string {
	var s []string
	if r.Late {
		s = append(s, "It was due "+moment(r.Due)+" and began late, because mayday was down.")
	}
	if r.Missed > 0 {
		s = append(s, counted(r.Missed, "round", "rounds")+" before it did not happen.")
	}
	if len(s) == 0 {
		return ""
	}
	return before + strings.Join(s, " ")
}

func leftWords(r routine.Round) string {
	left := r.Left()
	if len(left) == 0 {
		return "."
	}
	var texts []string
	for _, n := range left {
		texts = append(texts, line(r.Lines[n-1].Text, 80))
	}
	return fmt.Sprintf(". Not done: %s.", strings.Join(texts, "; "))
}

// roundLines are the items in the order of the runbook: settled ones together, the others each with its buttons.
func roundLines(r routine.Round, name Names) (blocks []slack.Block) {
	var settled []string
	flush := func() {
		blocks = append(blocks, paragraphs(settled)...)
		settled = nil
	}
	rows := 0
	for i, l := range r.Lines {
		open := l.State == routine.Open || l.State == routine.Problem
		if r.Over() || !open || rows == mostOpenRows {
			settled = append(settled, roundLine(l, name))
			continue
		}
		flush()
		rows++
		blocks = append(blocks, section(roundLine(l, name)), roundButtons(aboutRound(r, i+1), l))
	}
	flush()
	return blocks
}

func roundButtons(t Target, l routine.Line) slack.Block {
	n := strconv.Itoa(t.Step)
	done := button(ActionRoundDone+":"+n, t, "Done")
	if l.State == routine.Problem {
		if l.Then == routine.ThenIssue || l.Then == routine.ThenDeclare {
			return row(done)
		}
		return row(done, button(ActionRoundProblem+":"+n, t, "Follow up…"))
	}
	return row(done, button(ActionRoundSkip+":"+n, t, "Skip…"), button(ActionRoundProblem+":"+n, t, "Problem…"))
}

// roundLine is one item: how it stands, what it says, what was answered, and what somebody made of it.
func roundLine(l routine.Line, name Names) string {
	s := map[routine.LineState]string{routine.Open: "▫", routine.Done: ":white_check_mark:", routine.Skipped: ":fast_forward:", routine.Problem: ":x:"}[l.State] + " "
	what := line(l.Text, maxNote)
	if l.State == routine.Problem {
		what = strong(what)
	}
	s += what
	for i, to := range l.Links {
		if i < 3 && !strings.Contains(l.Text, to.URL) {
			s += " · " + link(to.URL, to.Name)
		}
	}
	by := ""
	if l.By != "" {
		by = " by " + line(name(l.By), 60)
	}
	switch {
	case l.State == routine.Skipped:
		s += " · skipped" + by + ": " + line(l.Why, maxNote)
	case l.State == routine.Problem:
		s += joined("", before(" · ", line(l.Why, maxNote)), reported(by))
	case l.By != "":
		s += " ·" + by
	}
	for i, a := range l.Answers {
		if i < len(l.Asks) {
			s += "\n" + answerLine(l.Asks[i], a)
		}
	}
	if l.State == routine.Problem && l.InARow >= 3 {
		s += fmt.Sprintf("\n_A problem for %d rounds in a row._", l.InARow)
	}
	return s + followed(l)
}

func before(what, s string) string {
	if s == "" {
		return ""
	}
	return what + s
}

func reported(by string) string {
	if by == "" {
		return ""
	}
	return " (reported" + by + ")"
}

// answerLine is what was answered to one question, with its time and what the runbook expects of it.
func answerLine(ask routine.Ask, a routine.Answer) string {
	sign := map[routine.Verdict]string{routine.Fine: "✓", routine.Wrong: "✗", routine.Silent: "–"}[a.Verdict]
	if sign == "" || a.Verdict == routine.Fine && !ask.Decides {
		sign = "·" // it does not say that the item is done
	}
	s := fmt.Sprintf("   %s %s: %s", sign, line(ask.Title, 80), line(a.Text, maxNote))
	if ask.Expect.Set() && a.Verdict != routine.Silent {
		s += ", expected " + line(ask.Expect.Words, 60)
	}
	if a.Link != "" {
		s += " · " + link(a.Link, "open")
	}
	return s + " · " + timeOnly(a.At)
}

func followed(l routine.Line) string {
	switch {
	case l.Failed != "":
		return "\n   " + line(l.Failed, maxNote)
	case l.Incident > 0:
		return fmt.Sprintf("\n   Declared as incident %d", l.Incident)
	case l.IssueURL != "":
		return "\n   Follow-up: " + link(l.IssueURL, fmt.Sprintf("issue %d", l.Issue))
	case l.Then == routine.ThenDeclare:
		return "\n   An incident is being declared"
	case l.Then == routine.ThenIssue:
		return "\n   A follow-up issue is being filed"
	}
	return ""
}

// mostNotesShown of a round stand in its message; its thread may hold more.
const mostNotesShown = 8

func roundNotes(r routine.Round, name Names) []slack.Block {
	var lines []string
	for _, n := range r.Notes[max(0, len(r.Notes)-mostNotesShown):] {
		about := ""
		if n.Line > 0 && n.Line <= len(r.Lines) {
			about = " on " + line(r.Lines[n.Line-1].Text, 60)
		}
		lines = append(lines, fmt.Sprintf(":memo: %s%s: %s", line(name(n.By), 60), about, line(n.Text, maxNote)))
	}
	return paragraphs(lines)
}

// RoundReminder tells whoever goes through a round what is left of it. who is mentioned; empty mentions nobody.
func RoundReminder(r routine.Round, who incident.Person) Message {
	var texts []string
	for _, n := range r.Left() {
		texts = append(texts, line(r.Lines[n-1].Text, 80))
	}
	text := fmt.Sprintf("Left of the %s checklist: %s.", line(r.Name, 80), strings.Join(texts, "; "))
	if who != "" {
		text = call(who) + " " + text
	}
	return message(text, section(text))
}

// RoundRefused tells somebody why a click on a round changed nothing. The text is escaped.
func RoundRefused(r *routine.Refusal, name Names) string {
	switch r.Reason {
	case routine.Already:
		by := "mayday"
		if r.By != "" {
			by = line(name(r.By), 60)
		}
		how := map[routine.LineState]string{routine.Done: "Done", routine.Skipped: "Skipped", routine.Problem: "Followed up"}[r.State]
		if how == "" {
			return "You are on it already."
		}
		return fmt.Sprintf("%s already by %s, %s.", how, by, moment(r.At))
	case routine.Over:
		return "This round was closed " + moment(r.At) + ". The newest one stands further down."
	case routine.NoSuchItem:
		return "This round has no such item any more."
	case routine.NeedsText:
		return "Say it in a few words."
	}
	return "Nothing changed."
}
