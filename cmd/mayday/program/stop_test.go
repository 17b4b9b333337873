package program

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestAnEndIsBounded(t *testing.T) {
	revoked := errors.New("the token was revoked")
	for name, tt := range map[string]struct {
		end  func(p *Program, asked context.CancelFunc)
		want error
	}{
		"asked to":         {func(_ *Program, asked context.CancelFunc) { asked() }, nil},
		"something fatal":  {func(p *Program, _ context.CancelFunc) { p.failed(revoked) }, revoked},
		"fatal, but asked": {func(p *Program, asked context.CancelFunc) { p.failed(context.Canceled); asked() }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			core, logs := observer.New(zap.WarnLevel)
			p := &Program{log: zap.New(core), fatal: make(chan error, 1)}
			ctx, asked := context.WithCancel(t.Context())
			release := make(chan struct{})
			defer close(release)
			started := make(chan struct{})
			go func() { <-started; tt.end(p, asked) }()
			err := p.bounded(ctx, 20*time.Millisecond, func() error {
				return p.doing("close the database", func() error { close(started); <-release; return nil })
			})
			require.Equal(t, tt.want, err)
			require.Equal(t, 1, logs.Len())
			assert.Equal(t, []any{"close the database"}, logs.All()[0].ContextMap()["left"])
		})
	}
}

func TestAnEndInTimeIsLeftToItself(t *testing.T) {
	for name, want := range map[string]error{"well": nil, "with an error": errors.New("the database is full")} {
		t.Run(name, func(t *testing.T) {
			core, logs := observer.New(zap.WarnLevel)
			p := &Program{log: zap.New(core), fatal: make(chan error, 1)}
			ctx, asked := context.WithCancel(t.Context())
			asked()
			assert.Equal(t, want, p.bounded(ctx, time.Minute, func() error { <-ctx.Done(); return want }))
			assert.Zero(t, logs.Len())
		})
	}
}
