package playbooks

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// A hundred files with the same faults are a few corrections, not hundreds of lines.
func TestTheAccountOfAFolderIsGroupedAndCounted(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 100 {
		files[fmt.Sprintf("alert-%03d.md", i)] = &fstest.MapFile{Data: []byte(fmt.Sprintf(
			"# Queue %d is stuck\n\n1. Restart the worker of queue %d\n2. Look at https://[host]/queue/%d\n3. TODO\n\n## Colours\n\n- blue\n- red\n", i, i, i))}
	}
	r, err := Read(files, ".")
	require.NoError(t, err)
	require.Greater(t, len(r.Findings), 200)
	list := r.Corrections()
	total := 0
	for _, c := range list {
		total += 1 + len(c.More)
	}
	assert.Equal(t, len(r.Findings)-1, total, "every finding is in one correction, that of the missing severities aside")
	assert.Less(t, len(list), 10)
	var b bytes.Buffer
	require.NoError(t, r.Account(&b, AccountOptions{Brief: true}))
	head, _, _ := strings.Cut(b.String(), "\nSeverities\n")
	assert.Less(t, strings.Count(head, "\n"), 45, head)
	assert.Contains(t, head, "99 more like it: alert-001.md:")
	assert.Less(t, strings.Index(head, "Missing to run an incident"), strings.Index(head, "most useful corrections"))
}

func TestTheMostUsefulCorrectionComesFirst(t *testing.T) {
	r := readText(t, "# Book\n\n| Severity | Response time |\n|---|---|\n| P0 | 5 minutes |\n\n## Mail is late (P0)\n\n1. Look at https://example.com/[team]/mail\n2. Restart the relay\n\n## Disk full (P0)\n\nNobody wrote this yet.\n")
	list := r.Corrections()
	require.NotEmpty(t, list)
	for i := 1; i < len(list); i++ {
		assert.False(t, list[i-1].Fine && !list[i].Fine, "what may be right as it stands comes last")
	}
	at := func(word string) int {
		for i, c := range list {
			if strings.Contains(c.What, word) {
				return i
			}
		}
		return -1
	}
	require.NotEqual(t, -1, at("placeholder"))
}

// Everything that can be missing says what to write.
func TestWhatIsMissingCanBeSupplied(t *testing.T) {
	for _, text := range []string{"just words\n", "# Contacts\n\n- On call: Ana Ruiz, +49 30 901820\n"} {
		r := readText(t, text)
		require.NotEmpty(t, r.Missing())
		for _, m := range r.Missing() {
			assert.NotEmpty(t, Supply(m), m)
		}
	}
}

// What is not used says what would make it used, by what it looks like.
func TestUnusedPartsSayWhatWouldUseThem(t *testing.T) {
	for block, want := range map[string]string{
		"- blue\n- red\n": "only for readers",
		"- [one](https://one.acme.dev/x)\n- [two](https://two.acme.dev/x)\n": "mayday: dashboards",
		"- Delete what is old\n- Restart what hangs\n":                       "mayday: scenario",
	} {
		d := newDoc(reading.Read([]*outline.Document{outline.Parse("x.md", []byte("# Book\n\n## Disk full\n\n1. Delete old files\n\n## Colours of the house\n\n"+block))}, reading.Options{})[0])
		var left []*part
		for _, p := range d.parts {
			if p.Item != nil && p.Line > 6 {
				p.Use = reading.UseReported
				left = append(left, p)
			}
		}
		require.Len(t, left, 2, block)
		left[0].Section.Kind = reading.Reader
		assert.Contains(t, toBeUsed(left[0].Section, left), want)
	}
}
