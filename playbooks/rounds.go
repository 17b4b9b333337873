package playbooks

import (
	"slices"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/reading"
	"mayday/routine"
)

// when are the words of the nearest heading that say how often a checklist is due; empty when none does.
func when(s *reading.Section) string {
	for ; s != nil; s = s.Up {
		if _, ok := routine.ReadCadence(bare(s.Heading)); ok {
			return bare(s.Heading)
		}
	}
	return ""
}

// aboutRounds takes a paragraph of labelled lines above the items that say where and when rounds go.
func (r *reader) aboutRounds(d *doc, s *reading.Section, p *part) bool {
	if p.Kind != reading.PartProse || p.Inside != nil {
		return false
	}
	channel, words := "", ""
	for _, l := range d.fieldLines(p) {
		name, value, ok := field(l)
		if !ok || value == "" {
			return false
		}
		switch plain(name) {
		case "channel", "slack channel", "slack":
			channel = strings.Fields(value)[0]
		case "when", "schedule", "cadence", "frequency", "every":
			if _, ok := routine.ReadCadence(value); !ok {
				if value = "every " + value; plain(name) != "every" {
					return false
				}
			}
			words = value
		default:
			return false
		}
	}
	c := r.checklistFor(d, s)
	c.Channel, c.When = firstOf(channel, c.Channel), firstOf(words, c.When)
	p.take(reading.UseFact)
	return true
}

// Routines are the checklists that say how often they are due, in the order of the document, each with what mayday can
// ask for its items: the query below an item, an address to ask, the queries of the runbook that it speaks of.
func (r *Runbook) Routines() []routine.Checklist {
	var out []routine.Checklist
	slugs := map[string]bool{}
	for _, c := range r.Checklists {
		cadence, ok := routine.ReadCadence(c.When)
		if !ok && !perShift.MatchString(plain(c.Name)) {
			cadence, ok = routine.ReadCadence(c.Every) // read from a heading in another language
		}
		if !ok || len(c.Items) == 0 {
			continue
		}
		slug := firstOf(slugOf(c.Name), "checklist")
		for n, base := 2, slug; slugs[slug]; n++ {
			slug = base + "-" + itoa(n)
		}
		slugs[slug] = true
		list := routine.Checklist{Slug: slug, Name: c.Name, Cadence: cadence, Channel: strings.TrimPrefix(c.Channel, "#")}
		for _, it := range c.Items {
			list.Items = append(list.Items, r.routineItem(it, cadence))
		}
		out = append(out, list)
	}
	return out
}

// perShift is the name of a list that belongs to a shift: no calendar says when those change.
var perShift = lazyregexp.New(`\b(?:shift|hand ?off|hand ?over|on ?call)\b`)

// mostAsks bounds what is asked for one item.
const mostAsks = 5

func (r *Runbook) routineItem(it Item, cadence routine.Cadence) routine.Item {
	var named []routine.Ask // what mayday knows itself
	take := func(line string) (rest, words string) {
		rest, words = takeExpect(line)
		rest, ask, found := takeKnown(rest)
		if found {
			named = append(named, ask)
		}
		return rest, words
	}
	text, words := take(it.Text)
	out := routine.Item{Text: firstOf(text, it.Text)}
	for _, note := range it.Notes {
		rest, found := take(note)
		words = firstOf(words, found)
		if rest != "" {
			out.Notes = append(out.Notes, rest)
		}
	}
	for _, l := range it.Links {
		out.Links = append(out.Links, routine.Link{Name: l.Name, URL: l.URL})
	}
	expect, _ := routine.ReadExpectation(words)
	out.Asks = append(r.ownAsks(it, text, expect), expecting(named, expect)...)
	if len(out.Asks) == 0 {
		out.Asks = r.asksByWords(text, expect, cadence)
	}
	out.Asks = out.Asks[:min(len(out.Asks), mostAsks)]
	return out
}

var (
	expectWord = lazyregexp.New(`(?i)\bexpect(?:ed|s)?\s*(?::|=|(?:[<>≤≥]))`)
	expectTail = lazyregexp.New(`(?i)[\s(\[–—,;-]*\bexpect(?:ed|s)?\s*(?:[:=]\s*)?([^()\[\]]+?)[\s)\].]*$`)
)

// takeExpect takes "expect: 0 rows" off the end of a line.
func takeExpect(line string) (rest, words string) {
	if !expectWord.MatchString(line) {
		return line, ""
	}
	m := expectTail.FindStringSubmatchIndex(line)
	if m == nil {
		return line, ""
	}
	return strings.TrimRight(line[:m[0]], " :"), strings.TrimSpace(line[m[2]:m[3]])
}

// ownAsks is what an item itself names to ask.
func (r *Runbook) ownAsks(it Item, text string, expect routine.Expectation) (asks []routine.Ask) {
	if it.Query != nil {
		asks = append(asks, routine.Ask{Kind: routine.AskQuery, Name: it.Query.Name, Title: it.Query.Title, SQL: it.Query.SQL, Expect: expect, Decides: expect.Set()})
	}
	if p, _ := curlProbe(strings.Join(it.Notes, "\n")); p != nil {
		asks = append(asks, routine.Ask{Kind: routine.AskHTTP, Title: p.Name, URL: p.URL, Decides: true})
	}
	for _, l := range it.Links {
		switch {
		case isStatusHost(l.URL):
			asks = append(asks, routine.Ask{Kind: routine.AskStatus, Title: firstOf(l.Name, "status page"), URL: l.URL, Decides: true})
		case healthAddress.MatchString(l.URL) && probable(l.URL):
			asks = append(asks, routine.Ask{Kind: routine.AskHTTP, Title: firstOf(l.Name, l.URL), URL: l.URL, Decides: true})
		}
	}
	return asks
}

// healthAddress is an address that exists to be asked.
var healthAddress = lazyregexp.New(`(?i)^https?://[^/]+/(?:\S*/)?(?:health|healthz|healthcheck|livez|readyz|ping|status)/?$`)

// statisticWords are those of an item that wants to see the figures of its subject.
var statisticWords = wordSet(`metric statistic stat number figure activity signup growth usage trend kpi count volume`)

// chores are words of checklists that say nothing of the subject.
var chores = wordSet(`check review verify analyze analyse look read confirm ensure monitor inspect update compare go health healthy overnight yesterday today daily weekly monthly
	which morning night day week month last complete completed new all any need needed recent system service database db log metric statistic stat number figure usage trend item list report hit
	that the are is was were and our for with from into make sure use used see`)

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[stem(w)] = true
		out[w] = true
	}
	return out
}

// expecting gives what counts alerts or changes what is expected of their number.
func expecting(asks []routine.Ask, expect routine.Expectation) []routine.Ask {
	for i := range asks {
		if asks[i].Kind != routine.AskHeartbeat {
			asks[i].Expect, asks[i].Decides = expect, expect.Set()
		}
	}
	return asks
}

// asksByWords is what can be asked for an item that names nothing: what mayday knows itself of it, the queries whose
// words it has, and for daily lists the status pages of the services that it names, which decide nothing.
func (r *Runbook) asksByWords(text string, expect routine.Expectation, cadence routine.Cadence) (asks []routine.Ask) {
	asks = expecting(r.knownByWords(text), expect)
	for _, q := range r.queriesAbout(text) {
		asks = append(asks, routine.Ask{Kind: routine.AskQuery, Name: q.Name, Title: q.Title, SQL: q.SQL, Expect: expect, Decides: expect.Set()})
	}
	if len(asks) == 0 {
		asks = expecting(r.limitsByWords(text), expect)
	}
	if len(asks) > 0 && expect.Set() {
		return asks[:1] // an expectation is of one answer
	}
	words := strings.Fields(plain(text))
	for _, s := range r.StatusPages {
		name, _, _ := strings.Cut(plain(s.Name), " ")
		if cadence.Every == routine.Daily && name != "" && (slices.Contains(words, name) || slices.Contains(words, name+"s")) { // "Harbour's logs"
			asks = append(asks, routine.Ask{Kind: routine.AskStatus, Title: s.Name + " status", URL: s.URL})
		}
	}
	return asks
}

// queriesAbout are the queries of the runbook that an item speaks of. An item that wants figures gets those of the
// section of its subject ("User statistics"); another one the queries with most of its words, at least one of them in
// the title.
func (r *Runbook) queriesAbout(text string) (found []incident.Query) {
	topics := topicsOf(text)
	if len(topics) == 0 {
		return nil
	}
	figures := slices.ContainsFunc(strings.Fields(plain(text)), func(w string) bool { return statisticWords[stem(w)] })
	scenario := map[string]bool{}
	for _, p := range r.Scenarios {
		scenario[p.Slug] = true
	}
	best := 0
	for _, q := range r.Queries {
		group, _, _ := strings.Cut(q.Name, "/")
		inGroup, inTitle := stems(strings.ReplaceAll(group, "-", " ")), stems(q.Title)
		about, titled := 0, 0
		for _, w := range topics {
			if inTitle[w] {
				titled++
			}
			if inTitle[w] || inGroup[w] {
				about++
			}
		}
		score := 0
		switch {
		case figures && !scenario[group] && slices.ContainsFunc(topics, func(w string) bool { return inGroup[w] }) && containsAny(inGroup, statisticWords):
			score = 100
		case titled > 0 && about*2 > len(topics):
			score = 10*titled + about
		}
		if score == 0 || score < best || slices.ContainsFunc(found, func(f incident.Query) bool { return score == best && f.SQL == q.SQL }) {
			continue
		}
		if score > best {
			best, found = score, nil
		}
		found = append(found, q)
	}
	return found
}

// topicsOf are the words of an item, without their endings, that say what it is about.
func topicsOf(text string) (topics []string) {
	for _, w := range strings.Fields(plain(text)) {
		w = stem(w)
		if !chores[w] && (!passedOver[w] || w == "user") && len(w) > 2 && !slices.Contains(topics, w) {
			topics = append(topics, w)
		}
	}
	return topics
}

func stems(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(plain(s)) {
		out[stem(w)] = true
	}
	return out
}

func containsAny(words, of map[string]bool) bool {
	for w := range words {
		if of[w] {
			return true
		}
	}
	return false
}
