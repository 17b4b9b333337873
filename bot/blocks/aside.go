package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// duties say what each clock does, after "could not".
var duties = map[incident.Clock]string{
	incident.ClockRespondHalf: "remind that nobody has acknowledged yet",
	incident.ClockRespond:     "see that nobody acknowledged in time",
	incident.ClockEscalate:    "call the next contact",
	incident.ClockResolve:     "see that the incident was not resolved in time",
	incident.ClockUpdate:      "ask for an update",
	incident.ClockPageCheck:   "see whether a page arrived",
	incident.ClockReach:       "call people by their other contact methods",
	incident.ClockTrack:       "bring the tracking issue up to date",
	incident.ClockHandover:    "say that a handover was not answered",
	incident.ClockReview:      "look after the post-mortem",
}

// Duty is what was set aside was to do, after "could not".
func Duty(fx incident.TellOperators) string {
	if d, ok := duties[fx.Clock]; ok {
		return d
	}
	if fx.Clock != "" {
		return fmt.Sprintf("run the clock %q", string(fx.Clock))
	}
	return fmt.Sprintf("carry out a job of the kind %q", fx.What)
}

// SetAside tells the operators that something failed so often that it is not tried
// any more. It names no title: their channel may be open to all.
func SetAside(fx incident.TellOperators, failures int) Message {
	of := fmt.Sprintf("incident #%d", fx.Incident)
	if fx.Incident == 0 {
		of = "no incident"
	}
	sorry := fmt.Sprintf("mayday could not %s (%s): it failed %d times or more and is not tried any more.", Duty(fx), of, failures)
	const next = "Do it by hand. mayday's log says why; `mayday check` lists what was set aside, and mayday tries clocks once more when it is started again."
	return message(Escape(sorry)+" "+next, section(":warning: "+strong(Escape(sorry)), next))
}

// SetAsideNoMore takes the place of SetAside of a clock that is tried again.
func SetAsideNoMore(fx incident.TakeBackAside) Message {
	text := fmt.Sprintf("Since %s mayday is trying again to %s (incident #%d). If it keeps failing, you are told again.", moment(fx.At), Duty(incident.TellOperators{Clock: fx.Clock}), fx.Incident)
	return message(text, section(":white_check_mark: "+text))
}

// NoClockFires tells the operators that nothing reminds or escalates any more.
func NoClockFires(fx incident.TellNoClockFires) Message {
	const what = "No clock of any incident fires: the machine of every mayday replica shows a time more than 30 seconds off the database's. Nobody is reminded, nothing escalates."
	const next = "Put one machine's clock right (NTP), and all goes on by itself. Until then look after open incidents by hand: `/incident list`."
	return Message{Text: what + " " + next, Blocks: []slack.Block{section(":warning: *"+what+"*", next)}}
}

// ClocksFire takes the place of NoClockFires once they do.
func ClocksFire(fx incident.TakeBackNoClock) Message {
	text := fmt.Sprintf("Clocks fire again, since %s. From %s on none did, because the machine of every mayday replica showed a wrong time.", moment(fx.At), moment(fx.Since))
	return message(text, section(":white_check_mark: "+text))
}
