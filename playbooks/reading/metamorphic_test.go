package reading

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/playbooks/outline"
)

// book is a runbook with every kind of section, for what must not change it.
const book = `# Bakery runbook

Who bakes at night reads this.

## Severity levels

| Severity | Response time |
|---|---|
| P0 | 15 minutes |
| P1 | 1 hour |

## Common scenarios

### 1. The oven is cold (P0)

#### Symptoms

- The bread stays white
- The display shows E4

#### Immediate actions

1. Call the night shift
2. Close the gas valve at the wall, and only then
   open the door

#### Common causes

#### The igniter is broken

1. Replace the igniter

#### No gas

1. Call the supplier

#### Prevention

- Test the igniter every month

### 2. Orders are lost (P1)

#### Symptoms

- The printer prints nothing

#### Resolution

- Restart the printer
- Print the list again

#### Post-incident

- Write down how many were lost

## Morning checklist

- [ ] Look at the oven
- [ ] Look at the printer

## Glossary

- Igniter: what lights the gas
`

// understanding is what was understood of a text, without lines and levels.
func understanding(text string) string {
	var b strings.Builder
	for _, p := range one(text).Parts() {
		words := p.Text().Whole()
		if p.Item != nil && len(p.Item.Lines) > 0 {
			words = p.Item.Lines[0].Whole()
		}
		if p.Kind == PartHeading {
			continue
		}
		b.WriteString(string(p.Use) + " " + p.Phase.String() + " ")
		if p.Scenario != nil {
			b.WriteString(p.Scenario.Title)
		}
		b.WriteString(": " + words + "\n")
	}
	return b.String()
}

var (
	headingMark  = regexp.MustCompile(`(?m)^(#+) `)
	deepHeading  = regexp.MustCompile(`(?m)^#### (.*)$`)
	thirdHeading = regexp.MustCompile(`(?m)^### (.*)$`)
	headingCount = regexp.MustCompile(`(?m)^(#+) \d+\. `)
)

func TestWhatDoesNotChangeWhatIsUnderstood(t *testing.T) {
	want := understanding(book)
	assert.Contains(t, want, "step immediate The oven is cold: Call the night shift")
	assert.Contains(t, want, "afterwards afterwards Orders are lost: Write down how many were lost")
	for name, change := range map[string]func(string) string{
		"line ends of Windows":  func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"stars for dashes":      func(s string) string { return strings.ReplaceAll(s, "\n- ", "\n* ") },
		"headings a level down": func(s string) string { return headingMark.ReplaceAllString(s, "#$1 ") },
		"no numbers":            func(s string) string { return headingCount.ReplaceAllString(s, "$1 ") },
		"other numbers":         func(s string) string { return headingCount.ReplaceAllString(s, "$1 4.2) ") },
		"an introduction": func(s string) string {
			return strings.Replace(s, "Who bakes at night reads this.", "Who bakes at night reads this.\n\nIt was begun in spring and holds what we learnt.", 1)
		},
		"a wrapped sentence": func(s string) string {
			return strings.Replace(s, "- The display shows E4", "- The display\n  shows E4", 1)
		},
		"labels for headings": func(s string) string { return deepHeading.ReplaceAllString(s, "**$1:**") },
		"labels from the third level on": func(s string) string {
			return thirdHeading.ReplaceAllString(deepHeading.ReplaceAllString(s, "**$1:**"), "**$1**")
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := understanding(change(book))
			if name == "an introduction" {
				got = strings.Replace(got, "reader  : It was begun in spring and holds what we learnt.\n", "", 1)
			}
			assert.Equal(t, want, got)
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range languages {
		lexiconOf(name) // what takes long is done before a call is timed
	}
	levelLexicon()
	f.Add(book)
	f.Add("# A\n**B:**\n- c: d\n\n|a|b|\n|-|-|\n|c|d|\n")
	f.Add("# 故障 1：接口报错\n## 症状\n- 500\n")
	f.Add("<!-- mayday: scenario -->\n# x\n")
	f.Fuzz(func(t *testing.T, text string) {
		d := one(text)
		line := 0
		for _, p := range d.Parts() {
			if p.Line < line || p.End < p.Line || p.Use == "" || p.Why == "" || p.Section == nil {
				t.Fatalf("part %+v after line %d", p, line)
			}
			line = p.Line
		}
	})
}

// BenchmarkRead decides what a document is, without parsing it.
func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1, 20, 200} {
		text := []byte(strings.Repeat(book, n))
		parsed := outline.Parse("runbook.md", text)
		b.Run(fmt.Sprintf("%dkB", len(text)>>10), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Read([]*outline.Document{parsed}, Options{})[0].Parts()
			}
		})
	}
}
