package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Most of a result that is shown in a message; the rest belongs into a file.
const (
	ResultRows    = maxRows
	ResultColumns = maxColumns
)

// Answer is what one query answered, masked already. All texts are plain and
// are escaped here.
type Answer struct {
	// Title of the query, or the normalised statement when somebody typed it.
	Title string
	// Typed: somebody typed the statement.
	Typed bool
	By    incident.Person
	// Grid is what is shown of the rows, already cut to ResultRows and ResultColumns.
	Grid Grid
	// Rows says how many there are: "12 rows", "first 20 of more than 100 rows".
	Rows string
	Took time.Duration
	// Waited in line before; zero when it did not have to.
	Waited time.Duration
	// Columns is how many there are; more than those of the Grid are in the file.
	Columns int
	// Masked: the names of columns that were masked whole.
	Masked []string
	// Replica: the answer comes from a replica and may lag.
	Replica bool
	// FileRows is how many rows, with all their columns, follow as a file; 0 for no file.
	FileRows int
	// Trouble, when it is not nil, is why there is no answer.
	Trouble *Trouble
}

// Trouble is why a query gave no answer: refused (then Word and Part say which
// piece of the statement) or failed.
type Trouble struct {
	Refused bool
	Word    string
	Part    string
	// Why it is so and what to do Instead, whole sentences.
	Why     string
	Instead string
}

// Line says the trouble in one plain line.
func (t Trouble) Line() string {
	if t.Refused && t.Word != "" {
		return "refused: " + t.Word + ": " + t.Why
	}
	if t.Refused {
		return "refused: " + t.Why
	}
	return t.Why
}

// Result shows one answer: the rows as a table, or words when there are none.
func Result(inc incident.Incident, a Answer) Message {
	if a.Trouble != nil {
		return troubled(inc, a)
	}
	name := queryName(a.Title, a.Typed)
	foot := []string{line(a.Rows, 100), Took(a.Took)}
	if len(a.Grid.Rows) == 0 {
		foot = foot[1:]
	}
	if a.Waited >= time.Second {
		foot = append(foot, "waited "+Took(a.Waited))
	}
	if a.Columns > len(a.Grid.Columns) {
		foot = append(foot, fmt.Sprintf("%d of %d columns", len(a.Grid.Columns), a.Columns))
	}
	if len(a.Masked) > 0 {
		foot = append(foot, "masked: "+line(strings.Join(a.Masked, ", "), 100))
	}
	if a.Replica {
		foot = append(foot, "from a replica")
	}
	if a.FileRows > 0 {
		foot = append(foot, count(a.FileRows, "row")+" in the file of this thread")
	}
	foot = append(foot, askedBy(inc, a.By))
	if len(a.Grid.Rows) == 0 {
		return message(name+": no rows.", section(strong(name), "No rows."), small(foot...))
	}
	g := a.Grid
	g.Title, g.Note = "", ""
	return message(fmt.Sprintf("%s: %s.", name, spoken(a)), append(append([]slack.Block{section(strong(name))}, Table(g)...), small(foot...))...)
}

// spoken says what a screen reader needs: a single value itself, else how many rows.
func spoken(a Answer) string {
	if len(a.Grid.Rows) == 1 && len(a.Grid.Columns) == 1 && a.Columns <= 1 {
		return line(a.Grid.Rows[0][0], 200)
	}
	return line(a.Rows, 100)
}

func askedBy(inc incident.Incident, p incident.Person) string {
	if p == "" {
		return ""
	}
	return "asked by " + named(inc, p)
}

func troubled(inc incident.Incident, a Answer) Message {
	name, t := queryName(a.Title, a.Typed), a.Trouble
	text := fmt.Sprintf("%s: %s", name, joined(" ", line(t.Line(), maxNote), line(t.Instead, maxNote)))
	return message(text, section(":warning: "+strong(name), Escape(t.Why)), small(Escape(t.Instead), askedBy(inc, a.By)))
}

// queryName is the title of a query, and a statement that somebody typed as code, whose stars are no bold.
func queryName(title string, typed bool) string {
	if typed {
		return code(incident.Line(title, 150))
	}
	return line(title, 150)
}

// QueryRunning is shown while queries take their time: their place in line, and a
// button that stops them. stop names the run.
func QueryRunning(inc incident.Incident, queries []incident.QueryRun, by incident.Person, place int, stop Target) Message {
	name := fmt.Sprintf("A run of %d queries", len(queries))
	if len(queries) == 1 {
		name = queryName(queries[0].Title, queries[0].Name == "")
	}
	state := "is running."
	if place > 0 {
		state = fmt.Sprintf("waits in line, place %d.", place)
	}
	stop.Incident, stop.UID = inc.ID, inc.UID
	return message(name+" "+state, section(strong(name)+" "+state), small(askedBy(inc, by)), row(button(ActionStopQuery, stop, "Stop")))
}

// Finding is one line of an overview: what a query answered in a few words, or
// how its answer changed.
type Finding struct {
	Title string
	// Says it plainly: "96", "12 rows", "96 → 31".
	Says string
	// More lines of detail, plain, at most a few are shown.
	More []string
	// Took is zero when it does not matter.
	Took time.Duration
	// Bad: it failed or was refused.
	Bad bool
}

// Overview tells of many queries in one message, in the order given. name is
// "Snapshot of Site Down"; foot is plain small print.
func Overview(inc incident.Incident, name string, by incident.Person, found []Finding, foot ...string) Message {
	var lines []string
	text := line(name, 100) + "."
	for _, f := range found {
		lines = append(lines, findingLine(f))
		for i, m := range f.More {
			if i == 4 {
				lines = append(lines, fmt.Sprintf("      and %d more", len(f.More)-i))
				break
			}
			lines = append(lines, "      "+line(m, 150))
		}
		text += fmt.Sprintf(" %s: %s.", line(f.Title, 80), strings.TrimRight(line(f.Says, 200), "."))
	}
	var print []string
	for _, f := range foot {
		print = append(print, Escape(f))
	}
	blocks := append([]slack.Block{section(strong(line(name, 100)))}, paragraphs(lines)...)
	return message(text, append(blocks, small(append(print, askedBy(inc, by))...))...)
}

// findingLine is "• Connections: *96* · 0.8 ms".
func findingLine(f Finding) string {
	says := line(f.Says, 200)
	if f.Bad {
		return fmt.Sprintf(":warning: %s: %s", line(f.Title, 80), says)
	}
	l := fmt.Sprintf("• %s: %s", strings.TrimRight(line(f.Title, 80), ":"), strong(says))
	if f.Took > 0 {
		l += " · " + Took(f.Took)
	}
	return l
}

// QueryList is the answer to /incident run alone: the queries of the playbook in
// hand, each with a button. off says in words why they cannot be run; empty when they can.
func QueryList(inc incident.Incident, off string) Message {
	qs := inc.Queries()
	w := inc.Walk()
	if len(qs) == 0 {
		return Problem(fmt.Sprintf("The playbook %s has no queries.", w.Playbook.Title), "A query of the whole runbook by a word of its name: `/incident run users`.")
	}
	blocks := []slack.Block{section(strong("Queries of " + line(w.Playbook.Title, 80)))}
	spoken := fmt.Sprintf("The playbook %s has %d queries.", line(w.Playbook.Title, 80), len(qs))
	for i, q := range qs {
		words := line(q.Title, 100) + "  " + code(lastPart(q.Name))
		spoken += " " + line(q.Title, 100) + "."
		switch {
		case off != "" || i >= mostQueryButtons:
			blocks = append(blocks, section(words))
		default:
			blocks = append(blocks, sectionWith(words, button(fmt.Sprintf("%s:%d", ActionRunQuery, i+1), Target{Incident: inc.ID, UID: inc.UID, Name: q.Name}, "Run")))
		}
	}
	if off != "" {
		return reply(spoken+" "+Escape(off), append(blocks, section(":warning: "+Escape(off)))...)
	}
	return reply(spoken, append(blocks, row(button(ActionRunAll, about(inc), "Run all")), small("One: "+command("run <word>"), "All: "+command("run all"), "Against the snapshot: "+command("run diff")))...)
}

// mostQueryButtons keeps the list within an acknowledgement.
const mostQueryButtons = 30

// lastPart is the name of a query without its playbook.
func lastPart(name string) string {
	return name[strings.LastIndexByte(name, '/')+1:]
}

// QueryAsked answers whoever asked for queries: where the answer will appear.
func QueryAsked(queries []incident.QueryRun, inThread bool) Message {
	what := fmt.Sprintf("Running %d queries", len(queries))
	if len(queries) == 1 {
		what = "Running " + queryName(queries[0].Title, queries[0].Name == "")
	}
	where := "the answer comes into this channel."
	if inThread {
		where = "the answer comes into the thread of the step."
	}
	return reply(what+": "+where, section(what+": "+where))
}

// Took writes how long a query took: "0.8 ms", "42 ms", "1.3 s".
func Took(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
