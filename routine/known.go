package routine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Alert is what is known of one alert when a round asks for it.
type Alert struct {
	Source, Title, Link string
	// Severity as its sender says; Rank is its place among the runbook's, 0 the most severe.
	Severity string
	Rank     int
	// Count is how often it was reported since it began, and Open says that it fires.
	Count int
	Open  bool
}

// Heartbeat is a sender that has to be heard of.
type Heartbeat struct {
	Source string
	// Every is how long it may stay silent. At is when it was heard of last, zero when never, and Made when it was set up.
	Every    time.Duration
	At, Made time.Time
}

// Deployment is something that was changed.
type Deployment struct {
	Source, Title, Where, By, Link string
	At                             time.Time
}

// Known is what mayday knows itself when a round asks.
type Known struct {
	// Senders are the names of all that may send alerts.
	Senders    []string
	Alerts     []Alert
	Heartbeats []Heartbeat
	Changes    []Deployment
	// Told says that changes were ever heard of.
	Told bool
	// Besides are earlier numbers, in words: " (yesterday 3)". Empty when there are none.
	Besides string
	// Since is from when on alerts and changes are here, Now the moment of the answer. Zone is the team's.
	Since, Now time.Time
	Zone       *time.Location
}

const (
	// mostNamed alerts or changes are named in an answer.
	mostNamed = 3
	// mostTitle is how long a title may be in it, in characters.
	mostTitle = 50
)

// Answer answers an Ask from what mayday knows. Where nothing that was set up can answer, the answer is Silent and says
// what to set up: it settles nothing.
func (k Known) Answer(a Ask) Answer {
	switch a.Kind {
	case AskAlerts:
		return k.alerts(a)
	case AskHeartbeat:
		return k.heartbeat(a)
	case AskChanges:
		return k.changes(a)
	}
	return k.silent("this version of mayday cannot ask that")
}

func (k Known) silent(format string, args ...any) Answer {
	return Answer{Text: fmt.Sprintf(format, args...), Verdict: Silent, At: k.Now}
}

func (k Known) alerts(a Ask) Answer {
	senders := slices.Clone(k.Senders)
	for _, al := range k.Alerts {
		senders = append(senders, al.Source)
	}
	switch {
	case a.Sender != "" && !slices.ContainsFunc(senders, func(s string) bool { return means(a.Sender, s) }):
		return k.silent("no alerts of %s reach mayday: `mayday source add %s`", a.Sender, a.Sender)
	case len(senders) == 0:
		return k.silent("no alerts reach mayday: `mayday source add NAME`")
	}
	var found []Alert
	open := 0
	for _, al := range k.Alerts {
		if a.Sender != "" && !means(a.Sender, al.Source) || a.Sender == "" && !speaks(a.About, al.Source, al.Title) {
			continue
		}
		found = append(found, al)
		if al.Open {
			open++
		}
	}
	slices.SortStableFunc(found, func(x, y Alert) int {
		return cmp.Or(cmp.Compare(x.Rank, y.Rank), cmp.Compare(y.Count, x.Count), strings.Compare(x.Title, y.Title))
	})
	out := k.counted(a, len(found))
	if open > 0 {
		out.Text += fmt.Sprintf(", %d still firing", open)
	}
	var named []string
	for _, al := range found[:min(len(found), mostNamed)] {
		named = append(named, al.words())
		out.Link = cmp.Or(out.Link, al.Link)
	}
	out.Text += listing(named, len(found))
	return out
}

// words are "Pool exhausted ×4 (P1)".
func (a Alert) words() string {
	s := tidy(a.Title, mostTitle)
	if a.Count > 1 {
		s += fmt.Sprintf(" ×%d", a.Count)
	}
	if a.Severity != "" {
		s += " (" + tidy(a.Severity, 20) + ")"
	}
	return s
}

// counted begins an answer about so many things, judged by what is expected of their number.
func (k Known) counted(a Ask, n int) Answer {
	value := float64(n)
	out := Answer{Text: "none since " + k.day(k.Since), At: k.Now, Value: &value}
	if n > 0 {
		out.Text = fmt.Sprintf("%d since %s", n, k.day(k.Since))
	}
	out.Text += k.Besides
	switch holds, known := a.Expect.Holds(n, false, &value); {
	case known && holds:
		out.Verdict = Fine
	case known:
		out.Verdict = Wrong
	}
	return out
}

// listing is ": this; that; 3 more".
func listing(named []string, of int) string {
	if len(named) == 0 {
		return ""
	}
	if more := of - len(named); more > 0 {
		named = append(named, fmt.Sprintf("%d more", more))
	}
	return ": " + strings.Join(named, "; ")
}

// heartbeat finds the senders that have to be heard of. One that is late makes it wrong, whatever the others say.
func (k Known) heartbeat(a Ask) Answer {
	var fine, wrong, waits []string
	for _, h := range k.Heartbeats {
		if a.Sender != "" && !means(a.Sender, h.Source) || a.Sender == "" && !slices.ContainsFunc(a.About, func(w string) bool { return means(w, h.Source) }) {
			continue
		}
		heard := h.At
		if heard.IsZero() {
			heard = h.Made
		}
		switch due := heard.Add(h.Every); {
		case !k.Now.Before(due) && h.At.IsZero():
			wrong = append(wrong, fmt.Sprintf("%s was never heard of, due %s", h.Source, k.day(due)))
		case !k.Now.Before(due):
			wrong = append(wrong, fmt.Sprintf("%s was heard of last %s, due %s", h.Source, k.day(h.At), k.day(due)))
		case h.At.IsZero():
			waits = append(waits, fmt.Sprintf("%s was not heard of yet, it has until %s", h.Source, k.day(due)))
		default:
			fine = append(fine, fmt.Sprintf("%s was heard of %s", h.Source, k.day(h.At)))
		}
	}
	text := strings.Join(slices.Concat(wrong, waits, fine), "; ")
	switch {
	case len(wrong) > 0:
		return Answer{Text: text, Verdict: Wrong, At: k.Now}
	case len(waits) > 0:
		return k.silent("%s", text)
	case len(fine) > 0:
		return Answer{Text: text, Verdict: Fine, At: k.Now}
	}
	name := a.Sender
	if name == "" && len(a.About) > 0 {
		name = a.About[0]
	}
	return k.silent("nothing tells mayday: `mayday source add %s --heartbeat 25h`, and have the job open its address when it is done", name)
}

// changes lists the newest changes. A sender's name narrows it where that sender, or a change, has it.
func (k Known) changes(a Ask) Answer {
	if !k.Told && len(k.Changes) == 0 {
		return k.silent("no deployments reach mayday: have them posted to /v2/change/enqueue (docs/alerts.md)")
	}
	found := k.Changes
	if a.Sender != "" {
		of := slices.DeleteFunc(slices.Clone(k.Changes), func(c Deployment) bool {
			return !means(a.Sender, c.Source) && !means(a.Sender, c.Where) && !speaks([]string{a.Sender}, "", c.Title)
		})
		if len(of) > 0 {
			found = of
		}
	}
	found = slices.SortedStableFunc(slices.Values(found), func(x, y Deployment) int { return y.At.Compare(x.At) })
	out := k.counted(a, len(found))
	var named []string
	for _, c := range found[:min(len(found), mostNamed)] {
		s := tidy(c.Title, mostTitle)
		if c.By != "" {
			s += " by " + tidy(c.By, 30)
		}
		named = append(named, s+" "+k.day(c.At))
		out.Link = cmp.Or(out.Link, c.Link)
	}
	out.Text += listing(named, len(found))
	return out
}

// day writes a moment as the team's wall clock shows it: "Mon 2 Mar 09:00".
func (k Known) day(t time.Time) string {
	zone := k.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("Mon 2 Jan 15:04")
}

// means reports whether a word means a name: the name itself, or a part of it ("snag" means "snag-web", "backup" means
// "backups").
func means(word, name string) bool {
	name = strings.ToLower(name)
	return word == name || slices.ContainsFunc(wordsOf(name), func(part string) bool { return begins(part, word) })
}

// speaks reports whether an alert of a source and with a title is about some words: its source has one of them as its
// name, or its title more than half of them. No words are about everything.
func speaks(about []string, source, title string) bool {
	if len(about) == 0 || source != "" && slices.ContainsFunc(about, func(w string) bool { return means(w, source) }) {
		return true
	}
	in := wordsOf(strings.ToLower(title))
	n := 0
	for _, w := range about {
		if slices.ContainsFunc(in, func(x string) bool { return begins(x, w) }) {
			n++
		}
	}
	return 2*n > len(about)
}

// begins reports whether a word is another one, or that with an ending.
func begins(word, with string) bool {
	const ending = 3
	return with != "" && strings.HasPrefix(word, with) && len(word) <= len(with)+ending
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
