package incident

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mayday/lazyregexp"
)

// NoticeDraft is what a person begins with who tells customers: the title, and the last update in plain words. Sentences
// with what is not for customers are left out: addresses, channels, people, code and SQL. Of a private incident it says nothing.
// What could not be published, and nothing was said since, is what one begins with again.
func (inc Incident) NoticeDraft() Notice {
	posts := inc.Publication.Posts
	if i := len(posts) - 1; i >= 0 && posts[i].Failed != "" && !inc.LastUpdate.At.After(posts[i].At) && !inc.ResolvedAt.After(posts[i].At) {
		n := posts[i].Notice
		if n.Title == "" && inc.Publication.ID == "" {
			n.Title = posts[0].Title
		}
		return n
	}
	n := Notice{Status: inc.ForCustomers()}
	if inc.Publication.ID == "" {
		n.Title = standardTitle
		if title := Line(inc.forCustomers(inc.Title), MaxTitle); title != "" && !inc.Private {
			first, size := utf8.DecodeRuneInString(title)
			n.Title = string(unicode.ToUpper(first)) + title[size:]
		}
	} else if last, ok := inc.Publication.Last(); ok {
		n.Components = last.Components
	}
	source := inc.LastUpdate.Text
	if n.Status == PublicResolved && inc.Summary != "" {
		source = inc.Summary
	}
	if n.Text = standardText[n.Status]; !inc.Private {
		if plain := inc.forCustomers(source); plain != "" {
			n.Text = plain
		}
	}
	return n
}

const standardTitle = "Disruption of our service"

// standardText is what is said where nothing of an update is for customers.
var standardText = map[PublicStatus]string{
	PublicInvestigating: "We are looking into a problem and will write here again as soon as we know more.",
	PublicIdentified:    "We have found the cause of the problem and are working on it.",
	PublicMonitoring:    "We have made a change that should end the problem, and are watching its effect.",
	PublicResolved:      "The problem is resolved.",
}

// internal are the signs of what is not for customers.
var internal = []*lazyregexp.Regexp{
	lazyregexp.New("`"), // code
	lazyregexp.New(`(?i)\b[a-z][a-z0-9+.-]*://|\bwww\.`),
	lazyregexp.New(`(?i)\b[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+\b`),                   // an e-mail address
	lazyregexp.New(`(^|[^\pL\pN])[@#][\pL\pN]`),                                          // a person, a channel, the number of an issue
	lazyregexp.New(`<[@#!][^>]*>`),                                                       // the same, as Slack writes it
	lazyregexp.New(`\b\d{1,3}(\.\d{1,3}){3}\b`),                                          // an address of a machine
	lazyregexp.New(`(?i)\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(internal|local|lan|svc|corp)\b`),   // its name
	lazyregexp.New(`(?i)[0-9a-f]*::[0-9a-f]+|\b([0-9a-f]{1,4}:){3,}`),                    // the same in IPv6
	lazyregexp.New(`(?i)\b[a-z0-9][\w-]*(\.[\w-]+)*\.[a-z][\w-]+\b`),                     // a name with dots: of a machine, or in code
	lazyregexp.New(`(?i)\b[a-z][a-z0-9]*-([a-z0-9]+-)*\d[a-z0-9]*\b`),                    // OPS-1234, db-03
	lazyregexp.New(`(?i)\b[a-z]+\d{2,}\w*\b|\b[A-Z0-9]{16,}\b`),                          // web12, an id, a key
	lazyregexp.New(`(?i)\b(pr|mr|ticket|issue|bug|case|pull request|incident)\s+\d{2,}`), // its number
	lazyregexp.New(`(^|\s)(/[\w.-]+){2,}`),                                               // a path
	lazyregexp.New(`\b\w+\.\w+\(|\b\w+\(\)|\b\w+_\w+`),                                   // a function, the name of a table or a variable
	lazyregexp.New(`(?i)\bselect\b.+\bfrom\b|\binsert\s+into\b|\bdelete\s+from\b|\bupdate\s+\w+\s+set\b|\b(alter|drop|create|truncate)\s+(table|index|database|view)\b|\bpg_\w+`),
	lazyregexp.New(`(?i)\b[0-9a-f]{7,40}\b`), // a commit
	lazyregexp.New(`(?i)\b(kubectl|psql|sudo|ssh|grep|curl|docker|helm)\b`),
}

// sentenceEnd is where a sentence ends and another begins.
var sentenceEnd = lazyregexp.New(`([.!?…])\s+`)

// fenced is a block of code.
var fenced = lazyregexp.New("(?s)```.*?(```|$)")

// forCustomers keeps the sentences of an internal text that hold nothing internal.
func (inc Incident) forCustomers(text string) string {
	text = fenced.ReplaceAllString(text, "`")
	var lines []string
	for _, l := range strings.Split(Paragraph(text, MaxText), "\n") {
		var kept []string
		for _, s := range strings.Split(sentenceEnd.ReplaceAllString(l, "$1\n"), "\n") {
			if s = strings.TrimSpace(s); s != "" && !inc.internal(s) {
				kept = append(kept, s)
			}
		}
		lines = append(lines, strings.Join(kept, " "))
	}
	return Paragraph(strings.Join(lines, "\n"), MaxText)
}

// internal reports whether a sentence is not for customers.
func (inc Incident) internal(sentence string) bool {
	for _, sign := range internal {
		if sign.MatchString(sentence) {
			return true
		}
	}
	words := strings.FieldsFunc(strings.ToLower(sentence), func(r rune) bool { return !unicode.IsLetter(r) })
	var names []string
	for _, name := range inc.Names {
		names = append(names, strings.Fields(strings.ToLower(name))...)
	}
	for _, c := range inc.Policy.Contacts {
		first, _, _ := strings.Cut(strings.ToLower(c.Name), " ") // the others are often those of a team
		names = append(names, first)
	}
	return slices.ContainsFunc(names, func(n string) bool { return utf8.RuneCountInString(n) > 2 && slices.Contains(words, n) })
}
