package blocks

import (
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/effort"
	"mayday/incident"
	"mayday/oncall"
	"mayday/routine"
	slacksim "mayday/sim/slack"
	"mayday/tally"
)

var hostile = map[string]string{
	"broadcast tokens": "<!channel> <!here> <!everyone> <!subteam^S0TEAM> <!channel|x>",
	"broadcast words":  "@here @channel @everyone @group (@here) @HERE,@channel",
	"mentions":         "<@U0ANA> <@U0BEN|ben> <#C0INC42> <@W123>",
	"links":            "<https://evil.example|https://bank.example> https://evil.example/?a=<!channel>|x javascript:alert(1) http://x/@here",
	"half tokens":      "<@ <! & &lt;!channel&gt; &amp;lt; > <<!here>> ]]>",
	"backticks":        "``` `<!here>` ``` *_~ > quote",
	"controls":         "a\x00b\x07c\u202e<!channel>\u2066@here\u2069\r\n\r\n\r\n\r\n@channel\tx\u0085",
	"right to left":    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 @here",
	"emoji":            "👩‍👩‍👧‍👦🔥 :rotating_light: <!here>",
	"invalid":          "\xff\xfe<!channel>\xf0\x9f",
	"long":             strings.Repeat("<!channel> & @here ", 600),
	"long word":        strings.Repeat("x", 10_000),
	"long address":     "https://example.com/" + strings.Repeat("a&", 2000),
	"spaces":           " \n\t ",
	"empty":            "",
}

// tried are those of hostile that go through every message.
func tried() map[string]string {
	some := map[string]string{"controls": hostile["controls"]} // tokens, words and what does not print
	return effort.Choose(some, hostile, hostile)
}

// poison writes s into every plain string of a value, ids of people and channels included.
func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fresh := reflect.New(v.Type().Elem())
			fresh.Elem().Set(v.Elem())
			poison(fresh.Elem(), s)
			v.Set(fresh)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			poison(v.Field(i), s)
		}
	case reflect.Slice:
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		for i := range fresh.Len() {
			poison(fresh.Index(i), s)
		}
		v.Set(fresh)
	case reflect.Map:
		fresh := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			e := reflect.New(v.Type().Elem()).Elem()
			e.Set(v.MapIndex(k))
			poison(e, s)
			fresh.SetMapIndex(k, e)
		}
		v.Set(fresh)
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(s)
		}
	}
}

func poisoned[T any](x T, s string) T {
	poison(reflect.ValueOf(&x).Elem(), s)
	return x
}

// kinds are the constants of a type in package incident, read from its source, so that a new one is not forgotten.
func kinds(t *testing.T, file, typ string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "../../incident/"+file, nil, 0)
	require.NoError(t, err)
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if id, ok := v.Type.(*ast.Ident); ok && id.Name == typ {
				all = append(all, strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`))
			}
		}
		return true
	})
	require.NotEmpty(t, all)
	return all
}

// poisonedMessages is every message, made of nothing but s.
func poisonedMessages(t *testing.T, s string) map[string]Message {
	ms := map[string]Message{}
	now := after(16)
	var one incident.Incident
	for name, inc := range states(t) {
		inc = poisoned(inc, s)
		inc.Names[s] = s
		one = inc
		ms["card-"+name], ms["announcement-"+name] = Card(inc, now), Announcement(inc)
		ms["step-"+name], ms["steps-"+name] = Step(inc), Steps(inc)
		if inc.Reminder != nil {
			ms["reminder-"+name], ms["reminder-direct-"+name] = Reminder(inc), ReminderDirect(inc)
		}
		for _, why := range kinds(t, "incident.go", "PageReason") {
			ms["page-"+why+name] = Page(inc, incident.Page{Why: incident.PageReason(why), By: s, Note: s}, "", now)
		}
		ms["list-"+name], ms["declared-"+name], ms["again-"+name] = List([]incident.Incident{inc}, now), Declared(inc), DeclaredAgain(inc)
	}
	ev := poisoned(incident.Event{At: start, Due: start, Step: 1}, s)
	var evs []incident.Event
	for _, kind := range kinds(t, "events.go", "EventKind") {
		ev.Kind = incident.EventKind(kind)
		evs = append(evs, ev)
		ms["event-"+kind] = Event(one, ev)
	}
	turn := poisoned(oncall.Shift{From: start, Until: after(60)}, s)
	ms["oncall"] = OnCall(poisoned([]Turn{{}, {Contact: incident.Contact{Roster: "x"}, Now: []oncall.Shift{turn}, Next: &turn, Until: after(60), ReadAt: start, Problem: "x", Strangers: []oncall.Stranger{{Person: turn.Person, Why: "x"}}}, {Contact: incident.Contact{Roster: "x"}}}, s), now)
	ms["oncall-strangers"] = StrangersTold(poisoned(incident.Contact{Name: "x", Email: "x"}, s), poisoned(oncall.Source{Kind: oncall.ByPagerDuty, ID: "x"}, s), poisoned([]oncall.Stranger{{Why: "x"}}, s))
	ms["timeline"] = Timeline(one, evs[:TimelinePage], 2, 3)
	rb := poisoned(*runbook(), s)
	ms["runbook"], ms["scenario"], ms["contacts"] = RunbookIndex(&rb, 1), Scenario(rb.Scenarios[0], 1), Contacts(rb.Policy, rb.External, 1)
	ms["matrix"], ms["dashboards"], ms["statuspages"], ms["checklist"] = Matrix(rb.Policy), Dashboards(&rb, 1), StatusPages(&rb, 1), Checklist(rb.Checklists[0])
	for name, r := range rounds() {
		r = poisoned(r, s)
		ms["round-"+name], ms["round-reminder-"+name] = Round(r, func(p incident.Person) string { return p }), RoundReminder(r, "")
	}
	ms["not-confirmed"] = NotConfirmed(rb.Policy.Contacts)
	ms["not-recorded"], ms["problem"], ms["help"] = NotRecorded(rb.Policy.Contacts), Problem("What: "+s, s), Help(s)
	ms["recorded"] = Recorded(incident.Change{Incident: one, Events: evs}, "C0ELSE")
	ms["opened"], ms["not open yet"], ms["same as"] = Opened(one), NotOpenYet(one), SameAs(one, one.DeclaredAt, Target{Name: s})
	ms["which-number"], ms["which-of-two"] = WhichNumber(s, "42 "+s, s, one, []incident.Incident{one}), WhichOfTwo(s, one, one)
	ms["which"], ms["joining"] = WhichIncident(s, []incident.Incident{one}), Message{Text: Joining(one), Blocks: []slack.Block{section(Joining(one))}}
	answer := poisoned(Answer{Grid: grid(3, 3), Masked: []string{""}, Took: time.Second}, s)
	failed, trouble := answer, poisoned(Trouble{Refused: true}, s)
	failed.Trouble = &trouble
	ms["events"], ms["result"], ms["result-failed"], ms["query-refused"] = Events(one, evs), Result(one, answer), Result(one, failed), QueryRefused(trouble)
	ms["query-running"], ms["query-list"] = QueryRunning(one, []incident.QueryRun{{Title: s}}, s, 2, Target{Name: s}), QueryList(one, s)
	ms["overview"] = Overview(one, s, s, []Finding{poisoned(Finding{More: []string{"", ""}}, s)}, s)
	ms["choices"] = Choices(s, Target{Name: s}, rb.Scenarios...)
	v := digestView(states(t))
	v.Zone = nil
	v = poisoned(v, s)
	v.Zone, v.Calls = time.UTC, nil
	v.Week.Shares = []tally.Share{{Person: s, Hours: tally.Hours{Night: 1}}}
	ms["trend"] = Trend(s, s, v.Numbers[0].Points[:1])
	digest, details := Digest(v)
	ms["digest"] = digest
	for _, d := range details {
		ms["digest "+d.Name] = d.Message
	}
	ms["digest state"], ms["trends"], ms["uncharted"] = DigestState(routine.Digest{}, s), TrendList(v.Numbers, v.Titles), Uncharted(ms["digest"])
	ms["queries"], ms["query runs"], ms["query answer"], ms["access"] = Queries(&rb, s, 1), QueryRuns(s, true), QueryAnswer(answer, s), Access(&rb)
	ms["access list"], ms["access complete"] = AccessList(routine.Newcomer{Needs: []routine.Need{{Text: s, Links: []routine.Link{{Name: s, URL: s}}}}}), AccessComplete(routine.Newcomer{}, s)
	ms["doubted"] = Doubted(s, s, Target{Name: s})
	ms["table"] = Message{Text: "x", Blocks: Table(Grid{Title: s, Columns: []GridColumn{{Name: s}}, Rows: [][]string{{s}}, Note: s})}
	for _, r := range kinds(t, "refusal.go", "Reason") {
		text := Refused(one, &incident.Refusal{Reason: incident.Reason(r), Verb: s, By: s, Word: s, Choices: []string{s}})
		ms["refused-"+r] = Message{Text: text, Blocks: []slack.Block{section(text)}}
	}
	poisonedMore(ms, one, s, now)
	poisonedRota(ms, one, s, now)
	return ms
}

// poisonedRota are the messages about who is on call, handed over and tested.
func poisonedRota(ms map[string]Message, one incident.Incident, s string, now time.Time) {
	name := func(string) string { return s }
	for _, a := range []incident.HandoverAnswer{incident.HandoverWaits, incident.HandoverAccepted, incident.HandoverDeclined, incident.HandoverUnanswered, incident.HandoverWithdrawn} {
		inc := one
		inc.Handovers = []incident.Handover{{By: s, To: s, Note: s, At: start, Due: after(10), Answer: a, AnsweredAt: after(5)}}
		ms["handover-"+string(a)] = Handover(inc, 0, now)
		if m := HandoverAnswer(inc, 0); len(m.Blocks) > 0 {
			ms["handover-answer-"+string(a)] = m
		}
	}
	for _, a := range []oncall.Answer{oncall.Waits, oncall.Accepted, oncall.Declined, oncall.Unanswered, oncall.Withdrawn} {
		h := oncall.Handover{ID: "k3jq4h5g6f7d", By: s, To: s, ToName: s, Note: s, Turns: []oncall.Turn{{Roster: s, Role: s, Until: after(60)}}, Answer: a, AnsweredAt: after(5)}
		ms["shift-"+string(a)], ms["shift-answer-"+string(a)] = ShiftHandover(h, name, []incident.Incident{one}, now), ShiftAnswer(h, name)
		ms["shift-handed"], ms["shift-asked"] = ShiftHanded(h, name), ShiftAsked(h, s)
		ms["oncall-me"] = OnCallMe(Mine{Turns: h.Turns, Zone: s, Hours: tally.Hours{Night: 2}, Days: 30})
	}
	ms["oncall-me-endless"] = OnCallMe(Mine{Endless: s, Zone: s, Arrived: start})
	for name, g := range map[string]GroupSet{"": {}, "-hand": {ByHand: true}, "-refused": {Refused: s}} {
		g.Group, g.Role, g.Now, g.Before = s, s, []string{s}, []string{s, s}
		ms["group-told"+name] = GroupTold(g)
	}
	ways := []routine.TestWay{{Name: s, Failed: s}}
	ms["test-page"], ms["test-page-reminder"], ms["test-page-arrived"] = TestPage(routine.TestPage{Number: 1, Ways: append(ways, routine.TestWay{Name: s})}), TestPageReminder(), TestPageArrived(routine.TestPage{Ways: ways})
	ms["test-page-asked"] = TestPageAsked(routine.Tester{Tests: []routine.TestPage{{Number: 1, Ways: ways}, {Number: 2}}}, true)
}

// alive is what Slack may act upon; dates and links to addresses are all that may be there.
var alive = regexp.MustCompile(`<[^>]*>?`)
var unprintable = regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x{202a}-\x{202e}\x{2066}-\x{2069}]`)
var mentioning = regexp.MustCompile(`"type":"(user|usergroup|broadcast|channel|link)"`)
var permitted = regexp.MustCompile(`^<(!date\^\d+\^(\{time\} \{date_short_pretty\}|(\{date_num\} )?\{time\}(, \{ago\})?)\|[0-9: UTC-]+|(https?://|mailto:)[^<>|]+(\|[^<>|]*)?)>$`)

func requireHarmless(t *testing.T, name, text string) {
	t.Helper()
	bare := alive.ReplaceAllString(text, "")
	for _, token := range alive.FindAllString(text, -1) {
		require.True(t, permitted.MatchString(token), "%s: %q", name, token)
	}
	require.False(t, broadcast.MatchString(bare), "%s: %q", name, text)
	require.NotContains(t, bare, ">", name)
	require.True(t, utf8.ValidString(text), name)
	require.False(t, unprintable.MatchString(text), "%s: %q", name, text)
}

func markups(v any) []string {
	var found []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = append(found, markups(e)...)
		}
	case object:
		if s, _ := v["text"].(string); v["type"] == "mrkdwn" {
			found = append(found, s)
		}
		for _, e := range v {
			found = append(found, markups(e)...)
		}
	}
	return found
}

func TestNothingThatPeopleWriteIsAlive(t *testing.T) {
	seen := map[string]bool{} // many states look alike
	for what, s := range tried() {
		for name, m := range poisonedMessages(t, s) {
			raw, err := json.Marshal(m.Blocks)
			require.NoError(t, err)
			if seen[m.Text+string(raw)] {
				continue
			}
			seen[m.Text+string(raw)] = true
			name = what + " in " + name
			requireFits(t, name, m)
			requireHarmless(t, name, m.Text)
			var v any
			require.NoError(t, json.Unmarshal(raw, &v))
			for _, text := range markups(v) {
				requireHarmless(t, name, text)
			}
			assert.False(t, mentioning.Match(raw), "%s: %s", name, raw)
		}
		for state, inc := range states(t) {
			topic := Topic(poisoned(inc, s), func(incident.Person) string { return s })
			assert.NotRegexp(t, `[<>]`, topic, state)
			assert.False(t, broadcast.MatchString(topic), topic)
			assert.LessOrEqual(t, utf8.RuneCountInString(topic), 250)
		}
		for name, v := range poisonedViews(t, s) {
			requireViewFits(t, what+" in "+name, v)
		}
	}
}

func TestPrivateIncidentsKeepTheirSecretsOutside(t *testing.T) {
	const secret = "layoffs"
	d := func(d *incident.Declaration) {
		d.Private, d.Title, d.Playbook.Title, d.Playbook.Slug = true, secret, secret, secret
	}
	s := opened(t, d)
	s.then(incident.Acknowledge(s.inc, ben, after(1)))
	s.then(incident.Announce(s.inc, ben, secret, 0, after(2)))
	live := s.inc
	s.then(incident.Resolve(s.inc, ben, secret, after(3)))
	s.then(incident.PostmortemFiled(s.inc, "https://github.com/acme/"+secret, after(4)))
	for _, inc := range []incident.Incident{live, s.inc} {
		for name, m := range map[string]Message{
			"announcement": Announcement(inc), "list": List([]incident.Incident{inc}, after(9)), "home": {Blocks: Home([]incident.Incident{inc}, after(9))},
		} {
			assert.NotContains(t, string(readable(t, m)), secret, name)
			assert.NotContains(t, string(readable(t, m)), inc.ChannelID, name)
		}
	}
	assert.Contains(t, Announcement(live).Text, "private P0 incident 42")
}

// TestSlackTakesEveryMessage posts everything to a workspace that is as strict
// as Slack, and asks it who was pinged.
func TestSlackTakesEveryMessage(t *testing.T) {
	sim, err := slacksim.New(slacksim.Options{Channels: []string{"general"}})
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		assert.NoError(t, sim.Close(ctx))
		assert.Empty(t, sim.Violations())
	})
	api := slack.New(sim.BotToken(), slack.OptionAPIURL(sim.APIURL()), slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}))
	room, err := api.CreateConversation(slack.CreateConversationParams{ChannelName: "inc-1"})
	require.NoError(t, err)
	person, ok := sim.UserByName("ana")
	require.True(t, ok)
	post := func(name string, m Message) string {
		_, ts, err := api.PostMessage(room.ID, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...))
		require.NoError(t, err, name)
		return ts
	}
	all := messages(t)
	for i, name := range slices.Sorted(maps.Keys(all)) {
		if i%effort.Choose(5, 1, 1) > 0 {
			continue
		}
		if strings.HasPrefix(name, "home") {
			_, err := api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: person.ID, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: all[name].Blocks}}})
			require.NoError(t, err, name)
			continue
		}
		ts := post(name, all[name])
		_, _, _, err := api.UpdateMessage(room.ID, ts, slack.MsgOptionText(all[name].Text, false), slack.MsgOptionBlocks(all[name].Blocks...))
		require.NoError(t, err, name)
	}
	seen := map[string]bool{} // many states look alike
	for what, s := range tried() {
		for name, m := range poisonedMessages(t, s) {
			same := string(readable(t, m))
			if seen[same] {
				continue
			}
			seen[same] = true
			ts := post(what+" in "+name, m)
			posted, ok := sim.Message(room.ID, ts)
			require.True(t, ok)
			require.Empty(t, posted.Mentions, what+" in "+name)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		requireHarmless(t, "escaped", Escape(s))
		requireHarmless(t, "line", line(s, 50))
		requireHarmless(t, "shortened", shorten(Escape(s), 20))
		requireHarmless(t, "link", link(s, s))
		requireHarmless(t, "person", strings.TrimPrefix(call("u"+s), "<@"))
	})
}

func FuzzTitle(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	d := policy()
	f.Fuzz(func(t *testing.T, s string) {
		c, err := incident.Declare(incident.Ref{Incident: 1}, incident.Declaration{Title: s, Severity: "P0", Policy: d, By: "nobody"}, start)
		require.NoError(t, err)
		inc := c.Incident
		inc.Title = s
		for _, m := range []Message{Card(inc, start), Announcement(inc), Declared(inc), List([]incident.Incident{inc}, start)} {
			requireFits(t, "title", m)
			requireHarmless(t, "title", m.Text)
		}
	})
}
