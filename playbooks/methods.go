package playbooks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
)

// methodWords are the names of fields that say how somebody is reached besides Slack.
var methodWords = lazyregexp.New(`(?i)^(?:sms|text|text message|call|phone call|voice|ntfy|push|pushover|webhook)$`)

// ruleAfterAddress finds a rule behind a number or an address of a field that people have for other reasons, too.
var ruleAfterAddress = lazyregexp.New(`(?i)\bafter\s+\d|\bonly\b|\bnights?\b|\bat once\b|\bimmediately\b|\bout of hours\b|\boutside (?:of )?working hours\b`)

// method takes a contact method of a line of its own, "SMS: +44 7700 900123, P0 only, nights". A line of a telephone number
// or an e-mail address is one only with a rule behind it, "Phone: +44 7700 900123 after 5 minutes"; a number without one is kept as such, too,
// for a team that has mayday call by telephone. The number or the address itself stays what it was.
func (r *reader) method(d *doc, c *incident.Contact, f entryField) (rest entryField, done bool) {
	field := contactFieldOf(f.name)
	own := methodWords.MatchString(strings.TrimSpace(plain(f.name)))
	ruled := ruleAfterAddress.MatchString(f.value)
	number := field == phoneField
	if !own && !number && !(field == emailField && ruled) || blankValue(f.value) {
		return f, false
	}
	label := plain(f.name)
	if number && !own {
		label = "phone"
	} else if field == emailField {
		label = "email"
	}
	value := f.value
	for _, l := range f.links {
		if !strings.Contains(value, l.URL) {
			value += " " + l.URL
		}
	}
	a, wrong, _ := incident.ReadMethod(label + ": " + value)
	switch {
	case wrong != "" && number && !ruled:
		return f, false // a number that people call
	case wrong != "":
		r.problem(d, f.line, "how contact "+firstOf(c.Role, c.Name)+" is reached by "+label+" is not understood: "+wrong, methodFix(label))
		if number || field == emailField {
			f.value = addressOf(f.value)
			return f, false
		}
		return f, true
	}
	for _, word := range a.Rule.Only {
		if _, ok := r.findSeverity(word); !ok {
			r.problem(d, f.line, "the rule of "+label+" of contact "+firstOf(c.Role, c.Name)+" names a severity that the runbook does not have: "+clip(word, 30), `write "P0 only"`)
		}
	}
	a.Bare = number && !ruled && !own
	r.addMethod(c, a)
	if number && !own || field == emailField {
		f.value = addressOf(f.value)
		return f, false
	}
	return f, true
}

// addressOf is the number or the address in front of a rule.
func addressOf(value string) string {
	if m := emailShape.FindString(value); m != "" {
		return m
	}
	if !ruleAfterAddress.MatchString(value) {
		return value
	}
	return cmp.Or(phoneIn(value), value)
}

func methodFix(label string) string {
	switch label {
	case "ntfy", "push":
		return `write "ntfy: https://ntfy.sh/your-topic, after 5 minutes"`
	case "pushover":
		return `write "Pushover: your user key, P0 only"`
	case "webhook":
		return `write "Webhook: https://example.com/hook"`
	case "email":
		return `write "Email: ana@example.com, after 10 minutes"`
	}
	return fmt.Sprintf(`write "%s: +44 7700 900123, P0 only, nights", "after 5 minutes" or nothing behind the number`, label)
}

func (r *reader) addMethod(c *incident.Contact, a incident.Address) {
	same := func(o incident.Method) bool { return o.Key == a.Key }
	if !slices.ContainsFunc(c.Methods, same) {
		c.Methods = append(c.Methods, a.Method)
	}
	if !slices.ContainsFunc(r.book.Destinations, func(o incident.Address) bool { return o.Key == a.Key }) {
		r.book.Destinations = append(r.book.Destinations, a)
	}
}

// WithMethods gives a policy in which contacts keep the methods that keep admits; the methods of people who are no contacts are
// set by other means. any says that there are some.
func WithMethods(p incident.Policy, rb []incident.Address, keep func(incident.Address) bool, elsewhere bool) incident.Policy {
	kept := map[string]bool{}
	for _, a := range rb {
		kept[a.Key] = keep(a)
	}
	p.Contacts = slices.Clone(p.Contacts)
	p.Methods = elsewhere
	for i, c := range p.Contacts {
		c.Methods = slices.DeleteFunc(slices.Clone(c.Methods), func(m incident.Method) bool { return !kept[m.Key] })
		p.Methods = p.Methods || len(c.Methods) > 0
		p.Contacts[i] = c
	}
	return p
}
