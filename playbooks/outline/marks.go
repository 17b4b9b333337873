package outline

import (
	"strings"
)

// mark is one sign of markup that stands on a line without words: a tag of HTML
// or JSX, a shortcode of Hugo or Jekyll, a ":::" fence.
type mark struct {
	kind markKind
	// name is what opens and closes pair by, in lower case.
	name string
	// tone is that of an admonition, "tab" or "details" of another box with a title, "" of all others.
	tone  string
	title string
	// forced: it is a box although nothing closes it.
	forced bool
	// blank: it may be the blank of a template ("<Service>") unless something closes it.
	blank bool
}

type markKind int

const (
	markOpen markKind = iota
	markClose
	// markSingle stands alone: "<br>", "import Tabs from '@theme/Tabs'".
	markSingle
	// markTitle is the title of the box around it: "<summary>Why</summary>".
	markTitle
	// markHeading is a heading in HTML; its tone is the level.
	markHeading
	// markComment is a comment of HTML or MDX; its title is the text.
	markComment
)

// marksOf reads a line that consists of marks; nil when it holds anything else.
func marksOf(s string) []mark {
	ms := lineMarks(strings.TrimSpace(s))
	titles := 0
	for _, m := range ms {
		if m.kind == markHeading || m.kind == markOpen && m.tone != "" {
			titles++
		}
	}
	if titles > 1 {
		return nil // two boxes cannot begin on one line
	}
	return ms
}

func lineMarks(s string) []mark {
	switch {
	case s == "":
		return nil
	case strings.HasPrefix(s, "<!--"):
		if end := strings.Index(s, "-->"); end == len(s)-3 && end >= 4 {
			return []mark{{kind: markComment, title: s[4:end]}}
		}
		return nil
	case s[0] == '<':
		return tagMarks(s)
	case s[0] == '{':
		return shortcodeMarks(s)
	case strings.HasPrefix(s, ":::"):
		return colonMark(s)
	case importLine(s):
		return []mark{{kind: markSingle}}
	}
	return nil
}

// colonMark reads ":::danger Title", ":::note[Title]", "::: tip" and the closing ":::".
func colonMark(s string) []mark {
	s = strings.TrimSpace(strings.TrimLeft(s, ":"))
	if s == "" {
		return []mark{{kind: markClose, name: ":::"}}
	}
	s, _, _ = strings.Cut(s, "{")
	n := 0
	for n < len(s) && (isAlnum(s[n]) || s[n] == '-' || s[n] == '_') {
		n++
	}
	if n == 0 || letter(s[0]) == 0 {
		return nil
	}
	m := mark{kind: markOpen, name: ":::", tone: toneOf(s[:n]), title: oneLine(strings.Trim(s[n:], " []")), forced: true}
	switch name := strings.ToLower(s[:n]); {
	case m.tone != "" || transparentNames[name]:
	case boxNames[name] && m.title != "":
		m.tone = boxTone(name)
	case !boxNames[name]:
		m.tone = name
	}
	return []mark{m}
}

// importLine: a line of JavaScript by which MDX brings in components.
func importLine(s string) bool {
	switch {
	case strings.HasPrefix(s, "import "):
		return strings.HasSuffix(strings.TrimRight(s, ";"), "'") && (strings.Contains(s, " from '") || strings.HasPrefix(s, "import '")) ||
			strings.HasSuffix(strings.TrimRight(s, ";"), `"`) && (strings.Contains(s, ` from "`) || strings.HasPrefix(s, `import "`))
	case strings.HasPrefix(s, "export const "), strings.HasPrefix(s, "export let "):
		return strings.Contains(s, "=")
	}
	return strings.HasPrefix(s, "export default ") && strings.HasSuffix(s, ";") || strings.HasPrefix(s, "export function ") && strings.Contains(s, "(")
}

// shortcodeMarks reads "{{< tab "Linux" >}}", "{% hint style="info" %}", "{: .note }" and "{/* comment */}".
func shortcodeMarks(s string) []mark {
	for _, pair := range [][2]string{{"{{<", ">}}"}, {"{{%", "%}}"}, {"{%", "%}"}} {
		if rest, ok := strings.CutPrefix(s, pair[0]); ok {
			inner, after, ok := strings.Cut(rest, pair[1])
			if !ok || strings.TrimSpace(inner) == "" {
				return nil
			}
			m := shortcode(strings.Trim(inner, " -"))
			if strings.TrimSpace(after) == "" {
				return []mark{m}
			}
			if more := marksOf(after); more != nil {
				return append([]mark{m}, more...)
			}
			return nil
		}
	}
	if rest, ok := strings.CutPrefix(s, "{/*"); ok && strings.HasSuffix(rest, "*/}") {
		return []mark{{kind: markComment, title: strings.TrimSpace(strings.TrimSuffix(rest, "*/}"))}}
	}
	if strings.HasPrefix(s, "{:") && strings.HasSuffix(s, "}") {
		return []mark{{kind: markSingle}}
	}
	return nil
}

func shortcode(s string) mark {
	if rest, ok := strings.CutPrefix(s, "/"); ok {
		return mark{kind: markClose, name: strings.ToLower(strings.TrimSpace(rest))}
	}
	if s, self := strings.CutSuffix(s, "/"); self {
		return mark{kind: markSingle, title: s}
	}
	name, rest, _ := strings.Cut(s, " ")
	name = strings.ToLower(name)
	if of, ok := strings.CutPrefix(name, "end"); ok && of != "" {
		return mark{kind: markClose, name: of}
	}
	m := mark{kind: markOpen, name: name}
	m.dress(name, attributes(rest))
	return m
}

// toneNames are the names of admonitions.
var toneNames = set(`note warning tip caution danger info important success error failure fail bug example question abstract quote
	attention seealso todo check faq help hint critical tldr`)

// genericNames say that it is an admonition and leave the tone to an attribute.
var genericNames = set(`callout admonition alert notice hint aside message banner`)

// boxNames are boxes that may have a title and are read in place.
var boxNames = set(`details tab tabitem tabpanel accordion accordionitem expandable expand collapse collapsible step card toggle dropdown`)

// transparentNames group other boxes and say nothing themselves.
var transparentNames = set(`tabs tabset tab-set code-group codegroup steps cards grid columns row col accordions accordiongroup`)

// toneOf is the tone of an admonition called name, "" for other names.
func toneOf(name string) string {
	if name = strings.ToLower(name); toneNames[name] {
		return name
	}
	return ""
}

// boxTone is "tab" for tabs and "details" for what people open to read.
func boxTone(name string) string {
	if strings.HasPrefix(strings.ToLower(name), "tab") {
		return "tab"
	}
	return "details"
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// dress gives an opening mark the tone and the title that its name and its attributes say.
func (m *mark) dress(name string, attr map[string]string) {
	name = strings.ToLower(name)
	title := first(attr, "label", "title", "name", "summary", "header", "heading", "tabname", "")
	switch {
	case genericNames[name]:
		m.tone, m.title = strings.ToLower(first(attr, "type", "style", "kind", "variant", "severity", "status", "color", "class", "")), first(attr, "title", "label", "heading")
		if m.tone == "" || len(strings.Fields(m.tone)) > 1 {
			m.tone = "note"
		}
	case toneNames[name]:
		m.tone, m.title = name, title
	case boxNames[name]:
		m.tone, m.title = boxTone(name), title
		if m.title == "" && m.tone == "tab" {
			m.title = first(attr, "value", "id")
		}
		if m.title == "" && name != "details" {
			m.tone = ""
		}
	}
	m.title = oneLine(m.title)
}

func first(attr map[string]string, keys ...string) string {
	for _, k := range keys {
		if v := attr[k]; v != "" {
			return v
		}
	}
	return ""
}
