package reading

// Kind is what a section was taken for.
type Kind uint8

// The kinds of section.
const (
	// Reader is text for readers only.
	Reader Kind = iota
	// Container holds scenarios, or is a chapter that means nothing by itself.
	Container
	// Scenario is a problem or an operation with what to do.
	Scenario
	// Process is a procedure, or a part of one, for any incident.
	Process
	// Issue is a cause, an option or a case within a scenario.
	Issue
	// Act is a part of a scenario or process with things to do; Phase says which.
	Act
	// Signs are symptoms, detection and impact.
	Signs
	// After is what follows an incident.
	After
	// Prevention is how to keep it from coming again.
	Prevention
	// Severities define the severities; SeverityEntry defines one of them.
	Severities
	SeverityEntry
	// Procedure is what one severity demands of any incident.
	Procedure
	Contacts
	Suppliers
	Checklist
	Dashboards
	StatusPages
	Queries
	Tools
	Access
	// Reference is a list of links.
	Reference
	// Template is a text to fill in, Output what a command prints.
	Template
	Output
	// Facts speak of the document itself.
	Facts
	kinds
)

var kindNames = [kinds]string{"for readers", "chapter", "scenario", "process", "issue", "steps", "signs", "afterwards", "prevention", "severities", "severity",
	"procedure of a severity", "contacts", "suppliers", "checklist", "dashboards", "status pages", "queries", "tools", "access", "references", "template",
	"example of output", "facts"}

// String is the kind as people are told.
func (k Kind) String() string { return kindNames[k] }

// Phase is where in a scenario a part belongs.
type Phase uint8

// The phases. Those from Immediate to Resolution are walked.
const (
	NoPhase Phase = iota
	SignsPhase
	Immediate
	Diagnosis
	Issues
	Resolution
	PreventionPhase
	AfterPhase
	LinksPhase
)

var phaseNames = [...]string{"", "signs", "immediate", "diagnosis", "issues", "resolution", "prevention", "afterwards", "links"}

// String is the phase as people are told; empty for NoPhase.
func (p Phase) String() string { return phaseNames[p] }

// phaseClasses tell which words name which phase. Where a title holds words of
// several, the first row that covers it stands.
var phaseClasses = []struct {
	phase   Phase
	classes []Class
}{
	{SignsPhase, []Class{SignsWord}},
	{Immediate, []Class{ImmediateWord}},
	{Diagnosis, []Class{DiagnosisWord}},
	{Issues, []Class{IssuesWord}},
	{Resolution, []Class{ResolutionWord, VerificationWord, CommunicationWord, EscalationWord}},
	{PreventionPhase, []Class{PreventionWord}},
	{AfterPhase, []Class{AfterWord}},
	{LinksPhase, []Class{ReferenceWord}},
}

// phaseWhole is how much of a title its phase words must cover to name the phase.
const phaseWhole = 0.7

// phaseIn tells the phase of a text and which part of its words says so.
func phaseIn(p phrase, hits []hit) (Phase, float64) {
	best, most := NoPhase, 0.0
	joint := shares(p, hits)
	all := make([]hit, 0, len(hits))
	for _, row := range phaseClasses {
		top := 0.0
		for _, c := range row.classes {
			top = max(top, joint[c])
		}
		if top > most {
			best, most = row.phase, top
		}
	}
	// "Detection & symptoms", "Verify and close": words of several phases together; the first one wins.
	if most < phaseWhole {
		first, from := NoPhase, len(p.tokens)
		for _, h := range hits {
			if ph := phaseOfClass(h.class); ph != NoPhase {
				all = append(all, hit{class: ResolutionWord, from: h.from, to: h.to})
				if h.from < from {
					first, from = ph, h.from
				}
			} else if h.class == common || h.class == StepWord {
				all = append(all, h)
			}
		}
		if share := shares(p, all)[ResolutionWord]; share >= 0.95 {
			return first, share
		}
	}
	if most < phaseWhole {
		return NoPhase, most
	}
	return best, most
}

func phaseOfClass(c Class) Phase {
	for _, row := range phaseClasses {
		for _, k := range row.classes {
			if k == c {
				return row.phase
			}
		}
	}
	return NoPhase
}
