package playbooks

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// amount is one "15 minutes" within a sentence.
var amount = regexp.MustCompile(`(?i)(?:^|[^a-z0-9.])(\d{1,5}(?:\.\d{1,2})?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty[- ]five|sixty|half an?|every|each|per)(?:\s*(?:-|–|—|to)\s*(\d{1,5}))?[\s-]*(?:business|working|calendar)?\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w)(?:[^a-z]|$)`)

// numeralWord is a cheap first look for durations without digits.
var numeralWord = regexp.MustCompile(`(?i)\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|sixty|half|every|each|per)\b`)

var numerals = map[string]float64{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
	"nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty five": 45, "sixty": 60,
	"half a": 0.5, "half an": 0.5, "every": 1, "each": 1, "per": 1,
}

// longestSpan bounds what is believed; nobody escalates after two years.
const longestSpan = 366 * 24 * time.Hour

// duration finds the first duration in s: "15 minutes", "1h30m", "90s",
// "within an hour", "15-30 min" (the later end). A working day counts as a day.
func duration(s string) (time.Duration, bool) {
	if d, err := time.ParseDuration(strings.ToLower(strings.Trim(s, " <>~≤."))); err == nil && d > 0 && d <= longestSpan {
		return d, true
	}
	if !strings.ContainsAny(s, "0123456789") && !numeralWord.MatchString(s) {
		return 0, false
	}
	m := amount.FindStringSubmatchIndex(s)
	if m == nil {
		return 0, false
	}
	d, ok := amountOf(s, m)
	if !ok {
		return 0, false
	}
	// "1 hour 30 minutes" and "1 h and 30 min" go on.
	rest := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(s[m[7]:]), "and"), " ,")
	if n := amount.FindStringSubmatchIndex(rest); n != nil && n[0] == 0 && unitOf(rest[n[6]:n[7]]) < unitOf(s[m[6]:m[7]]) {
		if more, ok := amountOf(rest, n); ok {
			d += more
		}
	}
	return d, d > 0 && d <= longestSpan
}

func amountOf(s string, m []int) (time.Duration, bool) {
	number := strings.ToLower(strings.ReplaceAll(s[m[2]:m[3]], "-", " "))
	if m[4] >= 0 {
		number = s[m[4]:m[5]]
	}
	n, known := numerals[number]
	if !known {
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return 0, false
		}
		n = f
	}
	return time.Duration(n * float64(unitOf(s[m[6]:m[7]]))), true
}

func unitOf(word string) time.Duration {
	switch strings.ToLower(word)[0] {
	case 's':
		return time.Second
	case 'm':
		return time.Minute
	case 'h':
		return time.Hour
	case 'd':
		return 24 * time.Hour
	}
	return 7 * 24 * time.Hour
}

var (
	immediately = regexp.MustCompile(`(?i)\b(?:immediate(?:ly)?|instant(?:ly)?|at once|asap|right away|straight away)\b`)
	noTime      = regexp.MustCompile(`(?i)^(?:|-+|–|—|n/?a|none|no|never|not applicable|best effort|as needed|optional|when possible)$`)
	nextDay     = regexp.MustCompile(`(?i)\bnext (?:business |working )?day\b`)
	officeTime  = regexp.MustCompile(`(?i)\b(?:business|working|office)[ -](?:hours?|days?)\b|\bnext (?:business|working) day\b`)
)

// span reads a cell of the matrix. The second result is false when the words
// say something that is no time.
func span(s string) (d time.Duration, set, understood bool) {
	s = strings.TrimSpace(s)
	if noTime.MatchString(s) {
		return 0, false, true
	}
	if d, ok := duration(s); ok {
		return d, true, true
	}
	if immediately.MatchString(s) {
		return 0, true, true
	}
	if nextDay.MatchString(s) {
		return 24 * time.Hour, true, true
	}
	return 0, false, false
}
