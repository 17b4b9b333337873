package playbooks

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/effort"
)

// reads is the runbook of one text.
func reads(t *testing.T, text string) *Runbook {
	t.Helper()
	r, err := Read(fstest.MapFS{"r.md": {Data: []byte(text)}}, "r.md")
	require.NoError(t, err)
	return r
}

// TestATimeThatCannotBeMeantIsNoClock: a wrong clock is worse than none, so the
// sentence is told and the default stands.
func TestATimeThatCannotBeMeantIsNoClock(t *testing.T) {
	for _, said := range []string{"respond within 999999999 hours", "respond within 99999 days", "respond within -5 minutes", "respond in −5 min", "do not respond within 15 minutes", "never respond within 15 minutes",
		"you don't have to respond within 15 minutes"} {
		t.Run(said, func(t *testing.T) {
			r := reads(t, "# R\n\n## Severities\n\n- **P0**: "+said+"\n- **P1**: respond within 30 minutes\n")
			require.Len(t, r.Policy.Severities, 2)
			assert.False(t, r.Policy.Severities[0].Respond.Set, "%v", r.Policy.Severities[0].Respond)
			assert.Equal(t, 30*time.Minute, r.Policy.Severities[1].Respond.D)
			told := false
			for _, f := range r.Findings {
				told = told || f.Line == 5 && strings.Contains(f.What, "P0")
			}
			assert.True(t, told, "%v", r.Findings)
		})
	}
	for said, want := range map[string]time.Duration{"respond in 10-15 minutes": 15 * time.Minute, "respond within 5 minutes - always": 5 * time.Minute, "respond – 5 minutes": 5 * time.Minute,
		"respond within 15 minutes, no later": 15 * time.Minute} {
		r := reads(t, "# R\n\n## Severities\n\n- **P0**: "+said+"\n- **P1**: respond within 30 minutes\n")
		assert.Equal(t, want, r.Policy.Severities[0].Respond.D, said)
	}
}

// TestAStoryAboutSomebodyIsNoContact: who founded the team is not to be woken.
func TestAStoryAboutSomebodyIsNoContact(t *testing.T) {
	r := reads(t, "# R\n\n## Team\n\n- Alice founded the team, alice@grocer.dev\n- Bob Ray has built the till, bob@grocer.dev\n- Dan Lo is on call, dan@grocer.dev\n- Eve owns payments, eve@grocer.dev\n- Primary: Ana Ruiz, ana@grocer.dev\n")
	var emails []string
	for _, c := range r.Policy.Contacts {
		emails = append(emails, c.Email)
	}
	assert.Equal(t, []string{"dan@grocer.dev", "eve@grocer.dev", "ana@grocer.dev"}, emails)
	told := 0
	for _, f := range r.Findings {
		told += boolInt(f.Line == 5) + boolInt(f.Line <= 6 && f.End >= 6 || f.Line == 6)
	}
	assert.Equal(t, 2, told, "%v", r.Findings)
}

// TestANumberWithLettersForDigitsIsABlank: nobody is called X, and nobody answers there.
func TestANumberWithLettersForDigitsIsABlank(t *testing.T) {
	r := reads(t, "# R\n\n## Contacts\n\n- **On-Call Engineer**: +1-XXX-XXX-XXXX\n- **Harbour**: 138-xxxx-1111 (7x24)\n- **Captain**: ana@grocer.dev | +1-XXX-XXX-XXXX\n- **Mate**: ben@grocer.dev, +49 30 901820\n")
	var got []string
	for _, c := range r.Policy.Contacts {
		got = append(got, strings.Join([]string{c.Role, c.Name, c.Email, c.Phone, strings.Join(c.Placeholders, "/")}, "|"))
	}
	assert.Equal(t, []string{"On-Call Engineer||||phone", "Harbour||||phone", "Captain||ana@grocer.dev||phone", "Mate||ben@grocer.dev|+49 30 901820|"}, got)
}

// TestWhatIsWrittenInAChannelNamesNobody: who is addressed in an example of a message is not to be woken.
func TestWhatIsWrittenInAChannelNamesNobody(t *testing.T) {
	r := reads(t, "# R\n\n## Contacts\n\n- The lead posts in #ferry-incidents: \"@engine-crew join the call\"\n- Primary: Ana Ruiz, ana@grocer.dev\n")
	if assert.Len(t, r.Policy.Contacts, 1) {
		assert.Equal(t, "ana@grocer.dev", r.Policy.Contacts[0].Email)
	}
	assert.Contains(t, fmt.Sprint(r.Findings), "1 list item is not used")
}

// TestAScheduleInADocumentNamesNobody: where the schedule stands is no name.
func TestAScheduleInADocumentNamesNobody(t *testing.T) {
	r := reads(t, "# R\n\n## Emergency contacts\n\n**On-call schedule:** See `team/rota.md`\n")
	assert.Empty(t, r.Policy.Contacts)
}

// TestAnAddressThatActsIsNotAsked: a GET may act, too.
func TestAnAddressThatActsIsNotAsked(t *testing.T) {
	for address, checked := range map[string]bool{
		"https://shop.grocer.dev/logout":                     false,
		"https://shop.grocer.dev/api/delete?id=7":            false,
		"https://shop.grocer.dev/admin/restart":              false,
		"https://shop.grocer.dev/cache/purge":                false,
		"https://shop.grocer.dev/jobs/run-now":               false,
		"https://shop.grocer.dev/a?action=shutdown":          false,
		"https://shop.grocer.dev/hooks/deploy":               false,
		"https://shop.grocer.dev/users/7/sign_out":           false,
		"https://shop.grocer.dev/unsubscribe/9":              false,
		"https://shop.grocer.dev/flushAll":                   false,
		"https://shop.grocer.dev/health":                     true,
		"https://shop.grocer.dev/api/orders":                 true,
		"https://shop.grocer.dev/deleted-orders/count":       true,
		"https://shop.grocer.dev/docs/restarting":            true,
		"https://restart.grocer.dev/":                        true,
		"https://shop.grocer.dev/deployments":                true,
		"https://shop.grocer.dev/healthz?verbose=true":       true,
		"https://shop.grocer.dev/search?q=how+to+purge+milk": true,
	} {
		probe, _ := curlProbe("curl -I '" + address + "'")
		assert.Equal(t, checked, probe != nil, address)
	}
	r := reads(t, "# Shop down (P0)\n\n## Symptoms\n\n- https://shop.grocer.dev/logout returns 500\n\n## Fix\n\n1. Roll back\n")
	for _, s := range r.Scenarios[0].Steps {
		assert.Nil(t, s.Probe)
	}
}

// TestNoRowOfALongTableIsLost: a file is parsed in pieces, and no piece begins
// in the middle of a table.
func TestNoRowOfALongTableIsLost(t *testing.T) {
	rows := effort.Choose(5_200, 14_000, 14_000) // a piece has 5,000 lines at most
	var b strings.Builder
	b.WriteString("# Shop down (P0)\n\n| Symptom | Fix |\n|---|---|\n")
	for i := range rows {
		fmt.Fprintf(&b, "| Shelf %d of the shop is empty again | Fill shelf %d from the store room |\n", i, i)
	}
	r := reads(t, b.String())
	require.Len(t, r.Scenarios, 1)
	require.Equal(t, rows, len(r.Scenarios[0].Steps))
	assert.Equal(t, fmt.Sprintf("r.md:%d", rows+4), r.Scenarios[0].Steps[len(r.Scenarios[0].Steps)-1].Source)
}

// TestWhyCountsNoEmptyItems: a bullet without words is nothing that could be used.
func TestWhyCountsNoEmptyItems(t *testing.T) {
	r := shown(t, fstest.MapFS{"r.md": {Data: []byte("# Shop down (P0)\n\n1. Roll back\n2.\n3. Tell the shop\n\n-\n-\n")}}, "r.md")
	out := explained(t, r, ExplainOptions{Parts: true})
	assert.Contains(t, out, "2 steps")
	for _, l := range strings.Split(out, "\n") {
		f := strings.Fields(l)
		assert.False(t, len(f) > 0 && (f[0] == "4" || f[0] == "7" || f[0] == "8"), l)
	}
}
