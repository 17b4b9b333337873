package program

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/store"
)

const (
	// connectEvery is the pause between two attempts to reach a database that is away.
	connectEvery = time.Second
	// sayAwayEvery is how often the log says that mayday still waits for it.
	sayAwayEvery = 15 * time.Second
)

// unusableDatabase is a database that waiting does not mend.
type unusableDatabase struct {
	what string
	// advised: what says already what to do.
	advised bool
}

func (e *unusableDatabase) Error() string {
	if e.advised {
		return e.what
	}
	return e.what + "; correct DATABASE_URL, mayday check looks at it"
}

// Unusable reports whether an error of Run lies in the settings: the same
// settings will fail again.
func Unusable(err error) bool {
	var db *unusableDatabase
	return errors.As(err, &db) || bot.ClassOf(err) == bot.Token
}

// connect opens the database, and waits for one that is away: both may be
// starting after a power cut. What does not go by itself is returned at once.
func connect(ctx context.Context, c store.Config, log *zap.Logger) (*store.Store, error) {
	var said time.Time
	for {
		st, err := store.Open(ctx, c)
		switch {
		case err == nil:
			return st, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, store.ErrNewer):
			return nil, &unusableDatabase{err.Error(), true} // whole: no address is in it
		case !store.Away(err):
			return nil, &unusableDatabase{Redact(err, bot.Secret(c.URL)), errors.Is(err, store.ErrPooler)}
		}
		if time.Since(said) >= sayAwayEvery {
			said = time.Now()
			log.Warn("the database does not answer; mayday waits for it and serves nobody until then", zap.String("error", Redact(err, bot.Secret(c.URL))))
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(connectEvery), nil)
	}
}
