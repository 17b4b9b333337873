package reading

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/playbooks/outline"
)

// What a document tells of a problem stands beside the steps and is none of them.
func TestWhatIsToldIsNoStep(t *testing.T) {
	habits(t, []habit{
		{"a cause in a sentence", `# Ferry

## The ramp does not move

**Symptom:** The lever has no effect

**Cause:** One of the fuses below deck is burnt

**Fix:**

1. Replace the fuse
`, "", `sign The lever has no effect
note One of the fuses below deck is burnt
step Replace the fuse
`},
		{"what an alert means", `# Alert: RampPressureLow

## What this alert means

The pump is slower than the leak. When that lasts:

- **The ramp sinks** under load
- **The gate jams** sooner or later

## Immediate actions

1. Stop loading
`, "", `sign The pump is slower than the leak. When that lasts:
sign The ramp sinks under load
sign The gate jams sooner or later
step Stop loading
`},
		{"what programs say is nothing to type", "# Ferry\n\n## The ticket printer fails\n\n**Symptom:**\n\n```\nError: listen EADDRINUSE: port 9100 is taken\n```\n\n**Fix:**\n\n```bash\nsystemctl restart tickets\n```\n\n" +
			"The log says so, too:\n\n```\n2024-05-01T10:00:00 tickets: out of paper\n```\n", "", `sign Error: listen EADDRINUSE: port 9100 is taken
step systemctl restart tickets
heading The log says so, too:
note 2024-05-01T10:00:00 tickets: out of paper
`},
		{"the phases of a problem, one a line", `# Ferry

## The gate is jammed

- Severity: high
- Symptoms: the lever turns and nothing moves
- Diagnosis: the bolts on both sides
- Rollback: the crank of last year
- Validation: opened and shut twice
- Escalation: the harbour master
`, "", `sign Severity: high
sign Symptoms: the lever turns and nothing moves
step Diagnosis: the bolts on both sides
step Rollback: the crank of last year
step Validation: opened and shut twice
step Escalation: the harbour master
`},
		{"a template is nothing to walk, whatever stands in it", `# Ferry

## The engine does not start

1. Drop the anchor
2. Call the engineer

## The radio does not answer

1. Check the fuse
2. Replace the battery

## Escalation

1. Call the harbour

### Escalation template

- Where we are
- What we tried

## Post-incident review template

### Timeline

- When the engine stopped

### Root cause

- Why it stopped

### Action items

- What is mended until when
`, `Ferry: chapter
  The engine does not start: scenario
  The radio does not answer: scenario
  Escalation: steps (resolution)
    Escalation template: template
  Post-incident review template: afterwards
    Timeline: afterwards
    Root cause: steps (diagnosis)
    Action items: afterwards
`, ""},
	})
}

// A part that is only there for want of anything better is no process, and tables and
// checklists of what to do are found wherever they stand.
func TestWhatIsDoneInAnyIncident(t *testing.T) {
	habits(t, []habit{
		{"set-up is no process for any incident", `# Ferry

## The engine stops

1. Drop the anchor

## Radio management

### Listing the channels

- Turn the left knob

### Changing a channel

- Press the red button
`, `Ferry: chapter
  The engine stops: scenario
  Radio management: chapter
    Listing the channels: scenario
    Changing a channel: scenario
`, ""},
		{"a checklist of one problem is walked", `# Ferry

## Trouble on board

### The engine stops

**Symptom**: No sound below deck

**Checklist**:

1. Check the fuel
2. Check the filter
`, "", `sign No sound below deck
step Check the fuel
step Check the filter
`},
		{"tables of alerts name what they are about", `# Ferry

## The radio does not answer

1. Check the fuse
2. Replace the battery

## Common alerts

### Engine alerts

| Alert | Meaning | First action |
|---|---|---|
| Oil low | a leak | Look below the pump |

### Infrastructure alerts

| Alert | Meaning | First action |
|---|---|---|
| Radio silent | no power | Check the fuse |
`, `Ferry: chapter
  The radio does not answer: scenario
  Common alerts: chapter
    Engine alerts: scenario
    Infrastructure alerts: scenario
`, ""},
		{"commands at hand are references", "# Ferry\n\n## The engine stops\n\n1. Drop the anchor\n\n## Handy commands\n\n```bash\nradio --list\n```\n", `Ferry: chapter
  The engine stops: scenario
  Handy commands: references
`, ""},
		{"lines that say clocks are severities", `# Ferry

## The engine stops

1. Drop the anchor

## Pager policy

- Severity 1: page the captain, ack < 5 min
- Severity 2: page the mate, ack < 1h
`, `Ferry: chapter
  The engine stops: scenario
  Pager policy: severities
`, ""},
		{"one line among many that looks like an instruction makes no scenario", `# Ferry

## The engine does not start

1. Drop the anchor
2. Call the engineer

## What the radio log holds

- time of the call
- name of the caller
- run number of the day
- position
- weather
`, `Ferry: chapter
  The engine does not start: scenario
  What the radio log holds: for readers
`, ""},
		{"a numbered list below an item is something to do", `# Ferry

## The engine does not start

1. Drop the anchor
2. Call the engineer

## Radio keys

- **Owner:** the captain
- **Kept in:** the safe
- **Colour:** red
- **Number:** two
- Keep the second one ashore
- **Lost on board**, as it may happen:
  1. Lock the channel
  2. Cut a new key
- **Cadence:** every spring
`, `Ferry: chapter
  The engine does not start: scenario
  Radio keys: scenario
`, ""},
		{"what is only validated after set-up is not walked", "# Radio on board\n\n## Overview\n\nThe aerial is on the roof.\n\n## Configuration\n\n- below deck\n- dry\n\n## Thresholds\n\n- five volts\n- two knots\n\n## Validation\n\n```bash\nradio --check\n```\n", "",
			"reader The aerial is on the roof.\nreader below deck\nreader dry\nreader five volts\nreader two knots\nreported radio --check\n"},
		{"a log of changes is none to make", `# Ferry

## Crew

- five by day
- two by night

## Change log

| Date | Author | Change |
|---|---|---|
| 2024-05-01 | Ana | Replace the pump |
`, `Ferry: chapter
  Crew: for readers
  Change log: for readers
`, ""},
	})
}

// What was written of an incident that is over is walked by nobody.
func TestRecordsOfIncidentsAreForReaders(t *testing.T) {
	text := "# %s\n\n## Symptoms\n\n- The ramp sank\n\n## Response\n\n1. Closed the valve\n2. Called the harbour\n\n## Action items\n\n- Replace the pump\n"
	read := func(name, title string) (walked bool) {
		for _, d := range Read([]*outline.Document{outline.Parse(name, []byte(fmt.Sprintf(text, title))), outline.Parse("engine.md", []byte("# The engine stops\n\n1. Drop the anchor\n2. Wait\n"))}, Options{Folder: true})[:1] {
			for _, p := range d.Parts() {
				walked = walked || p.Use == UseStep || p.Use == UseAfterwards
			}
		}
		return walked
	}
	assert.False(t, read("post-mortems/2024-05-01-ramp.md", "The ramp sank"))
	assert.False(t, read("incidents/2024/ramp-20240501.md", "The ramp sank"))
	assert.False(t, read("ramp-2024-05-01.md", "Post-mortem: the ramp sank"))
	assert.True(t, read("ramp.md", "The ramp sinks"))
	assert.True(t, read("incidents/ramp.md", "The ramp sinks"), "a folder may be called so and hold what to do")
	assert.True(t, read("incidents/2024-05-01-ramp.md", "The ramp sank\n\n<!-- mayday: scenario -->"), "the document has the last word")
}
