package playbooks

import (
	"strings"

	"mayday/lazyregexp"
	"mayday/playbooks/outline"
)

var (
	emailWhole = lazyregexp.New(`(?i)^` + emailShape.String()[4:] + `$`)
	ruleWords  = lazyregexp.New(`(?i)\bafter \d|\bonly\b|\bescalat|\bimmediately\b`)
	hourWords  = lazyregexp.New(`(?i)^24\s*[/x]\s*7$|\b\d{1,2}(?::\d\d)?\s*(?:am|pm)?\s*-\s*\d{1,2}|\bbusiness hours\b`)
)

// supplier reads an entry below external contacts. Its status page joins the others.
func (r *reader) supplier(d *doc, e *entry) bool {
	s := Supplier{Name: bare(e.title), Source: d.source(e.line)}
	for _, f := range e.fields {
		value := f.value
		for _, it := range f.items {
			s.Notes = append(s.Notes, it.Text)
		}
		if blankValue(value) && len(f.links) == 0 {
			r.problem(d, f.line, "the "+firstOf(plain(f.name), "address")+" of "+s.Name+" is a placeholder: "+clip(firstOf(value, "(empty)"), 40), "write the real address or remove the line")
			continue
		}
		addr := firstAddress(f)
		switch name := plain(f.name); {
		case hasWord(name, "status", "status page"):
			if s.Status = addr; addr == "" {
				s.Notes = append(s.Notes, f.name+": "+value)
			} else {
				r.leftover(d, f, s.Name)
				r.statusPage(d, f.line, s.Name, addr)
			}
		case hasWord(name, "dashboard", "console", "portal", "admin"):
			s.Dashboard = firstOf(addr, value)
			r.leftover(d, f, s.Name, s.Dashboard)
		case hasWord(name, "docs", "documentation", "manual"):
			s.Docs = firstOf(addr, value)
			r.leftover(d, f, s.Name, s.Docs)
		case hasWord(name, "phone", "tel", "telephone", "hotline"):
			s.Phone = value
		case hasWord(name, "support", "email", "contact", "e mail", "ticket", "tickets", "url", "help"):
			if s.Support != "" || addr != "" && len(strings.Fields(value)) > 1 || emailShape.MatchString(value) && !emailWhole.MatchString(value) {
				s.Notes = append(s.Notes, f.name+": "+value)
			}
			s.Support = firstOf(s.Support, emailShape.FindString(value), addr, value)
		case name == "":
			s.free(r, d, f, addr)
		default:
			s.Notes = append(s.Notes, f.name+": "+value)
		}
	}
	if s.Support+s.Phone+s.Dashboard+s.Status+s.Docs == "" && len(s.Notes) == 0 {
		return len(e.fields) > 0
	}
	r.book.External = append(r.book.External, s)
	return true
}

// free files a line without a name by what it holds.
func (s *Supplier) free(r *reader, d *doc, f entryField, addr string) {
	if len(strings.Fields(f.value)) > 1 {
		s.Notes = append(s.Notes, f.value)
	}
	switch {
	case addr != "" && isStatusHost(addr):
		s.Status = addr
		r.statusPage(d, f.line, s.Name, addr)
	case emailShape.MatchString(f.value):
		s.Support = firstOf(s.Support, emailShape.FindString(f.value))
	case addr != "" && s.Support == "":
		s.Support = addr
	case phoneShape.MatchString(f.value) && s.Phone == "":
		s.Phone = strings.TrimSpace(phoneShape.FindString(f.value))
	case len(strings.Fields(f.value)) == 1:
		s.Notes = append(s.Notes, f.value)
	}
}

// firstAddress is the first link of a field, or its value read as an address.
func firstAddress(f entryField) string {
	for _, l := range f.links {
		return l.URL
	}
	value := strings.TrimSpace(f.value)
	if strings.ContainsAny(value, " @") || !strings.Contains(value, ".") || outline.HasPlaceholder(value) {
		return ""
	}
	if found := found(value, nil); len(found) == 1 {
		return found[0].URL
	}
	return ""
}
