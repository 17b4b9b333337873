package blocks

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/effort"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
)

// marked are texts full of marks, paired and not. What stands between ⟦ and ⟧ is people's: no span begins in it and ends
// outside of it.
var marked = []string{
	"⟦*a* _b_ ~c~ `d` <!here> <@U1> & < >⟧",
	"⟦a* _b ~c `d⟧",
	"*⟦lone star⟧ and `⟦lone tick⟧",
	"⟦select count(*), sum(n) * 2 from ~x where a_b = '_' | `y⟧",
	"⟦```⟧ _⟦*⟧",
	"⟦_*a _b* c_ ~d `e~ f` *⟧",
}

// span is a piece that Slack would show as code, bold, italic or struck.
type span struct {
	mark byte
	text string
}

// spans reads markup as Slack does (docs.slack.dev: formatting message text), and gives besides what is left to be seen
// outside of code, with tokens taken out.
func spans(text string) (found []span, seen string) {
	parts := strings.Split(text, "```")
	for i, part := range parts {
		if i%2 == 1 {
			found = append(found, span{'`', part})
			continue
		}
		for _, l := range strings.Split(part, "\n") {
			inLine, left := spansOfLine(l)
			found, seen = append(found, inLine...), seen+left+"\n"
		}
	}
	return found, seen
}

var wordAt = func(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return i < len(s) && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func spansOfLine(s string) (found []span, seen string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '<':
			if end := strings.IndexByte(s[i:], '>'); end > 0 {
				i += end
				continue
			}
		case '`':
			if end := strings.IndexByte(s[i+1:], '`'); end > 0 {
				found = append(found, span{c, s[i+1 : i+1+end]})
				i += end + 1
				continue
			}
		case '*', '_', '~':
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			if !unicode.IsLetter(before) && !unicode.IsDigit(before) {
				if end := spanEnds(s, i); end > 0 {
					inner, left := spansOfLine(s[i+1 : end])
					found, seen = append(append(found, span{c, s[i+1 : end]}), inner...), seen+left
					i = end
					continue
				}
			}
		}
		seen += s[i : i+1]
	}
	return found, seen
}

func spanEnds(s string, i int) int {
	if i+1 >= len(s) || s[i+1] == ' ' || s[i+1] == s[i] {
		return 0
	}
	for j := i + 1; j < len(s); j++ {
		switch {
		case s[j] == '<' && strings.IndexByte(s[j:], '>') > 0:
			j += strings.IndexByte(s[j:], '>')
		case s[j] == '`' && strings.IndexByte(s[j+1:], '`') > 0:
			j += strings.IndexByte(s[j+1:], '`') + 1
		case s[j] == s[i] && j > i+1 && s[j-1] != ' ' && !wordAt(s, j+1):
			return j
		}
	}
	return 0
}

// aMark is a sign that may be one: between two letters, as in snake_case, it is not.
var aMark = regexp.MustCompile("[*~`]|(^|[^\\pL\\pN])_|_($|[^\\pL\\pN])")

func requireWhole(t *testing.T, name, text string) {
	t.Helper()
	found, seen := spans(text)
	for _, s := range found {
		if strings.HasPrefix(s.text, "/incident ") || strings.Contains(s.text, "…") {
			continue // a line to type, with the first words of another, or words that were cut
		}
		require.Equal(t, strings.Count(s.text, "⟦"), strings.Count(s.text, "⟧"), "%s: people's words and mayday's share a span: %q in %q", name, s.text, text)
	}
	seen = strings.ReplaceAll(seen, " * ", "") // a star between spaces is none
	require.NotRegexp(t, aMark, seen, "%s: a mark without a partner in %q", name, text)
	require.NotContains(t, seen, "/incident", "%s: what is to be typed is code, in %q", name, text)
}

// plains are the texts that Slack shows as they are.
func plains(v any) (found []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = append(found, plains(e)...)
		}
	case object:
		if s, _ := v["text"].(string); v["type"] == "plain_text" || v["type"] == "raw_text" {
			found = append(found, s)
		}
		for _, e := range v {
			found = append(found, plains(e)...)
		}
	}
	return found
}

func requireLegible(t *testing.T, name string, v any) {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	var decoded any
	require.NoError(t, json.Unmarshal(raw, &decoded))
	for _, text := range markups(decoded) {
		requireWhole(t, name, text)
	}
	for _, text := range plains(decoded) {
		require.NotRegexp(t, "&(amp|lt|gt);", text, "%s: an entity where Slack reads none", name)
	}
}

// TestMarksOfPeopleLeaveThoseOfMaydayWhole: a title with a star in it neither eats a command nor bolds half a card.
func TestMarksOfPeopleLeaveThoseOfMaydayWhole(t *testing.T) {
	for _, s := range effort.Choose(marked[:1], marked, marked) {
		for name, m := range poisonedMessages(t, s) {
			requireHarmless(t, s+" in "+name, m.Text)
			requireLegible(t, s+" in "+name, m.Blocks)
		}
		for name, v := range poisonedViews(t, s) {
			requireLegible(t, s+" in "+name, v.Blocks)
			requireViewFits(t, name, v)
		}
	}
	for name, m := range messages(t) {
		requireLegible(t, name, m.Blocks)
	}
}

func TestPairsStayAndWhatStandsAloneLooksAlike(t *testing.T) {
	for in, want := range map[string]string{
		"*bold* and `code` in _one_ ~line~": "*bold* and `code` in _one_ ~line~",
		"5 * 3 is snake_case 2*3":           "5 * 3 is snake_case 2*3",
		"count(*) in ~/config":              "count(∗) in ∼/config",
		"a `tick":                           "a ‘tick",
		"`*` is *a star*":                   "`*` is *a star*",
		"*a _b* c_":                         "*a ＿b* c＿",
		"```\n*x\n``` then *y":              "```\n*x\n``` then ∗y",
		"```\n*x*":                          "‘‘‘\n*x*",
		"*a\nb*":                            "∗a\nb∗",
		"see https://x.test/_a_b _b":        "see <https://x.test/_a_b> ＿b",
	} {
		assert.Equal(t, want, Escape(in), in)
	}
	assert.Equal(t, "`a` b", line("```a``` b", 50), "a block in a line is a span")
	assert.Equal(t, "‘abc…", shorten("`abcdefgh`", 5), "what is cut has no half a span")
	assert.Equal(t, "~a~\nb ~c~", struck("a\nb ~c~"))
}

// TestEveryBuilderIsTriedWithHostileWords: who adds a message or a form adds it to poisonedMessages or poisonedViews.
func TestEveryBuilderIsTriedWithHostileWords(t *testing.T) {
	tried := ""
	for _, file := range []string{"hostile_test.go", "marks_test.go"} {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		tried += string(raw)
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil {
				continue
			}
			if result := sourceOf(f.Type.Results.List[0].Type); slices.Contains([]string{"Message", "ModalViewRequest", "[]Block"}, result) {
				found++
				assert.Regexp(t, `[^.\w]`+f.Name.Name+`\(`, tried, "%s is a builder that no hostile word was tried with", f.Name.Name)
			}
		}
	}
	require.Greater(t, found, 50)
}

// sourceOf is the name of a type, without its package.
func sourceOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.ArrayType:
		return "[]" + sourceOf(e.Elt)
	}
	return ""
}

// poisonedMore adds the messages that are about more than one incident, or about none.
func poisonedMore(ms map[string]Message, one incident.Incident, s string, now time.Time) {
	o := poisoned(incident.Offer{ID: 7, Since: start, Signals: 9, Open: 3, Count: 12, Titles: []string{"", ""}, Found: incident.Found{Scenario: "x"}}, s)
	for _, state := range []incident.OfferState{incident.Offered, incident.Declared, incident.Attached, incident.Muted, incident.Ended} {
		o.State = state
		ms["offer-"+string(state)], ms["offer-taken-"+string(state)] = Offer(o, one, []incident.Incident{one, one}), OfferTaken(o, one)
	}
	m := poisoned(incident.Mute{ID: 3, From: start, Until: now}, s)
	ms["muted"], ms["mute-notice"], ms["mutes"] = Muted(m), MuteNotice(m), Mutes([]incident.Mute{m}, now)
	ms["runbook-age-looks"] = RunbookAgeLooks()
	ms["runbook-age"] = RunbookAge([]playbooks.Aged{{What: s, Do: s, URL: "https://shop.test/" + s, Source: s}, {What: s, Do: s, URL: s}}, []string{s}, s)
	ms["home"] = Message{Text: "x", Blocks: Home([]incident.Incident{one}, now)}
	over := one
	over.Status = incident.Closed // of several that ask something the test of pages knows
	ms["pages"] = Pages([]Paged{{one, incident.Page{By: s, Note: s}, ""}, {over, incident.Page{}, ""}}, now)
	ms["page whom"], ms["asked"] = PageWhom(one, now), QueryAsked([]incident.QueryRun{{Title: s}}, true)
	ms["set aside"], ms["set aside no more"] = SetAside(poisoned(incident.TellOperators{}, s), 50), SetAsideNoMore(incident.TakeBackAside{At: now})
	ms["no clock"], ms["clocks"] = NoClockFires(incident.TellNoClockFires{}), ClocksFire(incident.TakeBackNoClock{Since: start, At: now})
	ms["moved"], ms["elsewhere"] = MovedToPrivate(), AnnouncedElsewhere(one, s)
	ms["reminder over"], ms["out of date"], ms["history lost"], ms["another"] = ReminderOver(), OutOfDate(), HistoryLost(9), Another()
	ms["left out"] = LeftOut(Message{Text: "x", Blocks: []slack.Block{section("x")}}, s)
	probe := poisoned(incident.ProbeResult{Detail: []string{""}}, s)
	ms["probed"] = Probed(one, incident.RunProbes{By: s, Why: incident.ProbeAsked, Steps: []int{1}}, []incident.ProbeResult{probe, probe})
	ms["probing"] = Message{Text: "x", Blocks: []slack.Block{section(Probing([]incident.Probe{probe.Probe}))}}
	ms["broken"], ms["good"] = RunbookBroken([]string{s, s}), RunbookGood()
	for _, kind := range []incident.EventKind{incident.EventUpdated, incident.EventPageFailed} {
		ev := poisoned(incident.Event{Kind: kind, At: start, Due: now}, s)
		ms["alarm-"+string(kind)], ms["passed on-"+string(kind)] = Alarm(one, ev), PassedOn(one, ev)
		ms["hushed-"+string(kind)] = Hushed(Event(one, ev), func(incident.Person) string { return s })
	}
	typed := poisoned(Answer{Grid: grid(2, 2), Typed: true, Took: time.Second}, s)
	ms["result typed"] = Result(one, typed)
	refusal := routine.Refusal{At: now, By: s, State: routine.Done, Reason: routine.Already}
	ms["doctor"] = Doctor([]Checked{{"FAIL", s, s, s}, {"WARN", s, s, s}, {"OK", s, s, s}})
	ms["own page"], ms["own page silent"] = OwnStatusPage(s, s, poisoned([]incident.Component{{State: incident.MajorOutage}, {}}, s), poisoned([]OnPage{{}}, s)), OwnStatusPageSilent(s)
	ms["doctor looks"], ms["step below"] = DoctorLooks(), StepBelow(s)
	ms["round refused"] = Message{Text: "x", Blocks: []slack.Block{section(RoundRefused(&refusal, func(string) string { return s }))}}
}

// poisonedViews is every form, made of nothing but s.
func poisonedViews(t *testing.T, s string) map[string]slack.ModalViewRequest {
	round := poisoned(rounds()["begun"], s)
	inc, rb := poisoned(busy(t).inc, s), poisoned(*runbook(), s)
	step := Target{Incident: 42, Playbook: s, Step: 1, Name: s}
	all := []slack.ModalViewRequest{RoundSkipModal(round, 1), RoundNoteModal(round), RoundProblemModal(round, 1, policy(), nil, routine.Trouble{}, true),
		RoundProblemSame(RoundProblemModal(round, 1, policy(), nil, routine.Trouble{Text: s, Then: routine.ThenDeclare}, true), inc, after(9)), UpdateModal(inc, true),
		ResolveModal(inc, true), PublishModal(inc, poisoned(PublishView{Components: []incident.Component{{}}, Confirm: true}, s)), SentModal(inc, poisoned(incident.Notice{}, s)), CancelModal(inc), ActionModal(inc), SkipModal(inc, step), BlockModal(inc, step), LearnModal(inc)}
	if strings.TrimSpace(s) != "" { // Slack refuses an option without a value, and no reader makes a label or slug of nothing
		all = append(all, DeclareModal(rb.Policy, rb.Scenarios, Prefill{Title: s, Severity: s, Scenario: s, Metadata: s}),
			DeclareModal(rb.Policy, []incident.Playbook{}, Prefill{Same: &inc, Now: after(9)}))
	}
	views := map[string]slack.ModalViewRequest{}
	for _, v := range all {
		views[v.CallbackID] = v
	}
	return views
}

// TestTheDemoHasEveryEmoji: one that its page does not know is shown as its name between colons.
func TestTheDemoHasEveryEmoji(t *testing.T) {
	page, err := os.ReadFile("../../sim/page/static/emoji.js")
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	n := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		code, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`["\x60 ]:([a-z_]{4,}):`).FindAllSubmatch(code, -1) {
			n++
			assert.True(t, strings.Contains(string(page), " "+string(m[1])+": '"), "%s of %s", m[1], f)
		}
	}
	assert.Greater(t, n, 30)
}
