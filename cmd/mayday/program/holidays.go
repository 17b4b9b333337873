package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/holidays"
	"mayday/routine"
	"mayday/store"
)

const (
	// holidaysEvery is how often the calendar is read again, and holidaysAgain after a failure.
	holidaysEvery, holidaysAgain = 6 * time.Hour, 10 * time.Minute
	// holidaysTime bounds one reading of an address.
	holidaysTime = 15 * time.Second
	// holidaysBack and holidaysAhead are the days around today of which it is read.
	holidaysBack, holidaysAhead = 31, 400
)

// holidayAddress checks the setting: a file, or an address, which may hold a secret and is not repeated.
func (r *reader) holidayAddress() bot.Secret {
	v := r.value("MAYDAY_HOLIDAYS", "")
	v = strings.Replace(v, "webcal://", "https://", 1)
	if u, err := url.Parse(v); strings.Contains(v, "://") && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		r.bad("MAYDAY_HOLIDAYS", "is neither a file nor a web address", "https://calendar.example.com/holidays.ics")
	}
	return bot.Secret(v)
}

// readHolidays reads the team's calendar around a day. No error repeats the address.
func readHolidays(ctx context.Context, from bot.Secret, today routine.Day) (days []routine.Day, unread int, err error) {
	body, err := openHolidays(ctx, from.Reveal())
	if err != nil {
		return nil, 0, err
	}
	defer body.Close()
	return holidays.Read(body, today.Add(-holidaysBack), today.Add(holidaysAhead))
}

func openHolidays(ctx context.Context, from string) (io.ReadCloser, error) {
	if !strings.Contains(from, "://") {
		f, err := os.Open(from)
		if err != nil {
			return nil, errors.New("the file cannot be opened: " + reason(err))
		}
		return f, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, errors.New("the address cannot be asked")
	}
	answer, err := (&http.Client{Timeout: holidaysTime}).Do(req)
	var inURL *url.Error
	switch {
	case errors.As(err, &inURL):
		return nil, fmt.Errorf("the address does not answer: %w", inURL.Err)
	case err != nil:
		return nil, errors.New("the address does not answer")
	case answer.StatusCode != http.StatusOK:
		_ = answer.Body.Close() // nothing in it is wanted
		return nil, fmt.Errorf("the address answers %d", answer.StatusCode)
	}
	return answer.Body, nil
}

// watchHolidays keeps the holidays up to date until ctx is done. While the calendar cannot be read, the last ones stand.
func (r *rounds) watchHolidays(ctx context.Context, log *zap.Logger, now func() time.Time) {
	if !r.c.Rounds && !r.c.Digest || r.c.Holidays == "" {
		return
	}
	for ctx.Err() == nil {
		pause := holidaysEvery
		days, unread, err := readHolidays(ctx, r.c.Holidays, routine.DayOf(now().In(r.c.Zone)))
		switch {
		case err != nil && ctx.Err() == nil:
			pause = holidaysAgain
			log.Warn("the holidays cannot be read; those that were known stand", zap.Error(err))
		case unread > 0:
			log.Warn("some events of the holidays were not understood", zap.Int("events", unread))
		}
		r.setOff(days, err == nil)
		store.SystemClock{}.Wait(ctx, time.Now().Add(pause), nil)
	}
}
