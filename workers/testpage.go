package workers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/routine"
)

// sendTestPage pages somebody as an exercise. What the service took is written down; what arrived, the person says.
func (w *Workers) sendTestPage(ctx context.Context, fx routine.SendTestPage, t try) error {
	channel, err := w.direct(ctx, fx.Person)
	if err != nil {
		return err
	}
	m := blocks.TestPage(fx.Number)
	key := fmt.Sprintf("test/%s/%d", fx.Person, fx.Number)
	if err := w.postSought(bot.Urgent(ctx), channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key}, t.again(), t.Since); err != nil {
		return err
	}
	return w.testPageSent(ctx, fx, "")
}

// showTestPage draws a test page anew once it was answered. One that somebody deleted stays away.
func (w *Workers) showTestPage(ctx context.Context, fx routine.ShowTestPage, _ try) error {
	tester, err := w.Store.Tester(ctx, fx.Person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tester.Tests, func(p routine.TestPage) bool { return p.Number == fx.Number })
	m := blocks.TestPageArrived(routine.TestPage{})
	if i >= 0 {
		m = blocks.TestPageArrived(tester.Tests[i])
	}
	err = w.Slack.Edit(ctx, fx.Channel, fx.TS, bot.Message{Text: m.Text, Blocks: m.Blocks})
	if bot.CodeOf(err) == "message_not_found" {
		return nil
	}
	return err
}

// testPageFailed writes down why a test page did not get out: /incident oncall me says so.
func testPageFailed(w *Workers, ctx context.Context, fx routine.SendTestPage, why string) error {
	return w.testPageSent(ctx, fx, why)
}

func (w *Workers) testPageSent(ctx context.Context, fx routine.SendTestPage, failed string) error {
	_, err := w.Store.UpdateTester(ctx, fx.Person, nil, func(t routine.Tester, now time.Time) routine.TesterChange {
		return routine.TestPageSent(t, fx.Number, routine.Direct, failed, now)
	})
	return err
}

// remindTesters looks which contacts never saw a test page arrive.
func (w *Workers) remindTesters(ctx context.Context, people []routine.Person, today routine.Day) error {
	d, err := w.Store.Digest(ctx)
	if err != nil {
		return err
	}
	slices.Sort(people)
	for _, p := range slices.Compact(people) {
		_, muted := d.Muted[p]
		if p == "" {
			continue
		}
		if _, err := w.Store.UpdateTester(ctx, p, nil, func(t routine.Tester, _ time.Time) routine.TesterChange {
			return routine.RemindOfTest(t, today, muted)
		}); err != nil {
			return err
		}
	}
	return nil
}

// remindOfTestPage reminds one of them, unless they tried meanwhile.
func (w *Workers) remindOfTestPage(ctx context.Context, fx routine.RemindOfTestPage, t try) error {
	tester, err := w.Store.Tester(ctx, fx.Person)
	if err != nil || !tester.Arrived().IsZero() {
		return err
	}
	channel, err := w.direct(ctx, fx.Person)
	if err != nil {
		return err
	}
	m := blocks.TestPageReminder()
	return w.postSought(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: fmt.Sprintf("test/%s/remind/%s", fx.Person, fx.Month)}, t.again(), t.Since)
}
