package incident

// FarAbove is how many other messages may come into the channel below the step message
// before it moves to the end, once it is acted upon or asked for.
const FarAbove = 10

// AskSteps has the step message of somebody who wants to see the steps stand at the end of
// the channel, unless it is near it: below is how many other messages came below it. It
// changes nothing of the incident.
func AskSteps(inc Incident, below int) (Change, error) {
	if !inc.Status.Live() || inc.ChannelID == "" || below <= FarAbove {
		return Change{Incident: inc}, nil
	}
	return Change{Incident: inc, Effects: []Effect{Show{Ref: inc.Ref(), Surface: StepMessage, Revision: inc.Revision, ToEnd: true}}}, nil
}
