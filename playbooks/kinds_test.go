package playbooks

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// outline of what was understood, one line for each thing: what a person would
// compare with the document.
func understood(r *Runbook) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if !r.Defaulted {
		for _, s := range r.Policy.Severities {
			line("severity %s %s: %s; %s", s.Label, s.Name, strings.Join(severityWords(s), ", "), s.Examples)
		}
	}
	for _, c := range r.Policy.Contacts {
		line("%s", strings.Join(strings.Fields("contact "+c.Title()+" "+c.Email+" "+c.Phone+" "+c.Slack), " "))
	}
	for _, p := range append(r.Scenarios, r.Process) {
		if p.Slug == "" || len(p.Steps)+len(p.Signs)+len(p.Afterwards) == 0 {
			continue
		}
		line("%s %s", p.Slug, strings.Join(p.Severities, "/"))
		for _, s := range p.Signs {
			line("  sign %s", s)
		}
		for _, s := range p.Steps {
			code := ""
			if s.Code != nil {
				code = " [" + s.Code.Text + "]"
			}
			line("  %s %s%s", s.Phase, s.Text, code)
			for _, n := range s.Notes {
				line("    %s", n)
			}
			for _, p := range Probes(s) {
				line("    check %s", p.URL)
			}
		}
		for _, s := range p.Prevention {
			line("  prevent %s", s)
		}
		for _, s := range p.Afterwards {
			line("  after %s", s)
		}
	}
	for _, c := range r.Checklists {
		line("checklist %s %s", c.Name, c.Every)
		for _, it := range c.Items {
			line("  %s", strings.Join(append([]string{it.Text}, it.Notes...), " | "))
		}
	}
	return strings.TrimSpace(b.String())
}

// Each kind of writing that strangers use, with the reading that is right.
func TestKindsOfWriting(t *testing.T) {
	for _, k := range []struct{ name, text, want string }{
		{"a problem as heading with a list, no phase word", `# Bakery tills runbook

## Receipts come out empty

1. Change the roll
2. Ask the printer:
   ` + "```bash\n   lpstat -o\n   ```" + `

## "Card reader refused"

- Cable loose: push it in
- Battery empty: charge it

## Rolling back the till software

` + "```bash\ntillctl rollback\n```", `receipts-come-out-empty 
  immediate Change the roll
  immediate Ask the printer [lpstat -o]
card-reader-refused 
  immediate Cable loose: push it in
  immediate Battery empty: charge it
rolling-back-the-till-software 
  immediate Run tillctl rollback [tillctl rollback]`},
		{"one process for any incident", `# Incident response

## 1. Triage (up to 5 minutes)

1. Confirm the report
2. Check who is affected

## 2. Containment (up to 30 minutes)

1. Pause the imports

## 3. Post-incident review

1. Write the time line
`, `generic 
  diagnosis Confirm the report
  diagnosis Check who is affected
  immediate Pause the imports
  after Write the time line`},
		{"Spanish", `# Manual de incidentes

## Niveles de severidad

| Nivel | Descripción | Tiempo de respuesta |
|---|---|---|
| P1 Crítico | Nadie puede pagar | 10 minutos |
| P2 Alto | Falla una función | 2 horas |

## Escenarios

### Cola de correo detenida (P1)

#### Síntomas

- Los correos no llegan

#### Diagnóstico

1. Revisar la cola

#### Prevención

- Vigilar la cola

## Contactos de emergencia

| Rol | Nombre | Correo |
|---|---|---|
| Guardia | Eva Soler | eva@example.com |
`, `severity P1 Crítico: respond within 10 min, update every 30 min; Nadie puede pagar
severity P2 Alto: respond within 2 h, update every 1 h; Falla una función
contact Guardia (Eva Soler) eva@example.com
cola-de-correo-detenida P1
  sign Los correos no llegan
  diagnosis Revisar la cola
  prevent Vigilar la cola`},
		{"wrapped lines are one sentence", `# RelayStalled

## Meaning

No message has left the relay for an hour, so that
nobody is told.

## Diagnosis

1. Open the log of the relay that took the oldest
   message and note its name.

## Mitigation

Restart the relay that is named in the alert and wait
for a minute.
`, `relaystalled 
  sign No message has left the relay for an hour, so that nobody is told.
  diagnosis Open the log of the relay that took the oldest message and note its name.
  resolution Restart the relay that is named in the alert and wait for a minute.`},
		{"words of topics in the headings of problems", `# Depot runbook

## Common issues

### Slow queries

**Symptoms:** pages hang

**Fix:**

1. Stop the report

### Dashboard shows no data

**Symptoms:** empty panels

**Fix:**

1. Restart the collector
`, `slow-queries 
  sign pages hang
  resolution Stop the report
dashboard-shows-no-data 
  sign empty panels
  resolution Restart the collector`},
		{"people are who can be reached", `# On-call handbook

## Certificate rotation

| Certificate | Role | Valid |
|---|---|---|
| depot-tls | web | 90 days |

## Primary on-call

- **Email:** kim@example.com
- **Slack:** @kim
`, `contact Primary on-call kim@example.com @kim`},
		{"alert details, causes with fixes", `# Runbook: Sorter down

## Alert details

- **Alert name:** SorterDown
- **Severity:** Critical

## Investigation

` + "```bash\nsortctl status\n```" + `

## Common causes

### Cause 1: Belt torn

**Fix:**

1. Change the belt
`, `sorter-down P0
  sign Alert name: SorterDown
  diagnosis Run sortctl status [sortctl status]
  resolution Change the belt`},
		{"a block at the margin belongs to the item that leads into it", `# Runbook

## Incident playbooks

### 1) Volume is full

1. Confirm the usage:
` + "```bash\ndf -h\n```" + `
2. Look again.
`, `volume-is-full 
  immediate Confirm the usage [df -h]
  immediate Look again.`},
		{"ranges of severities", `# Guide

## Severity levels

| Severity | Response Time |
|---|---|
| P0 | 5 minutes |
| P1 | 20 minutes |
| P2 | 1 day |

## Recovery targets by severity

| Severity | Fix within |
|---|---|
| P0-P1 | 2 hours |
| Cosmetic | next release |
`, `severity P0 : respond within 5 min, fix within 2 h, update every 30 min; 
severity P1 : respond within 20 min, fix within 2 h, update every 1 h; 
severity P2 : respond within 1 day, update every 4 h;`},
		{"a first deadline is no interval", `# Guide

## Severity levels

### P0 - Critical

- Response time: < 4 minutes
- Status page: Update within 5 minutes
- Updates: Every 20 minutes
- Resolution target: 3 hours
`, `severity P0 Critical: respond within 4 min, fix within 3 h, update every 20 min, tell customers;`},
		{"headings that define severities", `# Handbook

## Classification of incidents

### P0 - Depot closed

**Definition**: nothing leaves

**Examples**:

- The gate is locked

**Response time**: at once (5 minutes)

### P1 - Depot slow

**Definition**: lorries wait

**Response time**: 15 minutes
`, `severity P0 Depot closed: respond within 5 min, update every 30 min; nothing leaves; The gate is locked
severity P1 Depot slow: respond within 15 min, update every 1 h; lorries wait`},
		{"a table of alarms", `# When an alarm rings

## Gate alarms

| # | Alarm | Meaning | First response | Escalation |
|---|---|---|---|---|
| 1 | GateStuck | the gate does not move | Cut the power and open it by hand | Electrician |
`, `gate-alarms 
  immediate GateStuck: Cut the power and open it by hand
    Meaning: the gate does not move
    Escalation: Electrician`},
		{"what is no step", `# Pay runs runbook

## Symptoms

- Pay runs wait

## What the run is

A table that holds one row for each payment.

- ` + "`send`" + ` sends money

## Diagnosis

1. Count the waiting rows

## Report template

` + "```markdown\n# Report\n```" + `
`, `pay-runs 
  sign Pay runs wait
  diagnosis Count the waiting rows`},
		{"several alerts in one file", `# Pay runs runbook

## Incident response

### Alert: payments not sent

1. Restart the sender

### Alert: more than 3 refused payments

1. Ask the bank
`, `payments-not-sent 
  immediate Restart the sender
more-than-3-refused-payments 
  immediate Ask the bank`},
		{"nothing is lost in silence", `# Letters runbook

## Severity

| Level | Description | Examples | Response Time |
|---|---|---|---|
| P1 | nothing leaves | the provider answers 500 | 15 min |

## Letters are late (P1)

### Diagnosis

The tray holds
more than a hundred letters.

With the franker stopped, you can look at the tray:

` + "```bash\n# Count the letters\ntrayctl count\n\n# Show the oldest\ntrayctl head\n```" + `

### Fix

1. Restart the franker
`, `severity P1 : respond within 15 min, update every 30 min; nothing leaves; the provider answers 500
letters-are-late P1
  diagnosis Count the letters [trayctl count]
    The tray holds more than a hundred letters.
    With the franker stopped, you can look at the tray
  diagnosis Show the oldest [trayctl head]
  resolution Restart the franker`},
		{"admonitions", `# Index stale (P1)

## Fix

:::note
Takes an hour.
:::

> [!WARNING]
> Searches fail meanwhile.

1. Rebuild the index
`, `index-stale P1
  resolution Rebuild the index
    Takes an hour.
    Warning: Searches fail meanwhile.`},
		{"a table about the document, and a checklist of sections", `# OP-7: Daily depot checks

| Field | Value |
|---|---|
| **Runbook ID** | OP-7 |
| **Owner** | Depot team |

## Check 1: Gates

` + "```bash\ngatectl list\n```" + `

Expected: all are closed.
`, `checklist OP-7: Daily depot checks daily
  Gates | gatectl list | Expected: all are closed.`},
		{"a placeholder is nobody's host", `# Site down (P0)

## Diagnosis

` + "```bash\n# Is it up?\ncurl -I https://your-domain.com\n```" + `
`, `site-down P0
  diagnosis Is it up? [curl -I https://your-domain.com]`},
		{"a tree of decisions is read, not copied", `# Rollback playbook

## When the release is bad (P1)

### Diagnosis

` + "```\nIs the depot open?\n├─ yes → watch\n└─ no  → roll back\n```" + `

### Fix

1. Roll back
`, `when-the-release-is-bad P1
  diagnosis Is the depot open?
    ├─ yes → watch
    └─ no  → roll back
  resolution Roll back`},
		{"numbered phases of one process, and the same labels below several problems", `# Playbook for outages

## 1 - First response

- Open the room

## 2 - Data gathering

- Post the graphs

## 3 - Code investigation

- Find what was changed

## 4 - Retrospective

- Write the report

# Security playbooks

## Response procedures

### Leaked badge

#### How we notice

- The gate writes

#### Manual actions

1. Lock the badge

### Gate attack

#### How we notice

- The alarm rings

#### Manual actions

1. Call the guard
`, `playbook-for-outages 
  immediate Open the room
  diagnosis Post the graphs
  diagnosis Find what was changed
  after Write the report
leaked-badge 
  sign The gate writes
  immediate Lock the badge
gate-attack 
  sign The alarm rings
  immediate Call the guard`},
		{"a review at the end does not hide its file", `# Incident playbook: Depot closed

**Severity**: Critical

## Scope

- No van leaves

## Step 1: First look (2 min)

### 1.1 Ask the gate

1. Ring the gate

## Step 2: Fix

### Option A: Open by hand

1. Turn the wheel

## Step 3: Post-incident review

After the incident:

1. **Timeline** - when did it begin?
2. **Impact** - whose parcels were late?
`, `depot-closed P0
  sign No van leaves
  immediate Ring the gate
  resolution Turn the wheel
  after Timeline: when did it begin?
  after Impact: whose parcels were late?`},
		{"phases of a file keep their order", `# Sorting incident runbook

## Scope

- The sorter of the depot

## Quick triage (5-10 min)

1. Look at the jam rate

## Diagnosis matrix

- High jams: the belt is loose

## Fix

- Change the belt

## Confirm by hand

1. Sort one parcel by hand

## Post-incident follow-up

- Write down the cause

## Minimum postmortem

- Root cause
`, `sorting-incident 
  sign The sorter of the depot
  diagnosis Look at the jam rate
  diagnosis High jams: the belt is loose
  resolution Change the belt
  resolution Sort one parcel by hand
  after Write down the cause
  after Root cause`},
		{"boxes without a list", `# Playbook for Sev 1 outages

## 1 - Escalation

[ ] Open the room

 - _Invite the depot_

[ ] Ring the customer

 - _One of you shares the screen_

## 2 - Data gathering

[ ] Post the graphs

 - _Jams and speed_

## 3 - Retrospective

[ ] Write the report
`, `playbook-for-sev-1-outages P1
  resolution Open the room
    Invite the depot
  resolution Ring the customer
    One of you shares the screen
  diagnosis Post the graphs
    Jams and speed
  after Write the report`},
		{"zero-width characters", "# Mail late (P1)\n\n## Sym\u200bptoms\n\n- letters wait\n\n## Fi\u00adx\n\n1. Restart\n", `mail-late P1
  sign letters wait
  resolution Restart`},
	} {
		t.Run(k.name, func(t *testing.T) {
			r, err := Read(fstest.MapFS{"r.md": {Data: []byte(k.text)}}, "r.md")
			require.NoError(t, err)
			assert.Equal(t, k.want, understood(r))
			assert.NotEmpty(t, r.Parts)
		})
	}
}

// TestTheIndexOfAFolderIsForReaders: what a folder's README says of its files is no scenario.
func TestTheIndexOfAFolderIsForReaders(t *testing.T) {
	r, err := Read(fstest.MapFS{
		"README.md":    {Data: []byte("# Runbooks\n\n## Where to look\n\n| Runbook | When |\n|---|---|\n| [Vans late](vans-late.md) | parcels wait |\n\n## How to use\n\n1. Find the runbook\n2. Follow it\n\n## Environment variables\n\n```bash\nexport DEPOT=north\n```\n\n## Required sections\n\n- Symptoms\n- Fix\n\n## Feedback\n\n- Open a ticket\n")},
		"vans-late.md": {Data: []byte("# Vans late\n\n## Symptoms\n\n- Parcels wait\n\n## Fix\n\n1. Send another van\n")},
	}, ".")
	require.NoError(t, err)
	assert.Equal(t, "vans-late \n  sign Parcels wait\n  resolution Send another van", understood(r))
}
