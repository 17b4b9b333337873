package workers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// notice is the one message of a run of queries: at first it may say that the
// run goes on, in the end what it answered.
type notice struct {
	w       *Workers
	inc     int64
	surface string
	since   time.Time

	mu     sync.Mutex
	sh     store.Shown
	thread string
	look   bool // an earlier attempt may have posted it
}

// openNotice finds out where the message of a run stands or is to stand. The
// place is written down first, so that another attempt chooses the same one.
func (w *Workers) openNotice(ctx context.Context, inc incident.Incident, fx incident.RunQueries, t try) (*notice, error) {
	n := &notice{w: w, inc: inc.ID, surface: fmt.Sprintf("run/%d", t.ID), since: t.Since, look: t.again()}
	sh, err := w.Store.Shown(ctx, inc.ID, n.surface)
	if err != nil {
		return nil, err
	}
	if sh.Channel == "" {
		sh = store.Shown{Channel: inc.ChannelID}
		if fx.Why == incident.Asked && inc.InCurrentStep(fx.Queries[0]) {
			step, err := w.Store.Shown(ctx, inc.ID, string(incident.StepMessage))
			if err != nil {
				return nil, err
			}
			sh.Digest = step.TS
		}
		if err := w.Store.SaveShown(ctx, inc.ID, n.surface, sh); err != nil {
			return nil, err
		}
	}
	n.sh, n.thread = sh, sh.Digest
	return n, nil
}

// put shows a message, in place of the one before. It is safe for concurrent use.
func (n *notice) put(ctx context.Context, m blocks.Message) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(n.inc, n.surface), Thread: n.thread}
	if n.sh.TS == "" && n.look {
		ts, found, err := n.w.Slack.Sent(ctx, n.sh.Channel, n.thread, out.Key, n.since.Add(-time.Minute))
		if err != nil {
			return err
		}
		if found {
			n.sh.TS = ts
		}
		n.look = false
	}
	if n.sh.TS != "" {
		err := n.w.Slack.Edit(ctx, n.sh.Channel, n.sh.TS, out)
		if bot.CodeOf(err) != "message_not_found" {
			return err
		}
	}
	// Should the outcome be unknown, the next one looks.
	n.look = true
	posted, err := n.w.Slack.Post(ctx, n.sh.Channel, out)
	if err != nil {
		return err
	}
	n.sh.TS, n.look = posted.TS, false
	return n.w.Store.SaveShown(ctx, n.inc, n.surface, n.sh)
}

// attach posts a file in the thread of the message, once.
func (n *notice) attach(ctx context.Context, name, title string, body []byte, look bool) error {
	thread := n.thread
	if thread == "" {
		thread = n.sh.TS
	}
	if look {
		_, found, err := n.w.Slack.SentFile(ctx, n.sh.Channel, thread, title, n.since.Add(-time.Minute))
		if err != nil || found {
			return err
		}
	}
	_, err := n.w.Slack.Upload(ctx, n.sh.Channel, thread, name, title, body)
	return err
}
