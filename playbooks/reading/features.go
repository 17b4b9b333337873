package reading

// Feature is something that can be seen of a section and speaks for or against
// a kind. Values run from 0 to 1 unless said otherwise.
type Feature uint8

// The features of titles, then of what stands below, then of the place.
const (
	HasFailure Feature = iota
	HasOperation
	HasPrefix
	IsCamel
	IsQuoted
	HasMark
	IsLevel
	IsStep
	IsNumbered
	HasOption
	HasCondition
	BeginsWithVerb
	Asks
	NoTitle
	NamesPhase // any phase that is walked
	NamesSigns
	NamesAfter
	NamesPrevention
	OperationPhase // names a phase and an operation: "Rollback procedure"
	PartPhase      // holds words of a phase among others
	NamesContainer
	NamesProcess
	NamesSeverity
	NamesContacts
	NamesSuppliers
	NamesChecklist
	NamesCadence
	NamesDashboards
	NamesStatusPages
	NamesQueries
	NamesTools
	NamesAccess
	NamesReader
	NamesReference
	NamesTemplate
	NamesOutput
	NamesProblemNoun
	NamesRole
	LongTitle
	IsContents    // its list is a table of contents
	Subject       // a word for a procedure with what it is about: "Teen safety protocol"
	NoProcessWord // names no way in which any incident is handled
	Shapeless     // nothing in its title or below it speaks of a process: no word, phases or counted steps
	IsExample     // "Example 1: …"
	IsPlayed      // "Test 1: …", "Drill 2: …": a problem that is only played
	NoReason      // nothing in the title or below it speaks of a problem, an operation or phases

	HasTodo     // something to do, here or below
	NoTodo      // nothing to do, here or below
	OwnTodo     // something to do in its own blocks
	OwnOrdered  // a numbered list of two or more
	OwnCode     // a code block with commands
	VerbShare   // share of items and paragraphs that begin as instructions
	OwnRemedies // a table with a column of remedies
	LevelTable  // a table of severities
	LevelItems  // items that begin with severities
	LevelKids   // share of sub-sections whose titles are severities
	People      // addresses of people
	LinkShare   // share of items that are links
	BoxShare    // share of items that are boxes to tick
	FieldShare  // share of lines that are "name: value"
	IsValue     // one short line that is no instruction: "Service tier" above "Gold"
	PlainFields // FieldShare of a section whose title names no problem
	SaysLevel   // a line "Severity: P1"
	OwnPlain    // items or paragraphs that are no instructions
	IsLeaf      // no sub-sections
	IsEmpty     // nothing below at all
	ClockLines  // share of lines that begin with a severity and say a clock of it
	Defines     // two or more labels such as Definition, Examples, Response time
	PhaseKids   // 1 with two or more sub-sections that name phases
	PhaseShare  // share of sub-sections that name phases
	FailKids    // number of sub-sections that name problems, at most 4
	PrefixKids  // share of sub-sections with a prefix
	StepKids    // share of sub-sections "Step 1", "Phase 2"
	SignsKid    // a sub-section of signs
	HasHeads    // sub-sections that are headings and name no phase
	DeepFails   // problems and announced scenarios anywhere below it, 1 for four
	InFolder    // the title of one of several files of a folder

	IsTop        // the only section of the highest level
	PlainTop     // the title of the file, which names no problem
	IsRoot       // the file itself
	Repeated     // the same title stands below several siblings
	ManyIssues   // names issues and announces several of a kind: "Scenarios", "Common issues"
	LonePhase    // names a phase, and nothing beside it does
	PhasePeers   // share of siblings that name phases
	FailPeers    // share of siblings that name problems
	NumberKids   // share of sub-sections that count on as instructions, when they are such a run
	OffTopic     // a file of a folder that speaks of something else: templates, definitions, people; 2 where it plainly does
	NumberPeers  // siblings are a numbered run without words of trouble
	LevelPeers   // siblings are severities
	DefinesLevel // a LevelRun that Defines
	ChapterLike  // sections of their own below it, nothing to do in its own text, no word of trouble
	LevelRun     // it and the headings beside it begin with one severity each
	IsLabel      // a bold label, not a heading
	UnderFailure // a section above names a problem
	InIndex      // the file is an index
	featureCount
)

type features [featureCount]float64

// b is 1 for true.
func b(v bool) float64 {
	if v {
		return 1
	}
	return 0
}
