package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func probeStep(phase Phase, heading string) Step {
	return Step{Phase: phase, Heading: heading, Text: "ask", Probe: &Probe{Kind: ProbeHTTP, Name: "it", URL: "https://example.com"}}
}

// opening is the effect that opening a channel brings about; nil when there is none.
func opening(t *testing.T, steps ...Step) *RunProbes {
	t.Helper()
	c, err := Declare(Ref{Incident: 7}, Declaration{Severity: "P1", Playbook: Playbook{Slug: "down", Title: "Down", Steps: steps}, Policy: matrix()}, t0)
	require.NoError(t, err)
	c, err = ChannelOpened(c.Incident, "C1", "inc-7", t0)
	require.NoError(t, err)
	for _, fx := range c.Effects {
		if p, ok := fx.(RunProbes); ok {
			return &p
		}
	}
	return nil
}

func TestProbesOfTheFirstPhaseAreAskedAtTheOpening(t *testing.T) {
	plain := Step{Phase: PhaseImmediate, Heading: "Immediate", Text: "look"}
	linked := Step{Phase: PhaseImmediate, Heading: "Immediate", Text: "see", Links: []Link{{Name: "Page", URL: "https://status.example.com"}}}
	for name, c := range map[string]struct {
		steps []Step
		want  []int
	}{
		"only the first phase":               {[]Step{probeStep(PhaseImmediate, "Immediate"), plain, linked, probeStep(PhaseDiagnosis, "Diagnosis")}, []int{1, 3}},
		"detection, then the first phase":    {[]Step{probeStep(PhaseImmediate, "Detection"), probeStep(PhaseDiagnosis, "Diagnosis"), probeStep(PhaseResolution, "Resolution")}, []int{1, 2}},
		"detection alone":                    {[]Step{probeStep(PhaseImmediate, "Symptoms"), {Phase: PhaseDiagnosis, Text: "look"}, probeStep(PhaseResolution, "Resolution")}, []int{1}},
		"nothing to ask":                     {[]Step{plain, probeStep(PhaseDiagnosis, "Diagnosis")}, nil},
		"no steps":                           {nil, nil},
		"the whole playbook is of one phase": {[]Step{plain, probeStep(PhaseImmediate, "Immediate")}, []int{2}},
	} {
		t.Run(name, func(t *testing.T) {
			fx := opening(t, c.steps...)
			if c.want == nil {
				assert.Nil(t, fx)
				return
			}
			require.NotNil(t, fx)
			assert.Equal(t, RunProbes{Ref: Ref{Incident: 7}, Why: ProbeOpening, At: t0, Playbook: "down", Steps: c.want}, *fx)
		})
	}
}

func TestAnotherPlaybookIsCheckedWhenItIsTakenUpFirst(t *testing.T) {
	inc := declared(t, "P1")
	c, err := ChannelOpened(inc, "C1", "inc", t0)
	require.NoError(t, err)
	asks := func(c Change) (n int) {
		for _, fx := range c.Effects {
			if p, ok := fx.(RunProbes); ok {
				assert.Equal(t, "second", p.Playbook)
				n++
			}
		}
		return n
	}
	first := c.Incident.Walk().Playbook
	c, err = SwitchPlaybook(c.Incident, "U1", Playbook{Slug: "second", Title: "Second", Steps: []Step{probeStep(PhaseDiagnosis, "Diagnosis")}}, t0)
	require.NoError(t, err)
	assert.Equal(t, 1, asks(c))
	second := c.Incident.Walk().Playbook
	c, err = SwitchPlaybook(c.Incident, "U1", first, t0)
	require.NoError(t, err)
	c, err = SwitchPlaybook(c.Incident, "U1", second, t0)
	require.NoError(t, err)
	assert.Zero(t, asks(c), "it was checked before")
}

// TestTheTitleOfAnAddedPlaybookIsNoHeading: of the steps that are added those of the first phase are checked, whatever the playbook is called.
func TestTheTitleOfAnAddedPlaybookIsNoHeading(t *testing.T) {
	inc := declared(t, "P1")
	c, err := ChannelOpened(inc, "C1", "inc", t0)
	require.NoError(t, err)
	there := len(c.Incident.Walk().Playbook.Steps)
	for _, title := range []string{"Sign-in fails", "Alerts are late", "Slow"} {
		for headings, want := range map[[2]string][]int{{"Immediate", "Diagnosis"}: {there + 1}, {"", ""}: {there + 1}, {"Symptoms", "Diagnosis"}: {there + 1, there + 2}} {
			added := Playbook{Slug: "added", Title: title, Steps: []Step{probeStep(PhaseImmediate, headings[0]), probeStep(PhaseDiagnosis, headings[1])}}
			added.Steps[1].Text = "ask again"
			more, err := AddPlaybook(c.Incident, "U1", added, t0)
			require.NoError(t, err)
			var asked []int
			for _, fx := range more.Effects {
				if p, ok := fx.(RunProbes); ok {
					asked = p.Steps
				}
			}
			assert.Equal(t, want, asked, "%s: %q", title, headings)
		}
	}
}

func TestAskProbes(t *testing.T) {
	c, err := Declare(Ref{Incident: 7}, Declaration{Severity: "P1", Playbook: Playbook{Slug: "down", Title: "Down", Steps: []Step{{Text: "look"}, probeStep(PhaseImmediate, ""), probeStep(PhaseDiagnosis, "")}}, Policy: matrix()}, t0)
	require.NoError(t, err)
	inc := c.Incident
	has := func(s Step) bool { return s.Probe != nil }

	c, err = AskProbes(inc, "U1", StepRef{Number: 2}, has, t0)
	require.NoError(t, err)
	assert.Equal(t, inc.Revision, c.Incident.Revision, "asking changes nothing")
	assert.Equal(t, []Effect{RunProbes{Ref: Ref{Incident: 7}, Why: ProbeAsked, By: "U1", At: t0, Playbook: "down", Steps: []int{2}}}, c.Effects)

	refused := func(inc Incident, n int) *Refusal {
		_, err := AskProbes(inc, "U1", StepRef{Number: n}, has, t0)
		var r *Refusal
		require.ErrorAs(t, err, &r)
		return r
	}
	r := refused(inc, 0)
	assert.Equal(t, NoProbes, r.Reason)
	assert.Equal(t, []string{"2", "3"}, r.Choices)
	assert.Equal(t, NoSuchStep, refused(inc, 9).Reason)
	for n := range 3 {
		c, err = MarkStep(inc, "U1", StepRef{Number: n + 1}, StepDone, "", t0)
		require.NoError(t, err)
		inc = c.Incident
	}
	assert.Equal(t, NoProbes, refused(inc, 0).Reason, "no step is current any more")
	c, err = Cancel(inc, "U1", "no incident", t0)
	require.NoError(t, err)
	assert.Equal(t, Over, refused(c.Incident, 2).Reason)
}

func TestProbedTellsWhatFailed(t *testing.T) {
	inc := declared(t, "P1")
	fine := ProbeResult{Probe: Probe{Name: "shop"}, OK: true, Summary: "200 OK in 84 ms"}
	bad := ProbeResult{Probe: Probe{Name: "office"}, Summary: "connection refused"}
	voice := Voice{Person: func(p Person) string { return "@" + p }, Text: func(s string) string { return s }, Time: nil}
	asked := RunProbes{Why: ProbeAsked, By: "U1", Steps: []int{2}}
	for name, c := range map[string]struct {
		fx      RunProbes
		results []ProbeResult
		want    string
	}{
		"all fine":    {RunProbes{Why: ProbeOpening, Steps: []int{1, 2}}, []ProbeResult{fine, fine}, "Checked by mayday itself: all 2 fine"},
		"some failed": {RunProbes{Why: ProbeOpening, Steps: []int{1, 2}}, []ProbeResult{fine, bad}, "Checked by mayday itself: 1 of 2 not fine: office: connection refused"},
		"one, fine":   {asked, []ProbeResult{fine}, "@U1 checked step 2: shop: 200 OK in 84 ms"},
		"one, failed": {asked, []ProbeResult{bad}, "@U1 checked step 2: office: connection refused"},
	} {
		ch, err := Probed(inc, c.fx, c.results, t0)
		require.NoError(t, err)
		require.Len(t, ch.Events, 1, name)
		assert.False(t, ch.Events[0].Aloud)
		assert.Equal(t, c.want, ch.Events[0].Sentence(voice), name)
	}
	ch, err := Probed(inc, asked, nil, t0)
	require.NoError(t, err)
	assert.True(t, ch.Empty())
}
