package bot

import (
	"context"
	"encoding/json"
	"time"

	"go.uber.org/zap"
)

// join adds another delivery of a request that is known: it gets the same acknowledgement, at once or
// together with the first.
func (t *task) join(again delivery) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch t.state {
	case queued, running, answering:
		t.deliveries = append(t.deliveries, again)
	case answered:
		go t.write([]delivery{again}, t.payload, Reply{})
	case returned:
		// A redelivery that raced with our giving up; Slack delivers once more.
	}
}

// run is the worker's side of a request.
func (t *task) run() {
	defer t.desk.end()
	cfg := &t.desk.cfg
	until := t.req.At.Add(cfg.Deadline)
	if t.req.Kind == EventKind {
		until = time.Now().Add(cfg.Deadline) // nobody waits for it with a clock in hand
	} else if time.Now().After(until) {
		t.expire()
	}
	if !t.begin() {
		return
	}
	ctx, cancel := context.WithDeadline(context.Background(), until)
	reply := t.desk.handle(ctx, t.req)
	cancel()
	if reply.Redeliver && t.req.Kind == EventKind && t.giveBack() {
		return
	}
	payload, extra := t.compose(reply)
	if _, sent := t.answer(running, payload, reply); extra || !sent {
		t.later(func() { t.desk.deliver(t.req, reply) })
	}
	cfg.Metrics.envelope(t.req.Kind, "handled")
	if reply.After != nil {
		t.later(func() { t.after(reply.After) })
	}
}

func (t *task) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state != queued {
		return false
	}
	t.state = running
	return true
}

// giveBack leaves an event to Slack's retries.
func (t *task) giveBack() bool {
	t.mu.Lock()
	if t.state != running {
		t.mu.Unlock()
		return false
	}
	t.state = returned
	t.mu.Unlock()
	t.desk.settled(t, false)
	t.desk.cfg.Metrics.envelope(t.req.Kind, "returned")
	return true
}

// compose gives the payload of the acknowledgement, and whether the reply says something that does not ride on it.
func (t *task) compose(reply Reply) (payload json.RawMessage, extra bool) {
	cfg := &t.desk.cfg
	payload, err := reply.payload(t.req.Kind)
	if err != nil || len(payload) > maxAck {
		cfg.Metrics.envelope(t.req.Kind, "shortened")
		cfg.Log.Error("answer does not fit an acknowledgement and was replaced by a short text", zap.String("kind", string(t.req.Kind)),
			zap.String("command", t.req.Command), zap.Int("bytes", len(payload)), zap.Error(err))
		payload = shortened(t.req.Kind)
	}
	says := reply.Text != "" || len(reply.Blocks) > 0
	return payload, says && t.req.Kind != Command && t.req.Kind != Options && t.req.Kind != Closed
}

// answer acknowledges every delivery so far, and those that come meanwhile, if the request is still in the given state. It
// says whether at least one acknowledgement went out with this payload. Slack shows what it is told first, and an empty
// acknowledgement on another connection could be quicker.
func (t *task) answer(from state, payload json.RawMessage, reply Reply) (moved, sent bool) {
	t.mu.Lock()
	if t.state != from {
		t.mu.Unlock()
		return false, false
	}
	t.state, t.payload = answering, payload
	if t.timer != nil {
		t.timer.Stop()
	}
	for len(t.deliveries) > 0 {
		waiting := t.deliveries
		t.deliveries = nil
		t.mu.Unlock()
		sent = t.write(waiting, payload, reply) || sent
		t.mu.Lock()
	}
	t.state = answered
	t.mu.Unlock()
	t.desk.settled(t, true)
	return true, sent
}

// write sends the acknowledgement of each delivery on the connection that brought it.
func (t *task) write(waiting []delivery, payload json.RawMessage, reply Reply) bool {
	sent := false
	cfg := &t.desk.cfg
	for _, w := range waiting {
		if err := w.conn.ack(w.id, payload); err != nil {
			cfg.Metrics.envelope(t.req.Kind, "unacknowledged")
			cfg.Log.Warn("acknowledgement lost with its connection", zap.String("envelope", w.id), zap.Error(err))
			continue
		}
		sent = true
		if t.req.Kind == Command && payload != nil {
			w.conn.doubt(func() { t.repeat(reply) })
		}
		cfg.Metrics.ack.WithLabelValues(string(t.req.Kind)).Observe(time.Since(w.at).Seconds())
	}
	return sent
}

// repeat gives a command's answer once more, by its response URL: the acknowledgement may not have arrived.
func (t *task) repeat(reply Reply) {
	t.again.Do(func() { t.later(func() { t.desk.deliver(t.req, reply) }) })
}

// expire answers for a handler that is not done in time: what never started is dropped with a definite
// answer, what runs is not confirmed and the real answer follows.
func (t *task) expire() {
	if !t.excuse(queued, textBusy, "expired") {
		t.excuse(running, textSlow, "slow")
	}
}

func (t *task) excuse(from state, text, outcome string) bool {
	reply := Reply{}
	if ask := t.desk.cfg.Excuse; ask != nil {
		reply = ask(t.req, from == running)
	}
	if reply.Text == "" {
		reply = Reply{Text: text}
		if t.req.Kind == Submission {
			reply = Reply{View: notice(text)}
		}
	}
	payload, extra := t.compose(reply)
	moved, sent := t.answer(from, payload, reply)
	if !moved {
		return false
	}
	t.desk.cfg.Metrics.envelope(t.req.Kind, outcome)
	t.desk.cfg.Log.Error("request not handled in time", zap.String("kind", string(t.req.Kind)), zap.String("outcome", outcome),
		zap.String("command", t.req.Command), zap.String("action", t.req.ActionID))
	if extra || !sent {
		t.later(func() { t.desk.deliver(t.req, reply) })
	}
	return true
}

// later runs f outside the lane of its request; a shutdown waits for it.
func (t *task) later(f func()) {
	t.desk.begin()
	go func() {
		defer t.desk.end()
		f()
	}()
}

func (t *task) after(f func(context.Context)) {
	defer func() {
		if p := recover(); p != nil {
			t.desk.cfg.Metrics.envelope(t.req.Kind, "panicked")
			t.desk.cfg.Log.Error("work after the acknowledgement panicked", zap.Any("panic", p), zap.Stack("stack"))
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), afterTimeout)
	defer cancel()
	f(ctx)
}
