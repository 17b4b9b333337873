package workers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
)

// sendTestPage pages somebody as an exercise, by direct message and by each of their contact methods. What the services took is written down;
// what arrived, the person says. The methods are tried whatever becomes of Slack, and once: what rings twice frightens.
func (w *Workers) sendTestPage(ctx context.Context, fx routine.SendTestPage, t try) error {
	tester, err := w.Store.Tester(ctx, fx.Person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tester.Tests, func(p routine.TestPage) bool { return p.Number == fx.Number })
	if i < 0 {
		return nil
	}
	test := tester.Tests[i]
	channel, ts, err := w.directTestPage(ctx, fx, test, t)
	if err == nil {
		err = w.testPageSent(ctx, fx, routine.Direct, "")
	}
	if slices.ContainsFunc(test.Ways, func(w routine.TestWay) bool { return w.Name != routine.Direct }) {
		return err
	}
	tried := w.TryMethods(ctx, fx.Person, incident.Contact{})
	for _, m := range tried {
		if failed := w.testPageSent(ctx, fx, m.Label, m.Why); failed != nil {
			return errors.Join(err, failed)
		}
	}
	if err != nil || len(tried) == 0 {
		return err
	}
	return w.showTestPage(ctx, routine.ShowTestPage{Person: fx.Person, Number: fx.Number, Channel: channel, TS: ts}, t)
}

// directTestPage sends one by direct message, and says where it stands.
func (w *Workers) directTestPage(ctx context.Context, fx routine.SendTestPage, test routine.TestPage, t try) (channel, ts string, err error) {
	if channel, err = w.direct(ctx, fx.Person); err != nil {
		return "", "", err
	}
	m := blocks.TestPage(test)
	key := fmt.Sprintf("test/%s/%d", fx.Person, fx.Number)
	ts, err = w.postFound(bot.Urgent(ctx), channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key}, t.again(), t.Since)
	return channel, ts, err
}

// showTestPage draws a test page anew once it was sent by other ways too, or answered. One that somebody deleted stays away.
func (w *Workers) showTestPage(ctx context.Context, fx routine.ShowTestPage, _ try) error {
	tester, err := w.Store.Tester(ctx, fx.Person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tester.Tests, func(p routine.TestPage) bool { return p.Number == fx.Number })
	m := blocks.TestPageArrived(routine.TestPage{})
	switch {
	case i >= 0 && tester.Tests[i].Arrived(routine.Direct):
		m = blocks.TestPageArrived(tester.Tests[i])
	case i >= 0:
		m = blocks.TestPage(tester.Tests[i])
	}
	err = w.Slack.Edit(ctx, fx.Channel, fx.TS, bot.Message{Text: m.Text, Blocks: m.Blocks})
	if bot.CodeOf(err) == "message_not_found" {
		return nil
	}
	return err
}

// testPageFailed writes down why a test page did not get out: /incident oncall me says so.
func testPageFailed(w *Workers, ctx context.Context, fx routine.SendTestPage, why string) error {
	return w.testPageSent(ctx, fx, routine.Direct, why)
}

func (w *Workers) testPageSent(ctx context.Context, fx routine.SendTestPage, way, failed string) error {
	_, err := w.Store.UpdateTester(ctx, fx.Person, nil, func(t routine.Tester, now time.Time) routine.TesterChange {
		return routine.TestPageSent(t, fx.Number, way, failed, now)
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
