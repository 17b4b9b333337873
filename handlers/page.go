package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// page calls somebody: "page next", "page @ben why", "page cto why". Only the first
// words say whom: a name in the middle of a reason wakes nobody.
func (h *Handlers) page(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	first, why := firstWord(l.rest)
	if whom, _ := takePerson(first); whom != "" {
		why = blocks.Unescape(why)
		return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PagePerson(inc, r.User, whom, why, now)
		})
	}
	first, why = blocks.Unescape(first), blocks.Unescape(why)
	if first == "" || strings.EqualFold(first, "next") {
		return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PageNext(inc, r.User, why, now)
		})
	}
	found := contactsCalled(inc.Policy.Contacts, first)
	switch len(found) {
	case 0:
		return problem(fmt.Sprintf("Nobody called %q is in the runbook's contacts.", incident.Line(first, 40)),
			"`/incident page next`, `/incident page @ana why`, or a word of a contact's role: `/incident page devops`. `/incident contacts` lists them.")
	case 1:
		return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PageContact(inc, r.User, found[0], why, now)
		})
	}
	var titles []string
	for _, i := range found {
		titles = append(titles, inc.Policy.Contacts[i].Title())
	}
	return problem(fmt.Sprintf("%q may be any of: %s.", incident.Line(first, 40), incident.Line(strings.Join(titles, ", "), 400)), "Nobody was paged. Write another word of the role or the name, or `/incident page @ana why`.")
}

// contactsCalled are the indexes of the contacts whose role or name has a word, or
// at least three letters at the beginning of one. A whole word may be shorter in
// scripts where a word is one or two signs.
func contactsCalled(contacts []incident.Contact, word string) []int {
	word = dashed(strings.TrimPrefix(word, "@"))
	short := utf8.RuneCountInString(word) < 3
	if word == "" || short && len(word) == utf8.RuneCountInString(word) {
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
