package playbooks

import (
	"strings"

	"mayday/playbooks/outline"
)

// dashboard keeps a page to look at once.
func (r *reader) dashboard(b Dashboard) {
	if i, known := r.pages[outline.AddressKey(b.URL)]; known && b.URL != "" {
		have := &r.book.Dashboards[i]
		if !strings.EqualFold(have.Name, b.Name) {
			have.Checks = append(have.Checks, b.Name)
		}
		have.Checks = append(have.Checks, b.Checks...)
		return
	}
	r.pages[outline.AddressKey(b.URL)] = len(r.book.Dashboards)
	r.book.Dashboards = append(r.book.Dashboards, b)
}

// dashboardEntry reads an entry below dashboards or monitoring: an address and
// what to check on it.
func (r *reader) dashboardEntry(d *doc, e *entry) bool {
	b := Dashboard{Name: bare(e.title), Source: d.source(e.line)}
	told := false
	if len(e.links) > 0 {
		b.URL, told = e.links[0].URL, true
	}
	for _, f := range e.fields {
		addr := firstAddress(f)
		switch name := plain(f.name); {
		case hasWord(name, "url", "link", "address") || addr != "" && b.URL == "":
			told = true
			if addr != "" {
				if b.URL == "" {
					b.URL = addr
				}
				r.leftover(d, f, b.Name, b.Name)
				continue
			}
			what := "the address of dashboard " + b.Name + " is no address: "
			if outline.HasPlaceholder(f.value) {
				what = "the address of dashboard " + b.Name + " holds a placeholder: "
			}
			r.problem(d, f.line, what+clip(f.value, 80), "write the real address")
		case len(f.items) > 0:
			told = true
			for _, it := range f.items {
				b.Checks = append(b.Checks, it.Text)
			}
		case f.name != "" && f.value != "":
			b.Checks = append(b.Checks, f.name+": "+f.value)
		case addr != "":
			r.leftover(d, f, b.Name, b.Name)
		case f.value != "" && f.value != b.Name:
			b.Checks = append(b.Checks, f.value)
		}
	}
	if !told {
		return false
	}
	r.dashboard(b)
	return true
}

// statusPage keeps a supplier's status page once.
func (r *reader) statusPage(d *doc, no int, name, addr string) {
	if r.status[outline.AddressKey(addr)] {
		return
	}
	r.status[outline.AddressKey(addr)] = true
	r.book.StatusPages = append(r.book.StatusPages, StatusPage{Name: firstOf(name, outline.HostOf(addr)), URL: addr, Source: d.source(no)})
}

// statusEntry reads an entry below status pages.
func (r *reader) statusEntry(d *doc, e *entry) bool {
	found := false
	for _, f := range e.fields {
		if addr := firstAddress(f); addr != "" && !found {
			if r.status[outline.AddressKey(addr)] {
				r.notice(d, e.line, "the status page "+clip(addr, 60)+" stands twice; the first one is used", "remove one of them")
			}
			r.statusPage(d, e.line, bare(e.title), addr)
			found = true
		}
		r.leftover(d, f, bare(e.title), e.title)
		for _, it := range f.items {
			r.leftover(d, entryField{value: it.Text, line: it.No}, bare(e.title))
		}
	}
	if found {
		return true
	}
	if len(e.links) > 0 {
		r.statusPage(d, e.line, bare(e.title), e.links[0].URL)
		return true
	}
	if len(e.fields) > 0 {
		r.problem(d, e.line, "the status page of "+bare(e.title)+" has no address", `write "status.example.com"`)
	}
	return false
}

// linkLine keeps the addresses of a line with the runbook's dashboards.
func (r *reader) linkLine(d *doc, l outline.Line) bool {
	for _, a := range l.Links {
		name := a.Name
		if n, _, ok := field(l); ok && n != "" {
			name = n
		}
		b := Dashboard{Name: name, URL: a.URL, Source: d.source(l.No)}
		if rest := withoutAddresses(strings.Replace(l.Whole(), name, "", 1)); len(plain(rest)) > 2 {
			b.Checks = []string{l.Whole()}
		}
		r.dashboard(b)
	}
	return len(l.Links) > 0
}

// withoutAddresses is s with a space for each address of the web.
func withoutAddresses(s string) string {
	for _, l := range found(s, nil) {
		_, short, _ := strings.Cut(l.URL, "://")
		s = strings.Replace(strings.Replace(s, l.URL, " ", 1), short, " ", 1)
	}
	return s
}
