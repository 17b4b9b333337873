package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// doctorWithin is how long mayday looks; the answer has the rest of the time after an acknowledgement.
const doctorWithin = 20 * time.Second

// doctor says what mayday check finds, to whoever asks alone: first that it looks, because that takes longer than
// an acknowledgement may. Those who ask at the same time share one look.
func (h *Handlers) doctor(ctx context.Context, r bot.Request, _ line) bot.Reply {
	if err := h.mayInspect(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	if h.Checkup == nil {
		return problem("mayday cannot look at itself here.", "Run `mayday check` where mayday runs.")
	}
	reply := say(blocks.DoctorLooks())
	reply.After = func(ctx context.Context) {
		found, _, _ := h.looking.Do("doctor", func() (any, error) {
			ctx, cancel := context.WithTimeout(ctx, doctorWithin)
			defer cancel()
			return h.Checkup(ctx), nil
		})
		h.tell(ctx, r, blocks.Doctor(found.([]blocks.Checked)))
	}
	return reply
}
