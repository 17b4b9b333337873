package playbooks

import (
	"slices"
	"strings"

	"mayday/incident"
	"mayday/routine"
)

// Needs are what a responder needs, the tools before the accounts, each with the links of the runbook that are about it.
func (r *Runbook) Needs() (needs []routine.Need) {
	for _, s := range slices.Concat(r.Tools, r.Access) {
		n := routine.Need{Text: s}
		for _, l := range r.LinksFor(s) {
			n.Links = append(n.Links, routine.Link{Name: l.Name, URL: l.URL})
		}
		needs = append(needs, n)
	}
	return needs
}

// mostNeedLinks bounds the links of one thing that is needed.
const mostNeedLinks = 2

// LinksFor are the dashboards and the suppliers' dashboards whose names begin with a word of a line about what is
// needed: "Vercel account (admin)" gives that of Vercel. At most two, no address twice.
func (r *Runbook) LinksFor(need string) (links []incident.Link) {
	words := strings.Fields(plain(need))
	add := func(name, url string) {
		first, _, _ := strings.Cut(plain(name), " ")
		known := slices.ContainsFunc(links, func(l incident.Link) bool { return l.URL == url })
		if first != "" && strings.Contains(url, "://") && slices.Contains(words, first) && !known && len(links) < mostNeedLinks {
			links = append(links, incident.Link{Name: name, URL: url})
		}
	}
	for _, d := range r.Dashboards {
		add(d.Name, d.URL)
	}
	for _, s := range r.External {
		add(s.Name, s.Dashboard)
	}
	return links
}
