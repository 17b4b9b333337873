package workers

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// notice is the one message of a run of queries: at first it may say that the
// run goes on, in the end what it answered.
type notice struct {
	w       *Workers
	inc     incident.Ref
	surface string
	// channel and thread are where it stands; no thread is the channel itself.
	channel, thread string

	mu sync.Mutex
	ts string // once it stands
}

// openNotice finds out where the message of a run stands or is to stand. The
// place is written down first, so that another attempt chooses the same one.
func (w *Workers) openNotice(ctx context.Context, inc incident.Incident, fx incident.RunQueries, t try) (*notice, error) {
	n := &notice{w: w, inc: inc.Ref(), surface: fmt.Sprintf("run/%d", t.ID)}
	place, err := w.Store.Shown(ctx, inc.ID, n.surface+"/place")
	if err != nil {
		return nil, err
	}
	if place.Channel == "" {
		place.Channel = inc.ChannelID
		if fx.By == "" || fx.Why == incident.Asked && inc.InCurrentStep(fx.Queries[0]) {
			step, err := w.Store.Shown(ctx, inc.ID, string(incident.StepMessage))
			if err != nil {
				return nil, err
			}
			place.TS = step.TS
		}
		if err := w.Store.SaveShown(ctx, inc.ID, n.surface+"/place", place); err != nil {
			return nil, err
		}
	}
	n.channel, n.thread = place.Channel, place.TS
	return n, nil
}

// put shows a message, in place of the one before. It is safe for concurrent use.
func (n *notice) put(ctx context.Context, m blocks.Message) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	sh, err := n.w.Store.Shown(ctx, n.inc.Incident, n.surface)
	if err != nil {
		return err
	}
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(n.inc, n.surface), Thread: n.thread}
	if sh, err = n.w.write(ctx, n.inc, n.surface, sh, n.channel, out); err != nil {
		return err
	}
	n.ts = sh.TS
	return n.w.Store.SaveShown(ctx, n.inc.Incident, n.surface, sh)
}

// attach posts a file in the thread of the message, once.
func (n *notice) attach(ctx context.Context, name, title string, body []byte) error {
	_, err := n.w.uploadOnce(ctx, n.inc.Incident, n.channel, cmp.Or(n.thread, n.ts), name, title, body)
	return err
}
