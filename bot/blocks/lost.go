package blocks

import "fmt"

// HistoryLost tells the operators that the database does not know all that it knew,
// and where the numbers of incidents go on.
func HistoryLost(next int64) Message {
	text := fmt.Sprintf("mayday's database is not the one that it was: it was restored, or another server took over. Incidents that were declared shortly before may be missing. "+
		"Their channels stay, their buttons are refused, and the next incident is #%d, so that no number is given twice.", next)
	return message(text, section(":warning: "+text), small("After a planned switchover nothing is missing", "What was said in a channel that mayday no longer knows can be declared again with its words"))
}

// Another answers a button of an incident that the database lost, whose number
// another incident has by now.
func Another() Message {
	return Problem("Nothing was done: this belongs to an incident that mayday no longer knows. Its number was given to another incident after the database lost part of its history.",
		"`/incident list` shows the open ones; in an incident's own channel, `/incident status` shows its card.")
}

// FormAnother answers a form in the same case.
func FormAnother(number int64) string {
	return fmt.Sprintf("Nothing was recorded: mayday no longer knows the incident %d that this form was opened for. Copy what you wrote, and open the form again in the incident's own channel.", number)
}
