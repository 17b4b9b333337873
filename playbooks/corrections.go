package playbooks

import (
	"math"
	"sort"
	"strings"

	"mayday/lazyregexp"
)

// Correction is one thing to mend, with every place where it is found.
type Correction struct {
	// Finding is the first of its kind; Fix says what to write.
	Finding
	// More are the others of the same kind, in the order of the documents.
	More []Finding
	// Fine is true when the document may well be right as it stands.
	Fine bool
}

// TopCorrections is how many corrections an account leads with.
const TopCorrections = 10

// usefulness ranks findings by what mending them gains: words that a finding
// holds, the first row that matches stands.
var usefulness = []struct {
	words  string
	points float64
}{
	{"not read", 100}, {"cannot be read", 100}, {"never closed", 90}, // text is lost
	{"has no steps", 80}, {"names no severities", 78}, {"cannot be paged", 75}, {"contact ", 70}, {"escalation rule", 68}, // nobody would come, or know what to do
	{"unknown severity", 65}, {"severity", 60}, {" is no time", 58}, {"response time", 55}, {"nobody could do", 50}, {"not used", 45},
	{"leads nowhere", 35}, {"placeholder", 30}, {"blank to fill in", 25}, {"psql", 20}, {"stands twice", 20}, {"by hand", 5},
}

// useful is how much mending a finding gains.
func useful(f Finding) float64 {
	points := 15.0
	for _, u := range usefulness {
		if strings.Contains(f.What, u.words) {
			points = u.points
			break
		}
	}
	if strings.Contains(f.What, "has no severity") {
		points = 28 // it is asked for when somebody declares
	}
	if f.Level == Problem {
		points += 20
	}
	if strings.Contains(f.Fix, "mayday: ") {
		points += math.Min(20, float64(f.End-f.Line)/2) // the more stands unused, the more a comment gains
	}
	return points
}

// alike is what findings of one kind have in common: their words without names,
// numbers and what they quote. What is not used is of one kind below one heading.
func alike(f Finding) string {
	what := f.What
	if _, heading, ok := strings.Cut(what, "not used, under "); ok {
		return "not used " + strings.ToLower(heading)
	}
	if strings.HasPrefix(what, "scenario ") && !strings.Contains(what, "stands twice") {
		_, rest, _ := strings.Cut(strings.TrimPrefix(what, "scenario "), " ")
		return "scenario " + rest
	}
	if strings.Contains(what, "contact ") && strings.Contains(what, "placeholder") {
		return "placeholder of a contact"
	}
	// What stands behind a colon is the document's own.
	what, _, _ = strings.Cut(what, ": ")
	return string(f.Level) + particular.ReplaceAllString(what, "…")
}

var particular = lazyregexp.New(`"[^"]*"|“[^”]*”|\([^)]*\)|\b[A-Z][\p{L}\p{N}]*(?: [A-Z][\p{L}\p{N}]*)*|\d+|the link to \S+|contact \S+`)

// Corrections are the findings, those of one kind together, the most useful to
// mend first. What Missing says of severities is not said again.
func (r *Runbook) Corrections() []Correction {
	var out []Correction
	at := map[string]int{}
	best := map[string]float64{}
	for _, f := range r.Findings {
		if r.Defaulted && f.Line == 0 && strings.Contains(f.What, "names no severities") {
			continue
		}
		key := alike(f)
		i, known := at[key]
		if !known {
			at[key] = len(out)
			best[key] = useful(f)
			out = append(out, Correction{Finding: f, Fine: strings.HasPrefix(f.Fix, "fine ")})
			continue
		}
		out[i].More = append(out[i].More, f)
		best[key] = max(best[key], useful(f))
	}
	points := func(c Correction) float64 {
		p := best[alike(c.Finding)] + 4*math.Log2(float64(1+len(c.More)))
		if c.Fine {
			p -= 1000
		}
		return p
	}
	sort.SliceStable(out, func(i, j int) bool { return points(out[i]) > points(out[j]) })
	return out
}

// Supply says what to write so that something essential is there; the argument
// is a line of Missing.
func Supply(missing string) string {
	what, _, _ := strings.Cut(missing, ":")
	switch what {
	case "severities":
		return `add a table with the columns Severity, Response time and Escalation, and a row such as "P0 (Critical) | 15 minutes | Immediate"`
	case "scenarios":
		return `name a problem in a heading ("## Disk full") and list below it what to do, or write <!-- mayday: scenario --> below a heading`
	case "contacts":
		if !strings.Contains(missing, "nobody to page") {
			return `write "Email: ana@example.com", as in Slack, or "Slack: @ana" below at least one of them`
		}
		return `add a heading "Contacts" with a line for each person: "- On call: Ana Ruiz, ana@example.com"`
	}
	return ""
}
