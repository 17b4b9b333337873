package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// doing makes a step, or several of a block.
func (w *walk) doing(p *part) int {
	p.take(reading.UseStep)
	switch {
	case p.Item != nil:
		return w.stepItem(p)
	case p.Row != nil:
		return w.stepRow(p)
	case p.Code != nil:
		w.code(p)
		return -1
	}
	return w.step(p, incident.Step{Text: strings.TrimRight(sentence(p.Text().Whole()), ":： "), Links: linksOf(p.Text().Links), Source: w.d.source(p.Line)})
}

// stepItem makes one step of a list item: its first line is the text, further
// lines are notes.
func (w *walk) stepItem(p *part) int {
	if len(p.Item.Lines) == 0 {
		return -1
	}
	st := incident.Step{Text: strings.TrimSpace(itemHead(p)), Links: p.links(), Source: w.d.source(p.Line)}
	if len(p.Item.Blocks) > 0 {
		st.Text = strings.TrimRight(st.Text, ":： ")
	}
	for _, l := range p.Item.Lines[1:] {
		st.Notes = append(st.Notes, l.Whole())
	}
	return w.step(p, st)
}

func itemHead(p *part) string {
	if p.Item == nil || len(p.Item.Lines) == 0 {
		return ""
	}
	return p.Item.Lines[0].Whole()
}

// stepRow makes a step of a table's row: what is the matter, and what to do.
func (w *walk) stepRow(p *part) int {
	st := incident.Step{Source: w.d.source(p.Line)}
	doing := p.Remedy
	texts := 0
	for _, c := range p.Row.Cells {
		texts += boolInt(c.Text != "")
		st.Links = append(st.Links, linksOf(c.Links)...)
	}
	if doing < 0 && texts == 2 {
		doing = len(p.Row.Cells) - 1
	}
	sign, what := "", ""
	for i, c := range p.Row.Cells {
		switch {
		case c.Text == "":
		case i == doing:
			what = c.Text
		case doing != 0 && (i == p.Sign && p.Sign != doing && sign == "" || sign == "" && !onlyNumber(c.Text) && (p.Sign < 0 || i < p.Sign)):
			sign = c.Text
		case onlyNumber(c.Text) && i == 0:
		default:
			st.Notes = append(st.Notes, cellNote(p.Table, i, c.Text))
		}
	}
	switch {
	case sign == "":
		st.Text = what
	case what == "":
		st.Text = sign
	default:
		st.Text = sign + ": " + what
	}
	if st.Text == "" {
		if len(st.Notes) == 0 {
			return -1
		}
		st.Text, st.Notes = st.Notes[0], st.Notes[1:]
	}
	return w.step(p, st)
}

func onlyNumber(s string) bool {
	return strings.Trim(s, "0123456789#.() ") == ""
}

// aside files a part that stands beside a step.
func (w *walk) aside(p *part, beforeCode bool) {
	p.take(reading.UseNote)
	const longestTitle = 160
	switch {
	case p.Code != nil:
		for _, l := range strings.Split(p.Code.Text, "\n") {
			if strings.TrimSpace(l) != "" {
				w.note(p, strings.TrimRight(l, " \t"), nil)
			}
		}
	case p.Kind == reading.PartProse && beforeCode && p.Tone == "" && len(p.Text().Whole()) < longestTitle && (p.Inside == nil || w.ownHasCode()):
		// "This shows the usage." right before the command titles it.
		w.dropLead()
		w.lead, w.led = p, false
	default:
		for i, l := range p.lines() {
			text := l.Whole()
			if i == 0 && p.Row == nil && p.Item == nil {
				text = toned(p, text)
			}
			w.note(p, text, linksOf(l.Links))
		}
	}
}

func (w *walk) ownHasCode() bool {
	at := w.own()
	return at >= 0 && w.pb.Steps[at].Code != nil
}

// toned says that a note warns.
func toned(p *part, text string) string {
	switch p.Tone {
	case "warning", "danger", "caution":
		return sentence(p.Tone) + ": " + text
	}
	return text
}

// sign keeps a detection sign; an address in it becomes a check.
func (w *walk) sign(p *part) {
	if p.Code != nil {
		if text := oneLine(p.Code.Text); text != "" {
			w.pb.Signs = append(w.pb.Signs, text)
		}
		p.take(reading.UseSign)
		return
	}
	for _, l := range w.d.fieldLines(p) {
		if w.meta(l) {
			continue
		}
		text := l.Whole()
		if name, value, ok := field(l); ok && value != "" && p.Item != nil && p.Section.Kind != reading.Signs && w.d.PhaseOf(name) == reading.SignsPhase {
			text = value
		}
		if text != "" {
			w.pb.Signs = append(w.pb.Signs, text)
			w.signProbe(p, l)
		}
	}
	p.take(reading.UseSign)
}

func (w *walk) signProbe(p *part, l outline.Line) {
	for _, a := range l.Links {
		if isStatusHost(a.URL) || !probable(a.URL) || !healthy(l.Whole()) {
			continue
		}
		name := outline.HostOf(a.URL) + pathOf(a.URL)
		w.probes = append(w.probes, incident.Step{Phase: incident.PhaseImmediate, Heading: w.heading(p.Section), Text: "Check " + name,
			Links: []incident.Link{{Name: a.Name, URL: a.URL}}, Source: w.d.source(l.No), Probe: &incident.Probe{Kind: incident.ProbeHTTP, Name: name, URL: a.URL}})
	}
}

// later files what prevents and what follows.
func (w *walk) later(p *part) {
	var list []string
	if p.Code != nil {
		list = append(list, p.Code.Text)
	}
	for _, l := range p.lines() {
		if text := l.Whole(); text != "" {
			list = append(list, text)
		}
	}
	if p.Use == reading.UsePrevention {
		w.pb.Prevention = append(w.pb.Prevention, list...)
	} else {
		w.pb.Afterwards = append(w.pb.Afterwards, list...)
	}
	p.take(p.Use)
}

// reference keeps a link below a scenario with the runbook's dashboards; one
// into the runbook itself, or to a placeholder, is for readers.
func (w *walk) reference(p *part) {
	kept := false
	for _, l := range p.lines() {
		kept = w.r.linkLine(w.d, l) || kept
	}
	if kept {
		p.take(reading.UseLink)
		return
	}
	p.Use = reading.UseLink
}
