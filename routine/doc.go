// Package routine decides the rounds of the runbook's checklists, as package incident decides
// incidents: when one begins, what a person or an answer makes of an item, when somebody is
// reminded of it, and how it ends. A verb takes a routine, a round and a moment, and returns a
// Change: the new rows, and what to do now.
//
// Rule of the room: no clock, no I/O, standard library only. Time is an argument. What a query or
// an address answered is handed in; whether it is good is decided here, by the runbook's own words.
package routine
