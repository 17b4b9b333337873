package incident

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDeclare(t *testing.T) {
	c, err := Declare(Ref{Incident: 42}, Declaration{Title: "  checkout\x00 answers\n500 ", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	assert.Equal(t, "P0", c.Incident.Severity, "the playbook's usual severity")
	assert.Equal(t, "checkout answers 500", c.Incident.Title)
	assert.Equal(t, "inc-42-p0-site-down", c.Incident.NameForChannel())
	assert.Equal(t, map[string]int{"create_channel": 1, "send_page": 2, "show": 1}, effectKinds(c.Effects), "pages wait for nothing")

	opened, err := ChannelOpened(c.Incident, "C1", "inc-42-p0-site-down", t0)
	require.NoError(t, err)
	assert.Zero(t, effectKinds(opened.Effects)["send_page"], "each is sent once")
	assert.Contains(t, opened.Effects, Show{Ref: c.Incident.Ref(), Surface: PageMessages, Revision: opened.Incident.Revision}, "and gets the link now")
	again, err := ChannelOpened(opened.Incident, "C2", "other", t0)
	require.NoError(t, err)
	assert.True(t, again.Empty(), "one channel")

	failed, err := ChannelFailed(c.Incident, "the app may not create channels", t0)
	require.NoError(t, err)
	assert.Contains(t, failed.Effects, Show{Ref: c.Incident.Ref(), Surface: PageMessages, Revision: failed.Incident.Revision}, "pages say why there is no link")

	_, err = Declare(Ref{Incident: 1}, Declaration{Severity: "P9", Policy: matrix()}, t0)
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, []string{"P0", "P1", "P2", "P3"}, r.Choices)
}

func TestNameForChannel(t *testing.T) {
	for _, tt := range []struct {
		inc  Incident
		want string
	}{
		{Incident{ID: 1, Severity: "SEV-1", Title: "Größe 💥 & more!"}, "inc-1-sev-1-groesse-more"},
		{Incident{ID: 1, Severity: "P0", Title: "日本"}, "inc-1-p0"},
		{Incident{ID: 1, Severity: "P0", Title: "x", Drill: true}, "inc-1-p0-x-drill"},
		{Incident{ID: 1, Severity: "P0", Title: strings.Repeat("ab ", 60), Drill: true}, "inc-1-p0-" + strings.Repeat("ab-", 21) + "ab-drill"},
	} {
		got := tt.inc.NameForChannel()
		assert.Equal(t, tt.want, got)
		assert.LessOrEqual(t, len(got), 80)
	}
}

func TestRepeatedVerbsSayWhoDidIt(t *testing.T) {
	at := t0.Add(time.Minute)
	acked, err := Acknowledge(declared(t, "P0"), ben, at)
	require.NoError(t, err)
	done, err := MarkStep(acked.Incident, ben, StepRef{Playbook: "site-down", Number: 1}, StepDone, "", at)
	require.NoError(t, err)
	solved, err := Resolve(done.Incident, ben, "rolled back", at)
	require.NoError(t, err)
	for name, err := range map[string]error{
		"acknowledge": second(Acknowledge(acked.Incident, ana, at)),
		"step":        second(MarkStep(done.Incident, ana, StepRef{Playbook: "site-down", Number: 1}, StepSkipped, "x", at)),
		"resolve":     second(Resolve(solved.Incident, ana, "", at)),
	} {
		var r *Refusal
		require.ErrorAs(t, err, &r, name)
		assert.Equal(t, Already, r.Reason, name)
		assert.Equal(t, ben, r.By, name)
		assert.Equal(t, at, r.At, name)
		assert.Equal(t, name == "step", r.Step == StepRef{Playbook: "site-down", Number: 1}, "%s: which step it is about", name)
	}
}

func second(_ Change, err error) error { return err }

func TestSteps(t *testing.T) {
	inc := declared(t, "P0")
	c, err := MarkStep(inc, ana, StepRef{}, StepDone, "", t0)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Incident.Walk().Current())
	c, err = MarkStep(c.Incident, ana, StepRef{}, StepBlocked, "no access", t0)
	require.NoError(t, err)
	assert.Equal(t, 2, c.Incident.Walk().Current(), "a blocked step does not hold up the next")
	c, err = MarkStep(c.Incident, ana, StepRef{Number: 3}, StepSkipped, "not needed", t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, 1, c.Incident.Walk().Current(), "but waits at the end")
	c, err = UndoStep(c.Incident, ben, StepRef{}, t0.Add(2*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, 3, c.Events[0].Step, "the mark made last")

	for _, tt := range []struct {
		err    error
		reason Reason
	}{
		{second(MarkStep(inc, ana, StepRef{Number: 9}, StepDone, "", t0)), NoSuchStep},
		{second(MarkStep(inc, ana, StepRef{Number: -1}, StepDone, "", t0)), NoSuchStep},
		{second(MarkStep(inc, ana, StepRef{}, StepBlocked, " ", t0)), NeedsText},
		{second(UndoStep(inc, ana, StepRef{Number: 1}, t0)), NothingToUndo},
		{second(UndoStep(inc, ana, StepRef{}, t0)), NothingToUndo},
	} {
		var r *Refusal
		require.ErrorAs(t, tt.err, &r)
		assert.Equal(t, tt.reason, r.Reason)
	}

	other, err := SwitchPlaybook(c.Incident, ana, Playbook{Slug: "empty", Title: "Empty"}, t0)
	require.NoError(t, err)
	_, err = MarkStep(other.Incident, ana, StepRef{}, StepDone, "", t0)
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, NoSteps, r.Reason)
	back, err := SwitchPlaybook(other.Incident, ana, siteDown(), t0)
	require.NoError(t, err)
	assert.Len(t, back.Incident.Walks, 2)
	assert.Equal(t, StepDone, back.Incident.Walk().Marks[0].State, "what was done stays")
}

// TestTwoWhoTypeTheSameMarkOneStep: what is said of the step to do now, or of the last mark, is said of what one has seen.
func TestTwoWhoTypeTheSameMarkOneStep(t *testing.T) {
	first, err := MarkStep(declared(t, "P0"), ana, StepRef{}, StepDone, "", t0)
	require.NoError(t, err)
	soon, late := t0.Add(29*time.Second), t0.Add(30*time.Second)
	say := map[string]func(by Person, ref StepRef, now time.Time) error{
		"done": func(by Person, ref StepRef, now time.Time) error {
			return second(MarkStep(first.Incident, by, ref, StepDone, "", now))
		},
		"skip": func(by Person, ref StepRef, now time.Time) error {
			return second(MarkStep(first.Incident, by, ref, StepSkipped, "", now))
		},
		"blocked": func(by Person, ref StepRef, now time.Time) error {
			return second(MarkStep(first.Incident, by, ref, StepBlocked, "x", now))
		},
	}
	for name, say := range say {
		var r *Refusal
		require.ErrorAs(t, say(ben, StepRef{}, soon), &r, name)
		assert.Equal(t, &Refusal{Reason: Overtaken, Verb: r.Verb, By: ana, At: t0, Word: "done", Step: StepRef{Playbook: "site-down", Number: 1}}, r, name)
		assert.NoError(t, say(ben, StepRef{Number: 2}, soon), "%s: whoever names a step means it", name)
		assert.NoError(t, say(ben, StepRef{}, late), "%s: by then it was seen", name)
		assert.NoError(t, say(ana, StepRef{}, soon), "%s: one knows what one did", name)
	}
	undo := func(by Person, ref StepRef, now time.Time) error {
		return second(UndoStep(first.Incident, by, ref, now))
	}
	var r *Refusal
	require.ErrorAs(t, undo(ben, StepRef{}, soon), &r)
	assert.Equal(t, Overtaken, r.Reason)
	assert.NoError(t, undo(ben, StepRef{Number: 1}, soon))
	assert.NoError(t, undo(ana, StepRef{}, soon))
	assert.NoError(t, undo(ben, StepRef{}, late))
}

// TestTwoWhoPressTheSameButtonMarkOneStep: the button of the next step stands where that of this one was.
func TestTwoWhoPressTheSameButtonMarkOneStep(t *testing.T) {
	first, err := MarkShownStep(declared(t, "P0"), ana, StepRef{Number: 1}, StepDone, t0)
	require.NoError(t, err)
	press := func(by Person, n int, now time.Time) error {
		return second(MarkShownStep(first.Incident, by, StepRef{Number: n}, StepDone, now))
	}
	var r *Refusal
	require.ErrorAs(t, press(ben, 2, t0.Add(2*time.Second-time.Millisecond)), &r)
	assert.Equal(t, &Refusal{Reason: Overtaken, Verb: "finish the step", By: ana, At: t0, Word: "done", Step: StepRef{Playbook: "site-down", Number: 1}}, r)
	require.ErrorAs(t, press(ben, 1, t0.Add(time.Second)), &r)
	assert.Equal(t, Already, r.Reason)
	assert.NoError(t, press(ben, 2, t0.Add(2*time.Second)), "by then it was seen")
	assert.NoError(t, press(ana, 2, t0), "one knows what one did")
}

func TestTheEnd(t *testing.T) {
	inc := declared(t, "P0")
	c, err := Resolve(inc, ben, "rolled back", t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, 1, effectKinds(c.Effects)["file_postmortem"])
	assert.Equal(t, []EventKind{EventAcknowledged, EventResolved}, kinds(c.Events), "resolving acknowledges")

	p2, err := Resolve(declared(t, "P2"), ben, "", t0)
	require.NoError(t, err)
	assert.Zero(t, effectKinds(p2.Effects)["file_postmortem"], "a P2 needs none")
	asked, err := RequestPostmortem(p2.Incident, ana, t0)
	require.NoError(t, err)
	assert.Equal(t, 1, effectKinds(asked.Effects)["file_postmortem"])

	again, err := Reopen(c.Incident, ana, "it is back", t0.Add(2*time.Hour))
	require.NoError(t, err)
	assert.True(t, again.Incident.ResolvedAt.IsZero())
	due, ok := again.Incident.Deadline(ClockUpdate)
	assert.True(t, ok)
	assert.Equal(t, t0.Add(150*time.Minute), due)

	var r *Refusal
	require.ErrorAs(t, second(Cancel(inc, ana, "", t0)), &r)
	assert.Equal(t, NeedsText, r.Reason)
	require.ErrorAs(t, second(Close(inc, ana, t0)), &r)
	assert.Equal(t, NotOver, r.Reason)
	closed, err := Close(c.Incident, ana, t0.Add(3*time.Hour))
	require.NoError(t, err)
	require.ErrorAs(t, second(Announce(closed.Incident, ana, "x", 0, t0)), &r)
	assert.Equal(t, Over, r.Reason)
	assert.Equal(t, ana, r.By)

	assert.Zero(t, effectKinds(again.Effects)["unarchive_channel"], "a resolved incident's channel was never put away")
	back, err := Reopen(closed.Incident, ana, "it is back", t0.Add(4*time.Hour))
	require.NoError(t, err)
	assert.Equal(t, LookAtChannel{Ref: Ref{Incident: 42}}, back.Effects[0], "before anything is drawn in it")
	closed.Incident.ChannelID = ""
	back, err = Reopen(closed.Incident, ana, "it is back", t0.Add(4*time.Hour))
	require.NoError(t, err)
	assert.Zero(t, effectKinds(back.Effects)["unarchive_channel"], "there is none")
}

func TestFind(t *testing.T) {
	p := matrix()
	for word, want := range map[string]string{"p0": "P0", "SEV-0": "P0", "sev 1": "P1", "Critical": "P0", "P_3": "P3"} {
		s, ok := p.Find(word)
		assert.True(t, ok, word)
		assert.Equal(t, want, s.Label, word)
	}
	_, ok := p.Find("")
	assert.False(t, ok)
}

func TestFaster(t *testing.T) {
	p := matrix().Faster(60)
	assert.Equal(t, 15*time.Second, p.Severities[0].Respond.D)
	assert.Equal(t, 15*time.Second, p.RepeatFloor)
	assert.Equal(t, 30*time.Second, p.Contacts[1].Rule.After.D)
	assert.Equal(t, matrix(), matrix().Faster(1))
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"", "a  b", "\u202Eabc", "é\x00\xff", strings.Repeat("x", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := Line(s, 50)
		assert.LessOrEqual(t, len([]rune(l)), 50)
		assert.NotContains(t, l, "\n")
		assert.Equal(t, l, Line(l, 50), "clean text stays as it is")
		assert.LessOrEqual(t, len([]rune(Paragraph(s, 80))), 80)
	})
}
