package reading

// weight is how much a feature speaks for a kind, in points; below zero it
// speaks against it.
type weight struct {
	feature Feature
	points  float64
}

// base is what a kind starts with: below zero for kinds that need a reason.
var base = [kinds]float64{
	Reader: 0.2, Container: 0, Scenario: -0.6, Process: -1.2, Issue: -0.9, Act: -0.4, Signs: -2.6, After: -2.6, Prevention: -2.6,
	Severities: -3, SeverityEntry: -2.5, Procedure: -3, Contacts: -3, Suppliers: -3.2, Checklist: -2.8, Dashboards: -3.2, StatusPages: -3.2, Queries: -3.2,
	Tools: -3.2, Access: -3.2, Reference: -2.2, Template: -2.6, Output: -2.6, Facts: -3,
}

// weights is the whole of what the reader believes about sections.
var weights = [kinds][]weight{
	Scenario: {
		{HasFailure, 2}, {HasOperation, 1}, {HasPrefix, 2}, {IsCamel, 2.2}, {IsQuoted, 0.8}, {HasMark, 1.5}, {SaysLevel, 1.2}, {NamesProblemNoun, 0.5}, {BeginsWithVerb, 0.5}, {Asks, 0.5},
		{PhaseKids, 1.4}, {PhaseShare, 1.5}, {SignsKid, 0.8}, {OwnOrdered, 0.8}, {HasTodo, 0.5}, {OwnRemedies, 0.8}, {FailPeers, 0.6},
		{IsStep, -2.5}, {NoTitle, -2}, {NamesPhase, -2.6}, {OperationPhase, 1.8}, {NamesSigns, -2.5}, {NamesAfter, -2.5}, {NamesPrevention, -2.5}, {PartPhase, -0.5},
		{NamesContainer, -1.8}, {NamesProcess, -1.2}, {NamesSeverity, -1.5}, {NamesContacts, -2}, {NamesChecklist, -1.2}, {NamesReader, -2.5}, {NamesReference, -2.5}, {NamesTemplate, -2.5},
		{NamesOutput, -2.5}, {NamesTools, -1.5}, {NamesAccess, -1}, {NamesDashboards, -1.2}, {NamesQueries, -1.2}, {NamesStatusPages, -1.5}, {IsLevel, -2.5}, {LevelTable, -1.5}, {HasOption, -1.6}, {HasCondition, -1},
		{Repeated, -4}, {NumberPeers, -1.2}, {PhasePeers, -1.6}, {FailKids, -0.35}, {PrefixKids, -1.2}, {IsEmpty, -4}, {InIndex, -3}, {IsLabel, -0.8}, {UnderFailure, -1}, {IsExample, -2.5}, {NoReason, -1}, {PlainTop, -2}, {DeepFails, -0.6}, {InFolder, 1.2},
	},
	Container: {
		{NamesContainer, 1.8}, {FailKids, 0.4}, {DeepFails, 0.8}, {PrefixKids, 1.5}, {LevelKids, 0.3}, {IsLeaf, -5}, {OwnTodo, -0.8}, {OwnOrdered, -0.5}, {HasFailure, -0.6}, {HasPrefix, -1.2}, {IsCamel, -1.5}, {PhaseShare, -1.6}, {NamesPhase, -1}, {NamesSigns, -1}, {IsStep, -1},
		{HasTodo, 0.5}, {HasHeads, 0.5}, {NamesReader, -0.3}, {SaysLevel, -0.6}, {HasMark, -0.6}, {IsTop, 0.5},
	},
	Process: {
		{NamesProcess, 2.4}, {PhaseShare, 1.2}, {PhaseKids, 0.8}, {StepKids, 1.6}, {OwnOrdered, 0.5}, {HasTodo, 0.7}, {NamesPhase, 0.4}, {NamesProblemNoun, 0.8},
		{HasFailure, -1.5}, {HasPrefix, -1.5}, {IsCamel, -2}, {HasMark, -1}, {IsEmpty, -3}, {NamesReader, -1.5}, {NamesContainer, -0.8}, {NamesSeverity, -1.5}, {NamesContacts, -1.5}, {NamesTemplate, -1.5}, {NamesReference, -2}, {FailKids, -0.4}, {PrefixKids, -1},
		{PlainTop, -0.3}, {DeepFails, -2}, {HasHeads, -0.6}, {NamesAfter, -0.5}, {NamesSigns, -1}, {IsLevel, -2}, {InIndex, -2}, {NamesChecklist, -1}, {HasOperation, -0.5},
	},
	Issue: {
		{HasFailure, 1.4}, {HasOption, 1.6}, {HasCondition, 1.6}, {HasPrefix, 0.6}, {IsLabel, 0.4}, {PhaseKids, 0.8}, {PhaseShare, 0.8}, {HasTodo, 0.5}, {Asks, 0.4}, {UnderFailure, 0.4},
		{IsStep, -1.5}, {NamesPhase, -2}, {NamesSigns, -2}, {NamesAfter, -2}, {NamesPrevention, -2}, {NamesReader, -2}, {NamesReference, -2}, {NamesTemplate, -2}, {NamesOutput, -2}, {IsEmpty, -2}, {Repeated, -1.5},
	},
	Act: {
		{NamesPhase, 2.4}, {PartPhase, 0.8}, {IsStep, 1.8}, {IsNumbered, 0.1}, {IsTop, -6}, {HasHeads, -0.6}, {BeginsWithVerb, 1.2}, {HasTodo, 0.8}, {VerbShare, 0.4}, {NumberPeers, 0.4}, {PhasePeers, 0.6}, {HasOperation, 0.4}, {StepKids, 0.6}, {NamesChecklist, 0.3}, {NamesQueries, 0.4},
		{Repeated, 0.6}, {HasFailure, -0.3}, {NamesReader, -1.8}, {NamesAfter, -1.8}, {NamesSigns, -1.5}, {NamesPrevention, -1.8}, {NamesReference, -1.8}, {NamesTemplate, -1.8}, {NamesOutput, -1.8}, {NamesContacts, -0.8}, {NamesSeverity, -0.8}, {IsEmpty, -1},
		{HasPrefix, -0.8}, {IsCamel, -1}, {LevelTable, -1.5},
	},
	Signs:         {{NamesSigns, 4.6}, {HasTodo, -0.2}, {HasPrefix, -1}},
	After:         {{NamesAfter, 4.6}, {HasFailure, -0.4}, {HasPrefix, -1}},
	Prevention:    {{NamesPrevention, 4.6}, {HasPrefix, -1}},
	Severities:    {{NamesSeverity, 3.4}, {LevelTable, 3.2}, {LevelItems, 2}, {LevelKids, 2.6}, {ClockLines, 0.6}, {HasFailure, -1}, {HasPrefix, -1}, {SignsKid, -1.5}},
	SeverityEntry: {{IsLevel, 3.6}, {LevelPeers, 0.8}, {ClockLines, 1}, {HasFailure, -0.3}},
	Procedure:     {{IsLevel, 3}, {VerbShare, 1}, {LevelPeers, 0.5}, {HasTodo, 0.6}},
	Contacts:      {{NamesContacts, 3.6}, {People, 1.6}, {NamesProcess, -0.5}, {OwnOrdered, -0.4}, {HasFailure, -0.8}},
	Suppliers:     {{NamesSuppliers, 4}, {LinkShare, 0.5}, {People, 0.8}, {HasFailure, -1.5}},
	Checklist:     {{NamesChecklist, 3}, {NamesCadence, 1.8}, {BoxShare, 1}, {HasFailure, -1}, {HasTodo, 0.4}, {HasPrefix, -0.5}},
	Dashboards:    {{NamesDashboards, 3.6}, {LinkShare, 0.8}, {HasFailure, -1.5}, {SignsKid, -1}},
	StatusPages:   {{NamesStatusPages, 3.8}, {LinkShare, 0.6}, {HasFailure, -1}},
	Queries:       {{NamesQueries, 3.6}, {OwnCode, 0.6}, {HasFailure, -1.5}, {SignsKid, -1}},
	Tools:         {{NamesTools, 3.8}, {HasFailure, -1.5}, {OwnOrdered, -0.5}},
	Access:        {{NamesAccess, 3.4}, {HasFailure, -2}, {OwnOrdered, -0.8}},
	Reference:     {{NamesReference, 3.4}, {LinkShare, 1.6}, {VerbShare, -0.6}},
	Template:      {{NamesTemplate, 4}, {OwnOrdered, -0.8}},
	Output:        {{NamesOutput, 4.2}, {OwnOrdered, -1}},
	Facts:         {{FieldShare, 1.5}, {IsTop, 0.3}},
	Reader:        {{NamesReader, 2.4}, {IsExample, 1}, {IsTop, -1.5}, {OwnPlain, 0.8}, {HasTodo, -0.5}, {OwnOrdered, -0.4}, {HasFailure, -0.5}, {InIndex, 2}, {NamesReference, 0.4}, {NamesPhase, -1}},
}

const never = -100

// under is how well a kind fits below another; what is not named costs nothing.
var under = [kinds]map[Kind]float64{
	Container: {Act: -1.2, Issue: -2, Signs: -1, After: -0.6, Prevention: -0.8, Output: -1, Scenario: 0.5, Process: 0.2, SeverityEntry: -1.5, Facts: -0.5},
	Scenario: {Act: 0.5, Issue: 0.2, Signs: 0.5, After: 0.4, Prevention: 0.4, Scenario: never, Process: never, Container: never, Severities: -2, SeverityEntry: -2, Procedure: -2, Contacts: -0.8,
		Suppliers: -1, Checklist: -1.2, Dashboards: -0.8, Tools: -0.8, Access: -0.8, Queries: -0.8, Facts: -0.4},
	Process:       {Act: 0.4, Issue: 0, Signs: 0, After: 0.3, Prevention: 0.2, Scenario: never, Process: -0.2, Container: never, Severities: -0.6, Contacts: -0.4, Checklist: -0.6},
	Issue:         {Act: 0.4, Issue: 0, Signs: 0.4, After: 0, Prevention: 0.4, Scenario: never, Process: never, Container: never, Severities: -2, SeverityEntry: -2, Procedure: -2, Contacts: -1.5, Checklist: -1.5},
	Act:           {Act: 0.4, Issue: 0.5, Signs: -0.4, After: -0.2, Prevention: -0.4, Scenario: never, Process: never, Container: never, Severities: -1.5, Procedure: -1.5, Contacts: -0.8, Checklist: -1},
	Signs:         {Signs: 1, Act: -0.8, Issue: -0.8, Scenario: never, Process: never, Container: never, After: -1, Severities: -1},
	After:         {After: 1, Act: -0.6, Prevention: 0.4, Issue: -1, Scenario: never, Process: never, Container: never, Checklist: 0},
	Prevention:    {Prevention: 1, Act: -0.6, Issue: -1, Scenario: never, Process: never, Container: never, After: 0.2},
	Severities:    {SeverityEntry: 1.2, Severities: 0.6, Procedure: 0.2, Scenario: -3, Act: -2, Issue: -3, Process: -1.5, Container: never, Signs: -2, Reader: 0.4},
	SeverityEntry: {Scenario: never, Process: never, Container: never, Act: -1.5, Issue: -2, SeverityEntry: never, Severities: never, Reader: 0.5},
	Procedure:     {Scenario: never, Process: never, Container: never, Procedure: 0.5, Act: 0.4, SeverityEntry: never, Severities: never},
	Contacts:      {Contacts: 1.6, Suppliers: 0.8, Scenario: -3, Act: -2, Issue: -3, Process: -2, Container: never, Severities: -1, Reader: 0.3},
	Suppliers:     {Suppliers: 2.8, Contacts: 0.2, Scenario: never, Act: -2, Issue: -3, Process: never, Container: never},
	Checklist:     {Checklist: 1.6, Scenario: -2.5, Act: -0.8, Issue: -2, Process: never, Container: never, Reader: 0},
	Dashboards:    {Dashboards: 2.8, Scenario: never, Act: -2, Issue: -3, Process: never, Container: never},
	StatusPages:   {StatusPages: 2.8, Scenario: never, Act: -2, Issue: -3, Process: never, Container: never},
	Queries:       {Queries: 2.8, Scenario: -2.5, Act: -1, Issue: -3, Process: never, Container: never},
	Tools:         {Tools: 2.6, Access: 0.6, Scenario: never, Act: -1.5, Issue: -3, Process: never, Container: never},
	Access:        {Access: 2.6, Tools: 0.6, Scenario: never, Act: -1.5, Issue: -3, Process: never, Container: never},
	Reference:     {Reference: 1.5, Reader: 0.6, Scenario: never, Act: never, Issue: never, Process: never, Container: never},
	Template:      {Template: 1.6, Reader: 0.5, Output: 0.2, Scenario: never, Act: -2, Issue: never, Process: never, Container: never, Severities: never},
	Output:        {Output: 1.5, Scenario: never, Act: -1.5, Issue: never, Process: never, Container: never},
	Facts:         {Scenario: never, Act: never, Issue: never, Process: never, Container: never},
	Reader:        {Reader: 0.6, Reference: 0.3, Template: 0.2, Scenario: -2.5, Act: -2, Issue: -2.5, Process: -2.5, Container: never, Signs: -1},
}

// damping bounds what many sub-sections say of the section above them: seven
// causes must not outvote one title.
const (
	damping     = 0.85
	dampedAbove = 3.0
)
