package incident

import (
	"slices"
	"time"
)

// ChannelOpened records the incident's channel and sets everything going that
// waited for it.
func ChannelOpened(inc Incident, id, name string, now time.Time) (Change, error) {
	if inc.ChannelID != "" {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.ChannelID, e.Incident.ChannelName, e.Incident.ChannelFailed = id, name, ""
	e.record(Event{Kind: EventChannelOpened, To: name})
	people, contacts := slices.Concat(e.Incident.Responders, e.Incident.Joined), e.Incident.admitted(e.now)
	if !inc.Status.Live() { // nobody is called to what is over
		people, contacts = e.Incident.tookPart(), nil
	}
	e.do(Invite{Ref: inc.Ref(), People: people, Contacts: contacts, At: e.now})
	e.sendWaitingPages()
	e.do(AddBookmarks{Ref: inc.Ref()}, Speak{inc.Ref()})
	e.runFrom(Snapshot, 0)
	e.probeFirst(0)
	e.walked = true
	if inc.Reminder != nil { // it was asked for while there was no channel
		e.do(Show{Ref: inc.Ref(), Surface: ReminderMessage, Revision: e.Incident.Revision})
	}
	return e.done()
}

// ChannelFailed records that the channel cannot be made; pages go out without it.
func ChannelFailed(inc Incident, why string, now time.Time) (Change, error) {
	if inc.ChannelID != "" || inc.ChannelFailed != "" {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.ChannelFailed = Line(why, MaxText)
	e.record(Event{Kind: EventChannelFailed, Text: e.Incident.ChannelFailed})
	e.sendWaitingPages()
	return e.done()
}

func (e *edit) sendWaitingPages() {
	for i := range e.Incident.Pages {
		e.sendPage(i)
	}
}

// admitted are the contacts that belong into the channel of this severity.
func (inc Incident) admitted(now time.Time) []int {
	var is []int
	for i, c := range inc.Policy.Contacts {
		if c.Reachable() && inc.admits(i, now, false) {
			is = append(is, i)
		}
	}
	return is
}

// CreateChannel makes the incident's channel.
type CreateChannel struct {
	Ref
	// Name as it was at declaration. The incident's own may change before the
	// channel is there; a second attempt must look for the name of the first.
	Name string `json:"name"`
}

// Kind names the effect.
func (CreateChannel) Kind() string { return "create_channel" }

// Invite brings people and every reachable contact that the severity admits into the channel.
type Invite struct {
	Ref
	People []Person `json:"people,omitempty"`
	// Contacts are indexes in Policy.Contacts.
	Contacts []int `json:"contacts,omitempty"`
	// At is when that was wanted: who was brought in since is there. Zero in what a
	// release before wanted, and then all are invited.
	At time.Time `json:"at,omitzero"`
}

// Kind names the effect.
func (Invite) Kind() string { return "invite" }

// AddBookmarks puts the runbook's links on the channel, or that of the tracking issue.
type AddBookmarks struct {
	Ref
	Tracking bool `json:"tracking,omitempty"`
}

// Kind names the effect.
func (AddBookmarks) Kind() string { return "add_bookmarks" }
