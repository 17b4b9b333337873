package playbooks

import (
	"strings"

	"mayday/incident"
)

// contact reads an entry as somebody to call. An entry with neither name nor
// address nor a placeholder for one is no contact.
func (r *reader) contact(d *document, e *entry) bool {
	c := incident.Contact{Role: bare(e.title)}
	kept := false
	for _, f := range e.fields {
		kept = r.contactField(d, &c, f) || kept
		for _, it := range f.items {
			r.leftover(d, field{value: it.text, line: it.no}, c.Role)
		}
	}
	if !kept && len(c.Placeholders) == 0 {
		if len(e.fields) > 0 {
			r.reject(d, e, Notice, "this is no contact: "+clip(c.Role, 60)+" has neither name nor e-mail nor phone", `write "Email: ana@example.com" below it`)
		}
		return false
	}
	key := strings.ToLower(c.Role + "\x00" + c.Email)
	if c.Email != "" && r.people[key] {
		r.reject(d, e, Notice, "contact "+c.Title()+" stands twice; the first one is used", "remove one of them")
		return false
	}
	r.people[key] = true
	r.addContact(d, e.line, c)
	return true
}

// addContact appends to the ladder and reports what makes a contact unreachable.
func (r *reader) addContact(d *document, no int, c incident.Contact) {
	if hasPlaceholder(c.Role) {
		c.Placeholders = append(c.Placeholders, "role")
	}
	if !c.Reachable() && len(c.Placeholders) == 0 {
		r.problem(d, no, "contact "+c.Title()+" cannot be paged: there is no e-mail and no Slack name", `add "Email: …" as in Slack, or "Slack: @handle"`)
	}
	r.book.Policy.Contacts = append(r.book.Policy.Contacts, c)
}

// contactField reads one field of a contact.
func (r *reader) contactField(d *document, c *incident.Contact, f field) bool {
	name, value := plain(f.name), strings.TrimSpace(f.value)
	set := func(to *string, what string) bool {
		if blankValue(value) {
			c.Placeholders = append(c.Placeholders, what)
			r.problem(d, f.line, "the "+what+" of contact "+firstOf(c.Role, c.Name)+" is a placeholder: "+clip(firstOf(value, "(empty)"), 40), "write the real "+what)
			return true
		}
		if *to != "" && *to != value {
			r.leftover(d, f, firstOf(c.Role, c.Name))
			return true
		}
		*to = value
		return true
	}
	switch {
	case hasWord(name, "name", "person", "who", "contact", "primary contact", "engineer", "full name"):
		return set(&c.Name, "name")
	case hasWord(name, "email", "e mail", "mail"):
		if m := emailShape.FindString(value); m != "" {
			r.leftover(d, f, firstOf(c.Role, c.Name), m)
			value = m
		}
		return set(&c.Email, "email")
	case hasWord(name, "phone", "mobile", "cell", "tel", "telephone", "number"):
		return set(&c.Phone, "phone")
	case hasWord(name, "slack", "handle", "chat"):
		return set(&c.Slack, "slack")
	case hasWord(name, "role", "title", "team", "position", "responsibility"):
		if c.Name == "" && c.Role != "" {
			c.Name, c.Role = c.Role, ""
		}
		return set(&c.Role, "role")
	case hasWord(name, "hours", "availability", "schedule", "available", "coverage", "time zone", "timezone"):
		if c.Hours != "" {
			r.leftover(d, f, firstOf(c.Role, c.Name))
		}
		c.Hours = firstOf(c.Hours, value)
		return false
	case hasWord(name, "escalation", "escalate", "when", "escalate when", "page when", "rule", "escalation time", "when to call"):
		r.rule(d, c, value, f.line)
		return false
	case name == "":
		return r.freeContact(d, c, f)
	}
	if emailShape.MatchString(value) || phoneShape.MatchString(value) {
		return r.freeContact(d, c, f)
	}
	r.notice(d, f.line, "the line "+clip(f.name, 30)+" of contact "+c.Role+" is not used", "mayday reads Name, Email, Phone, Slack, Hours and Escalation")
	return false
}

func blankValue(s string) bool {
	switch strings.ToLower(s) {
	case "", "-", "n/a", "none", "?", "...":
		return true
	}
	return hasPlaceholder(s)
}

// freeContact finds name, address and numbers in "Ana Ruiz (ana@example.com, +1 555 0100)".
func (r *reader) freeContact(d *document, c *incident.Contact, f field) bool {
	rest := f.value
	take := func(found string) string {
		rest = strings.Replace(rest, found, ",", 1)
		return strings.TrimSpace(found)
	}
	if m := emailShape.FindString(rest); m != "" && c.Email == "" {
		c.Email = take(m)
	}
	if m := slackShape.FindStringSubmatch(rest); m != nil && c.Slack == "" {
		c.Slack = take(m[1])
	}
	if m := phoneShape.FindString(rest); m != "" && c.Phone == "" {
		c.Phone = take(m)
	}
	if m := placeholder.FindString(rest); m != "" {
		what := plain(strings.Trim(m, "[]<>{}$"))
		c.Placeholders = append(c.Placeholders, firstOf(what, "name"))
		r.problem(d, f.line, "contact "+firstOf(c.Role, c.Name)+" holds a placeholder: "+clip(m, 40), "write the real value")
		rest = strings.ReplaceAll(rest, m, ",")
	}
	for _, w := range strings.FieldsFunc(rest, func(c rune) bool { return strings.ContainsRune(",;()|/·–—", c) }) {
		w = strings.Trim(w, " -:")
		low := strings.ToLower(w)
		switch {
		case w == "" || low == "slack" || low == "phone" || low == "email" || low == "tel":
		case ruleWords.MatchString(w):
			r.rule(d, c, w, f.line)
		case hourWords.MatchString(w):
			c.Hours = w
		case c.Name == "" && looksLikeName(w):
			c.Name = w
		case strings.EqualFold(w, c.Name):
		default:
			r.leftover(d, field{value: w, line: f.line}, firstOf(c.Role, c.Name))
		}
	}
	return c.Name != "" || c.Email != "" || c.Slack != "" || c.Phone != ""
}

func looksLikeName(s string) bool {
	n := len(strings.Fields(s))
	return n >= 1 && n <= 4 && !strings.ContainsAny(s, "0123456789:@#")
}

// rule reads "After 30 minutes", "Critical issues only", "P0 and P1 only".
func (r *reader) rule(d *document, c *incident.Contact, text string, no int) {
	if blankValue(text) {
		return
	}
	if c.Rule.Text != "" {
		text = c.Rule.Text + "; " + text
	}
	c.Rule.Text = text
	understood := false
	if t, ok := duration(text); ok {
		c.Rule.After = incident.Within(t)
		understood = true
	} else if immediately.MatchString(text) {
		c.Rule.After = incident.Within(0)
		understood = true
	}
	if hasWord(plain(text), "only", "just", "for", "critical", "severe", "major") {
		only := r.named(text)
		if len(only) == 0 && hasWord(plain(text), "critical", "severe", "most severe", "major outages", "emergencies") {
			only = []string{r.book.Policy.Severities[0].Label}
		}
		c.Rule.Only = only
		understood = understood || len(only) > 0
	}
	if !understood && !hasWord(plain(text), "first", "primary", "always", "any", "all", "24 7", "default") {
		r.notice(d, no, "the escalation rule of "+firstOf(c.Role, c.Name)+" is not understood: "+clip(text, 60)+"; this contact is paged in turn for every severity",
			`write "After 30 minutes" or "P0 only"`)
	}
}

// apart lets two labels with one sign between them be found as two.
var apart = strings.NewReplacer("/", " / ", ",", " , ")

// named lists the severities that a sentence names, most severe first.
func (r *reader) named(text string) []string {
	wanted := map[string]bool{}
	for _, m := range labelIn.FindAllStringSubmatch(apart.Replace(text), -1) {
		if s, ok := r.findSeverity(m[1]); ok {
			wanted[s.Label] = true
		}
	}
	for _, w := range strings.Fields(plain(text)) {
		if levelWord(w) >= 0 {
			if s, ok := r.findSeverity(w); ok {
				wanted[s.Label] = true
			}
		}
	}
	var out []string
	for _, s := range r.book.Policy.Severities {
		if wanted[s.Label] {
			out = append(out, s.Label)
		}
	}
	return out
}
