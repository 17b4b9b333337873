package playbooks

import (
	"slices"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// contact reads an entry as somebody to call. An entry with neither an address,
// a number, a handle nor a person's name in a field that says so, nor a blank
// for one of them, is no contact.
func (r *reader) contact(d *doc, e *entry) bool {
	c := incident.Contact{Role: bare(e.title), Source: d.source(e.line)}
	fields := e.fields
	if len(fields) > 0 && fields[0].value == e.title {
		c.Role = "" // the whole line is both: what it holds beside the address is the role
	}
	if e.row {
		c, fields = r.contactRow(d, e, c)
	}
	if e.headed && len(fields) == 1 && reachesSomebody(fields[0].value) && d.Classes(fields[0].name).Has(reading.Role) && d.Classes(c.Role).Has(reading.ContactsWord) {
		c.Role = bare(fields[0].name) // a list of one is read as the fields of its heading
	}
	at := len(r.book.Findings)
	named, kept := false, false
	for _, f := range fields {
		k, n := r.contactField(d, &c, f)
		kept, named = kept || k, named || n
		for _, it := range f.items {
			k := r.freeContact(d, &c, entryField{value: it.Text, line: it.No})
			kept = kept || k
		}
	}
	if !r.reachable(c, named, kept, e.row) {
		// What was said of its fields speaks of no contact.
		r.book.Findings = r.book.Findings[:min(at, len(r.book.Findings))]
		return false
	}
	if c.Role == "" && c.Name == "" {
		c.Role = firstOf(bare(r.openHeading()), "On call")
	}
	key := strings.ToLower(c.Role + "\x00" + c.Email)
	if c.Email == "" {
		key = strings.ToLower(c.Slack)
	}
	if c.Email+c.Slack != "" && r.people[key] {
		r.notice(d, e.line, "contact "+c.Title()+" stands twice; the first one is used", "remove one of them")
		return true
	}
	r.people[key] = true
	r.addContact(d, e.line, c)
	return true
}

// reachable reports whether an entry is a contact: somebody can be reached, a
// person is named, or a blank stands where an address belongs.
func (r *reader) reachable(c incident.Contact, named, kept, row bool) bool {
	if c.Email+c.Phone+c.Slack+c.Roster != "" || len(c.Methods) > 0 || named && c.Name != "" {
		return true
	}
	for _, blank := range c.Placeholders {
		if kept && (!row && blank != "role" || blank == "email" || blank == "phone" || blank == "slack") {
			return true
		}
	}
	return false
}

func (r *reader) openHeading() string {
	if r.open.section == nil {
		return ""
	}
	return r.open.section.Heading
}

// contactRow finds the role of a row and its fields by the heads of their columns.
func (r *reader) contactRow(d *doc, e *entry, c incident.Contact) (incident.Contact, []entryField) {
	row, t := e.parts[0].Row, e.parts[0].Table
	c.Role = ""
	var fields []entryField
	for i, cell := range row.Cells {
		head := ""
		if i < len(t.Head) {
			head = t.Head[i]
		}
		kind := contactFieldOf(head)
		switch {
		case c.Role == "" && (kind == roleField || i == 0 && kind == noField && !reachesSomebody(cell.Text)):
			c.Role = bare(cell.Text)
		case cell.Text == "" && kind != nameField && kind != emailField:
		default:
			if kind == nameField && reachesSomebody(cell.Text) {
				head = ""
			}
			fields = append(fields, entryField{name: head, value: cell.Text, links: linksOf(cell.Links), line: e.line})
		}
	}
	return c, fields
}

// addContact appends to the ladder and reports what makes a contact unreachable.
func (r *reader) addContact(d *doc, no int, c incident.Contact) {
	if outline.HasPlaceholder(c.Role) {
		c.Placeholders = append(c.Placeholders, "role")
	}
	if !c.Reachable() && len(c.Placeholders) == 0 {
		r.problem(d, no, "contact "+c.Title()+" cannot be paged: there is no e-mail and no Slack name", `add "Email: …" as in Slack, or "Slack: @handle"`)
	}
	r.book.Policy.Contacts = append(r.book.Policy.Contacts, c)
}

// contactField reads one field of a contact. Kept: it says something of a
// contact; named: it says a person's name.
func (r *reader) contactField(d *doc, c *incident.Contact, f entryField) (kept, named bool) {
	value := strings.TrimSpace(f.value)
	who := firstOf(c.Role, c.Name)
	set := func(to *string, what string) bool {
		if blankValue(value) {
			c.Placeholders = append(c.Placeholders, what)
			r.problem(d, f.line, "the "+what+" of contact "+who+" is a placeholder: "+clip(firstOf(value, "(empty)"), 40), "write the real "+what)
			return true
		}
		if *to != "" && *to != value {
			r.leftover(d, f, who)
			return true
		}
		*to = value
		return true
	}
	if r.roster(d, c, f) {
		return true, true
	}
	f, done := r.method(d, c, f)
	if done {
		return true, false
	}
	value = strings.TrimSpace(f.value)
	switch contactFieldOf(f.name) {
	case nameField:
		if reachesSomebody(value) {
			return r.freeContact(d, c, f), false
		}
		if !blankValue(value) && !looksLikeName(value) {
			r.leftover(d, f, who)
			return false, false
		}
		return set(&c.Name, "name"), personName(value) && !d.Classes(value).Has(reading.Role)
	case emailField:
		if m := emailShape.FindString(value); m != "" {
			r.leftover(d, f, who, m)
			value = m
		} else if !blankValue(value) {
			r.leftover(d, f, who)
			return false, false
		}
		return set(&c.Email, "email"), false
	case phoneField:
		if m := phoneIn(value); m == "" && !blankValue(value) && !strings.ContainsAny(value, "0123456789") {
			r.leftover(d, f, who)
			return false, false
		}
		return set(&c.Phone, "phone"), false
	case chatField:
		if strings.HasPrefix(value, "#") {
			r.leftover(d, f, who)
			return false, false
		}
		if m := handleIn(value); m != "" {
			r.leftover(d, f, who, m)
			value = m
		}
		return set(&c.Slack, "slack"), false
	case scheduleField:
		return r.schedule(d, c, f, value)
	case roleField:
		if c.Name == "" && c.Role != "" {
			c.Name, c.Role = c.Role, ""
		}
		return set(&c.Role, "role"), false
	case hoursField:
		if c.Hours != "" {
			r.leftover(d, f, who)
		}
		c.Hours = firstOf(c.Hours, value)
		return false, false
	case ruleField:
		r.rule(d, c, value, f.line)
		return false, false
	}
	if f.name == "" || reachesSomebody(value) {
		return r.freeContact(d, c, f), false
	}
	r.notice(d, f.line, "the line "+clip(f.name, 30)+" of contact "+c.Role+" is not used", "mayday reads Name, Email, Phone, Slack, Hours and Escalation")
	return false, false
}

// namesFile finds the name of a document: a schedule that stands there names nobody here.
var namesFile = lazyregexp.New(`(?i)\.(?:md|mdx|txt|pdf|html?|docx?|xlsx?|csv)\b`)

// schedule reads the name of an on-call schedule or of a group in another tool:
// it says who is meant, and a handle in it reaches them.
func (r *reader) schedule(d *doc, c *incident.Contact, f entryField, value string) (kept, named bool) {
	if blankValue(value) {
		return false, false
	}
	if reachesSomebody(value) {
		return r.freeContact(d, c, f), false
	}
	if c.Name == "" && !namesFile.MatchString(value) {
		c.Name = f.name + " " + value
		return true, true
	}
	r.leftover(d, f, c.Role)
	return true, false
}

func blankValue(s string) bool {
	switch strings.ToLower(s) {
	case "", "-", "–", "—", "n/a", "none", "?", "...", "…":
		return true
	}
	return outline.HasPlaceholder(s)
}

var callRole = lazyregexp.New(`(?i)^(?:slack|phone|email|tel|mail|e-mail|mobile|and|or|via|at)$`)

// freeContact finds name, address and numbers in "Ana Ruiz (ana@example.com, +1 555 0100)".
func (r *reader) freeContact(d *doc, c *incident.Contact, f entryField) bool {
	rest, found := f.value, false
	take := func(to *string, what string) {
		if what != "" && *to == "" {
			*to, found = what, true
			rest = strings.Replace(rest, what, ",", 1)
		}
	}
	if tellsOf(c.Role) && !d.Classes(c.Role).Has(reading.Role) {
		r.notice(d, f.line, "nobody is paged by this line, because it tells of somebody and not whom to call: "+clip(firstOf(c.Role, oneLine(f.value)), 60), "fine when that is meant; otherwise write role, name and address")
		return false
	}
	if roomInText.MatchString(c.Role) {
		return false // who is addressed in an example of a message is not to be woken
	}
	if notToCall.MatchString(c.Role + " " + rest) {
		r.notice(d, f.line, "nobody is paged by this line, because it says not to, or that an address takes no letters: "+clip(oneLine(f.value), 60), "fine when that is meant; otherwise write the person on a line of their own")
		return false
	}
	take(&c.Email, emailShape.FindString(rest))
	take(&c.Slack, handleIn(rest))
	// Before the number, or what is left of "138-xxxx-1111 (7x24)" looks like one.
	if m := outline.FindPlaceholder(rest); m != "" {
		what := firstOf(plain(strings.Trim(m, "[]<>{}$")), "name")
		if strings.Trim(m, "+0123456789xX().- ") == "" {
			what = "phone"
		}
		c.Placeholders = append(c.Placeholders, what)
		found = true
		r.problem(d, f.line, "contact "+firstOf(c.Role, c.Name)+" holds a placeholder: "+clip(m, 40), "write the real value")
		rest = strings.ReplaceAll(rest, m, ",")
	}
	take(&c.Phone, phoneIn(rest))
	for _, w := range strings.FieldsFunc(rest, func(c rune) bool { return strings.ContainsRune(",;()|/·–—、，（）", c) }) {
		w = strings.Trim(w, " -:")
		switch {
		case w == "" || callRole.MatchString(w):
		case ruleWords.MatchString(w):
			r.rule(d, c, w, f.line)
		case hourWords.MatchString(w):
			c.Hours = w
		case c.Name == "" && personName(w):
			c.Name = w
		case strings.EqualFold(w, c.Name):
		default:
			r.leftover(d, entryField{value: w, line: f.line}, firstOf(c.Role, c.Name))
		}
	}
	// "Primary: Ana Ruiz": a role before the colon says that what follows is a name.
	return found || c.Name != "" && d.Classes(c.Role).Has(reading.Role)
}

// rule reads "After 30 minutes", "Critical issues only", "P0 and P1 only".
func (r *reader) rule(d *doc, c *incident.Contact, text string, no int) {
	if blankValue(text) {
		return
	}
	if c.Rule.Text != "" {
		text = c.Rule.Text + "; " + text
	}
	c.Rule.Text = text
	understood := false
	if t, ok := d.duration(text); ok {
		c.Rule.After = incident.Within(t)
		understood = true
	} else if d.atOnce(text) {
		c.Rule.After = incident.Within(0)
		understood = true
	}
	only := r.named(text)
	if len(only) > 0 || hasWord(plain(text), "critical", "severe", "most severe", "major outages", "emergencies") && hasWord(plain(text), "only", "just", "for", "critical") {
		if len(only) == 0 {
			only = []string{r.book.Policy.Severities[0].Label}
		}
		c.Rule.Only, understood = only, true
	}
	if !understood && !hasWord(plain(text), "first", "primary", "always", "any", "all", "24 7", "default") {
		r.notice(d, no, "the escalation rule of "+firstOf(c.Role, c.Name)+" is not understood: "+clip(text, 60)+"; this contact is paged in turn for every severity",
			`write "After 30 minutes" or "P0 only"`)
	}
}

// named lists the severities that a sentence names, most severe first.
func (r *reader) named(text string) []string {
	var out []string
	for _, label := range reading.LevelsWithin(text) {
		if s, ok := r.findSeverity(label); ok && !slices.Contains(out, s.Label) {
			out = append(out, s.Label)
		}
	}
	for _, w := range strings.Fields(plain(text)) {
		if reading.LevelRank(w) >= 0 && w != "page" && w != "none" {
			if s, ok := r.findSeverity(w); ok && !slices.Contains(out, s.Label) {
				out = append(out, s.Label)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return r.book.Policy.Rank(a) - r.book.Policy.Rank(b) })
	return out
}
