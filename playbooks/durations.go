package playbooks

import (
	"strconv"
	"strings"
	"time"

	"mayday/lazyregexp"
	"mayday/playbooks/reading"
)

// amount is one "15 minutes" within a sentence.
var amount = lazyregexp.New(`(?i)(?:^|[^a-z0-9.])(\d{1,5}(?:\.\d{1,2})?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty[- ]five|sixty|half an?|every|each|per)(?:\s*(?:-|–|—|to)\s*(\d{1,5}))?[\s-]*(?:business|working|calendar)?\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w)(?:[^a-z]|$)`)

// numeralWord is a cheap first look for durations without digits.
var numeralWord = lazyregexp.New(`(?i)\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|sixty|half|every|each|per)\b`)

var numerals = map[string]float64{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
	"nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty five": 45, "sixty": 60,
	"half a": 0.5, "half an": 0.5, "every": 1, "each": 1, "per": 1,
}

// longestShort is the length of the longest text that may be a time such as "1h30m".
const longestShort = 40

// longestSpan bounds what is believed; nobody escalates after two years.
const longestSpan = 366 * 24 * time.Hour

// duration finds the first duration in s: "15 minutes", "1h30m", "90s",
// "within an hour", "15-30 min" (the later end). A working day counts as a day.
func duration(s string) (time.Duration, bool) {
	if short := strings.Trim(s, " <>~≤."); len(short) <= longestShort && strings.ContainsAny(short, "0123456789") {
		if d, err := time.ParseDuration(strings.ToLower(short)); err == nil && d > 0 && d <= longestSpan {
			return d, true
		}
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

// amountIn is a number before a word of a unit in any language: "15 minutos",
// "30 分", "1,5 Stunden", "10-15 min".
var amountIn = lazyregexp.New(`(\d{1,5}(?:[.,]\d{1,2})?)(?:\s*(?:-|–|—|~|～|至|到|à|to|bis|до|a|o)\s*(\d{1,5}))?\s*[-个個か]?\s*(\p{L}{1,14})(?:\s+(\p{L}{1,14}))?`)

// duration finds the first duration in s, in English or in the language of the document.
func (d *doc) duration(s string) (time.Duration, bool) {
	if t, ok := duration(s); ok {
		return t, true
	}
	if !strings.ContainsAny(s, "0123456789") {
		return d.wordDuration(s)
	}
	for _, m := range amountIn.FindAllStringSubmatch(s, 4) {
		unit := d.unit(m[3])
		if unit == 0 && m[4] != "" {
			unit = d.unit(m[4]) // "2 working days"
		}
		if unit == 0 {
			continue
		}
		number := m[1]
		if m[2] != "" {
			number = m[2]
		}
		n, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
		if err != nil {
			continue
		}
		if t := time.Duration(n * float64(unit)); t > 0 && t <= longestSpan {
			return t, true
		}
	}
	return 0, false
}

// unit is the length of the unit that a word names, 0 for other words.
func (d *doc) unit(word string) time.Duration {
	c := d.Classes(word)
	switch {
	case c.Has(reading.MinuteWord):
		return time.Minute
	case c.Has(reading.HourWord):
		return time.Hour
	case c.Has(reading.DayWord):
		return 24 * time.Hour
	case c.Has(reading.WeekWord):
		return 7 * 24 * time.Hour
	}
	return 0
}

// wordDuration reads "una hora", "eine Stunde": the word of a unit and no number.
func (d *doc) wordDuration(s string) (time.Duration, bool) {
	words := strings.Fields(plain(s))
	if len(words) == 0 || len(words) > 6 {
		return 0, false
	}
	for i, w := range words {
		if i > 0 && oneWords[words[i-1]] {
			if u := d.unit(w); u != 0 {
				return u, true
			}
		}
	}
	return 0, false
}

var oneWords = map[string]bool{"una": true, "un": true, "une": true, "uma": true, "um": true, "eine": true, "einer": true, "einem": true, "een": true, "jedną": true, "cada": true, "chaque": true,
	"jede": true, "ogni": true, "elk": true, "elke": true, "każdą": true, "каждый": true, "каждую": true, "кожну": true, "кожен": true}

// dailyWord and hourlyWord are intervals that are one word or phrase.
var (
	dailyWord  = lazyregexp.New(`(?i)^(?:daily|once a day|diari\p{L}*|quotidien\p{L}*|täglich\p{L}*|giornalier\p{L}*|quotidian\p{L}*|dagelijks\p{L}*|codzienn\p{L}*|ежедневн\p{L}*|щоденн\p{L}*|щодня|每日|每天|毎日|매일)$`)
	hourlyWord = lazyregexp.New(`(?i)^(?:hourly|toutes les heures|cada hora|de hora em hora|stündlich\p{L}*|ogni ora|elk uur|co godzinę|ежечасно|щогодини|每小时|毎時|매시간)$`)
)

var updateWord = lazyregexp.New(`(?i)\b(?:status )?updates?\b`)

// intervalWord reads "daily" and "hourly" in any language.
func intervalWord(s string) (time.Duration, bool) {
	s = strings.Trim(s, " .")
	switch {
	case dailyWord.MatchString(strings.TrimSpace(updateWord.ReplaceAllString(s, ""))):
		return day, true
	case hourlyWord.MatchString(strings.TrimSpace(updateWord.ReplaceAllString(s, ""))):
		return time.Hour, true
	}
	return 0, false
}

// atOnce: s says that something happens immediately.
func (d *doc) atOnce(s string) bool {
	return immediately.in(s) || d.Classes(s).Has(reading.AtOnce)
}

// officeTime: s speaks of business hours or days.
func (d *doc) officeTime(s string) bool {
	return officeTime.in(s) || !plainASCII(s) && d.Classes(s).Has(reading.BusinessWord)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

var (
	immediately = glanceAt([]string{"immediate", "instant", "at once", "asap", "right away", "straight away"}, `(?i)\b(?:immediate(?:ly)?|instant(?:ly)?|at once|asap|right away|straight away)\b`)
	noTime      = lazyregexp.New(`(?i)^(?:|-+|–|—|n/?a|none|no|never|not applicable|best effort|as needed|optional|when possible)$`)
	nextDay     = lazyregexp.New(`(?i)\b(?:next|same) (?:business |working )?day\b|\bmismo día\b|\bmesmo dia\b|\bjour même\b|\bmême jour\b|\bam selben Tag\b|\bstesso giorno\b|\bdezelfde dag\b|\btego samego dnia\b|в тот же день|того ж дня|当天|当日|同日|당일|\bsiguiente día\b|\bpróximo dia\b|\bdia útil seguinte\b|\bdía hábil siguiente\b|\bjour ouvr(?:é|able) suivant\b|\bnächste[rnm]? (?:Werktag|Arbeitstag|Tag)\b|\bgiorno (?:lavorativo )?successivo\b|\bvolgende (?:werk)?dag\b|\bnastępn\w+ d(?:zień|nia)\b|следующ\S+ (?:рабоч\S+ )?д|наступн\S+ (?:робоч\S+ )?д|下一个?工作日|次の日|翌(?:営業)?日|다음 (?:영업|근무)?일`)
	officeTime  = glanceAt([]string{"business", "working", "office"}, `(?i)\b(?:business|working|office)[ -](?:hours?|days?)\b|\bnext (?:business|working) day\b`)
)

// day is a working day too: the clocks know nothing finer.
const day = 24 * time.Hour

// span reads a cell of the matrix. The last result is false when the words
// say something that is no time.
func (d *doc) span(s string) (t time.Duration, set, understood bool) {
	s = strings.TrimSpace(s)
	if noTime.MatchString(s) {
		return 0, false, true
	}
	if rest := strings.TrimLeft(s, "-−"); len(rest) < len(s) && rest[0] >= '0' && rest[0] <= '9' {
		return 0, false, false // a time before the incident
	}
	if t, ok := d.duration(s); ok {
		return t, true, true
	}
	if nextDay.MatchString(s) {
		return day, true, true
	}
	if d.atOnce(s) {
		return 0, true, true
	}
	return 0, false, false
}
