package routine

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/lazyregexp"
)

// Every is the span that has one round.
type Every string

// The spans.
const (
	Daily     Every = "daily"
	Weekly    Every = "weekly"
	Monthly   Every = "monthly"
	Quarterly Every = "quarterly"
	Yearly    Every = "yearly"
)

// Cadence says how often a checklist is due, and on which day of its span.
type Cadence struct {
	Every Every `json:"every"`
	// Days of a daily list; empty: those that the team works on.
	Days []time.Weekday `json:"days,omitempty"`
	// Named: Weekday is the day of the week that the runbook names. A weekly list without one comes on Monday.
	Named   bool         `json:"named,omitempty"`
	Weekday time.Weekday `json:"weekday,omitempty"`
	// Nth picks one of several days of a month, a quarter or a year, -1 the last: of its working days, or of the
	// weekdays that are Named. 0 counts as 1.
	Nth int `json:"nth,omitempty"`
	// Date is the day of the month when the runbook names one, from 1; 0 otherwise.
	Date int `json:"date,omitempty"`
	// Step: of so many weeks one has a round. 0 counts as 1.
	Step int `json:"step,omitempty"`
	// At is the time of day on the team's wall clock; 0 is that of the calendar.
	At time.Duration `json:"at,omitempty"`
}

var (
	weekdayWord = lazyregexp.New(`\b(sun|mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?)(?:days?)?\b`)
	weekRange   = lazyregexp.New(`\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*(?:-|–|to|through|until)\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b`)
	timeWord    = lazyregexp.New(`\b(?:at\s+(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?|(\d{1,2}):(\d{2})\s*(am|pm)?|(\d{1,2})\s*(am|pm))\b`)
	nthWord     = lazyregexp.New(`\b(first|second|third|fourth|last|1st|2nd|3rd|4th)\s+(working|business|week|mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:\s+day)?\b`)
	dateWord    = lazyregexp.New(`\b(?:on\s+)?the\s+(\d{1,2})(?:st|nd|rd|th)\b`)
	weeksWord   = lazyregexp.New(`\bevery\s+(two|three|four|[2-8])\s+weeks\b`)
	allDays     = lazyregexp.New(`\b(?:(?:7|seven)\s+days|incl\w*\.?\s+weekends?|weekends\s+too|calendar\s+day)\b`)
	noon        = lazyregexp.New(`\bat\s+noon\b`)
	often       = lazyregexp.New(`\b(?:every|each|weekly|on|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b`)
	evening     = lazyregexp.New(`\b(?:evening|end\s+of\s+(?:the\s+)?day|eod)\b`)

	spans = []struct {
		every Every
		words *lazyregexp.Regexp
	}{
		{Yearly, lazyregexp.New(`\b(?:yearly|annual(?:ly)?|(?:every|each|once\s+a|per)\s+year)\b`)},
		{Quarterly, lazyregexp.New(`\b(?:quarterly|(?:every|each|once\s+a|per|the)\s+quarter|every\s+(?:three|3)\s+months)\b`)},
		{Monthly, lazyregexp.New(`\b(?:monthly|(?:every|each|once\s+a|per|the)\s+month)\b`)},
		{Weekly, lazyregexp.New(`\b(?:weekly|(?:every|each|once\s+a|per|every\s+other)\s+week|every\s+(?:two|three|four|[2-8])\s+weeks|bi-?weekly|fortnightly)\b`)},
		{Daily, lazyregexp.New(`\b(?:daily|(?:every|each|per)\s+(?:working\s+|business\s+|calendar\s+)?(?:day|morning|evening)|once\s+a\s+day|morning|evening|weekdays?|nightly|(?:7|seven)\s+days\s+a\s+week)\b`)},
	}
	nths = map[string]int{"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
)

// eveningAt is when a list of the evening comes that names no time.
const eveningAt = 17 * time.Hour

// ReadCadence reads how often a checklist is due from its heading, or from a line below it: "Morning checklist",
// "every Friday", "first Monday of the month", "daily at 08:30", "quarterly". false when the words say nothing of it.
func ReadCadence(words string) (Cadence, bool) {
	s := " " + strings.ToLower(words) + " "
	var c Cadence
	for _, span := range spans {
		if span.words.MatchString(s) {
			c.Every = span.every
			break
		}
	}
	c.At = timeOf(s)
	var days []time.Weekday
	if often.MatchString(s) || weekRange.MatchString(s) { // "Friday deployment" says nothing of how often
		days = weekdaysOf(s)
	}
	nth := nthWord.FindStringSubmatch(s)
	switch {
	case nth != nil && c.Every != Daily && c.Every != Weekly:
		if c.Every == "" {
			c.Every = Monthly
		}
		c.Nth = nths[nth[1]]
		if d, ok := weekdayOf(nth[2]); ok {
			c.Named, c.Weekday = true, d
		}
	case len(days) == 1 && (c.Every == "" || c.Every == Weekly):
		c.Every, c.Named, c.Weekday = Weekly, true, days[0]
	case len(days) > 1 && (c.Every == "" || c.Every == Weekly || c.Every == Daily):
		c.Every, c.Days = Daily, days
	case c.Every == Daily && allDays.MatchString(s):
		c.Days = []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	}
	if m := dateWord.FindStringSubmatch(s); m != nil && nth == nil && (c.Every == "" || c.Every == Monthly) {
		if n, err := strconv.Atoi(m[1]); err == nil && n >= 1 && n <= 31 {
			c.Every, c.Date = Monthly, n
		}
	}
	if c.Every == Weekly {
		c.Step = weeksOf(s)
	}
	return c, c.Every != ""
}

func weekdayOf(word string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), word[:3]) {
			return d, true
		}
	}
	return 0, false
}

// weekdaysOf are the days of the week that a text names, each once and in its order; "mon-fri" names five.
func weekdaysOf(s string) (days []time.Weekday) {
	if m := weekRange.FindStringSubmatch(s); m != nil {
		from, _ := weekdayOf(m[1])
		to, _ := weekdayOf(m[2])
		for d := from; ; d = (d + 1) % 7 {
			days = append(days, d)
			if d == to {
				return days
			}
		}
	}
	for _, m := range weekdayWord.FindAllStringSubmatch(s, -1) {
		if d, ok := weekdayOf(m[1]); ok && !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	return days
}

// timeOf is the time of day that a text names, 0 when it names none.
func timeOf(s string) time.Duration {
	m := timeWord.FindStringSubmatch(s)
	switch {
	case noon.MatchString(s):
		return 12 * time.Hour
	case m == nil && evening.MatchString(s):
		return eveningAt
	case m == nil:
		return 0
	}
	hour, _ := strconv.Atoi(m[1] + m[4] + m[7]) // of the three one is a number and the others are empty
	minute, _ := strconv.Atoi(m[2] + m[5])
	half := m[3] + m[6] + m[8]
	if half != "" && hour >= 1 && hour <= 12 {
		hour %= 12
		if half == "pm" {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 {
		return 0
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}

// weeksOf is 2 for "every two weeks", 0 for every week.
func weeksOf(s string) int {
	if m := weeksWord.FindStringSubmatch(s); m != nil {
		if n := slices.Index([]string{"", "", "two", "three", "four"}, m[1]); n > 0 {
			return n
		}
		n, _ := strconv.Atoi(m[1]) // the expression admits digits only
		return n
	}
	if strings.Contains(s, "every other") || strings.Contains(s, "fortnightly") || strings.Contains(s, "biweekly") || strings.Contains(s, "bi-weekly") {
		return 2
	}
	return 0
}

// String says it in the words of a sentence: "every working day at 08:30", "every Friday", "first Monday of the month".
func (c Cadence) String() string {
	s := c.days()
	if c.At > 0 {
		s += " at " + clockTime(c.At)
	}
	return s
}

func (c Cadence) days() string {
	switch c.Every {
	case Daily:
		switch len(c.Days) {
		case 0:
			return "every working day"
		case 7:
			return "every day"
		}
		var names []string
		for _, d := range c.Days {
			names = append(names, d.String())
		}
		return "every " + strings.Join(names, ", ")
	case Weekly:
		day := time.Monday
		if c.Named {
			day = c.Weekday
		}
		if c.Step > 1 {
			return "every " + strconv.Itoa(c.Step) + " weeks on " + day.String()
		}
		return "every " + day.String()
	}
	what := map[Every]string{Monthly: "month", Quarterly: "quarter", Yearly: "year"}[c.Every]
	if c.Date > 0 {
		return "on day " + strconv.Itoa(c.Date) + " of the " + what
	}
	which := map[int]string{-1: "last", 2: "second", 3: "third", 4: "fourth"}[c.Nth]
	if which == "" {
		which = "first"
	}
	day := "working day"
	if c.Named {
		day = c.Weekday.String()
	}
	return which + " " + day + " of the " + what
}

func clockTime(d time.Duration) string {
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(d).Format("15:04")
}
