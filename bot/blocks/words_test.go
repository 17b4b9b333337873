package blocks

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func decoded(t *testing.T, blocks []slack.Block) []object {
	raw, err := json.Marshal(blocks)
	require.NoError(t, err)
	var list []object
	require.NoError(t, json.Unmarshal(raw, &list))
	return list
}

// controls are the interactive elements of a block.
func controls(b object) []object {
	var found []object
	if list, ok := b["elements"].([]any); ok && b["type"] == "actions" {
		for _, e := range list {
			found = append(found, e.(object))
		}
	}
	if a, ok := b["accessory"].(object); ok {
		found = append(found, a)
	}
	return found
}

func text(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

func TestRefusedTellsWhatToDoInstead(t *testing.T) {
	inc := busy(t).inc
	for _, c := range []struct {
		r    incident.Refusal
		want string
	}{
		{incident.Refusal{Reason: incident.Already, Verb: "acknowledge", By: ben, At: after(4)}, "Already acknowledged by Ben Okafor, " + moment(after(4)) + "."},
		{incident.Refusal{Reason: incident.Already, Verb: "resolve", By: ben, At: after(4)}, "Already resolved by Ben Okafor, " + moment(after(4)) + ". To take it up again: `/incident reopen &lt;reason&gt;`."},
		{incident.Refusal{Reason: incident.Already, Verb: "set the status", Word: "monitoring"}, "The status is already monitoring."},
		{incident.Refusal{Reason: incident.Already, Verb: "take a role", By: ana, Word: "lead"}, "Ana Ferreira already has the role lead."},
		{incident.Refusal{Reason: incident.Already, Verb: "finish the step", By: ana, At: after(6), Word: "done", Step: incident.StepRef{Playbook: "site-down", Number: 1}}, "Step 1 is already done by Ana Ferreira, " + moment(after(6)) + ". To take that back: `/incident step 1 undo`."},
		{incident.Refusal{Reason: incident.Already, Verb: "skip the step", By: ana, At: after(6), Word: "done", Step: incident.StepRef{Playbook: "slow", Number: 2}}, "Step 2 is already done by Ana Ferreira, " + moment(after(6)) + ", in a playbook that is not in hand now."},
		{incident.Refusal{Reason: incident.Already, Verb: "page", By: ana, At: after(6), Word: "CTO"}, "Nothing changed: CTO was paged by Ana Ferreira, " + moment(after(6)) + ", after this button was drawn."},
		{incident.Refusal{Reason: incident.Overtaken, Verb: "finish the step", By: ana, At: after(6), Word: "blocked", Step: incident.StepRef{Playbook: "site-down", Number: 2}}, "Nothing changed: Ana Ferreira marked step 2 as blocked a moment ago. If you mean step 3: `/incident step 3 done`."},
		{incident.Refusal{Reason: incident.Overtaken, Verb: "undo", By: ana, At: after(6), Word: "blocked", Step: incident.StepRef{Playbook: "site-down", Number: 2}}, "Nothing changed: Ana Ferreira marked step 2 as blocked a moment ago. To take that back: `/incident step 2 undo`."},
		{incident.Refusal{Reason: incident.Over, Verb: "update", Status: incident.Resolved, By: ben, At: after(50)}, "Nothing changed: the incident was resolved by Ben Okafor, " + moment(after(50)) + ". To take it up again: `/incident reopen &lt;reason&gt;`."},
		{incident.Refusal{Reason: incident.NotOver, Verb: "close", Status: incident.Open}, "The incident is still open. Resolve it first: `/incident resolve &lt;summary&gt;`. If it was none: `/incident cancel &lt;reason&gt;`."},
		{incident.Refusal{Reason: incident.UnknownSeverity, Verb: "change the severity", Word: "p9", Choices: []string{"P0", "P1"}}, "There is no severity “p9”; there are P0, P1. Type `/incident sev p0 &lt;reason&gt;`."},
		{incident.Refusal{Reason: incident.UnknownStatus, Verb: "set the status", Word: "fine", Choices: []string{"investigating"}}, "There is no status “fine”; there are investigating. Type `/incident status investigating`."},
		{incident.Refusal{Reason: incident.UnknownRole, Verb: "take a role", Choices: []string{"lead", "comms"}}, "No role was named; there are lead, comms. Type `/incident take lead`."},
		{incident.Refusal{Reason: incident.NoSuchStep, Verb: "finish the step", Word: "9", Choices: []string{"4"}}, "There is no step 9; the last one is 4. See `/incident steps`."},
		{incident.Refusal{Reason: incident.NoSuchStep, Verb: "finish the step", Word: "0", Choices: []string{"4"}}, "Every step is marked already. To take one up again: `/incident step 4 undo`."},
		{incident.Refusal{Reason: incident.NoSteps, Word: "P3"}, "The playbook “P3” has no steps. To walk another: `/incident playbook &lt;scenario&gt;`."},
		{incident.Refusal{Reason: incident.NeedsText, Verb: "cancel", Word: "why it is no incident"}, "Please say why it is no incident: `/incident cancel &lt;reason&gt;`."},
		{incident.Refusal{Reason: incident.NeedsText, Verb: "block the step", Word: "what blocks it", Step: incident.StepRef{Number: 12}}, "Please say what blocks it: `/incident step 12 blocked &lt;reason&gt;`."},
		{incident.Refusal{Reason: incident.NothingToUndo, Word: "2"}, "Step 2 has no mark to undo. See `/incident steps`."},
		{incident.Refusal{Reason: incident.NobodyLeft}, "The runbook names nobody else for this severity whom mayday can page. Name somebody: `/incident page @name why`. Phone numbers: `/incident contacts`."},
		{incident.Refusal{Reason: incident.NotNeeded}, "The runbook does not ask for external communication at P0. To record that you told somebody: `/incident note &lt;text&gt;`."},
	} {
		assert.Equal(t, c.want, Refused(inc, &c.r))
	}
}

func TestEveryReasonHasItsSentence(t *testing.T) {
	for _, r := range kinds(t, "refusal.go", "Reason") {
		assert.Contains(t, refusals, incident.Reason(r))
	}
	assert.Equal(t, "Nothing changed: mayday could not dance.", Refused(incident.Incident{}, &incident.Refusal{Reason: "new", Verb: "dance"}))
}

// Real refusals, so that a verb that is renamed in incident does not fall through to the general words.
func TestEveryVerbThatIsDoneAlreadyHasItsSentence(t *testing.T) {
	inc := busy(t).inc
	over := resolved(t).inc
	closed, cancelled := states(t)["closed"], states(t)["cancelled"]
	sent := busy(t)
	told := sent.then(incident.MarkCommunicated(sent.inc, ana, after(20))).inc
	one := incident.StepRef{Number: 1}
	for _, call := range []func() (incident.Change, error){
		func() (incident.Change, error) { return incident.Acknowledge(inc, ana, after(60)) },
		func() (incident.Change, error) { return incident.SetStatus(inc, ana, "identified", after(60)) },
		func() (incident.Change, error) { return incident.ChangeSeverity(inc, ana, "p0", "", after(60)) },
		func() (incident.Change, error) { return incident.TakeRole(inc, ben, ben, "lead", after(60)) },
		func() (incident.Change, error) {
			return incident.MarkStep(inc, ben, one, incident.StepDone, "", after(60))
		},
		func() (incident.Change, error) {
			return incident.MarkStep(inc, ben, one, incident.StepSkipped, "x", after(60))
		},
		func() (incident.Change, error) {
			return incident.MarkStep(inc, ben, incident.StepRef{Number: 2}, incident.StepBlocked, "x", after(60))
		},
		func() (incident.Change, error) {
			return incident.AssignStep(inc, ana, ben, incident.StepRef{Number: 3}, after(60))
		},
		func() (incident.Change, error) { return incident.SwitchPlaybook(inc, ana, siteDown(), after(60)) },
		func() (incident.Change, error) { return incident.AddPlaybook(inc, ana, siteDown(), after(60)) },
		func() (incident.Change, error) { return incident.PageNextOnce(inc, ana, 0, after(60)) },
		func() (incident.Change, error) { return incident.MarkCommunicated(told, ana, after(60)) },
		func() (incident.Change, error) { return incident.Close(closed, ana, after(60)) },
		func() (incident.Change, error) { return incident.Cancel(cancelled, ana, "x", after(60)) },
		func() (incident.Change, error) { return incident.Resolve(over, ana, "", after(60)) },
	} {
		_, err := call()
		var r *incident.Refusal
		require.ErrorAs(t, err, &r)
		require.Equal(t, incident.Already, r.Reason)
		assert.NotContains(t, Refused(inc, r), "That was already done", r.Verb)
	}
}

func TestHelpKnowsEveryCommand(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Commands {
		for _, name := range append([]string{c.Name}, c.Also...) {
			assert.False(t, names[name], "%s stands twice", name)
			names[name] = true
		}
		first, _, _ := strings.Cut(c.Example, " ")
		assert.True(t, first == c.Name || c.Name == "declare", "%s has the example %s", c.Name, c.Example)
		one := Help(strings.ToUpper(c.Name) + " ")
		assert.Contains(t, one.Text, c.Does)
		assert.Contains(t, string(readable(t, Help("all"))), c.Does)
	}
	for _, g := range groups {
		assert.True(t, names[g.first], g.first)
	}
	assert.Equal(t, Help("take"), Help("role"))
	assert.Contains(t, Help("dance").Text, "no command “dance”")
	// The words that refusals and small print tell people to type must exist.
	for name, m := range messages(t) {
		for _, rest := range strings.Split(string(readable(t, m)), "`/incident ")[1:] {
			word := strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == '`' })[0]
			known := names[word] || slices.Contains([]string{"p0", "p1", "&lt;severity&gt;"}, word)
			assert.True(t, known, "%s tells people to type /incident %s", name, word)
		}
	}
}

func TestEveryKindOfEventHasWords(t *testing.T) {
	for _, kind := range kinds(t, "events.go", "EventKind") {
		m := Event(busy(t).inc, incident.Event{Kind: incident.EventKind(kind), At: start, By: ana, Text: "x", Step: 1, Due: after(9), To: "lead"})
		assert.NotContains(t, m.Text, kind+".", "the kind itself is no sentence")
	}
	assert.NotPanics(t, func() { Event(incident.Incident{}, incident.Event{}) })
}

// TestATimeReadsAfterAnyWord: Slack writes "Today" and "In 3 minutes" with a capital letter where they begin what
// stands for a date, so that "Respond by" and "since" are followed by a figure.
func TestATimeReadsAfterAnyWord(t *testing.T) {
	token, figure := regexp.MustCompile(`<!date\^\d+\^[^|>]*`), regexp.MustCompile(`\^(\{time\}|\{date_num\})`)
	n := 0
	for name, m := range messages(t) {
		for _, form := range token.FindAllString(string(readable(t, map[string]any{"text": m.Text, "blocks": m.Blocks})), -1) {
			n++
			assert.Regexp(t, figure, form, name)
		}
	}
	assert.Greater(t, n, 100, "the times are not found any more")
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"a & b <c>":                            "a &amp; b &lt;c&gt;",
		"mail ops@channel.example":             "mail ops@channel.example",
		"@channel":                             "@\u2060channel",
		"see https://x.example/a?b=1&c=2, ok.": "see <https://x.example/a?b=1&amp;c=2>, ok.",
		"(https://x.example)":                  "(<https://x.example>)",
		"https://":                             "https://",
		"two\n\n\n\nlines":                     "two\n\nlines",
	} {
		assert.Equal(t, want, Escape(in))
	}
	assert.Equal(t, "<https://x.example/a%7Cb|a b>", link("https://x.example/a|b", "a|b"))
	assert.Equal(t, "bad", link("javascript:alert(1)", "bad"))
	assert.Equal(t, "mayday", call(""))
	assert.Equal(t, "U0 &lt;!here&gt;", call("U0 <!here>"))
}

func TestShortenCutsNoTokenAndNoEntity(t *testing.T) {
	s := "ab &amp; <@U0ANA> " + moment(start)
	for limit := 1; limit <= len(s)+1; limit++ {
		got := shorten(s, limit)
		assert.LessOrEqual(t, len([]rune(got)), limit)
		requireBalanced(t, got)
	}
	assert.Equal(t, s, shorten(s, len(s)))
}

func requireBalanced(t *testing.T, s string) {
	require.Equal(t, strings.Count(s, "<"), strings.Count(s, ">"), s)
	require.Equal(t, strings.Count(s, "&"), strings.Count(s, ";"), s)
}

func TestUnescapeGivesWhatAPersonReads(t *testing.T) {
	for in, want := range map[string]string{
		"hi <@U1|ana> in <#C1|general> &amp; &lt;b&gt;": "hi @ana in #general & <b>",
		"<!here> <!subteam^S1|@ops> <@U1>":              "@here @ops @U1",
		"<https://x.example|site> <https://y.example>":  "site https://y.example",
		"": "",
	} {
		assert.Equal(t, want, Unescape(in))
	}
	assert.Equal(t, "Please say why it is no incident: /incident cancel <reason>.",
		RefusedPlain(incident.Incident{}, &incident.Refusal{Reason: incident.NeedsText, Verb: "cancel", Word: "why it is no incident"}))
}
