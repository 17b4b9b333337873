package workers

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/store"
)

// historyWorker tells the operators that the database lost part of its history.
type historyWorker struct {
	river.WorkerDefaults[store.HistoryLost]
	w *Workers
}

// Work posts one message in the operators' channel, once however often it is tried.
func (k *historyWorker) Work(ctx context.Context, job *river.Job[store.HistoryLost]) error {
	held, release := k.w.replica.Hold(ctx, job.ID, job.Attempt)
	defer release()
	err := k.tell(bot.OnTurn(held, k.w.replica.Check), job)
	if final(err) {
		k.w.Log.Error("the operators could not be told that numbers are skipped, because the database lost part of its history", zap.Int64("next", job.Args.Next), zap.Error(err))
		return river.JobCancel(err)
	}
	return err
}

func (k *historyWorker) tell(ctx context.Context, job *river.Job[store.HistoryLost]) error {
	channel, err := k.w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.HistoryLost(job.Args.Next)
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: fmt.Sprintf("history/%d", job.Args.Next)}
	return k.w.postSought(ctx, channel, out, max(job.Attempt, len(job.AttemptedBy)) > 1, job.CreatedAt)
}
