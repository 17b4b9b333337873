package blocks

import (
	"encoding/json"
	"fmt"
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
	"mayday/playbooks"
)

type object = map[string]any

// judge collects what Slack would object to. Its numbers are Slack's own, from
// the Block Kit reference, not those of limits.go.
type judge struct {
	problems []string
	chars    int
	tables   int
	charts   int
	primary  int
	ids      map[string]bool
}

func (j *judge) that(ok bool, format string, args ...any) {
	if !ok {
		j.problems = append(j.problems, fmt.Sprintf(format, args...))
	}
}

// text judges a text object. Markup must be verbatim: else Slack makes mentions of raw words.
func (j *judge) text(where string, v any, most int) {
	o, ok := v.(object)
	if !ok {
		j.that(false, "%s: no text object", where)
		return
	}
	s, _ := o["text"].(string)
	n := utf8.RuneCountInString(s)
	j.chars += n
	j.that(n >= 1 && n <= most, "%s: %d characters of %d", where, n, most)
	j.that(utf8.ValidString(s), "%s: invalid UTF-8", where)
	if o["type"] == "mrkdwn" {
		j.that(o["verbatim"] == true, "%s: markup that is not verbatim: %s", where, s)
	} else {
		j.that(o["type"] == "plain_text", "%s: type %v", where, o["type"])
	}
}

func (j *judge) element(e object, ids map[string]bool) {
	id, _ := e["action_id"].(string)
	j.that(id != "" && len(id) <= 255 && !ids[id], "action id %q is empty, long or double", id)
	ids[id] = true
	switch e["type"] {
	case "button":
		j.text("button", e["text"], 75)
		value, _ := e["value"].(string)
		link, _ := e["url"].(string)
		j.that(utf8.RuneCountInString(value) <= 2000, "button value too long")
		j.that(utf8.RuneCountInString(link) <= 3000, "button address too long")
		if e["style"] == "primary" {
			j.primary++
		}
		if c, ok := e["confirm"].(object); ok {
			j.text("confirm title", c["title"], 100)
			j.text("confirm text", c["text"], 300)
			j.text("confirm yes", c["confirm"], 30)
			j.text("confirm no", c["deny"], 30)
		} else {
			opensForm := Verb(text(e, "action_id")) == ActionResolve || Verb(text(e, "action_id")) == ActionCancel
			j.that(e["style"] != "danger" || opensForm, "a dangerous button that neither asks nor opens a form")
		}
	case "static_select", "multi_static_select", "checkboxes", "radio_buttons":
		options, _ := e["options"].([]any)
		j.that(len(options) >= 1 && len(options) <= 100, "%d options", len(options))
		for _, o := range options {
			j.text("option", o.(object)["text"], 75)
			value, _ := o.(object)["value"].(string)
			n := utf8.RuneCountInString(value)
			j.that(n >= 1 && n <= 75, "option value of %d characters", n)
			if d, ok := o.(object)["description"]; ok {
				j.text("option description", d, 75)
			}
		}
		if o, ok := e["initial_option"]; ok {
			j.that(slices.ContainsFunc(options, func(v any) bool { return assert.ObjectsAreEqual(v, o) }), "initial option is none of the options")
		}
	case "users_select", "plain_text_input", "datepicker":
	default:
		j.that(false, "element %v", e["type"])
	}
	if p, ok := e["placeholder"]; ok {
		j.text("placeholder", p, 150)
	}
}

func (j *judge) block(b object) {
	if id, ok := b["block_id"].(string); ok {
		j.that(utf8.RuneCountInString(id) <= 255 && !j.ids[id], "block id %q is long or double", id)
		j.ids[id] = true
	}
	list := func(key string, most int) []any {
		l, _ := b[key].([]any)
		j.that(len(l) >= 1 && len(l) <= most, "%v: %d %s", b["type"], len(l), key)
		return l
	}
	ids := map[string]bool{}
	switch b["type"] {
	case "data_visualization":
		j.charts++
		j.that(j.charts <= 2, "%d charts", j.charts) // what is in them, the simulator judges
	case "header":
		j.text("header", b["text"], 150)
	case "section":
		if t, ok := b["text"]; ok {
			j.text("section", t, 3000)
		}
		if _, ok := b["fields"]; ok {
			for _, f := range list("fields", 10) {
				j.text("field", f, 2000)
			}
		}
		if a, ok := b["accessory"].(object); ok {
			j.element(a, ids)
		}
	case "context":
		for _, e := range list("elements", 10) {
			j.text("context", e, 3000)
		}
	case "actions":
		for _, e := range list("elements", 25) {
			j.element(e.(object), ids)
		}
	case "input":
		j.text("label", b["label"], 2000)
		if h, ok := b["hint"]; ok {
			j.text("hint", h, 2000)
		}
		j.element(b["element"].(object), ids)
	case "table":
		j.table(list("rows", 100))
	case "rich_text":
		raw, err := json.Marshal(b)
		j.that(err == nil, "rich text: %v", err)
		j.chars += utf8.RuneCount(raw)
	case "divider":
	default:
		j.that(false, "block %v", b["type"])
	}
}

func (j *judge) table(rows []any) {
	j.tables++
	n := 0
	for _, r := range rows {
		cells := r.([]any)
		j.that(len(cells) >= 1 && len(cells) <= 20, "%d cells in a row", len(cells))
		for _, c := range cells {
			text, _ := c.(object)["text"].(string)
			j.that(text != "" && c.(object)["type"] == "raw_text", "cell %v", c)
			n += utf8.RuneCountInString(text)
		}
	}
	j.chars += n
	j.that(n <= 10_000, "table of %d characters", n)
}

// judged decodes blocks as Slack does and judges them.
func judged(t *testing.T, blocks []slack.Block) *judge {
	raw, err := json.Marshal(blocks)
	require.NoError(t, err)
	var list []object
	require.NoError(t, json.Unmarshal(raw, &list))
	j := &judge{ids: map[string]bool{}}
	for _, b := range list {
		j.block(b)
	}
	j.that(j.tables <= 1, "%d tables", j.tables)
	j.that(j.primary <= 1, "%d primary buttons", j.primary)
	return j
}

func requireFits(t *testing.T, name string, m Message) {
	t.Helper()
	j := judged(t, m.Blocks)
	j.that(len(m.Blocks) >= 1 && len(m.Blocks) <= 50, "%d blocks", len(m.Blocks))
	j.that(j.chars <= 13_000, "%d characters", j.chars)
	n := utf8.RuneCountInString(m.Text)
	j.that(n >= 1 && n <= 3000, "fallback of %d characters", n)
	require.Empty(t, j.problems, name)
}

func TestEveryMessageKeepsSlacksLimits(t *testing.T) {
	for name, m := range messages(t) {
		requireFits(t, name, m)
	}
	for name, v := range modals(t) {
		requireViewFits(t, name, v)
	}
}

func requireViewFits(t *testing.T, name string, v slack.ModalViewRequest) {
	t.Helper()
	j := judged(t, v.Blocks.BlockSet)
	for _, o := range []*slack.TextBlockObject{v.Title, v.Submit, v.Close} {
		n := utf8.RuneCountInString(o.Text)
		j.that(n >= 1 && n <= 24, "%q has %d characters", o.Text, n)
	}
	j.that(utf8.RuneCountInString(v.PrivateMetadata) <= 3000, "metadata too long")
	j.that(v.CallbackID != "", "no callback id")
	require.Empty(t, j.problems, name)
}

func TestEveryFallbackIsASentence(t *testing.T) {
	for name, m := range messages(t) {
		assert.Regexp(t, `[.!?…]$`, m.Text, name)
		assert.NotRegexp(t, `:[a-z_]+:`, m.Text, "an emoji's name is no word to a screen reader: %s", name)
	}
}

func TestWhatIsTooMuchIsShortenedAndSaysSo(t *testing.T) {
	pb := siteDown()
	long := incident.Step{Heading: "Diagnosis", Text: strings.Repeat("look at <everything> & more ", 200), Notes: []string{strings.Repeat("note ", 500)},
		Code: &incident.Code{Text: strings.Repeat("SELECT '<&>';\n", 4000)}}
	for range effort.Choose(60, 300, 300) {
		long.Heading += "x"
		pb.Steps = append(pb.Steps, long)
	}
	inc := opened(t, func(d *incident.Declaration) { d.Playbook = pb }).inc
	for i := range 200 {
		inc.Walks[0].Marks[i] = incident.Mark{State: incident.StepBlocked, By: ana, At: start, Note: strings.Repeat("why ", 100)}
	}
	for i := range 40 {
		inc.Actions = append(inc.Actions, incident.Action{Text: fmt.Sprint(i)})
	}
	many := slices.Repeat([]incident.Incident{inc}, 500)
	var evs []incident.Event
	for range TimelinePage {
		evs = append(evs, incident.Event{Kind: incident.EventUpdated, At: start, By: ana, Text: strings.Repeat("<&> ", 600)})
	}
	rb := runbook()
	pb.Title = strings.Repeat("<&>😀", 25) // whose JSON is far longer than its characters
	rb.Scenarios = slices.Repeat([]incident.Playbook{pb}, effort.Choose(60, 400, 400))
	rb.Policy.Contacts = slices.Repeat(rb.Policy.Contacts, effort.Choose(20, 200, 200))
	rb.External = slices.Repeat(rb.External, effort.Choose(30, 300, 300))
	for name, m := range map[string]Message{
		"card": Card(inc, start), "step": Step(inc), "steps": Steps(inc), "announcement": Announcement(inc), "list": List(many, start),
		"timeline": Timeline(inc, evs, 1, 9), "runbook": RunbookIndex(rb, 1), "scenario": Scenario(pb, 20), "contacts": Contacts(rb.Policy, rb.External, 1),
		"not recorded": NotRecorded(rb.Policy.Contacts), "event": Event(inc, evs[0]), "help": Help(strings.Repeat("x", 10_000)),
	} {
		requireFits(t, name, m)
	}
	for name, m := range map[string]Message{"steps": Steps(inc), "timeline": Timeline(inc, evs, 1, 9), "runbook": RunbookIndex(rb, 1), "contacts": Contacts(rb.Policy, rb.External, 1), "card": Card(inc, start)} {
		raw, err := json.Marshal(m)
		require.NoError(t, err)
		assert.Less(t, len(raw), 20_000, "%s would not fit into an acknowledgement", name)
	}
	last := Timeline(inc, evs, 1, 9).Blocks
	assert.Equal(t, slack.MBTAction, last[len(last)-1].BlockType(), "the buttons stay when text has to go")
	requirePagesHoldAll(t, rb, pb)
	assert.Contains(t, string(readable(t, List(many, start))), "475 more are not shown")
	requireHome(t, Home(many, start))
	requireViewFits(t, "declare", DeclareModal(rb.Policy, rb.Scenarios, Prefill{Title: strings.Repeat("t", 500), Metadata: strings.Repeat("m", 5000)}))
	requireViewFits(t, "block", BlockModal(inc, Target{Incident: 1, Playbook: pb.Slug, Step: 9, Name: strings.Repeat("n", 5000)}))
}

// requirePagesHoldAll turns every page of the runbook at hand: each fits as it
// is, and together they hold everything.
func requirePagesHoldAll(t *testing.T, rb *playbooks.Runbook, pb incident.Playbook) {
	pb.Steps = pb.Steps[:effort.Choose(15, 60, 60)]
	for i := range rb.Scenarios {
		rb.Scenarios[i].Slug = fmt.Sprintf("scenario-%d-", i)
	}
	for name, c := range map[string]struct {
		show func(page int) Message
		want func(i int) string
		n    int
	}{
		"runbook":  {func(page int) Message { return RunbookIndex(rb, page) }, func(i int) string { return fmt.Sprintf("scenario-%d-", i) }, len(rb.Scenarios)},
		"contacts": {func(page int) Message { return Contacts(rb.Policy, rb.External, page) }, func(i int) string { return fmt.Sprintf("%d. *", i+1) }, len(rb.Policy.Contacts)},
		"scenario": {func(page int) Message { return Scenario(pb, page) }, func(i int) string { return fmt.Sprintf("%d. ", i+1) }, len(pb.Steps)},
	} {
		all, last := "", ""
		for page := 1; ; page++ {
			m := c.show(page)
			requireFits(t, name, m)
			shown := string(readable(t, m))
			require.NotContains(t, shown, shortened, "%s, page %d", name, page)
			if shown == last {
				break // beyond the last page it is shown again
			}
			all, last = all+shown, shown
		}
		for i := range c.n {
			require.Contains(t, all, c.want(i), name)
		}
	}
}

func requireHome(t *testing.T, blocks []slack.Block) {
	j := judged(t, blocks)
	assert.LessOrEqual(t, len(blocks), 100)
	assert.Empty(t, j.problems)
}

func TestTableStaysWithinItsLimits(t *testing.T) {
	for _, g := range []Grid{grid(60, 12), grid(1, 1), {Title: "x", Columns: []GridColumn{{Name: ""}}, Rows: [][]string{{}}}, {}} {
		j := judged(t, Table(g))
		assert.Empty(t, j.problems)
	}
	wide := grid(20, 8)
	for _, r := range wide.Rows {
		for i := range r {
			r[i] = strings.Repeat("😀<", 5000)
		}
	}
	raw, err := json.Marshal(Table(wide))
	require.NoError(t, err)
	assert.Less(t, len(raw), 18_000)
	assert.Contains(t, string(readable(t, Table(grid(3, 3)))), `"NULL"`)
	assert.Contains(t, string(readable(t, Table(grid(3, 3)))), `"(empty)"`)
}

func TestDurationsAreWordedForPeople(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 40 * time.Second: "40 s", 4*time.Minute + 30*time.Second: "4 min", time.Hour: "1 h",
		65 * time.Minute: "1 h 5 min", 24 * time.Hour: "1 d", 51 * time.Hour: "2 d 3 h",
	} {
		assert.Equal(t, want, took(d))
	}
	assert.Equal(t, "–", within(incident.Span{}))
	assert.Equal(t, "at once", within(incident.Within(0)))
}
