package reading

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/playbooks/outline"
)

// partPlace is the line of a part and what holds it.
var partPlace = regexp.MustCompile(`(?m)^\d+ (\w+) \[[^\]]*\] `)

// habit is a text with what its sections are taken for and what its parts are used
// for; empty is not compared.
type habit struct{ name, text, kinds, uses string }

// Habits of writing that tell what a section is although its words do not.
func TestHabitsOfWriting(t *testing.T) {
	habits(t, []habit{
		{"numbered instructions as headings are one procedure", `# Ferry

## The ramp is stuck

1. Call the harbour

## Loading again after a storm

### 1. Test the ramp

- Lower it without load

### 2. Open the gate

- Turn the key twice

### 3. Load the lorries first

- Wait for the signal
`, `Ferry: chapter
  The ramp is stuck: scenario
  Loading again after a storm: scenario
    Test the ramp: steps
    Open the gate: steps
    Load the lorries first: steps
`, ""},
		{"numbered options, each with its own condition", `# Ferry

## The engine overheats

### Resolution

**1. Slow down** (takes 2 minutes):

1. Pull the lever back

**When to use**:

- The gauge is yellow

**2. Use the spare pump** (takes 10 minutes):

1. Open the red valve

**When to use**:

- The gauge is red
`, "", `step Pull the lever back
note The gauge is yellow
step Open the red valve
note The gauge is red
`},
		{"when a runbook is for is a sign and no step", `# Runbook: the engine fails

Use this runbook when the gauge stays red for longer than a minute.

## Steps

1. Open the valve
2. Use the spare pump
`, "", `sign Use this runbook when the gauge stays red for longer than a minute.
step Open the valve
step Use the spare pump
`},
		{"looking after signs is no sign", `# Ferry

## The engine is hot

**Symptoms:**

- The gauge is red

**Check on the bridge:**

- Does the lamp burn?

**Diagnostics in the engine room:**

- Is the pump loud?
`, "", `sign The gauge is red
step Does the lamp burn?
step Is the pump loud?
`},
		{"a list to tick after signs is no sign", `# Ferry

## The engine is hot

Signals:

- The gauge is red
- The bridge smells of oil

Checklist:

- [ ] Is it one engine or both
- [ ] The cooling water runs
`, "", `sign The gauge is red
sign The bridge smells of oil
sign Checklist:
step Is it one engine or both
step The cooling water runs
`},
		{"an operation after signs is no sign", `# Ferry

## The engine is hot

**When to switch over:**

- The gauge is red

**Manual switchover**

- Turn the wheel

**Automatic switchover**

- Push the button
`, "", `sign The gauge is red
step Turn the wheel
step Push the button
`},
		{"a protocol for something is no process for anything", `# Incident response plan

## Lost child protocol

### Immediate actions

1. Close the gates

### Notification

- Call the harbour police
`, `Incident response plan: chapter
  Lost child protocol: scenario
    Immediate actions: steps (immediate)
    Notification: steps (resolution)
`, ""},
		{"names of alerts behind a label", `# Alerts

### Group: ferry

##### Alert Name: "RampStuckOpen"
+ *Message*: The ramp has been open for an hour.
+ *Severity*: warning
+ *Action*: Check the chain of the ramp.

##### Alert Name: "EngineTooHot"
+ *Message*: The gauge is red.
+ *Severity*: critical
+ *Action*: Open the red valve.
`, "", `sign Message: The ramp has been open for an hour.
sign Severity: warning
step Action: Check the chain of the ramp.
sign Message: The gauge is red.
sign Severity: critical
step Action: Open the red valve.
`},
		{"a block of comments below signs says how it shows", `# Ferry

## The radio is silent

### Detection

` + "```bash\n# Alert: no call for ten minutes\n# The lamp is dark\n```" + `

### Recovery

1. Replace the fuse
`, "", `sign # Alert: no call for ten minutes
step Replace the fuse
`},
		{"what follows if something happens is a sign", `# Ferry

## The key of the safe is lost

- **Impact if found by others**: Everybody can open the safe.
- **Replace**: Turn the lock and order a new key.
`, "", `sign Impact if found by others: Everybody can open the safe.
step Replace: Turn the lock and order a new key.
`},
		{"labels that return tell which label heads others", `# Engine room battle card: fire

**(P) Preparation**

1. Fill the extinguisher

**(I) Identification**

1. Look at the gauge

**(C) Containment**

1. Close the valve

**(E) Eradication**

1. Put the fire out

**(R) Recovery**

1. Start the engine

**(L) Lessons**

1. Write down what burnt
`, "", `reader Fill the extinguisher
step Look at the gauge
step Close the valve
step Put the fire out
step Start the engine
afterwards Write down what burnt
`},
		{"a table below signs whose column instructs", `# Incident response

## Process

### 1. Detection

| Source | Action |
|---|---|
| Alarm | Check the gauge |
| Passenger | Ask where it smokes |

### 2. Containment

1. Close the valve
`, "", `step Alarm
step Passenger
step Close the valve
`},
		{"a table of contents is nothing to do", `# Ferry

### Inhoud

1. [The ramp](#the-ramp-is-stuck)
2. [The engine](#the-engine-is-hot)
3. [The radio](#the-radio-fails)

## The ramp is stuck

1. Call the harbour

## The engine is hot

1. Open the valve

## The radio fails

1. Wave a flag
`, `Ferry: chapter
  Inhoud: for readers
  The ramp is stuck: scenario
  The engine is hot: scenario
  The radio fails: scenario
`, ""},
		{"whom to tell makes no scenario of a severity", `# Ferry

## Severities

### SEV-1: Critical (all is down)

**Definition**:
- Nobody crosses

**Examples**:
- Engine broken

**Escalation**:
- The captain at once

**Communication**:
- The harbour, every hour

### SEV-2: Major (half is down)

**Definition**:
- Some cross

**Examples**:
- One ramp broken

**Escalation**:
- The mate in an hour

**Communication**:
- The crew
`, `Ferry: chapter
  Severities: severities
    Critical (all is down): severity
      Definition: for readers
      Examples: for readers
      Escalation: steps (resolution)
      Communication: steps (resolution)
    Major (half is down): severity
      Definition: for readers
      Examples: for readers
      Escalation: steps (resolution)
      Communication: steps (resolution)
`, ""},
		{"contacts and rules of escalation are no scenario", `# Ferry

## The ramp is stuck

1. Call the harbour

## Contacts and escalation

| Level | Condition | Action |
|---|---|---|
| L1 | One lorry waits | Check the list |
| L2 | All wait | Turn the ship |
`, `Ferry: chapter
  The ramp is stuck: scenario
  Contacts and escalation: contacts
`, ""},
	})
}

func habits(t *testing.T, list []habit) {
	t.Helper()
	for _, k := range list {
		t.Run(k.name, func(t *testing.T) {
			d := one(k.text)
			if k.kinds != "" {
				assert.Equal(t, k.kinds, kindsOf(d))
			}
			if k.uses != "" {
				assert.Equal(t, k.uses, partPlace.ReplaceAllString(usesOf(d), "$1 "))
			}
		})
	}
}

// A folder of runbooks also holds files about other things.
func TestFilesThatAreAboutOtherThings(t *testing.T) {
	files := map[string]string{
		"ramp-stuck.md":          "# The ramp is stuck\n\n1. Call the harbour\n",
		"message-templates.md":   "# Message templates\n\n## Delay of an hour\n\n1. Say why\n2. Say how long\n",
		"template-incident.md":   "# Title\n\n## Immediate actions\n\n1. Fill this in\n2. And this\n",
		"roles.md":               "# Roles and responsibilities\n\n## Captain\n\n1. Decide\n2. Sign\n\n## Avoiding burnout\n\n- Take days off\n",
		"new-radio.md":           "# Radio setup guide for the bridge\n\n## Step 1: Mount the radio\n\n1. Take the screws\n\n## Step 2: Mount the aerial\n\n1. Climb the mast\n",
		"drifting-in-the-fog.md": "# Drifting in the fog\n\n1. Drop the anchor\n",
	}
	var parsed []*outline.Document
	for _, name := range []string{"drifting-in-the-fog.md", "message-templates.md", "new-radio.md", "ramp-stuck.md", "roles.md", "template-incident.md"} {
		parsed = append(parsed, outline.Parse(name, []byte(files[name])))
	}
	var scenarios []string
	for _, d := range Read(parsed, Options{Folder: true}) {
		for _, p := range d.Parts() {
			if p.Scenario != nil && p.Use == UseStep {
				scenarios = append(scenarios, p.Scenario.Title)
			}
		}
	}
	assert.Equal(t, "Drifting in the fog, The ramp is stuck", strings.Join(scenarios, ", "))
}

// An article that lost its vowel is no part of the word behind it.
func TestElidedArticles(t *testing.T) {
	for text, want := range map[string]string{
		"Contexte de l’incident": "contexte de incident", "Qualification d'une alerte": "qualification une alerte", "Impatto dell'interruzione": "impatto interruzione",
		"It doesn't work": "it doesnt work", "the runbook's title": "the runbooks title", "O'Reilly": "oreilly",
	} {
		assert.Equal(t, want, fold(text))
	}
	french := []*lexicon{lexiconOf("en"), lexiconOf("fr")}
	assert.Equal(t, SignsPhase, titleOf("Contexte de l’incident", french).phase)
	assert.Equal(t, AfterPhase, titleOf("Post-incident (obligatoire)", french).phase)
}
