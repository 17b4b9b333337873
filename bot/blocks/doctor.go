package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Checked is one thing that was looked at of how mayday is set up: what is the case, and what
// to do about it. State is "OK", "WARN" for what mayday can do without, or "FAIL".
type Checked struct{ State, Subject, Says, Next string }

// DoctorLooks is said while mayday looks.
func DoctorLooks() Message {
	const text = "Looking at how mayday is set up…"
	return reply(text, section(text))
}

// mostChecked is how many things to mend one answer names.
const mostChecked = 15

// Doctor is what was found, in the words of mayday check: what has to be mended first, then what
// is only good to know. What is well is named in one line.
func Doctor(list []Checked) Message {
	var bad, poor, well []Checked
	for _, c := range list {
		switch c.State {
		case "FAIL":
			bad = append(bad, c)
		case "WARN":
			poor = append(poor, c)
		default:
			well = append(well, c)
		}
	}
	verdict := "Nothing has to be mended."
	if len(bad) > 0 {
		verdict = count(len(bad), "thing") + " " + has(len(bad)) + " to be mended."
	}
	rest := fmt.Sprintf("%d are well.", len(well))
	if len(poor) > 0 {
		rest = fmt.Sprintf("%d are well, %d could be better.", len(well), len(poor))
	}
	blocks := []slack.Block{section("*" + verdict + "* " + rest)}
	named := slices.Concat(bad, poor)
	for i, c := range named {
		if i == mostChecked {
			blocks = append(blocks, small(fmt.Sprintf("and %d more: mayday check, where mayday runs, names them", len(named)-i)))
			break
		}
		blocks = append(blocks, section(checkedLine(c), advice(c)))
	}
	return reply(verdict+" "+rest, append(blocks, small(wellLine(well)))...)
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func checkedLine(c Checked) string {
	sign := ":x:"
	if c.State == "WARN" {
		sign = ":warning:"
	}
	return fmt.Sprintf("%s %s: %s", sign, strong(line(c.Subject, 60)), line(c.Says, maxNote))
}

func advice(c Checked) string {
	if c.Next == "" {
		return ""
	}
	return "→ " + line(c.Next, maxNote)
}

// manyOf are things of which there are many, by how their subjects begin.
var manyOf = []struct{ prefix, one string }{{"scope ", "scope"}, {"contact ", "contact"}, {"size of ", "size"}}

// wellLine names what is well, and counts that of which there are many.
func wellLine(well []Checked) string {
	var names []string
	many := map[string]int{}
	for _, c := range well {
		kind := slices.IndexFunc(manyOf, func(m struct{ prefix, one string }) bool { return strings.HasPrefix(c.Subject, m.prefix) })
		switch name := line(c.Subject, 60); {
		case kind >= 0:
			many[manyOf[kind].one]++
		case !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	for _, m := range manyOf {
		if n := many[m.one]; n > 0 {
			names = append(names, count(n, m.one))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return shorten("Well: "+strings.Join(names, ", "), maxStep)
}
