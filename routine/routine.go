package routine

import (
	"slices"
	"time"
)

// Person is a Slack user id; empty is mayday itself.
type Person = string

// Link is a named address of the runbook.
type Link struct {
	Name string `json:"name,omitempty"`
	URL  string `json:"url"`
}

// Checklist is a list of the runbook, ready to be gone through.
type Checklist struct {
	// Slug names it in commands and rows: "morning".
	Slug string `json:"slug"`
	// Name as the runbook has it, without the word "checklist": "Morning".
	Name    string  `json:"name"`
	Cadence Cadence `json:"cadence"`
	// Channel where its rounds go, an id or a name; empty is the team's usual one.
	Channel string `json:"channel,omitempty"`
	Items   []Item `json:"items"`
}

// Item is one line of a checklist.
type Item struct {
	Text  string   `json:"text"`
	Notes []string `json:"notes,omitempty"`
	Links []Link   `json:"links,omitempty"`
	// Asks are what mayday asks before people look.
	Asks []Ask `json:"asks,omitempty"`
}

// AskKind is what is asked.
type AskKind string

// The kinds of Ask.
const (
	// AskQuery runs a query of the runbook.
	AskQuery AskKind = "query"
	// AskHTTP asks an address, and AskStatus a supplier's status page.
	AskHTTP   AskKind = "http"
	AskStatus AskKind = "status"
	// AskAlerts counts the alerts since the round before, AskHeartbeat looks when a sender was heard of last, and
	// AskChanges lists what was deployed since the round before. mayday knows these itself.
	AskAlerts    AskKind = "alerts"
	AskHeartbeat AskKind = "heartbeat"
	AskChanges   AskKind = "changes"
)

// Ask is one thing to ask for an item.
type Ask struct {
	Kind AskKind `json:"kind"`
	// Name of a query in the runbook, "users/new-users-today", or under which the number of an answer is kept,
	// "alerts/snag"; empty for an address.
	Name string `json:"name,omitempty"`
	// Title says in a few words what is asked.
	Title string `json:"title"`
	SQL   string `json:"sql,omitempty"`
	URL   string `json:"url,omitempty"`
	// Sender is the source that is meant, in lower case: "snag" means snag-web too. Empty for any.
	Sender string `json:"sender,omitempty"`
	// About are words, without their endings, of which what is looked for speaks; without any everything is meant.
	About []string `json:"about,omitempty"`
	// Expect is what the answer should be.
	Expect Expectation `json:"expect,omitzero"`
	// Decides: the answer alone settles the item. Otherwise it is shown beside the item, and a person judges.
	Decides bool `json:"decides,omitempty"`
}

// Routine is a checklist with its clock. Its rounds are rows of their own.
type Routine struct {
	Checklist Checklist `json:"checklist"`
	Calendar  Calendar  `json:"calendar"`
	Pace      Pace      `json:"pace,omitzero"`
	// Last is the period of the newest round; empty before the first.
	Last Day `json:"last,omitempty"`
	// Next is when the next round begins, of the period NextOf; zero when none does.
	Next   time.Time `json:"next,omitzero"`
	NextOf Day       `json:"next_of,omitempty"`
	// Missed are rounds since the newest that did not happen because mayday was down.
	Missed int `json:"missed,omitempty"`
	// Remind is when somebody is reminded of the newest round; zero when nobody is.
	Remind time.Time `json:"remind,omitzero"`
	// InARow counts for each item, by its text, the rounds one after the other that ended with it a problem.
	InARow   map[string]int `json:"in_a_row,omitempty"`
	Revision int            `json:"revision"`
}

// Clock names a timer of a routine.
type Clock string

// The clocks.
const (
	BeginClock  Clock = "begin"
	RemindClock Clock = "remind"
)

// Timer is a clock and when it runs out.
type Timer struct {
	Clock Clock
	Due   time.Time
}

// Timers are the clocks that run, the first to run out first. They follow from the row.
func (r Routine) Timers() []Timer {
	var ts []Timer
	if !r.Remind.IsZero() {
		ts = append(ts, Timer{RemindClock, r.Remind})
	}
	if !r.Next.IsZero() {
		ts = append(ts, Timer{BeginClock, r.Next})
	}
	slices.SortStableFunc(ts, func(a, b Timer) int { return a.Due.Compare(b.Due) })
	return ts
}

// Due is when the first clock runs out; zero when none runs.
func (r Routine) Due() time.Time {
	if ts := r.Timers(); len(ts) > 0 {
		return ts[0].Due
	}
	return time.Time{}
}

// LineState is how an item of a round stands.
type LineState string

// The states of a line; the zero value is open.
const (
	Open    LineState = ""
	Done    LineState = "done"
	Skipped LineState = "skipped"
	Problem LineState = "problem"
)

// Then is what follows from a problem.
type Then string

// What may follow from a problem.
const (
	ThenNote    Then = "note"
	ThenIssue   Then = "issue"
	ThenDeclare Then = "declare"
)

// Line is an item in a round.
type Line struct {
	Item
	State LineState `json:"state,omitempty"`
	// By and At say who marked it last and when; By is empty when mayday did.
	By Person    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
	// Why it was skipped, or what the problem is.
	Why string `json:"why,omitempty"`
	// Answers to its Asks, in their order; fewer while they are not there yet.
	Answers []Answer `json:"answers,omitempty"`
	// InARow says for a problem for how many rounds, this one included, it has been one.
	InARow int  `json:"in_a_row,omitempty"`
	Then   Then `json:"then,omitempty"`
	// Issue and IssueURL are of the follow-up issue, Incident the number of the incident that was declared.
	Issue    int    `json:"issue,omitempty"`
	IssueURL string `json:"issue_url,omitempty"`
	Incident int64  `json:"incident,omitempty"`
	// Failed says why what should follow did not.
	Failed string `json:"failed,omitempty"`
}

// Verdict is what an answer says of its item.
type Verdict string

// The verdicts; the zero value is that a person has to judge.
const (
	Shown  Verdict = ""
	Fine   Verdict = "fine"
	Wrong  Verdict = "wrong"
	Silent Verdict = "silent" // there was no answer
)

// Answer is what was answered to one Ask.
type Answer struct {
	// Text is one line, "42 (yesterday 40, last week 37)". It holds nothing unmasked.
	Text    string    `json:"text"`
	Verdict Verdict   `json:"verdict,omitempty"`
	At      time.Time `json:"at"`
	// Value is the number in the only cell of a query's answer, or how many alerts or changes there are; nil for others.
	Value *float64 `json:"value,omitempty"`
	// Link leads to what the answer speaks of first; empty where there is nothing.
	Link string `json:"link,omitempty"`
}

// Note is a remark on a round.
type Note struct {
	By   Person    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
	// Line it is about, from 1; 0 for the round as a whole.
	Line int `json:"line,omitempty"`
}

// Ref names a round: a routine by its slug, and a period by its first day.
type Ref struct {
	Routine string `json:"routine"`
	Period  Day    `json:"period"`
}

// Round is one going-through of a checklist.
type Round struct {
	Ref
	Name string `json:"name"`
	// Day is the date on which it comes, and Due when it was to begin.
	Day     Day       `json:"day"`
	Due     time.Time `json:"due"`
	BegunAt time.Time `json:"begun_at"`
	// Since is when the round before began, or else a day, a week, a month earlier: what happened since then is new.
	Since time.Time `json:"since,omitzero"`
	// Late says that it began later than that, because mayday was down, and Missed how many before it did not happen at all.
	Late   bool   `json:"late,omitempty"`
	Missed int    `json:"missed,omitempty"`
	Zone   string `json:"zone,omitempty"`
	// Channel is where it goes, as the runbook has it; empty is the team's usual one.
	Channel string `json:"channel,omitempty"`
	Lines   []Line `json:"lines"`
	// Asking: what mayday asks is not answered yet.
	Asking bool `json:"asking,omitempty"`
	// On is who goes through it: who took it, or else who marked something first.
	On         Person    `json:"on,omitempty"`
	Notes      []Note    `json:"notes,omitempty"`
	RemindedAt time.Time `json:"reminded_at,omitzero"`
	// ClosedAt is when the next one took its place, or the runbook lost the checklist (Gone).
	ClosedAt time.Time `json:"closed_at,omitzero"`
	Gone     bool      `json:"gone,omitempty"`
	Revision int       `json:"revision"`
}

// Over reports whether a round is closed.
func (r Round) Over() bool { return !r.ClosedAt.IsZero() }

// Left are the numbers, from 1, of the items that nobody settled.
func (r Round) Left() (numbers []int) {
	for i, l := range r.Lines {
		if l.State == Open {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}

// Tally counts the items by how they stand.
func (r Round) Tally() (done, skipped, problems, open int) {
	for _, l := range r.Lines {
		switch l.State {
		case Done:
			done++
		case Skipped:
			skipped++
		case Problem:
			problems++
		default:
			open++
		}
	}
	return done, skipped, problems, open
}

// Quiet reports whether a round leaves nothing to people: everything is fine, and mayday found that out alone.
func (r Round) Quiet() bool {
	return !r.Asking && len(r.Notes) == 0 && !slices.ContainsFunc(r.Lines, func(l Line) bool { return l.State != Done || l.By != "" })
}

func (r Round) clone() Round {
	r.Lines, r.Notes = slices.Clone(r.Lines), slices.Clone(r.Notes)
	for i := range r.Lines {
		r.Lines[i].Answers = slices.Clone(r.Lines[i].Answers)
	}
	return r
}
