package blocks

import (
	"fmt"
	"strings"

	"mayday/incident"
	"mayday/playbooks"
)

// Contacts shows whom to call, a page at a time: the ladder in its order, then the suppliers.
func Contacts(policy incident.Policy, external []playbooks.Supplier, page int) Message {
	text := fmt.Sprintf("The runbook names %s and %s.", count(len(policy.Contacts), "contact"), count(len(external), "supplier"))
	if len(policy.Contacts)+len(external) == 0 {
		return reply(text, section("The runbook names no contacts."))
	}
	var lines []string
	if len(policy.Contacts) > 0 {
		lines = append(lines, "*In the order in which they are called*")
	}
	for i, c := range policy.Contacts {
		l := contactLine(i, c)
		if len(c.Placeholders) > 0 {
			l += " · :warning: still to be filled in: " + line(strings.Join(c.Placeholders, ", "), 100)
		} else if !c.Reachable() {
			l += " · :warning: mayday cannot page: no e-mail address and no Slack name"
		}
		lines = append(lines, l)
	}
	if len(external) > 0 {
		lines = append(lines, "*Suppliers*")
	}
	for _, s := range external {
		lines = append(lines, "• "+joined(" · ", strong(line(s.Name, 100)), reach("support", s.Support), line(s.Phone, 60),
			reach("dashboard", s.Dashboard), reach("status", s.Status), reach("docs", s.Docs), line(strings.Join(s.Notes, "; "), maxNote)))
	}
	return paged(paging{verb: "contacts", text: text, lines: lines}, page)
}

// reach links an address or an e-mail address under a word; what is neither is written as it is.
func reach(word, to string) string {
	switch {
	case to == "":
		return ""
	case strings.Contains(to, "://"):
		return link(to, word)
	case strings.Contains(to, "@") && !strings.ContainsAny(to, " <>"):
		return link("mailto:"+to, to)
	}
	return word + " " + line(to, 150)
}

func callWords(contacts []incident.Contact) string {
	if len(contacts) == 0 {
		return "Call your team; the runbook names no contacts."
	}
	return "Call somebody now:"
}

// contactLine is one contact with every way to reach them. It is for private
// replies only, in which a mention notifies nobody.
func contactLine(i int, c incident.Contact) string {
	mail := ""
	if c.Email != "" {
		mail = link("mailto:"+c.Email, c.Email)
	}
	handle := ""
	if id := contactID(c); id != "" {
		handle = call(id)
	}
	if handle == "" {
		handle = line(c.Slack, 60)
	}
	return joined(" · ", fmt.Sprintf("%d. %s", i+1, strong(line(c.Title(), 100))), line(c.Phone, 60), mail, handle, line(c.Hours, 60), line(c.Rule.Text, 100))
}
