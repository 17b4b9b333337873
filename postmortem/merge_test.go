package postmortem

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"mayday/incident"
)

func body(sections ...string) string {
	var b strings.Builder
	b.WriteString(documentMarker("mayday:42:postmortem") + "\n")
	for i := 0; i < len(sections); i += 2 {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", sections[i], enclose(42, sections[i], sections[i+1]))
	}
	return b.String()
}

func TestMerge(t *testing.T) {
	old := body("summary", "old", "impact", "fill in", "actions", "- [ ] one\n- [ ] two")
	fresh := body("summary", "new", "impact", "fill in", "actions", "- [ ] one\n- [ ] two\n- [ ] three")
	edit := func(from, to string) string { return strings.Replace(old, from, to, 1) }
	cases := map[string]struct {
		existing string
		want     string
		kept     []string
	}{
		"nobody wrote":     {old, fresh, nil},
		"empty":            {" \n", fresh, nil},
		"windows lines":    {strings.ReplaceAll(old, "\n", "\r\n"), fresh, nil},
		"trailing blanks":  {edit("fill in\n", "fill in  \n\n"), fresh, nil},
		"edited":           {edit("fill in", "all of Europe"), strings.Replace(fresh, "fill in", "all of Europe", 1), []string{"impact"}},
		"between sections": {edit("\n## impact", "\nMy own words\n\n## impact"), strings.Replace(fresh, "\n## impact", "\nMy own words\n\n## impact", 1), nil},
		"other heading":    {edit("## impact", "## Wirkung"), strings.Replace(fresh, "## impact", "## Wirkung", 1), nil},
		"ticked":           {edit("- [ ] two", "- [x] two"), strings.Replace(fresh, "- [ ] two", "- [x] two", 1), nil},
		"taken out":        {body("summary", "old", "actions", "x"), body("summary", "new", "actions", "- [ ] one\n- [ ] two\n- [ ] three"), []string{"impact"}},
		"all rewritten":    {"My own page", "My own page", []string{"summary", "impact", "actions"}},
		"no end": {edit("<!-- /mayday:42:summary", "<!-- mayday:42:gone"), strings.Replace(edit("<!-- /mayday:42:summary", "<!-- mayday:42:gone"),
			enclose(42, "actions", "- [ ] one\n- [ ] two"), enclose(42, "actions", "- [ ] one\n- [ ] two\n- [ ] three"), 1), []string{"summary"}},
		"copied":              {old + "\n" + enclose(42, "summary", "old"), fresh + "\n" + enclose(42, "summary", "old"), nil},
		"of another incident": {strings.ReplaceAll(old, ":42:", ":41:"), strings.ReplaceAll(old, ":42:", ":41:"), []string{"summary", "impact", "actions"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, kept := Merge(c.existing, fresh)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.kept, kept)
			again, _ := Merge(got, fresh)
			assert.Equal(t, got, again, "a second update changes nothing")
		})
	}
}

// A box that somebody ticked must not vanish because the list changed.
func TestMergeKeepsATickWhoseItemIsGone(t *testing.T) {
	old := strings.Replace(body("actions", "- [ ] one\n- [ ] two"), "- [ ] two", "- [x] two", 1)
	got, kept := Merge(old, body("actions", "- [ ] one"))
	assert.Equal(t, old, got)
	assert.Equal(t, []string{"actions"}, kept)
}

// Whatever people type, wherever, between whatever updates: their lines stay, in
// their order, and what they took out does not come back.
func TestMergeKeepsHumanText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := declare(&testing.T{}, "P0", "x", siteDown(), false)
		page, human := Draft(r.inc, r.evs, DraftOptions{}).Body, 0
		var typed []string
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "human") {
				human++
				line := fmt.Sprintf("%s human%d", rapid.SampledFrom([]string{"text", "- [x]", "## head", "<!-- mayday:42:timeline -->", "```", "| a |", ""}).Draw(t, "kind"), human)
				lines := strings.Split(page, "\n")
				at := rapid.IntRange(0, len(lines)).Draw(t, "line")
				page = strings.Join(slices.Insert(lines, at, line), "\n")
				typed = append(typed, line)
				if rapid.Bool().Draw(t, "crlf") {
					page = strings.ReplaceAll(strings.ReplaceAll(page, "\r\n", "\n"), "\n", "\r\n")
				}
				continue
			}
			r.after(time.Minute).take(incident.Note(r.inc, "UANA", rapid.StringN(1, 20, 80).Draw(t, "note")+"!", r.now))
			before := order(page, typed)
			page, _ = Merge(page, Draft(r.inc, r.evs, DraftOptions{}).Body)
			for _, l := range typed {
				if !slices.Contains(strings.Split(page, "\n"), l) {
					t.Fatalf("%q was lost in:\n%s", l, page)
				}
			}
			if after := order(page, typed); !slices.Equal(before, after) {
				t.Fatalf("order %v became %v", before, after)
			}
		}
		if human == 0 {
			fresh := Draft(r.inc, r.evs, DraftOptions{}).Body
			if got, kept := Merge(page, fresh); got != fresh || len(kept) > 0 {
				t.Fatalf("nobody wrote, but %v was kept", kept)
			}
		}
	})
}

func order(page string, typed []string) []string {
	var found []string
	for l := range strings.SplitSeq(tidy(page), "\n") {
		if slices.Contains(typed, l) {
			found = append(found, l)
		}
	}
	return found
}

func FuzzMerge(f *testing.F) {
	fresh := body("summary", "new", "impact", "x")
	f.Add(body("summary", "old", "impact", "x"), "typed")
	f.Add(body("summary", "old"), "<!-- /mayday:42:summary 0000000000000000 -->")
	f.Add("a\r\r\r\n\r", "\r")
	f.Fuzz(func(t *testing.T, existing, typed string) {
		existing = strings.Replace(existing, "old", typed, 1)
		merged, _ := Merge(existing, fresh)
		again, _ := Merge(merged, fresh)
		if again != merged {
			t.Fatalf("a second update changes %q to %q", merged, again)
		}
	})
}

func TestSplit(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a line with 👩‍🚒 in it\n", n) }
	for name, s := range map[string]string{
		"short": "x", "empty": "", "just fits": strings.Repeat("x", MaxBody), "long": long(10000), "windows": strings.ReplaceAll(long(9000), "\n", "\r\n"),
		"code": long(2500) + "```\n" + long(400) + "```\n" + long(5000), "only code": "```\n" + long(9000) + "```\n", "blank lines": strings.Repeat("\n", 200000),
	} {
		t.Run(name, func(t *testing.T) {
			first, more := Split(s)
			assert.Equal(t, len(s) <= MaxBody, len(more) == 0)
			assert.Equal(t, s, Join(first, more))
			for _, p := range append([]string{first}, more...) {
				assert.LessOrEqual(t, len(p), MaxBody)
			}
		})
	}
	coded := long(2000) + "```\n" + long(400) + "```\n" + long(5000)
	first, _ := Split(coded)
	assert.Equal(t, long(2000), first+"\n", "the cut is in front of the code block")
	// One line longer than a part is cut between characters.
	first, more := Split(strings.Repeat("👩", 30000))
	assert.Equal(t, strings.Repeat("👩", 30000), first+strings.Join(more, ""))
	assert.True(t, strings.HasSuffix(first, "👩"))
}
