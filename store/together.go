package store

import (
	"context"
	"sync"
)

// together lets those who ask at the same moment share a round trip to the database, or a wait for its disk. Who asks
// while one is under way shares the next with all who came meanwhile; nobody waits for company. A question is answered
// by a call of do that begins after it was asked.
type together[Q, A any] struct {
	// do answers questions in their order. When it fails for a reason that may lie in one of them, each is asked alone.
	do func(ctx context.Context, asked []Q) ([]A, error)

	mu      sync.Mutex
	busy    bool
	waiting []asking[Q, A]
}

type asking[Q, A any] struct {
	question Q
	done     chan answer[A] // has room for one
}

type answer[A any] struct {
	is  A
	err error
}

// ask waits for an answer as long as ctx lasts. What was asked may be done all the same after that.
func (t *together[Q, A]) ask(ctx context.Context, question Q) (A, error) {
	mine := asking[Q, A]{question, make(chan answer[A], 1)}
	t.mu.Lock()
	t.waiting = append(t.waiting, mine)
	first := !t.busy
	t.busy = true
	t.mu.Unlock()
	if first {
		go t.run(context.WithoutCancel(ctx))
	}
	select {
	case a := <-mine.done:
		return a.is, a.err
	case <-ctx.Done():
		var none A
		return none, ctx.Err()
	}
}

// run answers until nobody has asked meanwhile.
func (t *together[Q, A]) run(ctx context.Context) {
	for {
		t.mu.Lock()
		list := t.waiting
		t.waiting = nil
		t.busy = len(list) > 0
		t.mu.Unlock()
		if len(list) == 0 {
			return
		}
		t.answer(ctx, list)
	}
}

func (t *together[Q, A]) answer(ctx context.Context, list []asking[Q, A]) {
	within, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	questions := make([]Q, len(list))
	for i, a := range list {
		questions[i] = a.question
	}
	answers, err := t.do(within, questions)
	if err != nil && len(list) > 1 && !away(err) {
		for i := range list {
			t.answer(ctx, list[i:i+1])
		}
		return
	}
	for i, a := range list {
		got := answer[A]{err: err}
		if err == nil {
			got.is = answers[i]
		}
		a.done <- got
	}
}
