package playbooks

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// How else the clocks of severities are written.
func TestClocksOfOtherShapes(t *testing.T) {
	for _, k := range []struct{ name, text, want string }{
		{"a time at the end of the line", `# Ferry

## Severity levels

- **P0 Critical**: nobody can cross → **Immediate**
- **P1 High**: one ramp is shut → **2 hours**
- **P2**: long queue (1 day)
`, `P0 respond at once, update every 30 min
P1 respond within 2 h, update every 1 h
P2 respond within 1 day, update every 4 h`},
		{"lists below the names of clocks", `# Bac

## Niveaux de gravité

- **Critique** : personne ne traverse
- **Majeur** : longue attente

## Délais de réponse

- Critique : 1 heure
- Majeur : 4 heures

## Fréquence des mises à jour

- Critique : Toutes les heures
- Majeur : Quotidien
`, `Critique respond within 1 h, update every 1 h
Majeur respond within 4 h, update every 1 day`},
		{"headings of scenarios", `# Ferry

### P0: The ferry drifts (Critical)
**Response time**: < 5 minutes

#### Symptoms
- No thrust

#### Actions
1. Drop the anchor

### P1: The ramp is slow (High)
**Response time**: < 30 minutes

#### Symptoms
- Cars wait

#### Actions
1. Oil the chain
`, `P0 respond within 5 min, update every 30 min
P1 respond within 30 min, update every 1 h`},
		{"brackets in headings", `# Ferry

## Severity levels

### SEV-1: Critical issues (< 5 minute response)

#### 1. The engine is down

1. Drop the anchor
2. Wait 5 seconds

### SEV-2: High priority issues (< 1 hour response)

1. Tell the captain, and look again after 5 seconds

### SEV-3: The rest (< 4 hours)

1. Write it down
`, `SEV-1 respond within 5 min, update every 30 min
SEV-2 respond within 1 h, update every 1 h
SEV-3 respond within 4 h, update every 4 h`},
		{"a column of goals says until when it works", `# Ferry

## Severities

| Level | What | Target |
|---|---|---|
| P1 | Nobody crosses | Restored within 1 hour |
| P2 | Queue | Fixed within 4 hours |
`, `P1 fix within 1 h, update every 30 min
P2 fix within 4 h, update every 1 h`},
		{"a short label with a word in brackets", `# Ferry

## Severities

### S1 (Severe)

- **Target**: MTTR within 30 minutes

### S2 (Moderate)

- **Target**: MTTR within 4 hours
`, `S1 fix within 30 min, update every 30 min
S2 fix within 4 h, update every 1 h`},
		{"lines that begin with a severity and say a clock", `# Ferry

## The engine does not start

1. Drop the anchor

## Pager policy

- Severity 1: page the captain and the mate, target ack < 5 min
- Severity 2: page the mate, ack < 1h
`, `Severity 1 respond within 5 min, update every 30 min
Severity 2 respond within 1 h, update every 1 h`},
		{"daily updates and the same day", `# Ferry

| Severity | What | Response time |
|---|---|---|
| P1 | Nobody crosses | 15 minutes |
| P2 | Queue | Same day |

## Updates

- **P1**: Every 30 minutes
- **P2**: Daily updates
`, `P1 respond within 15 min, update every 30 min
P2 respond within 1 day, update every 1 day`},
	} {
		t.Run(k.name, func(t *testing.T) {
			r, err := Read(fstest.MapFS{"r.md": {Data: []byte(k.text)}}, "r.md")
			require.NoError(t, err)
			require.False(t, r.Defaulted)
			var got []string
			for _, s := range r.Policy.Severities {
				got = append(got, s.Label+" "+strings.Join(severityWords(s), ", "))
			}
			assert.Equal(t, k.want, strings.Join(got, "\n"))
		})
	}
}

// A line from which a clock was taken is used, wherever it stands.
func TestLinesOfClocksAreUsed(t *testing.T) {
	r := readText(t, "# Ferry\n\n## Severity levels\n\n- **Critical**: nobody can cross\n- **Major**: long queue\n\n## Update frequency\n\n- Critical: every hour\n- Major: as it comes\n")
	use := map[int]string{}
	for _, p := range r.Parts {
		use[p.Line] = p.Use
	}
	assert.Equal(t, "severity", use[10])
	assert.Equal(t, "reported", use[11], "it says no time")
}

// How else people are named.
func TestContactsOfOtherShapes(t *testing.T) {
	for _, k := range []struct{ name, text, want string }{
		{"an address that looks like a verb", "# Ferry\n\n## Contacts\n\n- **Safety**: contact@ferry.dev\n", "Safety contact@ferry.dev"},
		{"roles with addresses are several people", "# Ferry\n\n## Emergency contacts\n\n### Internal\n\n- **Duty engineer**: rotation of the week\n- **Safety team**: safety@ferry.dev\n- **Harbour**: harbour@ferry.dev\n",
			"Safety team safety@ferry.dev; Harbour harbour@ferry.dev"},
		{"a line at the end", "# Ferry incident process\n\n## 1. Triage\n\n1. Count the cars\n\n## 2. Closing\n\n1. Write it down\n\n---\n\n**Emergency contact:** ops@ferry.dev\n", "Emergency contact ops@ferry.dev"},
		{"Chinese fields", "# 渡轮运维手册\n\n## 紧急联系方式\n\n### 值班\n\n- **联系人**: 王小明\n- **联系电话**: 13900001111\n", "值班 (王小明) 13900001111"},
	} {
		t.Run(k.name, func(t *testing.T) {
			r, err := Read(fstest.MapFS{"r.md": {Data: []byte(k.text)}}, "r.md")
			require.NoError(t, err)
			var got []string
			for _, c := range r.Policy.Contacts {
				got = append(got, strings.Join(strings.Fields(c.Title()+" "+c.Email+" "+c.Phone+" "+c.Slack), " "))
			}
			assert.Equal(t, k.want, strings.Join(got, "; "))
		})
	}
}
