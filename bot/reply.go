package bot

import (
	"context"
	"encoding/json"

	"github.com/slack-go/slack"
)

// Handler is the application behind the socket. Handle is called from many goroutines, but for one channel
// (or, without a channel, one person) never twice at once and in the order of arrival, unless SocketConfig.Beside
// says otherwise; events only among themselves. ctx ends 2.5 s after the request was received (for an event: after the call); what it returns rides
// on the acknowledgement, so what must be durable is durable before it returns.
type Handler interface {
	Handle(ctx context.Context, r Request) Reply
}

// HandlerFunc makes a function a Handler.
type HandlerFunc func(context.Context, Request) Reply

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, r Request) Reply { return f(ctx, r) }

// Reply is the answer to a Request. The zero value acknowledges and says nothing (and closes a submitted modal).
// The acknowledgement must stay under 20 KB (Slack drops larger ones silently): one that does not is replaced
// by a short text, logged and counted.
type Reply struct {
	// Text and Blocks are for the person alone. A command's ride on the acknowledgement; all others are sent
	// after it, to the response URL, else as an ephemeral message in Request.Channel, else as a direct message.
	// Text is always wanted: screen readers and notifications use it. It must be escaped already.
	Text   string
	Blocks []slack.Block
	// Replace has the answer to a click take the place of the private message that was clicked; a message that
	// everybody sees stays as it is.
	Replace bool

	// View replaces a submitted modal; with Push it is put on top of it. Submissions only.
	View *slack.ModalViewRequest
	Push bool
	// ViewErrors keeps a submitted modal open with a message under the input block of that id.
	ViewErrors map[string]string
	// Clear closes the whole stack of modals, not only the submitted one.
	Clear bool

	// Options answers an Options request: at most 100 (Slack).
	Options []*slack.OptionBlockObject

	// Redeliver leaves an event unacknowledged, so that Slack delivers it again (at once, after 1 min and
	// after 5 min). Only for events, only when nothing could be recorded.
	Redeliver bool

	// After runs once the acknowledgement is written, in its own goroutine; ctx ends 30 s later.
	// A shutdown waits for it. May be nil.
	After func(ctx context.Context)

	ready *ready
}

// ready is what Text and Blocks are on the acknowledgement of a command.
type ready struct {
	text   string
	blocks []slack.Block
	raw    json.RawMessage
}

// Ready encodes Text and Blocks as the answer to a command, once for all who get this Reply. When either is given
// another value afterwards, that is encoded in its place; what Blocks holds must not be written to.
func (r Reply) Ready() Reply {
	r.ready = nil
	if raw, err := r.payload(Command); err == nil {
		r.ready = &ready{r.Text, r.Blocks, raw}
	}
	return r
}

// isReady reports whether what was encoded is still what is said.
func (r Reply) isReady() bool {
	return r.ready != nil && r.ready.text == r.Text && len(r.ready.blocks) == len(r.Blocks) &&
		(len(r.Blocks) == 0 || &r.ready.blocks[0] == &r.Blocks[0])
}

// maxAck is Slack's limit for an acknowledgement frame: 20 KB or more is dropped silently. The rest of the
// frame (envelope id and punctuation) is under 200 bytes.
const maxAck = 20<<10 - 200

// payload gives what the acknowledgement carries for this kind of request, or nil for nothing.
func (r Reply) payload(kind Kind) (json.RawMessage, error) {
	var body any
	switch kind {
	case Command:
		if r.Text == "" && len(r.Blocks) == 0 {
			return nil, nil
		}
		if r.isReady() {
			return r.ready.raw, nil
		}
		body = private(r.Text, r.Blocks)
	case Submission:
		switch {
		case len(r.ViewErrors) > 0:
			body = slack.NewErrorsViewSubmissionResponse(r.ViewErrors)
		case r.View != nil && r.Push:
			body = slack.NewPushViewSubmissionResponse(r.View)
		case r.View != nil:
			body = slack.NewUpdateViewSubmissionResponse(r.View)
		case r.Clear:
			body = slack.NewClearViewSubmissionResponse()
		default:
			return nil, nil
		}
	case Options:
		options := r.Options
		if options == nil {
			options = []*slack.OptionBlockObject{}
		}
		body = map[string]any{"options": options}
	default:
		return nil, nil
	}
	return json.Marshal(body)
}

// shortened is the acknowledgement that replaces one that Slack would have dropped.
func shortened(kind Kind) json.RawMessage {
	var body any
	switch kind {
	case Command:
		body = private(textTooLong, nil)
	case Submission:
		body = slack.NewUpdateViewSubmissionResponse(notice(textTooLong))
	case Options:
		return json.RawMessage(`{"options":[]}`)
	default:
		return nil
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil
	}
	return raw
}

func private(text string, blocks []slack.Block) map[string]any {
	body := map[string]any{"response_type": slack.ResponseTypeEphemeral, "text": text}
	if len(blocks) > 0 {
		body["blocks"] = blocks
	}
	return body
}

// notice is a modal that only says something.
func notice(text string) *slack.ModalViewRequest {
	return &slack.ModalViewRequest{
		Type:  slack.VTModal,
		Title: slack.NewTextBlockObject(slack.PlainTextType, "Please note", false, false),
		Close: slack.NewTextBlockObject(slack.PlainTextType, "Close", false, false),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, text, false, false), nil, nil),
		}},
	}
}

// What people read when the machinery, not the application, has to answer.
const (
	textPanic   = "Something broke on our side; nothing was recorded by this attempt as far as we know. Please check and try again. The details are in mayday's log."
	textBusy    = "mayday is overloaded and did not get to this in time. Nothing was recorded. Please try again."
	textSlow    = "This is taking longer than Slack waits, so it is not confirmed yet. Please check before you repeat it."
	textTooLong = "Done, but the answer is too long for Slack to show here."
	textBroken  = "mayday could not read what Slack sent. Nothing was recorded. Please try again, or use the command instead."
)
