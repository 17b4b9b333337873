package reading

import (
	"strings"

	"mayday/playbooks/outline"
)

// code tells the use of a code block.
func (t *teller) code(b *outline.Block, at place) {
	p := &Part{Kind: PartBlock, Line: b.Line, End: b.End, Code: b.Code}
	p.Use, p.Why = t.codeUse(b, at)
	t.add(p, at)
}

func (t *teller) codeUse(b *outline.Block, at place) (Use, string) {
	does := commands(b.Code)
	if use, why, ok := fixed(at); ok {
		switch {
		case use == UseSign && does && at.scenario != nil && !onlyComments(b.Code.Text):
			return UseStep, "it is a command"
		}
		return use, why
	}
	if !walked(at) {
		if does {
			return UseReported, "it stands outside of any scenario"
		}
		return UseReader, "it stands outside of any scenario"
	}
	if at.lead != nil && t.d.isOutput(at.lead) || t.afterOutput(at) {
		return UseNote, "it is what a command prints"
	}
	if does {
		return UseStep, "it is a command"
	}
	if b.Code.Lang == "mermaid" || b.Code.Lang == "plantuml" {
		return UseReader, "it is a drawing"
	}
	if at.lead == nil && at.inside == nil && isTree(b.Code.Text) {
		return UseStep, "it is a tree of decisions"
	}
	return UseNote, "it is no command"
}

// afterOutput reports whether the last part announced what a command prints.
func (t *teller) afterOutput(at place) bool {
	if len(t.parts) == 0 {
		return false
	}
	last := t.parts[len(t.parts)-1]
	if last.Kind != PartProse && last.Kind != PartHeading && last.Kind != PartItem || last.Section != at.section {
		return false
	}
	text := last.Text().Whole()
	if last.Item != nil && len(last.Item.Lines) > 0 {
		text = last.Item.Lines[0].Whole()
	}
	return wholeClasses(strings.TrimRight(text, ":： "), t.d.langs).hasAny(OutputWord, TemplateWord)
}

// onlyComments reports whether a block has nothing to type: each of its lines is
// a comment.
func onlyComments(s string) bool {
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "//") {
			return false
		}
	}
	return true
}

// isTree reports whether a text is drawn with branches.
func isTree(s string) bool {
	return strings.Contains(s, "├") || strings.Contains(s, "└") || strings.Contains(s, "->") && strings.Contains(s, "?") || strings.Contains(s, "→") && strings.Contains(s, "?")
}
