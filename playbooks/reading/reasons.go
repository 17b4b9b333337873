package reading

// featureWords say a feature to people, as the end of "because …".
var featureWords = [featureCount]string{
	HasFailure: "its heading names a problem", HasOperation: "its heading names an operation", HasPrefix: "its heading is announced by a word such as Scenario or Alert",
	IsCamel: "its heading looks like the name of an alert", IsQuoted: "its heading quotes an error", HasMark: "its heading names a severity", IsLevel: "its heading is the name of a severity",
	IsStep: "its heading counts a step", IsNumbered: "its heading is numbered", HasOption: "its heading names an option", HasCondition: "its heading is a condition", BeginsWithVerb: "its heading is an instruction",
	Asks: "its heading asks a question", NamesPhase: "its heading names a phase", NamesSigns: "its heading speaks of signs", NamesAfter: "its heading speaks of what follows an incident",
	NamesPrevention: "its heading speaks of prevention", PartPhase: "its heading holds a word of a phase", NamesContainer: "its heading announces several of a kind", NamesProcess: "its heading speaks of how any incident is handled",
	NamesSeverity: "its heading speaks of severities", NamesContacts: "its heading speaks of contacts", NamesSuppliers: "its heading speaks of suppliers", NamesChecklist: "its heading speaks of a checklist",
	NamesCadence: "its heading says how often", NamesDashboards: "its heading speaks of dashboards", NamesStatusPages: "its heading speaks of status pages", NamesQueries: "its heading speaks of queries",
	NamesTools: "its heading speaks of tools", NamesAccess: "its heading speaks of access", NamesReader: "its heading is one for readers", NamesReference: "its heading speaks of references",
	NamesTemplate: "its heading speaks of a template", NamesOutput: "its heading announces what a command prints", NamesProblemNoun: "its heading says that something is wrong",
	HasTodo: "there is something to do below it", OwnTodo: "there is something to do in it", OwnOrdered: "a numbered list follows", OwnCode: "commands follow", VerbShare: "its lines are instructions",
	OwnRemedies: "a table of remedies follows", LevelTable: "a table of severities follows", LevelItems: "its list names severities", LevelKids: "its sub-headings are severities", People: "addresses of people follow",
	LinkShare: "its lines are links", BoxShare: "it has boxes to tick", FieldShare: "its lines are fields with values", SaysLevel: "it says a severity", OwnPlain: "its lines tell and do not instruct",
	ClockLines: "its lines say clocks", PhaseKids: "its sub-headings are phases", PhaseShare: "its sub-headings are phases", FailKids: "its sub-headings name problems", PrefixKids: "its sub-headings are announced scenarios",
	StepKids: "its sub-headings count steps", SignsKid: "it has signs of its own", Repeated: "the same heading stands below several others", PhasePeers: "the headings beside it are phases",
	FailPeers: "the headings beside it name problems", NumberPeers: "it is one of a numbered run", LevelPeers: "the headings beside it are severities", IsLabel: "it is a label in bold", UnderFailure: "it stands below a problem",
	NamesRole:   "its heading names a role of people",
	ChapterLike: "it only holds sections of their own", DefinesLevel: "it defines a severity, as those beside it do",
	LonePhase: "it is the only phase beside scenarios",
	LevelRun:  "it and the headings beside it begin with one severity each", Defines: "it has labels such as Definition and Response time",
	InIndex: "the file is an index of others", IsTop: "it is the title of the file", DeepFails: "it holds several problems", InFolder: "it is one file of a folder",
}
