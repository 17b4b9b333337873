package incident

// Standing is what somebody is to the workspace, as far as Slack says.
type Standing string

// The standings. The zero value is that Slack did not say in time.
const (
	Unknown Standing = ""
	// Member is a full member of the workspace.
	Member Standing = "member"
	// Guest is a single-channel or multi-channel guest.
	Guest Standing = "guest"
	// Foreign is somebody of another workspace, in a channel that both share.
	Foreign Standing = "foreign"
	// Machine is a bot, or an account that is deactivated.
	Machine Standing = "bot"
)

// Deed is a kind of thing that somebody may want.
type Deed string

// The deeds.
const (
	// Declaring opens an incident; a drill is one.
	Declaring Deed = "declare"
	// Acting changes an incident, or pages somebody.
	Acting Deed = "act"
	// Publishing tells customers.
	Publishing Deed = "publish"
	// Seeing shows incidents.
	Seeing Deed = "see"
	// Asking shows the runbook: scenarios, contacts, checklists.
	Asking Deed = "ask"
	// Checking goes through the rounds of the runbook's checklists.
	Checking Deed = "check"
	// Querying runs the runbook's queries, and stops them.
	Querying Deed = "query"
	// Reading runs the runbook's queries outside of incidents, and shows what is kept of their answers. Inside is
	// the operators' channel.
	Reading Deed = "read"
	// TypingSQL runs a statement of one's own.
	TypingSQL Deed = "sql"
	// Tending mutes alerts, and attaches them.
	Tending Deed = "alerts"
	// Inspecting looks at how mayday is set up, and at what of its runbook has aged.
	Inspecting Deed = "inspect"
)

// Verdict is whether somebody may.
type Verdict string

// The verdicts.
const (
	Granted Verdict = "yes"
	// Joining: yes, and whoever does it is brought into the incident's channel, aloud.
	Joining Verdict = "joins"
	// Listed: only those whom a setting names.
	Listed Verdict = "listed"
	// Inside: only in the incident's channel.
	Inside Verdict = "inside"
	Denied Verdict = "no"
)

// Access is what a team's settings say of who may do what. The zero value is the default.
type Access struct {
	// Declare is who declares: "" or "members" for full members, "guests" for guests
	// too, or ids of people and user groups with commas between.
	Declare string
	// ActFrom is where full members act on an incident that is not private: "" or
	// "anywhere", and they are brought into its channel, or "channel" for only there.
	ActFrom string
	// Guests is what guests and people of other workspaces do in the channels that they
	// are in: "" or "channel" for acting, "read" for seeing only, "off" for nothing.
	Guests string
}

// The values of the settings of Access that are no ids; the first of each is the default.
const (
	DeclareMembers = "members"
	DeclareGuests  = "guests"
	ActAnywhere    = "anywhere"
	ActInside      = "channel"
	GuestsAct      = "channel"
	GuestsRead     = "read"
	GuestsOff      = "off"
)

// cell holds the verdict within a channel that the incident is about, and elsewhere.
type cell struct{ inside, outside Verdict }

// access is who may do what when no setting says otherwise. Whom Slack did not
// describe in time counts as a full member, so that nothing waits for Slack at
// night, except where the database is open to what they type.
var access = map[Deed]map[Standing]cell{
	Declaring: {
		Member: {Granted, Granted}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Granted, Granted},
	},
	Acting: {
		Member: {Granted, Joining}, Guest: {Granted, Inside}, Foreign: {Granted, Inside}, Machine: {Denied, Denied}, Unknown: {Granted, Joining},
	},
	Publishing: {
		Member: {Granted, Joining}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Granted, Joining},
	},
	Seeing: {
		Member: {Granted, Granted}, Guest: {Granted, Inside}, Foreign: {Granted, Inside}, Machine: {Denied, Denied}, Unknown: {Granted, Granted},
	},
	Asking: {
		Member: {Granted, Granted}, Guest: {Granted, Inside}, Foreign: {Granted, Inside}, Machine: {Denied, Denied}, Unknown: {Granted, Granted},
	},
	Checking: {
		Member: {Granted, Granted}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Granted, Granted},
	},
	Querying: {
		Member: {Granted, Inside}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Granted, Inside},
	},
	Tending: {
		Member: {Granted, Granted}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Granted, Granted},
	},
	Inspecting: {
		Member: {Granted, Granted}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Granted, Granted},
	},
	Reading: {
		Member: {Granted, Listed}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Denied, Denied},
	},
	TypingSQL: {
		Member: {Listed, Inside}, Guest: {Denied, Denied}, Foreign: {Denied, Denied}, Machine: {Denied, Denied}, Unknown: {Denied, Denied},
	},
}

// Verdict says whether somebody of a standing may do a deed; inside says whether
// they do it in the incident's channel. A private incident is there only for those
// who take part in it: that is VisibleTo, asked before.
func (a Access) Verdict(s Standing, d Deed, inside bool) Verdict {
	c, ok := access[d][s]
	if !ok {
		return Denied
	}
	v := c.outside
	if inside {
		v = c.inside
	}
	outsider := s == Guest || s == Foreign
	switch {
	case outsider && a.Guests == GuestsOff:
		return Denied
	case outsider && a.Guests == GuestsRead && d == Acting:
		return Denied
	case d == Declaring && s == Guest && a.Declare == DeclareGuests:
		return Granted
	case d == Declaring && v == Granted && !a.declareOpen():
		return Listed
	case v == Joining && a.ActFrom == ActInside:
		return Inside
	}
	return v
}

func (a Access) declareOpen() bool {
	return a.Declare == "" || a.Declare == DeclareMembers || a.Declare == DeclareGuests
}

// Caller is who wants something, and from where.
type Caller struct {
	ID       Person
	Standing Standing
	// Name is what they are called; empty when it is not known.
	Name string
	// Email as Slack has it; empty when it is not known.
	Email string
	// Groups are those of the user groups in question ("S…") that they belong to.
	Groups []string
	// Channel is where they are: "C…", "G…", or "D…" for their conversation with
	// mayday; empty in the App Home.
	Channel string
}
