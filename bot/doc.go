// Package bot is Slack without incidents: sockets, acknowledgements, routing, the Web API calls that
// mayday makes, their rate limits and error classes.
//
// Rule of the room: it knows people, channels, messages and modals, never incidents, and imports none
// of our packages. It decides nothing: what a person did reaches a Handler as a Request, what a worker
// wants goes out through a Client. It never repeats a call whose outcome is unknown (the caller looks
// first, see Client.Sent), and no token ever reaches a log line or an error.
package bot
