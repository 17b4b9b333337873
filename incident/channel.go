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
	e.do(Invite{Ref: inc.Ref(), People: slices.Concat(e.Incident.Responders, e.Incident.Joined), Contacts: e.Incident.admitted(e.now)})
	e.sendWaitingPages()
	e.do(AddBookmarks{Ref: inc.Ref()}, Speak{inc.Ref()})
	e.runAll(Snapshot)
	e.probeFirst()
	e.walked = true
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
