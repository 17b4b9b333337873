package blocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/routine"
	"mayday/tally"
)

// Most of each kind that one digest names; the rest is counted.
const (
	digestOpen    = 8
	digestNight   = 5
	digestOverdue = 40
	digestNumbers = 15
)

// DigestView is what a digest tells.
type DigestView struct {
	Day     routine.Day
	Zone    *time.Location
	Now     time.Time
	Morning tally.Morning
	// Calls are the owners of overdue work who are mentioned; Name says what the others are called.
	Calls map[incident.Person]bool
	Name  Names
	// Week and Month look back; nil in a digest that does not.
	Week, Month *DigestSpan
	// Weeks are for the chart beside Week, and Numbers what the queries of one number answered.
	Weeks   []tally.Bar
	Numbers []tally.Number
	// Titles of queries by their names.
	Titles map[string]string
	// Unasked: GitHub did not say of all work whether it is done.
	Unasked bool
}

// DigestSpan is a week or a month beside the one before.
type DigestSpan struct {
	// First is its first day.
	First       routine.Day
	Now, Before tally.Span
	// Shares are how often each person was interrupted, of a month, and SharesBefore in the one before.
	Shares, SharesBefore []tally.Share
}

func (s *DigestSpan) empty() bool {
	return s == nil || s.Now.Empty() && s.Before.Empty() && len(s.Shares) == 0
}

// Detail is a reply in a digest's thread. Name is that of what it is about, whatever others there are.
type Detail struct {
	Name string
	Message
}

// Digest is the operators' message of a morning, and its details. The zero Message means that there is nothing to say.
// It does not announce the details, because Slack counts the replies, and GitHub may say something else by the time that
// they are posted.
func Digest(v DigestView) (Message, []Detail) {
	if v.Morning.Empty() && v.Week.empty() && v.Month.empty() && !v.Unasked {
		return Message{}, nil
	}
	blocks := []slack.Block{section(":sunrise: *" + v.Day.At(0, time.UTC).Format("Monday 2 January") + "*")}
	text := v.Day.At(0, time.UTC).Format("Monday 2 January") + "."
	say := func(sentence string, more ...slack.Block) {
		text += " " + sentence
		blocks = append(append(blocks, section(sentence)), more...)
	}
	if !v.Month.empty() {
		say("*" + v.Month.First.At(0, time.UTC).Format("January") + "*: " + spanWords(*v.Month, "the month before"))
	}
	if !v.Week.empty() {
		say("*Last week*: "+spanWords(*v.Week, "the week before"), weeksChart(v.Weeks))
	}
	if n := len(v.Morning.Open); n > 0 {
		text += fmt.Sprintf(" %s open.", count(n, "incident"))
		blocks = append(blocks, paragraphs(openLines(v))...)
	}
	if n := len(v.Morning.Night); n > 0 {
		text += fmt.Sprintf(" %s out of hours.", count(n, "interruption"))
		blocks = append(blocks, paragraphs(nightLines(v))...)
	}
	if len(v.Morning.Overdue) > 0 {
		say(overdueWords(v))
	}
	if v.Unasked {
		missing := "GitHub did not say of all work whether it is done, so some that is overdue may be missing here"
		text += " " + missing + "."
		blocks = append(blocks, small(missing))
	}
	if names := v.Morning.Checklists; len(names) > 0 {
		var list []string
		for _, n := range names[:min(len(names), 10)] {
			list = append(list, line(n, 60))
		}
		say("*Checklists today*: " + strings.Join(list, ", "))
	}
	return message(text, blocks...), v.details()
}

// spanWords is a span in one sentence.
func spanWords(s DigestSpan, before string) string {
	now, then := s.Now, s.Before
	if now.Incidents == 0 {
		if then.Incidents == 0 {
			return "no incidents, as " + before + "."
		}
		return fmt.Sprintf("no incidents; %s there %s %d.", before, wasWere(then.Incidents), then.Incidents)
	}
	words := count(now.Incidents, "incident")
	var parts []string
	for _, c := range now.Severities {
		parts = append(parts, fmt.Sprintf("%d %s", c.N, line(c.Name, 20)))
	}
	words += " (" + strings.Join(parts, ", ") + ")"
	switch d := now.Incidents - then.Incidents; {
	case d > 0:
		words += fmt.Sprintf(", %d more than %s", d, before)
	case d < 0:
		words += fmt.Sprintf(", %d fewer than %s", -d, before)
	default:
		words += ", as many as " + before
	}
	if now.Median > 0 {
		words += "; half were resolved within " + took(now.Median)
	}
	return words + "."
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func weeksChart(weeks []tally.Bar) slack.Block {
	c := Chart{Title: "Incidents a week"}
	for _, w := range weeks {
		c.Labels = append(c.Labels, w.Week.At(0, time.UTC).Format("2 Jan"))
		for _, s := range w.Severities {
			if !slices.ContainsFunc(c.Series, func(have Series) bool { return have.Name == s.Name }) {
				c.Series = append(c.Series, Series{Name: s.Name})
			}
		}
	}
	slices.SortFunc(c.Series, func(a, b Series) int { return strings.Compare(a.Name, b.Name) })
	for i := range c.Series {
		for _, w := range weeks {
			n := 0
			for _, s := range w.Severities {
				if s.Name == c.Series[i].Name {
					n = s.N
				}
			}
			c.Series[i].Values = append(c.Series[i].Values, float64(n))
		}
	}
	return chart(c)
}

func openLines(v DigestView) []string {
	lines := []string{"*" + count(len(v.Morning.Open), "incident") + " open*"}
	for i, inc := range v.Morning.Open {
		if i == digestOpen {
			lines = append(lines, fmt.Sprintf("and %d more: %s", len(v.Morning.Open)-i, command("list")))
			break
		}
		where := channel(inc.ChannelID)
		if where == "" {
			where = fmt.Sprintf("incident %d", inc.ID)
		}
		lines = append(lines, joined(" · ", dot(inc)+" "+strong(label(inc))+" "+line(inc.Title, 80), where, dueNext(inc)))
	}
	return lines
}

func nightLines(v DigestView) []string {
	lines := []string{"*" + count(len(v.Morning.Night), "interruption") + " out of hours*"}
	for i, n := range v.Morning.Night {
		if i == digestNight {
			lines = append(lines, fmt.Sprintf("and %d more", len(v.Morning.Night)-i))
			break
		}
		answered := "nobody answered"
		if n.Incident.Acknowledged() {
			answered = "answered after " + took(n.Incident.AcknowledgedAt.Sub(n.Incident.DeclaredAt))
		}
		lines = append(lines, joined(" · ", fmt.Sprintf("• %s %s, %s", label(n.Incident), line(n.Incident.Title, 80), clock(n.At, v.Now)), count(n.Calls, "call"), answered))
	}
	return lines
}

// overdueWords count overdue work by its owners. Who is mentioned is mentioned here and nowhere else.
func overdueWords(v DigestView) string {
	var parts []string
	nobody := 0
	counts := map[incident.Person]int{}
	for _, o := range v.Morning.Overdue {
		if p := o.Owner(); p == "" {
			nobody++
		} else {
			counts[p]++
		}
	}
	for _, p := range v.Morning.Owners() {
		who := line(v.Name(p), maxName)
		if v.Calls[p] {
			who = call(p)
		}
		parts = append(parts, fmt.Sprintf("%s %d", who, counts[p]))
	}
	if nobody > 0 {
		parts = append(parts, fmt.Sprintf("nobody's %d", nobody))
	}
	return fmt.Sprintf("*%s overdue*: %s", counted(len(v.Morning.Overdue), "piece of work", "pieces of work"), strings.Join(parts, ", "))
}

func (v DigestView) details() []Detail {
	return slices.DeleteFunc([]Detail{
		{"overdue", v.overdue()}, {"week", v.span(v.Week, "Last week", "the week before")}, {"month", v.span(v.Month, "Last month", "the month before")}, {"numbers", v.numbers()},
	}, func(d Detail) bool { return len(d.Blocks) == 0 })
}

// overdue lists the work by its owners.
func (v DigestView) overdue() Message {
	list := v.Morning.Overdue
	if len(list) == 0 {
		return Message{}
	}
	text := counted(len(list), "piece of work left from incidents is overdue", "pieces of work left from incidents are overdue")
	lines := []string{"*" + text + "*"}
	for _, o := range list[:min(len(list), digestOverdue)] {
		what := link(o.URL, "Post-mortem")
		if o.Action.Text != "" {
			what = link(o.URL, incident.Line(o.Action.Text, 100))
		}
		who := "nobody's"
		if p := o.Owner(); p != "" {
			who = line(v.Name(p), maxName)
		}
		lines = append(lines, fmt.Sprintf("• %s · %s · of %s, %s · due %s", what, who, naming(o.Incident), line(o.Incident.Title, 80), o.Due.In(v.Zone).Format("Mon 2 Jan 2006")))
	}
	if n := len(list) - digestOverdue; n > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", n))
	}
	return message(text+".", append(paragraphs(lines), small("Whatever is closed on GitHub is not asked after again", "No mention of you: "+command("digest mute")))...)
}

// span are the facts of a week or a month.
func (v DigestView) span(s *DigestSpan, title, before string) Message {
	if s.empty() {
		return Message{}
	}
	lines := []string{"*" + title + "*, with " + before + " in brackets"}
	keptLine := func(k tally.Kept, was []tally.Kept) string {
		l := fmt.Sprintf("%s %d of %d", line(k.Name, 60), k.Kept, k.Of)
		if i := slices.IndexFunc(was, func(w tally.Kept) bool { return w.Name == k.Name }); i >= 0 {
			l += fmt.Sprintf(" (%d of %d)", was[i].Kept, was[i].Of)
		}
		return l
	}
	kept := func(what string, now, was []tally.Kept) {
		var parts []string
		for _, k := range now {
			parts = append(parts, keptLine(k, was))
		}
		if len(parts) > 0 {
			lines = append(lines, "• "+what+": "+strings.Join(parts, ", "))
		}
	}
	lines = append(lines, fmt.Sprintf("• Incidents: %d (%d)", s.Now.Incidents, s.Before.Incidents))
	if s.Now.Median > 0 {
		l := "• Half were resolved within " + took(s.Now.Median)
		if s.Before.Median > 0 {
			l += " (" + took(s.Before.Median) + ")"
		}
		lines = append(lines, l)
	}
	kept("Clocks kept", s.Now.Clocks, s.Before.Clocks)
	if s.Now.Opened+s.Now.Closed+s.Before.Opened+s.Before.Closed > 0 {
		lines = append(lines, fmt.Sprintf("• Follow-ups: %d opened (%d), %d closed (%d)", s.Now.Opened, s.Before.Opened, s.Now.Closed, s.Before.Closed))
	}
	var repeated []string
	for _, c := range s.Now.Repeated[:min(len(s.Now.Repeated), 5)] {
		repeated = append(repeated, fmt.Sprintf("%s, %d times in four weeks", line(c.Name, 60), c.N))
	}
	if len(repeated) > 0 {
		lines = append(lines, "• Came again: "+strings.Join(repeated, "; "))
	}
	if c := s.Now.Skipped; c.N > 0 {
		lines = append(lines, fmt.Sprintf("• Skipped most often, %d times: %s", c.N, line(c.Name, 200)))
	}
	kept("Checklists gone through", s.Now.Checklists, s.Before.Checklists)
	lines = append(lines, v.interruptions(s)...)
	return message(fmt.Sprintf("%s: %s", title, spanWords(*s, before)), paragraphs(lines)...)
}

// interruptions are how often people were paged, by the hours of their own days, and how evenly. Who it was is for each alone.
func (v DigestView) interruptions(s *DigestSpan) (lines []string) {
	if len(s.Shares) == 0 {
		return nil
	}
	var now, before tally.Hours
	for _, p := range s.Shares {
		now = now.Plus(p.Hours)
	}
	for _, p := range s.SharesBefore {
		before = before.Plus(p.Hours)
	}
	lines = []string{fmt.Sprintf("• People were paged %s (%d): %s, by the hours of their own days", counted(now.Total(), "time", "times"), before.Total(), hoursWords(now))}
	most, night := 0, 0
	for _, p := range s.Shares {
		most, night = max(most, p.Total()), max(night, p.Night)
	}
	if n := len(s.Shares); n > 1 {
		lines = append(lines, fmt.Sprintf("• They were %d people: at most %s for one of them, and %d at night. Each sees their own: %s", n, counted(most, "time", "times"), night, command("oncall me")))
	}
	return lines
}

// numbers are the answers of the queries of one number, with the line of what changed most.
func (v DigestView) numbers() Message {
	if v.Week == nil || len(v.Numbers) == 0 {
		return Message{}
	}
	lines, text := []string{"*Numbers*, with those of a week before in brackets"}, "Numbers:"
	for i, n := range v.Numbers {
		if i == digestNumbers {
			lines = append(lines, fmt.Sprintf("and %d more: %s", len(v.Numbers)-i, command("trend")))
			break
		}
		l := fmt.Sprintf("%s %s", line(v.titleOf(n.Query), 80), Figure(n.Now.Value))
		text += " " + l + "."
		if n.Before != nil {
			l += " (" + Figure(*n.Before) + ")"
		}
		lines = append(lines, "• "+l)
	}
	blocks := paragraphs(lines)
	if first := v.Numbers[0]; len(first.Points) > 2 {
		blocks = append(blocks, chart(trendChart(v.titleOf(first.Query), first.Points)))
	}
	return message(text, append(blocks, small("One of them over time: "+command("trend <name>")))...)
}

func (v DigestView) titleOf(query string) string {
	if t := v.Titles[query]; t != "" {
		return t
	}
	return query
}

// DigestState answers /incident digest: when the next one comes, and whether somebody is mentioned.
func DigestState(d routine.Digest, who incident.Person) Message {
	text := "Digests are off: MAYDAY_DIGEST says when they come."
	switch {
	case d.Revision == 0:
		text = "When the next digest comes is not planned yet: mayday has just started."
	case !d.Next.IsZero():
		text = "The next digest comes on the next working day from " + moment(d.Next) + " on, in the operators' channel, if there is something to tell."
	}
	next := "It mentions you at most once a week, and only when work of yours is overdue. No mention: " + command("digest mute")
	if _, muted := d.Muted[who]; muted {
		next = "It names you without a mention. Otherwise: " + command("digest unmute")
	}
	return reply(text, section(text), small(next))
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
