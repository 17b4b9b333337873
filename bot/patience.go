package bot

import (
	"context"
	"time"
)

// What a caller says of its calls: how urgent they are, how long they may wait, and what has to be true or written
// down when they are made.

type laneKey struct{}

// Calls of a lower lane overtake those of a higher one that wait for the same rate limit.
const (
	laneUrgent = iota
	laneNews
	laneSoon
	laneChores
	lanes
)

// Urgent marks calls for which somebody is called or waits: pages, acknowledgements, answers to people. They
// overtake everything that waits for the same rate limit and is not urgent itself, and of the messages that the
// workspace takes in a row a few are kept for them.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, laneKey{}, laneUrgent)
}

// News marks the message that tells everybody of an incident. A second's worth of them is one, because they all stand in
// one channel: they overtake the messages to other channels, of which there can be more.
func News(ctx context.Context) context.Context { return context.WithValue(ctx, laneKey{}, laneNews) }

// Soon marks calls that people look out for, the first messages of an incident: they overtake chores.
func Soon(ctx context.Context) context.Context { return context.WithValue(ctx, laneKey{}, laneSoon) }

type patienceKey struct{}

// Patience bounds how long calls wait for their turn in the rate plan. One whose turn comes later fails at once
// as RateLimited, with the time to come back: for callers who have something better to do than to wait.
func Patience(ctx context.Context, most time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, most)
}

// patiently takes the bound of Patience away; the deadline of ctx stays.
func patiently(ctx context.Context) context.Context {
	return context.WithValue(ctx, patienceKey{}, nil)
}

type ownKey struct{}

// OwnChannel marks messages to a channel in which nobody else posts now. Whatever their Patience they wait two
// seconds for the channel's next message: nobody else can have that turn.
func OwnChannel(ctx context.Context) context.Context { return context.WithValue(ctx, ownKey{}, true) }

type commonKey struct{}

// CommonChannel marks messages to a channel in which all replicas post: each plans with its share of that channel's rate.
func CommonChannel(ctx context.Context) context.Context {
	return context.WithValue(ctx, commonKey{}, true)
}

func common(ctx context.Context) bool { return ctx.Value(commonKey{}) != nil }

type lineKey struct{}

// InLine says what calls are for. All that are for the same stand in line once: whoever of them is turned away is told
// the same time to come back. And whatever its Patience, the first in line waits for the next turn if that comes within
// about a second, so that no turn passes while somebody is on the way.
func InLine(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, lineKey{}, name)
}

// lineOf is the name of InLine; empty without one.
func lineOf(ctx context.Context) string {
	name, _ := ctx.Value(lineKey{}).(string)
	return name
}

// firstWaits is the longest that the first in line waits: the next message of a channel.
const firstWaits = 1200 * time.Millisecond

// worth is how long everybody gains by waiting for a token of a channel.
func worth(ctx context.Context) time.Duration {
	if own, _ := ctx.Value(ownKey{}).(bool); own {
		return ownWorth
	}
	return 0
}

// patience is the longest that a call may wait; ok is false when nothing bounds it.
func patience(ctx context.Context, now time.Time, least time.Duration) (most time.Duration, ok bool) {
	most, ok = ctx.Value(patienceKey{}).(time.Duration)
	most = max(most, least)
	if end, bounded := ctx.Deadline(); bounded && (!ok || end.Sub(now) < most) {
		most, ok = end.Sub(now), true
	}
	return most, ok
}

type turnKey struct{}

// OnTurn has f called each time that a call's turn has come, just before it is sent, after those of the contexts
// around it. Its error keeps the call from being made. It is for making sure that the call may still be made, and
// for writing down that something is about to happen whose outcome may stay unknown.
func OnTurn(ctx context.Context, f func(context.Context) error) context.Context {
	before := onTurn(ctx)
	return context.WithValue(ctx, turnKey{}, func(ctx context.Context) error {
		if err := before(ctx); err != nil {
			return err
		}
		return f(ctx)
	})
}

func onTurn(ctx context.Context) func(context.Context) error {
	if f, ok := ctx.Value(turnKey{}).(func(context.Context) error); ok {
		return f
	}
	return func(context.Context) error { return nil }
}

func laneOf(ctx context.Context) int {
	if lane, ok := ctx.Value(laneKey{}).(int); ok {
		return lane
	}
	return laneChores
}
