package storetest

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestClockMovesOnlyByHand(t *testing.T) {
	c := NewClock(noon)
	assert.Equal(t, noon, c.Now())
	c.Advance(15 * time.Minute)
	assert.Equal(t, noon.Add(15*time.Minute), c.Now())
	c.Set(noon)
	assert.Equal(t, noon, c.Now())
}

func TestWaitReturnsAtOnceWhenTheTimeHasCome(t *testing.T) {
	c := NewClock(noon)
	c.Wait(t.Context(), noon, nil)
	c.Wait(t.Context(), noon.Add(-time.Hour), nil)
}

func TestWait(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(c *Clock, wake chan<- struct{}, cancel func())
		ends bool
	}{
		"nothing happens":   {func(*Clock, chan<- struct{}, func()) {}, false},
		"not far enough":    {func(c *Clock, _ chan<- struct{}, _ func()) { c.Advance(time.Hour - 1) }, false},
		"in two steps":      {func(c *Clock, _ chan<- struct{}, _ func()) { c.Advance(time.Minute); c.Advance(time.Hour) }, true},
		"set to the moment": {func(c *Clock, _ chan<- struct{}, _ func()) { c.Set(noon.Add(time.Hour)) }, true},
		"moved back":        {func(c *Clock, _ chan<- struct{}, _ func()) { c.Advance(-time.Hour) }, false},
		"woken":             {func(_ *Clock, wake chan<- struct{}, _ func()) { wake <- struct{}{} }, true},
		"cancelled":         {func(_ *Clock, _ chan<- struct{}, cancel func()) { cancel() }, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clock, wake := NewClock(noon), make(chan struct{}, 1)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				done := false
				go func() { clock.Wait(ctx, noon.Add(time.Hour), wake); done = true }()
				synctest.Wait()
				c.do(clock, wake, cancel)
				synctest.Wait()
				assert.Equal(t, c.ends, done)
			})
		})
	}
}

func TestManyCanWait(t *testing.T) {
	c := NewClock(noon)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() { c.Wait(t.Context(), noon.Add(time.Duration(i)*time.Second), nil) })
	}
	for range 50 {
		c.Advance(time.Second)
	}
	wg.Wait()
	assert.Equal(t, noon.Add(50*time.Second), c.Now())
}
