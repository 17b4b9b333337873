package routine_test

import (
	"fmt"
	"time"

	"mayday/routine"
)

var (
	monday   = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	team     = routine.Calendar{Zone: "UTC", Hour: 9 * time.Hour, Worked: []time.Weekday{1, 2, 3, 4, 5}}
	expected = routine.Expectation{Words: "0 rows", Rows: true, Low: new(float64), High: new(float64)}
	morning  = routine.Checklist{Slug: "morning", Name: "Morning", Cadence: routine.Cadence{Every: routine.Daily}, Items: []routine.Item{
		{Text: "Read the error tracker"},
		{Text: "No payment failed", Asks: []routine.Ask{{Kind: routine.AskQuery, Name: "payments/failed", Title: "Failed payments", Expect: expected, Decides: true}}},
	}}
)

// begun is a round that began on time and was answered.
func begun(answer routine.Answer) routine.Change {
	c, err := routine.Plan(routine.Routine{}, routine.Round{}, routine.Planning{Checklist: &morning, Calendar: team}, monday)
	if err == nil {
		c, err = routine.Begin(c.Routine, c.Round, c.Routine.Next)
	}
	if err == nil {
		c, err = routine.Answered(c.Routine, c.Round, [][]routine.Answer{nil, {answer}}, monday.Add(time.Hour))
	}
	if err != nil {
		panic(err)
	}
	return c
}

func ExamplePlan() {
	c, err := routine.Plan(routine.Routine{}, routine.Round{}, routine.Planning{Checklist: &morning, Calendar: team}, monday)
	fmt.Println(c.Routine.Next, err)
	// Output: 2026-03-02 09:00:00 +0000 UTC <nil>
}

func ExampleBegin() {
	c, _ := routine.Plan(routine.Routine{}, routine.Round{}, routine.Planning{Checklist: &morning, Calendar: team}, monday)
	c, err := routine.Begin(c.Routine, c.Round, monday.Add(time.Hour))
	fmt.Println(c.Round.Day, len(c.Round.Lines), c.Effects[0].Kind(), c.Routine.Next.Format(time.DateTime), err)
	// Output: 2026-03-02 2 ask_items 2026-03-03 09:00:00 <nil>
}

func ExampleAnswered() {
	good := begun(routine.Answer{Text: "no rows", Verdict: routine.Fine})
	bad := begun(routine.Answer{Text: "3 rows", Verdict: routine.Wrong})
	none := begun(routine.Answer{Text: "the database does not answer", Verdict: routine.Silent})
	for _, c := range []routine.Change{good, bad, none} {
		fmt.Printf("%q ", c.Round.Lines[1].State)
	}
	// Output: "done" "problem" ""
}

func ExampleMarkDone() {
	c := begun(routine.Answer{Verdict: routine.Fine})
	c, err := routine.MarkDone(c.Routine, c.Round, "U0ANA", 1, monday.Add(2*time.Hour))
	fmt.Println(c.Round.Left(), c.Round.On, err)
	_, err = routine.MarkDone(c.Routine, c.Round, "U0BEN", 1, monday.Add(2*time.Hour))
	fmt.Println(err)
	// Output:
	// [] U0ANA <nil>
	// refused to mark it done: already
}

func ExampleSkip() {
	c := begun(routine.Answer{Verdict: routine.Fine})
	_, err := routine.Skip(c.Routine, c.Round, "U0ANA", 1, " ", monday.Add(2*time.Hour))
	fmt.Println(err)
	c, err = routine.Skip(c.Routine, c.Round, "U0ANA", 1, "the tracker is down", monday.Add(2*time.Hour))
	fmt.Println(c.Round.Lines[0].Why, err)
	// Output:
	// refused to skip it: needs_text
	// the tracker is down <nil>
}

func ExampleMarkProblem() {
	c := begun(routine.Answer{Verdict: routine.Wrong})
	c, err := routine.MarkProblem(c.Routine, c.Round, 2, routine.Trouble{By: "U0ANA", Then: routine.ThenIssue}, monday.Add(2*time.Hour))
	fmt.Println(c.Effects[0].Kind(), err)
	// Output: file_round_issue <nil>
}

func ExampleFollow() {
	c := begun(routine.Answer{Verdict: routine.Wrong})
	c, err := routine.Follow(c.Routine, c.Round, 2, routine.Followed{Issue: 7, IssueURL: "https://github.com/acme/shop/issues/7"}, monday.Add(2*time.Hour))
	fmt.Println(c.Round.Lines[1].Issue, err)
	// Output: 7 <nil>
}

func ExampleAddNote() {
	c := begun(routine.Answer{Verdict: routine.Fine})
	c, err := routine.AddNote(c.Routine, c.Round, "U0ANA", 0, "seen\nit", monday.Add(2*time.Hour))
	fmt.Println(c.Round.Notes[0].Text, err)
	// Output: seen it <nil>
}

func ExampleTake() {
	c := begun(routine.Answer{Verdict: routine.Fine})
	c, err := routine.Take(c.Routine, c.Round, "U0ANA", monday.Add(2*time.Hour))
	fmt.Println(c.Round.On, err)
	// Output: U0ANA <nil>
}

func ExampleRemind() {
	c := begun(routine.Answer{Verdict: routine.Fine})
	c, err := routine.Remind(c.Routine, c.Round, c.Routine.Remind)
	fmt.Println(c.Effects[0].Kind(), c.Round.RemindedAt.Format(time.TimeOnly), err)
	again, err := routine.Remind(c.Routine, c.Round, c.Round.RemindedAt.Add(time.Hour))
	fmt.Println(again.Empty(), err)
	// Output:
	// remind_of_round 15:00:00 <nil>
	// true <nil>
}
