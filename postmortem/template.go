package postmortem

import (
	"fmt"
	"strings"

	"mayday/lazyregexp"
)

var (
	heading     = lazyregexp.New(`^#{1,6}\s+(.*?)\s*#*\s*$`)
	placeholder = lazyregexp.New(`^\s*<!--\s*mayday:\s*([a-z]+)\s*-->\s*$`)
	wordless    = lazyregexp.New(`[^a-z]+`)
)

// fill puts the sections into a repository's own template. A line
// "<!-- mayday: timeline -->" is replaced by that section. Without such a line a
// section goes below the heading that names it, unless it is one that people
// write: there the template's own words stand. Facts that found no place follow
// at the end.
func (d *draft) fill(template string) string {
	lines := strings.Split(strings.TrimSpace(withoutFrontMatter(tidy(template))), "\n")
	placed := map[string]bool{}
	for _, l := range lines {
		if m := placeholder.FindStringSubmatch(l); m != nil {
			placed[m[1]] = true
		}
	}
	var out []string
	bar := ""
	for _, l := range lines {
		bar = fenceAfter(bar, l)
		if m := placeholder.FindStringSubmatch(l); m != nil {
			if s, ok := sectionNamed(m[1]); ok {
				out = append(out, d.section(s))
				continue
			}
		}
		out = append(out, l)
		s, ok := sectionHeaded(l)
		if ok && bar == "" && !s.toFill && !placed[s.name] {
			placed[s.name] = true
			out = append(out, "", d.section(s))
		}
	}
	for _, s := range sections {
		if !placed[s.name] && !s.toFill {
			out = append(out, fmt.Sprintf("\n## %s\n\n%s", s.heading, d.section(s)))
		}
	}
	return strings.Join(out, "\n") + "\n"
}

// withoutFrontMatter drops the "---" block at the head of an issue template.
func withoutFrontMatter(s string) string {
	rest, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return s
	}
	if _, body, ok := strings.Cut(rest, "\n---\n"); ok {
		return body
	}
	return s
}

func sectionNamed(name string) (section, bool) {
	for _, s := range sections {
		if s.name == name {
			return s, true
		}
	}
	return section{}, false
}

func sectionHeaded(line string) (section, bool) {
	m := heading.FindStringSubmatch(line)
	if m == nil {
		return section{}, false
	}
	words := func(s string) string {
		return strings.TrimSpace(wordless.ReplaceAllString(strings.ToLower(s), " "))
	}
	is := words(m[1])
	for _, s := range sections {
		for _, h := range append([]string{s.heading, s.name}, s.also...) {
			if words(h) == is {
				return s, true
			}
		}
	}
	return section{}, false
}
