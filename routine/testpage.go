package routine

import (
	"slices"
	"time"
)

const (
	// keptTests is how many test pages of one person are remembered, and testAgain the time between two.
	keptTests, testAgain = 10, time.Minute
)

// Tester is somebody who tried whether pages reach them, or is reminded to.
type Tester struct {
	Person Person `json:"person"`
	// Tests are the newest, oldest first.
	Tests []TestPage `json:"tests,omitempty"`
	// Reminded is a day of the month in which they were reminded last, or in which mayday met them first.
	Reminded Day `json:"reminded,omitempty"`
	Revision int `json:"revision"`
}

// TestPage is one try.
type TestPage struct {
	// Number counts from 1, for good.
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	// Ways are those by which it was sent.
	Ways []TestWay `json:"ways,omitempty"`
}

// TestWay is what became of a test page by one way.
type TestWay struct {
	// Name of the way, as people are told: "direct message", "SMS".
	Name string `json:"name"`
	// SentAt is when it was taken by the service, zero when it was not, and Failed why.
	SentAt time.Time `json:"sent_at,omitzero"`
	Failed string    `json:"failed,omitempty"`
	// ArrivedAt is when the person said that it arrived; zero before.
	ArrivedAt time.Time `json:"arrived_at,omitzero"`
}

// Direct is the name of the way by Slack.
const Direct = "direct message"

// SendTestPage sends a test page by every way of a person.
type SendTestPage struct {
	Person Person `json:"person"`
	Number int    `json:"number"`
}

// Kind names the effect.
func (SendTestPage) Kind() string { return "send_test_page" }

// Of is no round.
func (SendTestPage) Of() Ref { return Ref{} }

// ShowTestPage draws a test page, where it stands, anew.
type ShowTestPage struct {
	Person  Person `json:"person"`
	Number  int    `json:"number"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// Kind names the effect.
func (ShowTestPage) Kind() string { return "show_test_page" }

// Of is no round.
func (ShowTestPage) Of() Ref { return Ref{} }

// RemindOfTestPage reminds somebody by direct message that they never tried.
type RemindOfTestPage struct {
	Person Person `json:"person"`
	Month  Day    `json:"month"`
}

// Kind names the effect.
func (RemindOfTestPage) Kind() string { return "remind_of_test_page" }

// Of is no round.
func (RemindOfTestPage) Of() Ref { return Ref{} }

// TesterChange is what a decision on a tester returns. One without a new revision stores nothing.
type TesterChange struct {
	Tester  Tester
	Effects []Effect
}

// Arrived reports whether the person said that it arrived by a way.
func (p TestPage) Arrived(way string) bool {
	return slices.ContainsFunc(p.Ways, func(w TestWay) bool { return w.Name == way && !w.ArrivedAt.IsZero() })
}

// Arrived is when somebody said last that a test page arrived; zero when they never did.
func (t Tester) Arrived() (at time.Time) {
	for _, test := range t.Tests {
		for _, w := range test.Ways {
			if w.ArrivedAt.After(at) {
				at = w.ArrivedAt
			}
		}
	}
	return at
}

// Last is the newest test page; false when there was none.
func (t Tester) Last() (TestPage, bool) {
	if len(t.Tests) == 0 {
		return TestPage{}, false
	}
	return t.Tests[len(t.Tests)-1], true
}

// AskTestPage has a test page sent, unless one was a moment ago: then nothing changes.
func AskTestPage(t Tester, now time.Time) TesterChange {
	last, tried := t.Last()
	if tried && now.Sub(last.At) < testAgain {
		return TesterChange{Tester: t}
	}
	t.Tests = append(slices.Clone(t.Tests), TestPage{Number: last.Number + 1, At: now.UTC()})
	t.Tests = t.Tests[max(0, len(t.Tests)-keptTests):]
	t.Revision++
	return TesterChange{t, []Effect{SendTestPage{t.Person, last.Number + 1}}}
}

// TestPageSent writes down what became of a test page by one way; failed is empty when it was taken. The first time counts.
func TestPageSent(t Tester, number int, way, failed string, now time.Time) TesterChange {
	return t.test(number, func(p *TestPage) bool {
		if slices.ContainsFunc(p.Ways, func(w TestWay) bool { return w.Name == way }) {
			return false
		}
		w := TestWay{Name: way, Failed: failed}
		if failed == "" {
			w.SentAt = now.UTC()
		}
		p.Ways = append(slices.Clone(p.Ways), w)
		return true
	})
}

// TestPageArrived writes down that the person saw it, and draws the message where they said so anew.
func TestPageArrived(t Tester, number int, way, channel, ts string, now time.Time) TesterChange {
	c := t.test(number, func(p *TestPage) bool {
		p.Ways = slices.Clone(p.Ways)
		i := slices.IndexFunc(p.Ways, func(w TestWay) bool { return w.Name == way })
		if i < 0 { // it arrived before that it was sent was written down
			p.Ways, i = append(p.Ways, TestWay{Name: way, SentAt: now.UTC()}), len(p.Ways)
		}
		if !p.Ways[i].ArrivedAt.IsZero() {
			return false
		}
		p.Ways[i].ArrivedAt = now.UTC()
		return true
	})
	c.Effects = []Effect{ShowTestPage{t.Person, number, channel, ts}}
	return c
}

// test changes one of the tests.
func (t Tester) test(number int, change func(*TestPage) bool) TesterChange {
	tests := slices.Clone(t.Tests)
	i := slices.IndexFunc(tests, func(p TestPage) bool { return p.Number == number })
	if i < 0 || !change(&tests[i]) {
		return TesterChange{Tester: t}
	}
	t.Tests = tests
	t.Revision++
	return TesterChange{Tester: t}
}

// RemindOfTest reminds a contact who never saw a test page arrive, once a month and not in the month in which mayday met them. muted people are
// not reminded.
func RemindOfTest(t Tester, today Day, muted bool) TesterChange {
	if !today.Valid() {
		return TesterChange{Tester: t}
	}
	month := today[:len("2006-01")] + "-01"
	if t.Reminded == month || !t.Arrived().IsZero() {
		return TesterChange{Tester: t}
	}
	met := t.Reminded != ""
	t.Reminded = month
	t.Revision++
	if !met || muted {
		return TesterChange{Tester: t}
	}
	return TesterChange{t, []Effect{RemindOfTestPage{t.Person, month}}}
}
