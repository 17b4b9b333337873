package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// page calls somebody: "page next", "page @ben @chidi why", "page cto, @ben why". Only
// the first words say whom: a name in the middle of a reason wakes nobody, and that
// it does not is said. Alone it asks whom.
func (h *Handlers) page(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	first, why := firstWord(l.rest)
	if first == "" && inc.Status.Live() {
		return say(blocks.PageWhom(inc, h.now()))
	}
	if first == "" || strings.EqualFold(first, "next") {
		why = blocks.Unescape(why)
		return remark(h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PageNext(inc, r.User, why, now)
		}), unpaged(why))
	}
	who, why, bad := called(inc.Policy.Contacts, l.rest)
	if bad != nil {
		return *bad
	}
	if !slices.ContainsFunc(who, func(p incident.Page) bool { return p.Person != r.User }) {
		return problem("That would page you yourself.", "Somebody else: `/incident page @name why`, or `/incident page next`.")
	}
	why = blocks.Unescape(why)
	return remark(h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageThese(inc, r.User, who, why, now)
	}), unpaged(why))
}

// called takes those who are to be paged off the front of what was typed: mentions
// with blanks, commas or "and" between, and words of contacts' roles.
func called(contacts []incident.Contact, text string) (who []incident.Page, why string, bad *bot.Reply) {
	for {
		first, rest := firstWord(text)
		p, reply := calledBy(contacts, strings.TrimRight(first, ",;"))
		joined := strings.HasSuffix(first, ",") || strings.HasSuffix(first, ";")
		switch {
		case reply != nil && len(who) == 0:
			return nil, "", reply
		case reply != nil:
			return who, text, nil
		}
		who, text = append(who, p...), rest
		next, after := firstWord(rest)
		between := next == "&" || next == "," || strings.EqualFold(next, "and")
		if between {
			next, _ = firstWord(after)
		}
		more := mentioned(next)
		if !more && (joined || between) {
			_, unknown := calledBy(contacts, strings.TrimRight(next, ",;"))
			more = unknown == nil
		}
		if !more {
			return who, text, nil
		}
		if between {
			text = after
		}
	}
}

// mentioned reports whether a word is a mention, of a person or of a group.
func mentioned(word string) bool {
	return personToken.MatchString(word) || groupToken.MatchString(word)
}

// calledBy is whom one word calls.
func calledBy(contacts []incident.Contact, word string) ([]incident.Page, *bot.Reply) {
	var pages []incident.Page
	for _, m := range personToken.FindAllStringSubmatch(word, -1) { // "<@U1><@U2>"
		pages = append(pages, incident.Page{Contact: -1, Person: m[1]})
	}
	if len(pages) > 0 {
		return pages, nil
	}
	found := contactsCalled(contacts, blocks.Unescape(word))
	if m := groupToken.FindStringSubmatch(word); m != nil {
		found = nil
		for i, c := range contacts {
			if c.SlackID() == m[1] {
				found = append(found, i)
			}
		}
	}
	word = incident.Line(blocks.Unescape(word), 40)
	switch len(found) {
	case 0:
		bad := problem(fmt.Sprintf("Nobody called %q is in the runbook's contacts.", word),
			"`/incident page next`, `/incident page @ana why`, or a word of a contact's role: `/incident page devops`. `/incident contacts` lists them.")
		return nil, &bad
	case 1:
		return []incident.Page{{Contact: found[0]}}, nil
	}
	var titles []string
	for _, i := range found {
		titles = append(titles, contacts[i].Title())
	}
	bad := problem(fmt.Sprintf("%q may be any of: %s.", word, incident.Line(strings.Join(titles, ", "), 400)), "Nobody was paged. Write another word of the role or the name, or `/incident page @ana why`.")
	return nil, &bad
}

// unpaged says which names in a reason wake nobody; empty when it has none.
func unpaged(why string) string {
	var names []string
	for _, w := range strings.Fields(why) {
		if w = strings.TrimRight(w, ".,;:!?)"); len(w) > 1 && w[0] == '@' {
			names = append(names, w)
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0] + " was not paged"
	}
	return strings.Join(names, ", ") + " were not paged"
}

// contactsCalled are the indexes of the contacts whose role or name has a word, or
// at least three letters at the beginning of one. A whole word may be shorter in
// scripts where a word is one or two signs.
func contactsCalled(contacts []incident.Contact, word string) []int {
	word = dashed(strings.TrimPrefix(word, "@"))
	short := utf8.RuneCountInString(word) < 3
	if short && len(word) == utf8.RuneCountInString(word) {
		return nil
	}
	var whole, part []int
	for i, c := range contacts {
		title := "-" + dashed(c.Title()) + "-"
		switch {
		case strings.Contains(title, "-"+word+"-"):
			whole = append(whole, i)
		case !short && strings.Contains(title, "-"+word):
			part = append(part, i)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return part
}

// dashed are the words of a text in lower case with dashes between.
func dashed(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }), "-")
}
