package routine

import (
	"strconv"
	"time"
)

// FileIssue files a follow-up issue for an item that is a problem.
type FileIssue struct {
	Ref
	// Line counts from 1.
	Line int `json:"line"`
}

// Kind names the effect.
func (FileIssue) Kind() string { return "file_round_issue" }

// DeclareProblem declares an incident for an item that is a problem.
type DeclareProblem struct {
	Ref
	Line     int    `json:"line"`
	By       Person `json:"by"`
	Severity string `json:"severity"`
	// Scenario is a slug of the runbook, empty for none.
	Scenario string `json:"scenario,omitempty"`
}

// Kind names the effect.
func (DeclareProblem) Kind() string { return "declare_from_round" }

// Key is what a declaration is known by, so that it happens once.
func (fx DeclareProblem) Key() string {
	return "round/" + fx.Routine + "/" + string(fx.Period) + "/" + strconv.Itoa(fx.Line) + "/declare"
}

// Trouble is what somebody says of a problem.
type Trouble struct {
	By   Person
	Text string
	Then Then
	// Severity and Scenario of the incident, with ThenDeclare.
	Severity, Scenario string
}

// MarkProblem says that an item is a problem, and what follows: a note, an issue, or an incident. What mayday found
// itself needs no words. An item that was done can become a problem, and a problem can be followed up later.
func MarkProblem(r Routine, round Round, number int, t Trouble, now time.Time) (Change, error) {
	const verb = "report a problem"
	e := begin(r, round, now)
	l, err := e.line(verb, number)
	if err != nil {
		return Change{}, err
	}
	if l.Then == ThenIssue || l.Then == ThenDeclare {
		return Change{}, already(verb, *l)
	}
	text := tidy(t.Text, maxLine)
	if text == "" && l.State != Problem {
		return Change{}, &Refusal{Reason: NeedsText, Verb: verb}
	}
	if text != "" {
		l.Why = text
	}
	if l.State != Problem {
		l.InARow = r.InARow[l.Text] + 1
	}
	l.State, l.By, l.At, l.Then, l.Failed = Problem, t.By, e.now, t.Then, ""
	e.involve(t.By)
	switch t.Then {
	case ThenIssue:
		e.Effects = append(e.Effects, FileIssue{round.Ref, number})
	case ThenDeclare:
		e.Effects = append(e.Effects, DeclareProblem{Ref: round.Ref, Line: number, By: t.By, Severity: t.Severity, Scenario: t.Scenario})
	}
	return e.done()
}

// Followed records what became of a problem: an issue, or an incident, or why there is neither.
type Followed struct {
	Issue    int
	IssueURL string
	Incident int64
	// Failed says why, for people.
	Failed string
}

// Follow records what became of a problem of a round, which may be over by then.
func Follow(r Routine, round Round, number int, f Followed, now time.Time) (Change, error) {
	if number < 1 || number > len(round.Lines) {
		return Change{Routine: r, Round: round}, nil
	}
	e := begin(r, round, now)
	l := &e.Round.Lines[number-1]
	if f.Failed != "" {
		l.Failed, l.Then = tidy(f.Failed, maxLine), ThenNote
		return e.done()
	}
	l.Issue, l.IssueURL, l.Incident, l.Failed = f.Issue, f.IssueURL, f.Incident, ""
	return e.done()
}
