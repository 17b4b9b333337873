package reading

// weight is how much a feature speaks for a kind, in points; below zero it
// speaks against it.
type weight struct {
	feature Feature
	points  float64
}

// base is what a kind starts with: below zero for kinds that need a reason.
var base = [kinds]float64{
	Reader: -1, Container: -0.6, Scenario: -0.6, Process: -1.2, Issue: -0.9, Act: -0.6, Signs: -2.3, After: -2.6, Prevention: -2.6, Severities: -3, SeverityEntry: -2.5, Procedure: -2.9, Contacts: -3, Suppliers: -3, Checklist: -2.8, Dashboards: -2.3, StatusPages: -3.2, Queries: -3.2, Tools: -2.5, Access: -3.2, Reference: -2.3, Template: -2.6, Output: -2.6, Facts: -3,
}

// weights is the whole of what the reader believes about sections.
var weights = [kinds][]weight{
	Reader: {
		{NamesRole, 0.8}, {IsContents, 4}, {IsPlayed, 2}, {IsValue, 2},
		{NumberPeers, -1.2}, {NamesReader, 2.4}, {IsExample, 1.6}, {IsTop, -1.5}, {OwnPlain, 0.4}, {HasTodo, -0.5}, {OwnOrdered, -0.4}, {HasFailure, -0.5}, {InIndex, 2},
		{NamesReference, 0.4}, {NamesPhase, -1},
	},
	Container: {
		{NumberKids, -1.5}, {StepKids, -1},
		{ManyIssues, 1},
		{NamesDashboards, -1},
		{NamesQueries, -1},
		{NamesTemplate, -1.5}, {NamesContacts, -1}, {NamesSeverity, -1}, {NamesRole, -1},
		{ChapterLike, 0.5},
		{NamesContainer, 1.8}, {FailKids, 0.4}, {DeepFails, 0.8}, {PrefixKids, 1.5}, {LevelKids, 0.5}, {IsLeaf, -5.2}, {OwnTodo, -1.6}, {OwnOrdered, -0.9}, {HasFailure, -0.6},
		{HasPrefix, -1.2}, {IsCamel, -1.5}, {PhaseShare, -1.6}, {NamesPhase, -1}, {NamesSigns, -1}, {IsStep, -1}, {HasTodo, 0.5}, {HasHeads, 0.5}, {NamesReader, -0.3},
		{SaysLevel, -0.6}, {HasMark, -0.6}, {IsTop, 0.5},
	},
	Scenario: {
		{PlainFields, -1}, {ClockLines, -3}, {IsPlayed, -5}, {IsValue, -3}, {NumberKids, 2.4}, {OffTopic, -2}, {Subject, 1.2},
		{NamesCadence, -0.8},
		{NamesRole, -2},
		{DefinesLevel, -2}, {ChapterLike, -1},
		{NoTodo, -2.7}, {LonePhase, 1.2}, {LevelRun, -0.8}, {Defines, -1.6}, {HasFailure, 2}, {HasOperation, 1.1}, {HasPrefix, 1.9}, {IsCamel, 2.2}, {IsQuoted, 0.8},
		{HasMark, 1.5}, {SaysLevel, 1.2}, {NamesProblemNoun, 0.5}, {BeginsWithVerb, 0.5}, {Asks, 0.5}, {PhaseKids, 1.4}, {PhaseShare, 1.5}, {SignsKid, 1.2}, {OwnOrdered, 0.9},
		{HasTodo, 0.5}, {OwnRemedies, 1.1}, {FailPeers, 0.6}, {IsStep, -2.5}, {NoTitle, -2}, {NamesPhase, -2.5}, {OperationPhase, 2.1}, {NamesSigns, -2.5}, {NamesAfter, -2.5},
		{NamesPrevention, -2.5}, {PartPhase, -0.5}, {NamesContainer, -1.8}, {NamesProcess, -1}, {NamesSeverity, -2.1}, {NamesContacts, -2.2}, {NamesChecklist, -0.2}, {NamesReader, -2.2}, {NamesReference, -2.5},
		{NamesTemplate, -2.5}, {NamesOutput, -2.5}, {NamesTools, -1.4}, {NamesAccess, -1}, {NamesDashboards, -1.2}, {NamesQueries, -1.2}, {NamesStatusPages, -1.5}, {IsLevel, -2.5}, {LevelTable, -1.5},
		{HasOption, -1.6}, {HasCondition, -0.3}, {HasHeads, -0.3}, {Repeated, -4}, {NumberPeers, -0.5}, {PhasePeers, -1.6}, {FailKids, -0.4}, {PrefixKids, -1.2}, {IsEmpty, -4},
		{InIndex, -3}, {IsLabel, -0.8}, {UnderFailure, -0.6}, {IsExample, -2.8}, {NoReason, 0.1}, {PlainTop, -2.6}, {DeepFails, -0.8}, {InFolder, 1.2},
	},
	Process: {
		{IsValue, -3}, {ClockLines, -2},
		{NoProcessWord, -0.3}, {Shapeless, -1.5}, {Subject, -0.8},
		{NumberKids, 0.7}, {OffTopic, -1.5},
		{NamesCadence, -2},
		{NamesQueries, -1.5},
		{NamesDashboards, -1.5},
		{NoTodo, -2}, {NamesProcess, 2.4}, {PhaseShare, 1.7}, {PhaseKids, 0.8}, {StepKids, 1.6}, {HasTodo, 0.7}, {NamesPhase, 0.4}, {NamesProblemNoun, 0.8}, {HasFailure, -1.5},
		{HasPrefix, -1.5}, {IsCamel, -2.2}, {HasMark, -1}, {IsEmpty, -2.2}, {NamesReader, -1.5}, {NamesContainer, -0.8}, {NamesSeverity, -1.5}, {NamesContacts, -1.5}, {NamesTemplate, -2.5},
		{NamesReference, -2}, {PrefixKids, -1.5}, {PlainTop, -1.2}, {DeepFails, -2}, {HasHeads, -0.5}, {NamesAfter, -0.5}, {NamesSigns, -1}, {IsLevel, -2}, {InIndex, -2},
		{NamesChecklist, -1}, {HasOperation, -0.5},
	},
	Issue: {
		{IsValue, -2},
		{NamesRole, -1},
		{NoTodo, -1.2}, {LevelRun, -0.8}, {Defines, -1}, {IsTop, -6}, {HasFailure, 1.4}, {HasOption, 1.6}, {HasCondition, 1.6}, {HasPrefix, 0.6}, {IsLabel, 0.8},
		{PhaseKids, 1.3}, {PhaseShare, 1.6}, {HasTodo, 0.9}, {Asks, 0.4}, {UnderFailure, 0.4}, {IsStep, -1.4}, {NamesPhase, -2}, {NamesSigns, -2}, {NamesAfter, -2},
		{NamesPrevention, -2}, {NamesReader, -2}, {NamesReference, -1.6}, {NamesTemplate, -2}, {NamesOutput, -2.1}, {IsEmpty, -2.1}, {Repeated, -1.5},
	},
	Act: {
		{ManyIssues, -1.5}, {HasMark, -1}, {ClockLines, -1.5},
		{IsValue, -3}, {IsExample, -3}, {LonePhase, -0.6}, {NamesPhase, 2.4}, {OperationPhase, -2.9}, {PartPhase, 0.8}, {IsStep, 1.8}, {IsNumbered, -1.1}, {IsTop, -6}, {HasHeads, -0.6}, {BeginsWithVerb, 1.2},
		{HasTodo, 0.8}, {VerbShare, 0.4}, {NumberPeers, -0.3}, {PhasePeers, 1}, {HasOperation, 0.1}, {StepKids, 0.6}, {NamesChecklist, 0.3}, {NamesQueries, 0.4}, {Repeated, 0.6},
		{HasFailure, -0.3}, {NamesReader, -1.6}, {NamesAfter, -1.8}, {NamesSigns, -1.9}, {NamesPrevention, -1.8}, {NamesReference, -2.5}, {NamesTemplate, -3.2}, {NamesOutput, -1.7}, {NamesContacts, -0.8},
		{NamesSeverity, -0.8}, {IsEmpty, -1}, {HasPrefix, -0.8}, {IsCamel, -1}, {LevelTable, -1.5},
	},
	Signs: {
		{NamesSigns, 4.6}, {HasPrefix, -1},
	},
	After: {
		{NamesAfter, 5.1}, {HasFailure, -0.4}, {HasPrefix, -1},
	},
	Prevention: {
		{NamesPrevention, 4.6}, {HasPrefix, -0.7},
	},
	Severities: {
		{NamesSeverity, 4.1}, {LevelTable, 3.2}, {LevelItems, 2.3}, {LevelKids, 2}, {ClockLines, 1.5}, {HasFailure, -1}, {HasPrefix, -1}, {SignsKid, -1.8},
	},
	SeverityEntry: {
		{DefinesLevel, 2.5},
		{LevelRun, 1.6}, {Defines, 2.2}, {IsLevel, 3.4}, {LevelPeers, 0.8}, {ClockLines, 1}, {HasFailure, 0.1},
	},
	Procedure: {
		{LevelRun, 1}, {HasMark, 0.5}, {IsLevel, 3}, {VerbShare, 1}, {LevelPeers, 0.1}, {HasTodo, 0.3},
	},
	Contacts: {
		{IsTop, -2.5},
		{NamesRole, 2.4},
		{NamesContacts, 4}, {NamesReader, -1.5}, {People, 1.6}, {NamesProcess, -0.5}, {OwnOrdered, -1}, {HasFailure, -0.8},
	},
	Suppliers: {
		{IsTop, -1.5},
		{NamesSuppliers, 5.5}, {LinkShare, 0.5}, {People, 0.4}, {HasFailure, -1.5},
	},
	Checklist: {
		{StepKids, 0.8},
		{NamesProcess, -1.5}, {PhaseKids, -1.5},
		{NamesChecklist, 3}, {NamesCadence, 2.2}, {BoxShare, 1.8}, {HasFailure, -1}, {HasTodo, 0.8}, {HasPrefix, -0.9},
	},
	Dashboards: {
		{IsTop, -1.5},
		{NamesDashboards, 5.5}, {BeginsWithVerb, -2.5}, {LinkShare, 1}, {HasFailure, -1.6}, {SignsKid, -1.2},
	},
	StatusPages: {
		{NamesStatusPages, 5.5}, {BeginsWithVerb, -2.5}, {LinkShare, 0.6}, {HasFailure, -1},
	},
	Queries: {
		{IsTop, -1.5},
		{NamesQueries, 5.5}, {OwnCode, 0.6}, {HasFailure, -1.2}, {SignsKid, -1},
	},
	Tools: {
		{IsTop, -1.5},
		{NamesTools, 5}, {HasFailure, -1.1}, {OwnOrdered, -0.5},
	},
	Access: {
		{IsTop, -1.5},
		{NamesAccess, 4.5}, {HasFailure, -1.9}, {OwnOrdered, -1.2},
	},
	Reference: {
		{NamesReference, 3.4}, {LinkShare, 1.6}, {VerbShare, -0.8},
	},
	Template: {
		{NamesTemplate, 4}, {OwnOrdered, -0.8},
	},
	Output: {
		{NamesOutput, 4.2}, {OwnOrdered, -1},
	},
	Facts: {
		{FieldShare, 1.5}, {IsTop, 0.3},
	},
}

// needs are features of which a kind must have one, unless it stands below its
// own kind: without their word or shape these kinds are never guessed.
var needs = [kinds][]Feature{
	Signs: {NamesSigns}, After: {NamesAfter}, Prevention: {NamesPrevention}, Severities: {NamesSeverity, LevelTable, LevelItems, LevelKids},
	SeverityEntry: {IsLevel, LevelRun}, Procedure: {IsLevel, LevelRun, HasMark}, Contacts: {NamesContacts, People}, Suppliers: {NamesSuppliers}, Checklist: {NamesChecklist, NamesCadence, BoxShare},
	Dashboards: {NamesDashboards}, StatusPages: {NamesStatusPages}, Queries: {NamesQueries}, Tools: {NamesTools}, Access: {NamesAccess}, Reference: {NamesReference, LinkShare},
	Template: {NamesTemplate}, Output: {NamesOutput}, Facts: {FieldShare},
}

const never = -100

// under is how well a kind fits below another; what is not named costs nothing.
var under = [kinds]map[Kind]float64{
	Reader:        {Reader: 0.6, Container: never, Scenario: -2.6, Process: -2.5, Issue: -2, Act: -2, Signs: -1, Reference: 0.3, Template: -0.8},
	Container:     {Scenario: 0.5, Process: 0.2, Issue: -2.2, Act: -1.2, Signs: -1, After: -0.6, Prevention: -0.3, SeverityEntry: -1.5, Output: -1, Facts: -0.3},
	Scenario:      {Container: never, Scenario: never, Process: never, Issue: 0.3, Act: 0.5, Signs: 0.5, After: 0.4, Prevention: 0.4, Severities: -1.5, SeverityEntry: -2.3, Procedure: -2.6, Contacts: -0.8, Suppliers: 0.2, Checklist: -1.2, Dashboards: -0.8, Queries: -0.7, Tools: -0.8, Access: -0.8, Facts: -0.4},
	Process:       {Container: -0.4, Scenario: 0, Issue: -0.8, Process: -0.2, Act: 0.6, After: 0.3, Prevention: -0.2, Severities: -0.6, Contacts: -0.4, Checklist: -0.6},
	Issue:         {Container: never, Scenario: never, Process: never, Act: 0.4, Signs: 1, Prevention: 0.4, Severities: -2, SeverityEntry: -2.3, Procedure: -2, Contacts: -1.5, Checklist: -1.5},
	Act:           {Container: never, Scenario: never, Process: never, Issue: 0.5, Act: 0.4, Signs: -0.4, After: -0.2, Prevention: -0.4, Severities: -1.5, Procedure: -1.5, Contacts: -0.8, Checklist: -1},
	Signs:         {Container: never, Scenario: never, Process: never, Issue: -1.5, Act: -1.4, Signs: 1, After: -1, Severities: -0.5},
	After:         {Container: never, Scenario: never, Process: never, Issue: -1, Act: -0.6, After: 1, Prevention: 0.4},
	Prevention:    {Container: never, Scenario: never, Process: never, Issue: -0.3, Act: -0.8, After: 0.2, Prevention: 1},
	Severities:    {Reader: 0.4, Container: never, Scenario: -3, Process: -1.1, Issue: -3, Act: -1.6, Signs: -2, Severities: 1.8, SeverityEntry: 1.1, Procedure: -0.4},
	SeverityEntry: {Reader: 0.5, Container: never, Scenario: never, Process: never, Issue: -1.4, Act: -1.8, Severities: never, SeverityEntry: never},
	Procedure:     {Container: never, Scenario: never, Process: never, Act: 0.4, Severities: never, SeverityEntry: never, Procedure: -0.1},
	Contacts:      {Tools: never, Queries: never, StatusPages: never, Dashboards: never, Reader: -0.6, Container: never, Scenario: -3, Process: -2, Issue: -1.2, Act: -1, Severities: -0.9, Contacts: 1.6, Suppliers: 0.3},
	Suppliers:     {Tools: never, Queries: never, StatusPages: never, Dashboards: never, Container: never, Scenario: never, Process: never, Issue: -1.6, Act: -1.2, Contacts: -0.2, Suppliers: 3.6},
	Checklist:     {Container: never, Scenario: -2.5, Process: never, Issue: -2, Act: -0.9, Checklist: 2.3},
	Dashboards:    {Container: never, Scenario: -3.5, Process: never, Issue: -0.8, Act: -0.4, Dashboards: 3.2},
	StatusPages:   {Container: never, Scenario: never, Process: never, Issue: -0.8, Act: -0.4, StatusPages: 2.8},
	Queries:       {Container: never, Scenario: -3.5, Process: never, Issue: -0.8, Act: -0.4, Queries: 3.2},
	Tools:         {Container: never, Scenario: never, Process: never, Issue: -0.8, Act: -0.4, Tools: 3, Access: 0.6},
	Access:        {Container: never, Scenario: never, Process: never, Issue: -0.8, Act: -0.4, Tools: 0.6, Access: 3},
	Reference:     {Reader: 0.1, Container: never, Scenario: never, Process: never, Issue: never, Act: never, Reference: 1.5},
	Template:      {Reader: 0.5, Container: never, Scenario: never, Process: never, Issue: never, Act: -2, Severities: never, Template: 1.6, Output: 0.2},
	Output:        {Container: never, Scenario: never, Process: never, Issue: never, Act: -1.5, Output: 1.5},
	Facts:         {Container: never, Scenario: never, Process: never, Issue: never, Act: never},
}

// damping bounds what many sub-sections say of the section above them: seven
// causes must not outvote one title.
const (
	damping     = 0.85
	dampedAbove = 3.0
)
