package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/playbooks/reading"
)

// walk fills one playbook from the parts of one scenario, or of the process for
// any incident, in the order of the document.
type walk struct {
	r  *reader
	d  *doc
	pb *incident.Playbook
	// top is the scenario's own section; nil for the process.
	top     *reading.Section
	aliases map[string]bool
	// badSeverity: a severity was named that the runbook does not know.
	badSeverity bool
	// section is where the last part stood.
	section *reading.Section
	// open are the list items that the current part may stand in.
	open []openItem
	// lead is a line that titles the block that follows, nil when none is pending.
	lead *part
	// led: parts of the block that the lead titles were met at this depth.
	led bool
	// waiting are notes for the next step, because none stands before them.
	waiting []waiting
	// before is the step that the last paragraph became, -1 when it became none.
	before int
	// steps counts those made in each section with all that is below it.
	made map[*reading.Section]bool
	// probes are the checks that detection signs ask for.
	probes []incident.Step
}

type openItem struct {
	part *reading.Part
	step int // index of its step, -1 when it has none
	// title: the item is no step and titles those in it.
	title string
}

type waiting struct {
	text    string
	links   []incident.Link
	section *reading.Section
}

func (r *reader) newWalk(d *doc, pb *incident.Playbook, top *reading.Section) *walk {
	return &walk{r: r, d: d, pb: pb, top: top, aliases: map[string]bool{}, made: map[*reading.Section]bool{}, before: -1}
}

// phaseOf is the phase of a step; what stands before any label is immediate.
func phaseOf(p reading.Phase) incident.Phase {
	switch p {
	case reading.Diagnosis:
		return incident.PhaseDiagnosis
	case reading.Issues:
		return incident.PhaseIssues
	case reading.Resolution:
		return incident.PhaseResolution
	}
	return incident.PhaseImmediate
}

// heading is the path of labels between the playbook and a part.
func (w *walk) heading(s *reading.Section) string {
	var words []string
	for ; s != nil && s != w.top; s = s.Up {
		if s.Heading == "" || w.top == nil && (s.Up == nil || s.Up.Up == nil && len(s.Up.Subs) == 1) {
			continue
		}
		words = append(words, bare(s.Heading))
	}
	for i, j := 0, len(words)-1; i < j; i, j = i+1, j-1 {
		words[i], words[j] = words[j], words[i]
	}
	for _, o := range w.open {
		if o.title != "" {
			words = append(words, o.title)
		}
	}
	return strings.Join(words, " › ")
}

// step appends a step and gives it the notes that waited.
func (w *walk) step(p *part, st incident.Step) int {
	st.Phase, st.Heading = phaseOf(p.Phase), w.heading(p.Section)
	if w.lead != nil && w.led && !w.inLead(p) {
		w.dropLead()
	}
	if w.lead != nil {
		if title := leadText(w.lead); len(title) <= longestLead && title != st.Text {
			st.Heading = strings.TrimPrefix(st.Heading+" › "+title, " › ")
		} else if title != st.Text {
			st.Notes = append([]string{title}, st.Notes...)
			w.lead = nil
		}
	}
	if st.Text == "" {
		st.Text = firstOf(bare(p.Section.Heading), w.pb.Title, "Look at this")
	}
	if st.Text == p.Section.Title && p.Section != w.top {
		st.Heading = w.heading(p.Section.Up)
	}
	for _, n := range w.waiting {
		st.Notes = append(st.Notes, n.text)
		st.Links = append(st.Links, n.links...)
	}
	w.waiting = nil
	if st.Probe == nil && st.Code == nil && st.Query == nil {
		st.Probe = statusProbe(st)
	}
	w.pb.Steps = append(w.pb.Steps, st)
	for s := p.Section; s != nil; s = s.Up {
		if w.made[s] {
			break
		}
		w.made[s] = true
	}
	return len(w.pb.Steps) - 1
}

const longestLead = 60

func leadText(p *part) string { return strings.TrimRight(p.Text().Whole(), ":： ") }

// inLead reports whether a part belongs to the block that the lead titles.
func (w *walk) inLead(p *part) bool {
	return p.Section == w.lead.Section && (p.Depth > w.lead.Depth || p.Depth == w.lead.Depth && p.Kind != reading.PartProse && p.Kind != reading.PartHeading)
}

// dropLead forgets a lead; one that titled nothing becomes a note.
func (w *walk) dropLead() {
	lead, led := w.lead, w.led
	w.lead, w.led = nil, false
	if lead != nil && !led {
		w.note(lead, lead.Text().Whole(), linksOf(lead.Text().Links))
	}
}

// note gives a line to the step that it belongs to: that of the item around it,
// else the step before in its section, else the next one.
func (w *walk) note(p *part, text string, links []incident.Link) {
	if text == "" {
		return
	}
	at := -1
	deep := 0
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i].step >= 0 {
			at = w.open[i].step
			deep = len(w.open) - 1 - i
			break
		}
	}
	if at < 0 {
		if n := len(w.pb.Steps); n > 0 && w.made[p.Section] && len(w.waiting) == 0 {
			at = n - 1
		}
	}
	if at < 0 {
		w.waiting = append(w.waiting, waiting{text, links, p.Section})
		return
	}
	st := &w.pb.Steps[at]
	st.Notes = append(st.Notes, strings.Repeat("› ", deep)+text)
	st.Links = append(st.Links, links...)
}

// leave gives notes that no step of their section took to the step before,
// with the words of their heading.
func (w *walk) leave(next *reading.Section) {
	if len(w.waiting) == 0 || len(w.pb.Steps) == 0 || below(next, w.waiting[0].section) {
		return
	}
	st := &w.pb.Steps[len(w.pb.Steps)-1]
	for i, n := range w.waiting {
		if i == 0 && n.section != w.top && n.section.Heading != "" && bare(n.section.Heading) != bare(n.text) {
			n.text = bare(n.section.Heading) + ": " + n.text
		}
		st.Notes = append(st.Notes, n.text)
		st.Links = append(st.Links, n.links...)
	}
	w.waiting = nil
}

// below reports whether a section is or stands below another.
func below(s, up *reading.Section) bool {
	for ; s != nil; s = s.Up {
		if s == up {
			return true
		}
	}
	return false
}

// finish settles what is still pending at the end of the playbook.
func (w *walk) finish() {
	w.dropLead()
	w.leave(nil)
	for _, n := range w.waiting {
		// No step took the note: there is none.
		w.pb.Signs = append(w.pb.Signs, n.text)
	}
	w.waiting = nil
	w.signProbes()
	w.unusable()
}

// enter goes to the item that a part stands in.
func (w *walk) enter(p *part) {
	for n := len(w.open); n > 0 && w.open[n-1].part != p.Inside; n-- {
		w.open = w.open[:n-1]
	}
}

// own is the step of the innermost item around the current part, -1 without one.
func (w *walk) own() int {
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i].step >= 0 {
			return w.open[i].step
		}
	}
	return -1
}

// parts walks what stands in one section.
func (w *walk) parts(s *reading.Section, run []*part) {
	w.dropLead()
	w.leave(s)
	w.section, w.before, w.open = s, -1, nil
	for i, p := range run {
		p.slug = w.pb.Slug
		if p.taken {
			continue
		}
		if p.Kind == reading.PartHeading {
			p.take(reading.UseHeading)
			continue
		}
		w.enter(p)
		if w.lead != nil && w.led && !w.inLead(p) {
			w.dropLead()
		}
		w.part(p, i+1 < len(run) && run[i+1].Code != nil && run[i+1].Depth == p.Depth && run[i+1].Use == reading.UseStep)
		if p.Kind != reading.PartProse && p.Item == nil {
			w.before = -1
		}
	}
	w.dropLead()
	w.open = nil
}

// part files one part by its use. BeforeCode: a command follows directly.
func (w *walk) part(p *part, beforeCode bool) {
	step := -1
	title := ""
	switch p.Use {
	case reading.UseHeading:
		if p.Item != nil {
			title = strings.TrimRight(itemHead(p), ":： ")
		} else if p.Lead {
			w.dropLead()
			w.lead, w.led = p, false
		} else {
			w.note(p, p.text(), p.links())
		}
		p.take(reading.UseHeading)
	case reading.UseStep:
		switch {
		case p.Row != nil && w.own() >= 0:
			w.aside(p, false)
		case p.Kind == reading.PartProse && w.r.pointsInside(w.d, p):
			w.reference(p)
		default:
			step = w.doing(p)
		}
	case reading.UseNote:
		w.aside(p, beforeCode)
	case reading.UseSign:
		w.sign(p)
	case reading.UsePrevention, reading.UseAfterwards:
		w.later(p)
	case reading.UseFact:
		w.fact(p)
	case reading.UseLink:
		w.reference(p)
	}
	if p.Item != nil {
		w.open = append(w.open, openItem{part: p.Part, step: step, title: title})
	}
	if w.lead != nil && w.lead != p {
		w.led = true
	}
	if p.Kind != reading.PartProse || p.Use != reading.UseStep {
		w.before = -1
	} else {
		w.before = step
	}
}
