package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mayday/lazyregexp"
)

// envelope is one frame from Slack (docs.slack.dev/apis/events-api/using-socket-mode): hello, disconnect,
// or something to acknowledge.
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`

	Attempt     int    `json:"retry_attempt"` // events_api only
	RetryReason string `json:"retry_reason"`

	Reason         string `json:"reason"` // disconnect
	NumConnections int    `json:"num_connections"`
}

// Envelope types.
const (
	typeHello       = "hello"
	typeDisconnect  = "disconnect"
	typeCommand     = "slash_commands"
	typeInteractive = "interactive"
	typeEvent       = "events_api"
)

// Reasons of a disconnect. too_many_websockets is not documented; Slack sends it on the 11th connection.
const (
	reasonWarning      = "warning"
	reasonRefresh      = "refresh_requested"
	reasonLinkDisabled = "link_disabled"
	reasonTooMany      = "too_many_websockets"
	reasonShared       = "shared" // ours: there are so many replicas that each holds fewer
)

var envelopeID = lazyregexp.New(`"envelope_id"\s*:\s*"([^"\\]{1,200})"`)

// salvage finds the envelope id in a frame that does not decode, so that it can still be acknowledged.
func salvage(frame []byte) string {
	if m := envelopeID.FindSubmatch(frame); m != nil {
		return string(m[1])
	}
	return ""
}

// decode turns an envelope into a Request. A panic inside a decoder counts as undecodable.
func decode(env envelope, at time.Time) (r Request, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decode %s: panic: %v", env.Type, p)
		}
	}()
	if env.ID == "" {
		return Request{}, errors.New("decode envelope: no envelope_id")
	}
	switch env.Type {
	case typeCommand:
		r, err = decodeCommand(env.Payload)
	case typeInteractive:
		r, err = decodeInteraction(env.Payload)
	case typeEvent:
		r, err = decodeEvent(env.Payload, env.Attempt)
	default:
		return Request{}, errUnknown
	}
	if err != nil {
		return Request{}, err
	}
	r.At = at
	r.Keys = append([]string{"envelope:" + env.ID}, r.Keys...)
	if r.TriggerID != "" {
		r.Keys = append(r.Keys, "trigger:"+r.TriggerID)
	}
	return r, nil
}

// order is what requests that must be handled one after the other have in common. Events have lanes of their own:
// nobody waits for them, and the commands of people must not wait for them.
func (r *Request) order() string {
	lane := r.Channel
	if lane == "" {
		lane = r.User
	}
	if r.Kind == EventKind {
		lane += "/event"
	}
	return lane
}
