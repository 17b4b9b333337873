package playbooks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/incident"
	"mayday/lazyregexp"
)

const (
	// agesAfter is how old the date of a runbook may become.
	agesAfter = 180 * 24 * time.Hour
	// unusedAfter is how long a scenario may match nothing.
	unusedAfter = 365 * 24 * time.Hour
)

// Aged is one thing of the runbook that is no longer true, or that nobody can tell whether it is.
type Aged struct {
	// What is the matter, and Do what to do, each a sentence without its full stop.
	What, Do string
	// URL is the address that it is about, empty for none. Source is where it stands, "runbook.md:71"; may be empty.
	URL, Source string
}

// Seen is what the world answered.
type Seen struct {
	// Contacts says for each of the policy's contacts why it cannot be reached in Slack; empty when it can.
	Contacts []string
	// Dead are the addresses that lead nowhere, with what they answer.
	Dead map[string]string
	// Failing are the queries that fail, by name, with why.
	Failing map[string]string
	// Used are the scenarios that were of use in the year before: of incidents, and of alerts as far as those are known.
	Used map[string]bool
	// Known is since when incidents are known; zero when that is not long enough to tell. Alerts is how far back alerts are
	// known; zero for as long as incidents.
	Known  time.Time
	Alerts time.Duration
}

// Age lists what of the runbook has aged, in the order: its date, contacts, addresses, queries, scenarios.
func (r *Runbook) Age(seen Seen, now time.Time) (list []Aged) {
	if at, words, ok := r.Updated(); ok && now.Sub(at) > agesAfter {
		days := int(now.Sub(at).Hours() / 24)
		list = append(list, Aged{What: fmt.Sprintf("It says that it was last updated %s, %d days ago", words, days), Do: "Read it through, mend what is not true, and write the day into that line"})
	}
	for i, c := range r.Policy.Contacts {
		if i < len(seen.Contacts) && seen.Contacts[i] != "" {
			list = append(list, Aged{What: fmt.Sprintf("%s cannot be reached: %s", callOf(c), seen.Contacts[i]), Do: "Write down who has that part now"})
		}
	}
	for _, a := range r.Addresses() {
		if why := seen.Dead[a.URL]; why != "" {
			list = append(list, Aged{What: fmt.Sprintf("The address of %s is dead: %s", a.Name, why), Do: "Correct it, or take it out", URL: a.URL, Source: a.Source})
		}
	}
	for _, q := range r.Queries {
		if why := seen.Failing[q.Name]; why != "" {
			list = append(list, Aged{What: fmt.Sprintf("The query %s fails: %s", q.Name, strings.TrimSuffix(why, ".")), Do: "Correct it", Source: q.Source})
		}
	}
	if seen.Known.IsZero() || now.Sub(seen.Known) < unusedAfter {
		return list
	}
	none := "No incident and no alert in a year"
	if seen.Alerts > 0 && seen.Alerts < unusedAfter {
		none = fmt.Sprintf("No incident in a year and no alert in %d days", int(seen.Alerts.Hours()/24))
	}
	for _, pb := range r.Scenarios {
		if pb.Slug != "" && !seen.Used[pb.Slug] {
			list = append(list, Aged{What: fmt.Sprintf("%s was “%s”", none, pb.Title), Do: "Practise it (/incident drill " + pb.Slug + "), or take it out"})
		}
	}
	return list
}

func callOf(c incident.Contact) string {
	switch {
	case c.Name != "" && c.Role != "":
		return c.Role + " (" + c.Name + ")"
	case c.Name != "":
		return c.Name
	}
	return firstOf(c.Role, c.Email, "A contact")
}

// updatedNames are the labels of the line with the date of the document.
var updatedNames = map[string]bool{"last updated": true, "updated": true, "last update": true, "last reviewed": true, "reviewed": true, "last changed": true, "last modified": true, "date": true}

// Updated is the newest date that the document has for itself, and how it is written; false when it says none.
func (r *Runbook) Updated() (at time.Time, words string, ok bool) {
	for _, f := range r.Facts {
		if t, found := dateOf(f.Value); found && updatedNames[plain(f.Name)] && t.After(at) {
			at, words, ok = t, f.Value, true
		}
	}
	return at, words, ok
}

var (
	isoDate   = lazyregexp.New(`\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b`)
	dottedDay = lazyregexp.New(`\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b`)
	wordyDate = lazyregexp.New(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(\d{4})\b`)
	usualDate = lazyregexp.New(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})\b`)
	months    = []string{"", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
)

// dateOf reads a date of which it is clear what is day and what month: not 3/4/2025.
func dateOf(s string) (time.Time, bool) {
	date := func(year, month, day string) (time.Time, bool) {
		y, _ := strconv.Atoi(year) // the expressions admit digits only
		m, err := strconv.Atoi(month)
		if err != nil {
			m = slices.Index(months, strings.ToLower(month))
		}
		d := 1
		if day != "" {
			d, _ = strconv.Atoi(day)
		}
		t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		return t, m >= 1 && m <= 12 && t.Day() == d
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return date(m[1], m[2], m[3])
	}
	if m := dottedDay.FindStringSubmatch(s); m != nil {
		return date(m[3], m[2], m[1])
	}
	if m := wordyDate.FindStringSubmatch(s); m != nil {
		return date(m[3], m[2], m[1])
	}
	if m := usualDate.FindStringSubmatch(s); m != nil {
		return date(m[3], m[1], m[2])
	}
	return time.Time{}, false
}

// Address is a web address of the document, and what it belongs to.
type Address struct{ Name, URL, Source string }

// Addresses are those that people are sent to, each once, in the order: dashboards, status pages, suppliers, scenarios,
// checklists. Addresses with a placeholder in them are none.
func (r *Runbook) Addresses() (list []Address) {
	seen := map[string]bool{}
	add := func(name, url, source string) {
		if probable(url) && !seen[url] {
			seen[url] = true
			list = append(list, Address{firstOf(name, url), url, source})
		}
	}
	for _, d := range r.Dashboards {
		add(d.Name, d.URL, d.Source)
	}
	for _, s := range r.StatusPages {
		add(s.Name, s.URL, s.Source)
	}
	for _, s := range r.External {
		for _, url := range []string{s.Support, s.Dashboard, s.Status, s.Docs} {
			add(s.Name, url, s.Source)
		}
	}
	for _, pb := range r.Scenarios {
		for _, s := range pb.Steps {
			if s.Probe != nil {
				add(s.Probe.Name, s.Probe.URL, s.Source)
			}
			for _, l := range s.Links {
				add(l.Name, l.URL, s.Source)
			}
		}
	}
	for _, c := range r.Checklists {
		for _, it := range c.Items {
			for _, l := range it.Links {
				add(l.Name, l.URL, it.Source)
			}
		}
	}
	return list
}
