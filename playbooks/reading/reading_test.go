package reading

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/playbooks/outline"
)

// one reads a text as a single file.
func one(text string) *Document {
	return Read([]*outline.Document{outline.Parse("runbook.md", []byte(text))}, Options{})[0]
}

// kindsOf lists the sections of a file with their kinds, one a line, indented.
func kindsOf(d *Document) string {
	var b strings.Builder
	var visit func(s *Section, depth int)
	visit = func(s *Section, depth int) {
		if s.Up != nil {
			fmt.Fprintf(&b, "%s%s: %s", strings.Repeat("  ", depth-1), s.Title, s.Kind)
			if s.Kind == Act && s.Phase != NoPhase {
				fmt.Fprintf(&b, " (%s)", s.Phase)
			}
			b.WriteByte('\n')
		}
		for _, sub := range s.Subs {
			visit(sub, depth+1)
		}
	}
	visit(d.Root, 0)
	return b.String()
}

// usesOf lists the parts of a file with their uses, headings left out.
func usesOf(d *Document) string {
	var b strings.Builder
	for _, p := range d.Parts() {
		if p.Kind == PartHeading {
			continue
		}
		text := p.Text().Whole()
		switch {
		case p.Item != nil && len(p.Item.Lines) > 0:
			text = p.Item.Lines[0].Whole()
		case p.Code != nil:
			text = strings.SplitN(p.Code.Text, "\n", 2)[0]
		case p.Row != nil:
			text = p.Row.Cells[0].Text
		}
		where := "-"
		switch {
		case p.Scenario != nil:
			where = p.Scenario.Title
		case p.Generic:
			where = "any"
		}
		fmt.Fprintf(&b, "%d %s [%s %s] %s\n", p.Line, p.Use, where, p.Phase, text)
	}
	return b.String()
}

func TestSectionsAreWhatPeopleMean(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"problems with lists need no word of a phase", `
# Bakery operations
## The oven does not heat
1. Check the fuse
2. Call the mechanic
## Restoring yesterday's orders
1. Stop the till
2. Load the newest copy
`, `
Bakery operations: chapter
  The oven does not heat: scenario
  Restoring yesterday's orders: scenario
`},
		{"descriptions of the same shape are no scenarios", `
# Bakery operations
## The till is offline
1. Restart the till
## Architecture
1. The till speaks with the shop server
2. The shop server speaks with the bank
## Glossary
- Till: where people pay
`, `
Bakery operations: chapter
  The till is offline: scenario
  Architecture: for readers
  Glossary: for readers
`},
		{"a process for any incident", `
# Incident response
## 1. Triage (up to 10 minutes)
1. Confirm the alarm
## 2. Containment (within 1 h)
1. Stop the nightly job
## 3. Post-incident review
1. Write the time line
`, `
Incident response: process
  Triage: steps (diagnosis)
  Containment: steps (immediate)
  Post-incident review: afterwards
`},
		{"phases that return below each problem belong to it", `
# Playbooks
## Tokens leaked
### How we notice
- A scanner writes
### What to do
1. Revoke the token
## Password guessing
### How we notice
- Many failed sign-ins
### What to do
1. Block the address
`, `
Playbooks: chapter
  Tokens leaked: scenario
    How we notice: signs
    What to do: steps (resolution)
  Password guessing: scenario
    How we notice: signs
    What to do: steps (resolution)
`},
		{"bold labels are headings, and causes stand below their label", `
# Mail is late (P1)
**Symptoms:**
- Letters wait

**Common causes:**

**Queue full:**
1. Drain the queue

**Disk full:**
1. Delete old letters

**Prevention:**
- Watch the disk
`, `
Mail is late: scenario
  Symptoms: signs
  Common causes: steps (issues)
    Queue full: issue
    Disk full: issue
  Prevention: prevention
`},
		{"a word of another topic does not turn a problem into that topic", `
# Shop
## Common issues
### Slow queries
**Symptoms:** pages take long

**Fix:**
1. Stop the report
### Key rotation failed
**Symptoms:** callbacks answer 401

**Fix:**
1. Put the old key back
`, `
Shop: chapter
  Common issues: chapter
    Slow queries: scenario
      Symptoms: signs
      Fix: steps (resolution)
    Key rotation failed: scenario
      Symptoms: signs
      Fix: steps (resolution)
`},
		{"severities by their headings", `
# Handbook
## Incident classification
### P0 - Everything is down
**Definition**: nobody can buy

**Response time**: 5 minutes
### P1 - Degraded
**Definition**: some cannot buy

**Response time**: 1 hour
`, `
Handbook: chapter
  Incident classification: severities
    Everything is down: severity
    Degraded: severity
`},
		{"the priority of something else is none of incidents", `
# Depot
## Disk full (P1)
1. Delete exports
## Shipping priority
| Priority | Time |
|---|---|
| High | 1 day |
| Low | 3 days |
`, `
Depot: chapter
  Disk full: scenario
  Shipping priority: for readers
`},
		{"several alerts of one file", `
# Queue runbook
## Overview
A table that holds orders.
## Alert: orders are stuck
1. Restart the worker
## Alert: more than 5 failures
1. Ask the bank
`, `
Queue runbook: chapter
  Overview: for readers
  orders are stuck: scenario
  more than 5 failures: scenario
`},
		{"the document corrects the reader", `
# Handbook
## Glossary
<!-- mayday: scenario -->
1. Restart the shop
## The shop is down
<!-- mayday: ignore -->
1. Restart the shop
`, `
Handbook: chapter
  Glossary: scenario
  The shop is down: for readers
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, strings.TrimPrefix(c.want, "\n"), kindsOf(one(c.text)))
		})
	}
}

func TestLanguages(t *testing.T) {
	for language, text := range map[string]string{
		"Spanish":    "# Guía de operaciones\n## La base de datos no responde\n### Síntomas\n- La tienda está caída\n### Acciones inmediatas\n1. Reiniciar el servidor\n### Prevención\n- Vigilar el disco\n",
		"Portuguese": "# Guia de operações\n## Banco de dados indisponível\n### Sintomas\n- A loja não responde\n### Ações imediatas\n1. Reiniciar o servidor\n### Prevenção\n- Monitorar o disco\n",
		"French":     "# Guide d'exploitation\n## La base de données est indisponible\n### Symptômes\n- La boutique ne répond pas\n### Actions immédiates\n1. Redémarrer le serveur\n### Prévention\n- Surveiller le disque\n",
		"German":     "# Betriebshandbuch\n## Die Datenbank ist ausgefallen\n### Symptome\n- Der Laden antwortet nicht\n### Sofortmaßnahmen\n1. Den Server neu starten\n### Vorbeugung\n- Die Platte beobachten\n",
		"Italian":    "# Guida operativa\n## Il database non risponde\n### Sintomi\n- Il negozio è fermo\n### Azioni immediate\n1. Riavviare il server\n### Prevenzione\n- Controllare il disco\n",
		"Dutch":      "# Handboek\n## De database is onbereikbaar\n### Symptomen\n- De winkel antwoordt niet\n### Directe acties\n1. Herstart de server\n### Preventie\n- Bewaak de schijf\n",
		"Polish":     "# Podręcznik\n## Baza danych nie odpowiada\n### Objawy\n- Sklep nie działa\n### Działania natychmiastowe\n1. Zrestartuj serwer\n### Zapobieganie\n- Monitoruj dysk\n",
		"Russian":    "# Руководство\n## База данных недоступна\n### Симптомы\n- Магазин не отвечает\n### Немедленные действия\n1. Перезапустить сервер\n### Профилактика\n- Следить за диском\n",
		"Ukrainian":  "# Посібник\n## База даних недоступна\n### Симптоми\n- Магазин не відповідає\n### Негайні дії\n1. Перезапустити сервер\n### Запобігання\n- Стежити за диском\n",
		"Chinese":    "# 运维手册\n## 数据库无法连接\n### 症状\n- 商店无法访问\n### 紧急措施\n1. 重启服务器\n### 预防措施\n- 监控磁盘\n",
		"Japanese":   "# 運用手順書\n## データベースに接続できない\n### 症状\n- 店が応答しない\n### 一次対応\n1. サーバーを再起動する\n### 再発防止\n- ディスクを監視する\n",
		"Korean":     "# 운영 매뉴얼\n## 데이터베이스 연결 실패\n### 증상\n- 상점이 응답하지 않음\n### 즉시 조치\n1. 서버를 재시작합니다\n### 예방\n- 디스크를 모니터링합니다\n",
	} {
		t.Run(language, func(t *testing.T) {
			d := one(text)
			require.Len(t, d.Root.Subs, 1)
			require.Len(t, d.Root.Subs[0].Subs, 1, kindsOf(d))
			scenario := d.Root.Subs[0].Subs[0]
			assert.Equal(t, Scenario, scenario.Kind, kindsOf(d))
			require.Len(t, scenario.Subs, 3)
			assert.Equal(t, Signs, scenario.Subs[0].Kind, kindsOf(d))
			assert.Equal(t, Act, scenario.Subs[1].Kind, kindsOf(d))
			assert.Equal(t, Immediate, scenario.Subs[1].Phase)
			assert.Equal(t, Prevention, scenario.Subs[2].Kind, kindsOf(d))
			uses := []Use{}
			for _, p := range d.Parts() {
				if p.Kind == PartItem {
					uses = append(uses, p.Use)
				}
			}
			assert.Equal(t, []Use{UseSign, UseStep, UsePrevention}, uses)
		})
	}
}

func TestUsesOfParts(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"signs, steps with what they print, remedies", `
# Worker is stuck (P1)

## Symptoms
- Orders wait

## Diagnosis
1. Look at the queue:
` + "```bash\nqueue count\n```" + `

Expected output:

` + "```\n0 waiting\n```" + `

## Fix

| Log line | Fix |
|---|---|
| KEY is unset | Create the key |

> [!WARNING]
> Customers notice.

## After the incident
- Write the report
`, `
4 sign [Worker is stuck signs] Orders wait
7 step [Worker is stuck diagnosis] Look at the queue:
8 step [Worker is stuck diagnosis] queue count
12 heading [Worker is stuck diagnosis] Expected output:
14 note [Worker is stuck diagnosis] 0 waiting
22 step [Worker is stuck resolution] KEY is unset
25 note [Worker is stuck resolution] Customers notice.
28 afterwards [Worker is stuck afterwards] Write the report
`},
		{"a label in a line speaks of its line", `
# Writes fail (P1)
**Symptoms:** alert WriteErrors fires

1. Look at the disk
2. Restart the writer

**Prevention:** watch the disk
`, `
2 sign [Writes fail signs] alert WriteErrors fires
4 step [Writes fail ] Look at the disk
5 step [Writes fail ] Restart the writer
7 prevention [Writes fail prevention] watch the disk
`},
		{"what lists tell is no step", `
# Cache is cold (P2)
## Fix
1. Warm the cache

Possible reasons:

- a new release
- a lost node
`, `
3 step [Cache is cold resolution] Warm the cache
7 note [Cache is cold issues] a new release
8 note [Cache is cold issues] a lost node
`},
		{"an unknown heading keeps the phase before it", `
# Scoring is wrong
## Symptoms
- Numbers are odd
## Fix
- Switch the model
## One row by hand
- Score it
`, `
3 sign [Scoring is wrong signs] Numbers are odd
5 step [Scoring is wrong resolution] Switch the model
7 step [Scoring is wrong resolution] Score it
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The text begins with a line break that is not part of the document.
			assert.Equal(t, strings.TrimPrefix(c.want, "\n"), usesOf(one(strings.TrimPrefix(c.text, "\n"))))
		})
	}
}

func TestAFileWithSomethingToDoIsWalked(t *testing.T) {
	d := one("# Notes of the platform team\n\n## Tuesday\n\nRestart the collector. Then compare the two panels.\n")
	assert.Contains(t, usesOf(d), "5 step", kindsOf(d))
}

func TestReasonsAreGiven(t *testing.T) {
	d := one("# Handbook\n## The shop is down (P0)\n1. Restart the shop\n2. Look again\n")
	var visit func(s *Section)
	visit = func(s *Section) {
		assert.NotEmpty(t, s.Why, s.Title)
		for _, sub := range s.Subs {
			visit(sub)
		}
	}
	visit(d.Root)
	assert.Contains(t, d.Root.Subs[0].Subs[0].Why, "its heading names a problem")
	for _, p := range d.Parts() {
		assert.NotEmpty(t, p.Why, "line %d", p.Line)
	}
}

func TestEveryFeatureThatWeighsHasWords(t *testing.T) {
	for k := range kinds {
		for _, w := range weights[k] {
			if w.points > 0 {
				assert.NotEmpty(t, featureWords[w.feature], "feature %d speaks for %s and nobody is told", w.feature, k)
			}
		}
	}
}
