package workers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
)

// factRunbook holds the fault of the runbook that the operators were told of last.
const factRunbook = "runbook"

// SayRunbook tells the operators that a change of the runbook was not taken
// over, or that it is good again. fault names the state, empty when it is good;
// each change of state is told once, however many replicas see it. since is when
// the first attempt at it began; look says that this is not the first. A failure
// is returned, and nothing is lost by trying again.
func (w *Workers) SayRunbook(ctx context.Context, fault string, m blocks.Message, since time.Time, look bool) error {
	alone, err := w.Store.Alone(ctx, factRunbook, func(ctx context.Context) error {
		told, err := w.Store.Fact(ctx, factRunbook)
		if err != nil || told == fault {
			return err
		}
		channel, err := w.opsChannel(ctx)
		if err != nil {
			return err
		}
		out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: "runbook/" + fault}
		if err := w.postSought(ctx, channel, out, look, since); err != nil {
			return err
		}
		return w.Store.SaveFact(ctx, factRunbook, fault)
	})
	if err == nil && !alone {
		return notYet(time.Second) // another replica is telling it
	}
	return err
}

// opsChannel is where operators read; one that is not there is no reason to keep silent.
func (w *Workers) opsChannel(ctx context.Context) (string, error) {
	if w.OpsChannel == "" {
		return w.channelNamed(ctx, w.AnnounceChannel)
	}
	id, err := w.channelNamed(ctx, w.OpsChannel)
	if bot.ClassOf(err) == bot.Gone {
		return w.channelNamed(ctx, w.AnnounceChannel)
	}
	return id, err
}
