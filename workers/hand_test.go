package workers

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// unheard is a call that Slack carried out and answered as if it had not.
var unheard = slacksim.Fault{HTTP: 500, ApplyFirst: true}

// hand is a room whose effects are carried out one attempt at a time, by hand.
type hand struct {
	*room
	w *Workers
}

func newHand(t *testing.T) *hand {
	t.Helper()
	r := newRoom(t, nil)
	w, err := New(r.cfg)
	require.NoError(t, err)
	// What the declaration had to say is told, so that a test hears of its own events only.
	_, err = r.st.Pool().Exec(t.Context(), `update mayday.event set told_at = now()`)
	require.NoError(t, err)
	return &hand{r, w}
}

// row is the incident as it stands.
func (h *hand) row() incident.Incident {
	h.t.Helper()
	inc, err := h.st.Incident(h.t.Context(), h.inc.Ref())
	require.NoError(h.t, err)
	return inc
}

// show makes one attempt at drawing a surface as the incident stands.
func (h *hand) show(ctx context.Context, s incident.Surface) error {
	inc := h.row()
	return h.w.show(ctx, incident.Show{Ref: inc.Ref(), Surface: s, Revision: inc.Revision}, try{})
}

// shown draws a surface; it has to work.
func (h *hand) shown(s incident.Surface) {
	h.t.Helper()
	require.NoError(h.t, h.show(h.t.Context(), s))
}

// lost makes an attempt of which nobody hears what came of it.
func (h *hand) lost(method string, f slacksim.Fault, attempt func(context.Context) error) {
	h.t.Helper()
	h.sim.Mischief().FailNext(method, 1, f)
	ctx := h.t.Context()
	if f.Hang > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.Hang/10)
		defer cancel()
	}
	require.Error(h.t, attempt(ctx))
	h.sim.Mischief().Clear()
}

// change passes a verb through the door. The jobs that follow are left to lie.
func (h *hand) change(decide store.Decision) {
	h.t.Helper()
	_, err := h.st.Update(h.t.Context(), h.inc.Ref(), nil, decide)
	require.NoError(h.t, err)
}

func (h *hand) acknowledge() {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, h.inc.DeclaredBy, now)
	})
}

// set changes the row in a way for which no verb is needed.
func (h *hand) set(edit func(*incident.Incident)) {
	h.t.Helper()
	h.change(func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		edit(&inc)
		inc.Revision++
		return incident.Change{Incident: inc, Silent: true}, nil
	})
}

// keyed are the messages in a channel that carry this key, deleted ones left out.
func (h *hand) keyed(channel, what string) (found []slacksim.Message) {
	h.t.Helper()
	for _, m := range h.sim.Messages(channel) {
		var meta struct {
			Payload struct {
				Key  string
				Also []string
			} `json:"event_payload"`
		}
		if len(m.Metadata) == 0 {
			continue
		}
		require.NoError(h.t, json.Unmarshal(m.Metadata, &meta))
		if slices.Contains(append(meta.Payload.Also, meta.Payload.Key), key(h.inc.Ref(), what)) {
			found = append(found, m)
		}
	}
	return found
}

// left are the looks of the messages with this key.
func (h *hand) left(channel, what string) (texts []string) {
	h.t.Helper()
	for _, m := range h.keyed(channel, what) {
		texts = append(texts, looks(m))
	}
	return texts
}

// only is the one message with this key.
func (h *hand) only(channel, what string) slacksim.Message {
	h.t.Helper()
	require.Len(h.t, h.left(channel, what), 1)
	return h.keyed(channel, what)[0]
}

func (h *hand) calls(method string) int { return len(h.sim.CallsOf(method)) }

// notices counts what Slack itself said of something in the incident's channel.
func (h *hand) notices(subtype string) (n int) {
	for _, m := range h.sim.Messages(h.inc.ChannelID) {
		if m.Subtype == subtype {
			n++
		}
	}
	return n
}

func looks(m slacksim.Message) string { return m.Text + string(m.Blocks) }
