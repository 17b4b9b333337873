package bot

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	// grace is what a handler gets after its context ended to return an answer of its own; then the person
	// is told that it is not confirmed, still before Slack's 3 s.
	grace = 250 * time.Millisecond
	// remember is how long a repeated delivery is recognised at least. Slack's last retry comes after 5 min.
	remember = 10 * time.Minute
	// keptAnswers is how many answers are kept for deliveries that come after them. Slack may read the acknowledgement of the
	// later one first, by another connection, and shows what it reads first.
	keptAnswers = 16
	// afterTimeout bounds Reply.After and the messages that follow an acknowledgement.
	afterTimeout = 30 * time.Second
)

// desk takes every envelope, makes sure that it is acknowledged once per delivery on the connection that
// brought it, and that the handler sees it once.
type desk struct {
	cfg  SocketConfig
	work *dispatcher

	// people wait while their requests are in hand and not answered yet.
	people Precedence

	mu       sync.Mutex
	known    map[string]*task // those that are not answered yet, by key
	answered seen             // the others
	kept     []kept           // the last answers, the oldest first
	inHand   int
	idle     chan struct{} // closed while inHand is 0
}

// kept is an answer that has been given.
type kept struct {
	keys    []string
	payload json.RawMessage
}

// task is one request and all the deliveries of it.
type task struct {
	desk *desk
	req  Request

	mu         sync.Mutex
	state      state
	again      sync.Once
	deliveries []delivery
	payload    json.RawMessage // of the acknowledgement, once it is answered
	timer      *time.Timer
}

type state int

const (
	queued state = iota
	running
	answering // being acknowledged; the handler may still be running
	answered
	returned // left to Slack to deliver again
)

type delivery struct {
	conn *connection
	id   string
	at   time.Time
}

func newDesk(cfg SocketConfig) *desk {
	idle := make(chan struct{})
	close(idle)
	return &desk{cfg: cfg, work: newDispatcher(cfg.Workers), known: make(map[string]*task), answered: seen{span: remember}, idle: idle}
}

func parse(frame []byte) (envelope, error) {
	var env envelope
	if err := json.Unmarshal(frame, &env); err != nil {
		return envelope{ID: salvage(frame)}, err
	}
	return env, nil
}

// unreadable acknowledges what nobody can handle, so that Slack neither repeats it nor counts it against us.
func (d *desk) unreadable(c *connection, env envelope, why error, size int) {
	outcome := "undecodable"
	if errors.Is(why, errUnknown) {
		outcome = "unknown"
	}
	d.cfg.Metrics.envelope(kindOf(env.Type), outcome)
	d.cfg.Log.Error("envelope not understood; acknowledged and dropped", zap.String("type", env.Type),
		zap.String("envelope", env.ID), zap.Int("bytes", size), zap.Error(why))
	if env.ID == "" {
		return
	}
	var payload json.RawMessage
	if env.Type == typeCommand {
		payload, _ = Reply{Text: textBroken}.payload(Command) // a map of strings always encodes
	}
	go func() { // a full send buffer must not stop the reader
		if err := c.ack(env.ID, payload); err != nil {
			d.cfg.Log.Warn("acknowledgement lost", zap.String("envelope", env.ID), zap.Error(err))
		}
	}()
	if env.Type == typeInteractive {
		d.apologise(env)
	}
}

// apologise tells the person behind an interaction that did not decode, where Slack gave an address to do so.
func (d *desk) apologise(env envelope) {
	var where struct {
		URL string `json:"response_url"`
	}
	if json.Unmarshal(env.Payload, &where) != nil || where.URL == "" {
		return
	}
	d.begin()
	go func() {
		defer d.end()
		d.deliver(Request{Kind: Action, ResponseURL: where.URL}, Reply{Text: textBroken})
	}()
}

func kindOf(envelopeType string) Kind {
	switch envelopeType {
	case typeCommand:
		return Command
	case typeEvent:
		return EventKind
	case typeInteractive:
		return "interaction"
	}
	return "other"
}

// take queues an envelope, or joins it to the task that already has it. It does not wait.
func (d *desk) take(c *connection, env envelope, at time.Time) {
	req, err := decode(env, at)
	if err != nil {
		d.unreadable(c, env, err, len(env.Payload))
		return
	}
	here := delivery{conn: c, id: env.ID, at: at}
	t, fresh := d.claim(req, here)
	if !fresh {
		d.cfg.Metrics.envelope(req.Kind, "duplicate")
		t.join(here)
		return
	}
	if req.Kind != EventKind {
		d.people.Begin()
		t.mu.Lock()
		t.timer = time.AfterFunc(d.cfg.Deadline+grace-time.Since(at), t.expire)
		t.mu.Unlock()
	}
	d.work.add(req.order(), d.beside(req), t.run)
}

// beside reports whether a request may be handled beside others of its lane.
func (d *desk) beside(r Request) bool { return d.cfg.Beside != nil && d.cfg.Beside(r) }

// claim finds the task that any key of req belongs to, or makes one. Of what was answered before only the keys are
// known, and of the last few the answer: it gets a task that is answered.
func (d *desk) claim(req Request, first delivery) (t *task, fresh bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range req.Keys {
		if t, known := d.known[k]; known {
			return t, false
		}
	}
	if d.answered.any(req.Keys, first.at) {
		return &task{desk: d, req: req, state: answered, payload: d.again(req.Keys)}, false
	}
	t = &task{desk: d, req: req, deliveries: []delivery{first}}
	for _, k := range req.Keys {
		d.known[k] = t
	}
	d.beginLocked()
	return t, true
}

// settled lets go of a request: of one that was answered the keys are kept, and one that is left to Slack is as if it
// had never come.
func (d *desk) settled(t *task, answered bool) {
	if t.req.Kind != EventKind {
		d.people.End()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range t.req.Keys {
		if d.known[k] == t {
			delete(d.known, k)
		}
	}
	if !answered {
		return
	}
	d.answered.add(t.req.Keys, time.Now())
	if t.payload != nil {
		d.kept = append(d.kept, kept{t.req.Keys, t.payload})
		d.kept = d.kept[max(0, len(d.kept)-keptAnswers):]
	}
}

// again is the answer to what was answered before; nil where it is not kept. Locked.
func (d *desk) again(keys []string) json.RawMessage {
	for _, k := range d.kept {
		if slices.ContainsFunc(k.keys, func(key string) bool { return slices.Contains(keys, key) }) {
			return k.payload
		}
	}
	return nil
}

func (d *desk) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.beginLocked()
}

func (d *desk) beginLocked() {
	if d.inHand == 0 {
		d.idle = make(chan struct{})
	}
	d.inHand++
}

func (d *desk) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inHand--
	if d.inHand == 0 {
		close(d.idle)
	}
}

// settle waits until nothing is in hand, at most for the given time, and gives what is left.
func (d *desk) settle(most time.Duration) int {
	d.mu.Lock()
	idle := d.idle
	d.mu.Unlock()
	select {
	case <-idle:
	case <-time.After(most):
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.inHand
}

func (d *desk) close() { d.work.close() }

// deliver sends what cannot ride on an acknowledgement.
func (d *desk) deliver(r Request, reply Reply) {
	if reply.Text == "" && len(reply.Blocks) == 0 {
		return
	}
	if d.cfg.Client == nil {
		d.cfg.Log.Error("no client to answer with", zap.String("kind", string(r.Kind)))
		return
	}
	ctx, cancel := context.WithTimeout(Urgent(context.Background()), afterTimeout)
	defer cancel()
	m := Message{Text: reply.Text, Blocks: reply.Blocks, Replace: reply.Replace && r.Private}
	var err error
	switch {
	case r.ResponseURL != "":
		err = d.cfg.Client.Respond(ctx, r.ResponseURL, m)
	case r.Channel != "" && r.User != "":
		m.Thread = r.ThreadTS
		err = d.cfg.Client.PostEphemeral(ctx, r.Channel, r.User, m)
	case r.User != "":
		_, err = d.cfg.Client.Post(ctx, r.User, m) // Slack: a user id is a direct message from the app
	}
	if err != nil {
		d.cfg.Log.Warn("answer not delivered", zap.String("kind", string(r.Kind)), zap.String("user", r.User), zap.Error(err))
	}
}

// handle calls the handler, and answers for it when it panics.
func (d *desk) handle(ctx context.Context, r Request) (reply Reply) {
	defer func() {
		if p := recover(); p != nil {
			d.cfg.Metrics.envelope(r.Kind, "panicked")
			d.cfg.Log.Error("handler panicked", zap.String("kind", string(r.Kind)), zap.String("command", r.Command),
				zap.String("action", r.ActionID), zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			reply = Reply{}
			switch r.Kind {
			case Submission:
				reply.View = notice(textPanic)
			case Command, Action, Shortcut, MessageShortcut:
				reply.Text = textPanic
			}
		}
	}()
	return d.cfg.Handler.Handle(ctx, r)
}
