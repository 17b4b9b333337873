package incident

// Effect is something to do in the world. Effects are plain values that name
// their kind, so that they can be job arguments without this package knowing
// of any queue. A worker may run one more than once: each must find out by
// itself whether it was done already.
type Effect interface {
	Kind() string
	// Of is the id of the incident that the effect belongs to.
	Of() int64
}

// Surface is a thing in Slack that is edited in place and always drawn from the row.
type Surface string

// The surfaces of an incident.
const (
	// Card is the pinned message at the top of the incident's channel.
	Card Surface = "card"
	// StepMessage is the live message of the current step.
	StepMessage Surface = "step"
	// Topic is the channel's topic.
	Topic Surface = "topic"
	// Announcement is the message in the announce channel.
	Announcement Surface = "announcement"
	// ReminderMessage is the one live reminder; a newer one replaces it.
	ReminderMessage Surface = "reminder"
	// PageMessages are the direct messages of all pages: they lose their button
	// once somebody acknowledged.
	PageMessages Surface = "pages"
)

// CreateChannel makes the incident's channel.
type CreateChannel struct {
	Incident int64 `json:"incident"`
	// Name as it was at declaration. The incident's own may change before the
	// channel is there; a second attempt must look for the name of the first.
	Name string `json:"name"`
}

// Kind names the effect.
func (CreateChannel) Kind() string { return "create_channel" }

// Of is the incident that the effect belongs to.
func (fx CreateChannel) Of() int64 { return fx.Incident }

// Show draws a surface from the row. Revision is the one that asked for it; a
// surface that already shows a newer one is left alone.
type Show struct {
	Incident int64   `json:"incident"`
	Surface  Surface `json:"surface"`
	Revision int     `json:"revision"`
}

// Kind names the effect.
func (Show) Kind() string { return "show" }

// Of is the incident that the effect belongs to.
func (fx Show) Of() int64 { return fx.Incident }

// Speak tells every aloud event that was not told yet in the channel, in order.
type Speak struct {
	Incident int64 `json:"incident"`
}

// Kind names the effect.
func (Speak) Kind() string { return "speak" }

// Of is the incident that the effect belongs to.
func (fx Speak) Of() int64 { return fx.Incident }

// Invite brings people and every reachable contact that the severity admits into the channel.
type Invite struct {
	Incident int64    `json:"incident"`
	People   []Person `json:"people,omitempty"`
	// Contacts are indexes in Policy.Contacts.
	Contacts []int `json:"contacts,omitempty"`
}

// Kind names the effect.
func (Invite) Kind() string { return "invite" }

// Of is the incident that the effect belongs to.
func (fx Invite) Of() int64 { return fx.Incident }

// SendPage delivers Pages[Page] to the contact by direct message.
type SendPage struct {
	Incident int64 `json:"incident"`
	Page     int   `json:"page"`
}

// Kind names the effect.
func (SendPage) Kind() string { return "send_page" }

// Of is the incident that the effect belongs to.
func (fx SendPage) Of() int64 { return fx.Incident }

// Alarm tells in the announce channel what the event Seq says: that somebody
// could not be paged, or that nobody is left to page.
type Alarm struct {
	Incident int64 `json:"incident"`
	Seq      int   `json:"seq"`
}

// Kind names the effect.
func (Alarm) Kind() string { return "alarm" }

// Of is the incident that the effect belongs to.
func (fx Alarm) Of() int64 { return fx.Incident }

// FilePostmortem drafts the post-mortem and files it.
type FilePostmortem struct {
	Incident int64 `json:"incident"`
	// Revision of the resolve that asked for it.
	Revision int `json:"revision"`
}

// Kind names the effect.
func (FilePostmortem) Kind() string { return "file_postmortem" }

// Of is the incident that the effect belongs to.
func (fx FilePostmortem) Of() int64 { return fx.Incident }

// AddBookmarks puts the runbook's links on the channel, or that of the tracking issue.
type AddBookmarks struct {
	Incident int64 `json:"incident"`
	Tracking bool  `json:"tracking,omitempty"`
}

// Kind names the effect.
func (AddBookmarks) Kind() string { return "add_bookmarks" }

// Of is the incident that the effect belongs to.
func (fx AddBookmarks) Of() int64 { return fx.Incident }

// ArchiveChannel archives the channel of a closed or cancelled incident.
type ArchiveChannel struct {
	Incident int64 `json:"incident"`
}

// Kind names the effect.
func (ArchiveChannel) Kind() string { return "archive_channel" }

// Of is the incident that the effect belongs to.
func (fx ArchiveChannel) Of() int64 { return fx.Incident }

// UnarchiveChannel opens the archived channel of a closed incident again.
type UnarchiveChannel struct {
	Incident int64 `json:"incident"`
}

// Kind names the effect.
func (UnarchiveChannel) Kind() string { return "unarchive_channel" }

// Of is the incident that the effect belongs to.
func (fx UnarchiveChannel) Of() int64 { return fx.Incident }
