package incident

import (
	"slices"
	"time"
)

// Away says why the incident's channel cannot hear mayday; empty while it can.
type Away string

// Why a channel cannot hear mayday.
const (
	// Archived: somebody has to take it out of the archive, a bot cannot (Slack: conversations.unarchive).
	Archived Away = "archived"
	// Removed: mayday is not in it and has to be invited, because it is private.
	Removed Away = "removed"
	// Vanished: Slack knows no such channel, or it is private and mayday is not in it.
	Vanished Away = "gone"
)

// LookAtChannel asks Slack how the incident's channel stands and records it.
type LookAtChannel struct {
	Ref
	// Was is the id that the channel had before; empty when it did not change.
	Was string `json:"was,omitempty"`
	// Holders: look too whether those who hold a role still have an account.
	Holders bool `json:"holders,omitempty"`
}

// Kind names the effect.
func (LookAtChannel) Kind() string { return "look_at_channel" }

// LookAgain asks for a look at the channel. It changes nothing by itself.
func LookAgain(inc Incident) (Change, error) {
	if inc.ChannelID == "" {
		return Change{Incident: inc}, nil
	}
	return Change{Incident: inc, Effects: []Effect{LookAtChannel{Ref: inc.Ref()}}}, nil
}

// ChannelLook is how a channel stands in Slack.
type ChannelLook struct {
	Name string
	// Gone: Slack shows mayday no such channel, and the rest is not known.
	Gone, Private, Archived, Member bool
}

func (l ChannelLook) away(private bool) Away {
	switch {
	case l.Gone && private:
		return Removed
	case l.Gone:
		return Vanished
	case l.Archived:
		return Archived
	case !l.Member:
		return Removed
	}
	return ""
}

// ChannelSeen compares the row with how the channel stands: it was renamed, became
// private, cannot hear mayday any more, or can again. What is as recorded changes nothing.
func ChannelSeen(inc Incident, id string, l ChannelLook, now time.Time) (Change, error) {
	if inc.ChannelID == "" || inc.ChannelID != id {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	if !l.Gone && l.Name != "" && l.Name != inc.ChannelName {
		e.renamed(l.Name)
	}
	if l.Private && !inc.Private {
		e.hide(Event{Kind: EventMadePrivate, Text: "its channel was made private"})
	}
	switch away := l.away(e.Incident.Private); {
	case away == "" && inc.Away != "":
		e.returned()
	case away != "":
		e.lose(away)
	}
	return e.done()
}

// renamed follows a new name of the channel: in find, on GitHub and in the post-mortem.
func (e *edit) renamed(name string) {
	e.record(Event{Kind: EventChannelRenamed, From: e.Incident.ChannelName, To: name})
	e.Incident.ChannelName = name
	if e.Incident.PostmortemNumber > 0 && !e.Incident.Status.Live() {
		e.do(FilePostmortem{e.Incident.Ref(), e.Incident.Revision})
	}
}

// Editable reports whether what stands in the incident's channel can be edited. That can be where
// mayday is in the channel no more, too, unless it is private (Slack: chat.update, which unlike
// chat.postMessage does not ask for membership).
func (inc Incident) Editable() bool {
	return inc.Away == "" || inc.Away == Removed && !inc.Private
}

// lose records that the channel cannot hear mayday. Of an incident that goes on it is
// told once, where people hear it. What stands there tells the truth as long as it can be edited.
func (e *edit) lose(why Away) {
	inc := &e.Incident
	if inc.Away != why {
		inc.Away, inc.AwayTold = why, false
		e.Silent = true
		if inc.Editable() {
			for _, what := range []Surface{Card, StepMessage, AskingMessages} {
				e.do(Show{Ref: inc.Ref(), Surface: what, Revision: inc.Revision})
			}
		}
	}
	if inc.AwayTold || !inc.Status.Live() {
		return
	}
	inc.AwayTold = true
	e.alarm(Event{Kind: EventChannelLost, To: string(why), Ref: inc.ChannelID})
	e.alert("")
	e.do(Alarm{Ref: inc.Ref(), Seq: inc.Revision, Lead: true})
}

// returned has all said, in order, and drawn that waited for the channel.
func (e *edit) returned() {
	inc := &e.Incident
	if inc.AwayTold {
		e.record(Event{Kind: EventChannelBack, From: string(inc.Away)})
	}
	inc.Away, inc.AwayTold = "", false
	e.Silent = true
	for _, what := range []Surface{Card, StepMessage, Topic, ReminderMessage, AskingMessages} {
		e.do(Show{Ref: inc.Ref(), Surface: what, Revision: inc.Revision})
	}
	e.do(Speak{inc.Ref()}, AddBookmarks{Ref: inc.Ref()})
	if inc.Status.Live() {
		e.do(Invite{Ref: inc.Ref(), People: slices.Concat(inc.Responders, inc.Joined), At: e.now})
	}
}

// ChannelMoved records that Slack gave the channel another id (Slack: channel_id_changed).
func ChannelMoved(inc Incident, from, to string, now time.Time) (Change, error) {
	if inc.ChannelID == "" || inc.ChannelID != from || to == "" {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.ChannelID = to
	e.Silent = true
	e.do(LookAtChannel{Ref: inc.Ref(), Was: from}, Show{Ref: inc.Ref(), Surface: Announcement, Revision: inc.Revision + 1})
	return e.done()
}

// AccountGone takes the roles from somebody whose account is deactivated, aloud: a
// new one is asked for. Who holds none changes nothing.
func AccountGone(inc Incident, who Person, now time.Time) (Change, error) {
	if who == "" || !inc.Status.Live() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	for _, r := range Roles {
		if inc.Roles[r] != who {
			continue
		}
		delete(e.Incident.Roles, r)
		ev := Event{Kind: EventRoleLost, Whom: who, To: string(r), Aloud: true}
		if r == Lead {
			e.alarm(ev) // who would take over may not be in the channel
		} else {
			e.record(ev)
		}
		e.alert(string(r))
	}
	return e.done()
}

// Redraw asks for a surface to be drawn anew though the incident did not change.
func Redraw(inc Incident, s Surface) (Change, error) {
	return Change{Incident: inc, Effects: []Effect{Show{Ref: inc.Ref(), Surface: s, Revision: inc.Revision}}}, nil
}
