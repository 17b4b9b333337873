package playbooks

import (
	"regexp"
	"strings"

	"mayday/incident"
)

// walker goes through one scenario from top to bottom and fills its playbook.
type walker struct {
	r       *reader
	d       *document
	s       *section
	pb      *incident.Playbook
	marks   []string
	aliases map[string]bool
	// badSeverity: a severity was named that the runbook does not know.
	badSeverity bool
	// path is the chain of labels that the current block stands under.
	path []crumb
	// lead is a line that ends in a colon and titles the block that follows.
	lead     string
	leadLine int
	// probes are the checks that detection signs ask for.
	probes []incident.Step
}

// crumb is one label on the path: level 2 to 6 of a heading, 7 and 8 for bold labels.
type crumb struct {
	level int
	text  string
	stage stage
}

const (
	boldLevel    = 7
	subBoldLevel = 8
)

// stage is that of the innermost label that names one.
func (w *walker) stage() stage {
	for i := len(w.path) - 1; i >= 0; i-- {
		if w.path[i].stage != stageNone {
			return w.path[i].stage
		}
	}
	return stageNone
}

// phase of a step that stands here. Steps before any label are immediate.
func (w *walker) phase() incident.Phase {
	if p, ok := phaseOf[w.stage()]; ok {
		return p
	}
	return incident.PhaseImmediate
}

func (w *walker) heading() string {
	var words []string
	for _, c := range w.path {
		words = append(words, c.text)
	}
	return strings.Join(words, " › ")
}

// enter goes to a new label, leaving those of its level and below.
func (w *walker) enter(level int, text string) {
	w.flushLead()
	st := stageOf(text)
	if level >= boldLevel && st == stageNone {
		level = subBoldLevel
	}
	if level == boldLevel && w.under(stageIssues) && w.depthUnderIssues() {
		level = subBoldLevel + 1
	}
	for len(w.path) > 0 && w.path[len(w.path)-1].level >= level {
		w.path = w.path[:len(w.path)-1]
	}
	w.path = append(w.path, crumb{level: level, text: bare(text), stage: st})
}

func (w *walker) under(st stage) bool {
	for _, c := range w.path {
		if c.stage == st {
			return true
		}
	}
	return false
}

// depthUnderIssues: below "Common Issues › Out of memory" a bold "Fix:" belongs
// to that issue when the issues are headings, and begins a new phase when the
// issues themselves are bold labels.
func (w *walker) depthUnderIssues() bool {
	for i, c := range w.path {
		if c.stage == stageIssues {
			return c.level < boldLevel && i+1 < len(w.path) && w.path[i+1].level < boldLevel
		}
	}
	return false
}

// section walks the blocks of s and then its sub-sections.
func (w *walker) section(s *section) {
	w.blocks(s, s.blocks)
	w.flushLead()
	for _, sub := range s.subs {
		w.subsection(sub)
	}
}

func (w *walker) subsection(s *section) {
	if m := stepHead.FindStringSubmatch(bare(s.heading)); m != nil && (stageOf(m[2]) == stageNone || strings.EqualFold(m[1], "step") && len(s.subs) == 0) {
		w.stepSection(s, firstOf(bare(m[2]), bare(s.heading)))
		return
	}
	w.enter(s.level, s.heading)
	w.blocks(s, s.blocks)
	w.flushLead()
	for _, sub := range s.subs {
		w.subsection(sub)
	}
	if n := len(w.path); n > 0 && w.path[n-1].level >= s.level {
		for len(w.path) > 0 && w.path[len(w.path)-1].level >= s.level {
			w.path = w.path[:len(w.path)-1]
		}
	}
}

// stepSection reads "### Step 2: Drain the node": one step, what stands below
// it as notes and code; further blocks become steps of their own.
func (w *walker) stepSection(s *section, title string) {
	w.flushLead()
	for len(w.path) > 0 && w.path[len(w.path)-1].level >= s.level {
		w.path = w.path[:len(w.path)-1]
	}
	w.add(incident.Step{Text: title, Links: s.links, Source: source(w.d, s.line)})
	own := len(w.pb.Steps) - 1
	w.within(own, s.blocks)
	for _, sub := range s.subs {
		w.within(own, []block{{line: sub.line, prose: []line{{no: sub.line, text: bare(sub.heading), links: sub.links}}}})
		w.within(own, sub.blocks)
		for _, deeper := range sub.subs {
			w.subsection(deeper)
		}
	}
}

// blocks reads the blocks of a section in their order.
func (w *walker) blocks(s *section, blocks []block) {
	for i, b := range blocks {
		switch {
		case b.prose != nil:
			next := i + 1
			introduces := next < len(blocks) && (blocks[next].code != nil || blocks[next].items != nil || blocks[next].table != nil)
			w.prose(b, introduces)
		case b.items != nil:
			w.list(b)
		case b.code != nil:
			w.code(b.part, b.code, w.takeLead(), nil)
		case b.table != nil:
			w.table(b.table)
		}
	}
}

// takeLead returns the pending lead and forgets it.
func (w *walker) takeLead() string {
	lead := w.lead
	w.lead = ""
	return lead
}

// flushLead makes a lead that nothing followed a line of its own.
func (w *walker) flushLead() {
	if w.lead != "" {
		w.context(line{no: w.leadLine, text: w.takeLead()})
	}
}

// prose reads a paragraph line by line: labels open phases, "Severity: P1"
// speaks of the scenario, the rest is context or a step.
func (w *walker) prose(b block, introduces bool) {
	use(b.part, "text")
	for i, l := range b.prose {
		last := i == len(b.prose)-1
		if w.meta(l) {
			continue
		}
		if name, value, ok := l.field(); ok && (stageOf(name) != stageNone || l.label != "" && value == "") {
			w.enter(boldLevel, name)
			l.label, l.text = "", value
			if value == "" {
				continue
			}
		}
		if seeAlso.MatchString(l.text) {
			w.reference(l)
			continue
		}
		if last && introduces && (strings.HasSuffix(l.text, ":") || w.stage() != stageSigns) && len(l.text) < 160 {
			w.flushLead()
			w.lead, w.leadLine = strings.TrimRight(l.whole(), ": "), l.no
			continue
		}
		w.flushLead()
		w.context(l)
	}
}

var seeAlso = regexp.MustCompile(`(?i)^(?:see(?: also)?|related|more|details|read more)\b.{0,60}$`)

// meta takes "Severity: P1", "Aliases: db" and the like at the top of a scenario.
func (w *walker) meta(l line) bool {
	name, value, ok := l.field()
	if !ok || value == "" || len(w.path) > 0 {
		return false
	}
	key, known := metaNames[plain(name)]
	if !known {
		return false
	}
	switch key {
	case "severity", "priority":
		w.severity(value, l.no)
	case "aliases":
		w.alias(value)
	case "":
		w.pb.Signs = append(w.pb.Signs, l.whole())
	}
	return true
}

// context files a line by the stage in which it stands.
func (w *walker) context(l line) {
	text := l.whole()
	if text == "" {
		return
	}
	switch w.stage() {
	case stageSigns:
		w.sign(l)
	case stagePrevention:
		w.pb.Prevention = append(w.pb.Prevention, text)
	case stageAfter:
		w.pb.Afterwards = append(w.pb.Afterwards, text)
	case stageLinks:
		w.reference(l)
	case stageNone:
		if len(w.path) == 0 {
			w.sign(l)
			return
		}
		w.stepLine(l)
	default:
		w.stepLine(l)
	}
}

// sign keeps a detection sign; an address in it becomes a check.
func (w *walker) sign(l line) {
	w.pb.Signs = append(w.pb.Signs, l.whole())
	for _, a := range l.links {
		if strings.HasPrefix(hostOf(a.URL), "status.") || !probable(a.URL) || !healthy(l.whole()) {
			continue
		}
		w.probes = append(w.probes, incident.Step{Phase: incident.PhaseImmediate, Heading: w.heading(), Text: "Check " + hostOf(a.URL) + pathOf(a.URL), Links: []incident.Link{a},
			Source: source(w.d, l.no), Probe: &incident.Probe{Kind: incident.ProbeHTTP, Name: hostOf(a.URL) + pathOf(a.URL), URL: a.URL}})
	}
}

// reference keeps a link below a scenario with the runbook's dashboards.
func (w *walker) reference(l line) bool {
	for _, a := range l.links {
		name := a.Name
		if n, _, ok := l.field(); ok && n != "" {
			name = n
		}
		b := Dashboard{Name: name, URL: a.URL, Source: source(w.d, l.no)}
		if rest := strings.Replace(bareAddress.ReplaceAllString(l.whole(), ""), name, "", 1); len(plain(rest)) > 2 {
			b.Checks = []string{l.whole()}
		}
		w.r.dashboard(b)
	}
	return len(l.links) > 0
}

// stepLine makes a step of a line.
func (w *walker) stepLine(l line) {
	w.add(incident.Step{Text: sentence(l.whole()), Links: l.links, Source: source(w.d, l.no)})
}

// add appends a step in the current phase under the current heading.
func (w *walker) add(st incident.Step) {
	if st.Phase == "" {
		st.Phase = w.phase()
	}
	if st.Heading == "" {
		st.Heading = w.heading()
	}
	if st.Text == "" {
		st.Text = firstOf(w.pathEnd(), w.pb.Title)
	}
	if st.Probe == nil && st.Code == nil && st.Query == nil {
		st.Probe = statusProbe(st)
	}
	w.pb.Steps = append(w.pb.Steps, st)
}

func (w *walker) pathEnd() string {
	if len(w.path) == 0 {
		return ""
	}
	return w.path[len(w.path)-1].text
}
