package outline

import (
	"strings"
)

// olderNames are directives that are written without "mayday:".
var olderNames = map[string]string{"alias": "aliases", "aliases": "aliases", "severity": "severity", "name": "name", "slug": "slug"}

// directiveOf reads a comment ("<!-- mayday: phase diagnosis -->"); others are for authors only.
func directiveOf(comment string, line int) (Directive, bool) {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(comment), "<!--"), "-->"))
	key, value, ok := strings.Cut(s, ":")
	if !ok {
		return Directive{}, false
	}
	key, value = strings.ToLower(strings.TrimSpace(key)), oneLine(value)
	if name := olderNames[key]; name != "" {
		return Directive{Line: line, Name: name, Value: value}, true
	}
	if key != "mayday" || value == "" {
		return Directive{}, false
	}
	name, value, _ := strings.Cut(value, " ")
	if name = strings.ToLower(strings.TrimRight(name, ":")); strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return Directive{}, false // a mark of another tool, "mayday:42:people"
	}
	if name == "alias" {
		name = "aliases"
	}
	return Directive{Line: line, Name: name, Value: strings.TrimSpace(value)}, true
}

// comment reads a comment that stands on lines of its own: directly below a
// heading it speaks of the section, otherwise of what comes below it. The older
// directives speak of the section that they stand in.
func (b *builder) comment(s string, line int) {
	d, ok := directiveOf(s, line)
	if !ok {
		return
	}
	here := b.here()
	switch {
	case len(here.Blocks) == 0 && len(b.told) == 0 && (line == here.TitleEnd+1 || len(here.Told) > 0 && here.Told[len(here.Told)-1].Line == line-1):
		here.Told = append(here.Told, d)
	case !strings.Contains(strings.ToLower(s), "mayday:") && !b.headingFollows(line):
		here.Told = append(here.Told, d)
	default:
		b.told = append(b.told, d)
	}
}

// headingFollows: the line below is a heading.
func (b *builder) headingFollows(line int) bool {
	return line < len(b.d.Lines) && strings.HasPrefix(b.d.Lines[line], "#")
}

// giveTold hands directives without a node below them to the section that they stand in.
func (b *builder) giveTold(s *Section) {
	s.Told = append(s.Told, b.told...)
	b.told = nil
}
