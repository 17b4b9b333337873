package reading

import "testing"

// Labels that stand for headings, and sections that are something else than their
// words say.
func TestHabitsOfLabelsAndFields(t *testing.T) {
	habits(t, []habit{
		{"announced labels hold those that follow them", `# Ferry

## Recovery

**Scenario: the ramp is stuck**

**Detection:**

- The lamp blinks

**Steps:**

1. Call the harbour

**Scenario: the engine overheats**

**Detection:**

- The gauge is red

**Steps:**

1. Slow down
`, `Ferry: chapter
  Recovery: chapter
    the ramp is stuck: scenario
      Detection: signs
      Steps: steps (resolution)
    the engine overheats: scenario
      Detection: signs
      Steps: steps (resolution)
`, ""},
		{"labels below which the same phases return are headings", `# Ferry

## Alerts

**The ramp does not close**

**Meaning:** A car stands in the way.

**Action:**

1. Call the driver

**The pump fails**

**Meaning:** The filter is full.

**Action:**

1. Clean the filter
`, "", `sign A car stands in the way.
step Call the driver
sign The filter is full.
step Clean the filter
`},
		{"a drill is no scenario, and the problem is", `# Ferry

## Drill 1: the ramp is stuck

### What should happen

- The lamp blinks

### Execution

1. Block the ramp with a plank

## The ramp is stuck

1. Call the harbour
`, "", `reader The lamp blinks
reader Block the ramp with a plank
step Call the harbour
`},
		{"names of fields with a short value are no phases", `# Ferry

## Mode of recovery

By hand

## Mode of rollback

Never

## Class of the boat

Gold

## Troubleshooting

- Look at the engine
- Call the harbour
`, `Ferry: chapter
  Mode of recovery: for readers
  Mode of rollback: for readers
  Class of the boat: for readers
  Troubleshooting: steps (diagnosis)
`, ""},
		{"immediate actions below prevention prevent", `# The ramp is stuck

## Fix

1. Call the harbour

## Prevention

### Immediate actions

- [ ] Grease the hinge
`, "", `step Call the harbour
prevention Grease the hinge
`},
		{"questions are to be answered", `# The ramp is stuck

## Diagnosis

Look at the lamps of the bridge.

Key signs to observe there:

- Is the red lamp on?
- Did it blink before?
`, "", `step Look at the lamps of the bridge.
heading Key signs to observe there:
step Is the red lamp on?
step Did it blink before?
`},
		{"questions below a label, too", `# The ramp is stuck

## Diagnosis

1. Look at the lamps of the bridge

**Symptoms:**

- Is the red lamp on?
- Did it blink before?
`, "", `step Look at the lamps of the bridge
step Is the red lamp on?
step Did it blink before?
`},
		{"the first of a numbered run of phases", `# When the engine fails

## 1 - Getting started

- Ring the bell

## 2 - Investigation

- Look at the oil and at the water

## 3 - Repair

- Fill it up

## 4 - Retrospective

- Write the log
`, `When the engine fails: scenario
  Getting started: steps (immediate)
  Investigation: steps (diagnosis)
  Repair: steps (resolution)
  Retrospective: afterwards
`, ""},
		{"example steps are an example", `# Ferry

## The ramp is stuck

### Signs

- The lamp blinks

### Fix

1. Call the harbour

### Example steps

1. Anna called the harbour
2. Ben pulled the lever

## The pump is blocked

### Example steps

1. Anna cleaned the pump
2. Ben filled it
`, "", `sign The lamp blinks
step Call the harbour
reader Anna called the harbour
reader Ben pulled the lever
reader Anna cleaned the pump
reader Ben filled it
`},
		{"settings are not typed, whatever their block says", `# Ferry

## The radio is dead

1. Turn it on

## Settings

### Bridge

` + "```bash\n# the loud one\nRADIO_VOLUME=9\nRADIO_NAME=\"the bridge\"\n```\n", `Ferry: chapter
  The radio is dead: scenario
  Settings: for readers
    Bridge: for readers
`, ""},
		{"a checklist of how things should be", `# Ferry

## Leaving checklist

- The ramp is up
- The lamps are lit
- The radio is on
`, `Ferry: chapter
  Leaving checklist: checklist
`, ""},
	})
}
