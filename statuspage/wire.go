package statuspage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"mayday/bot"
)

const (
	// callTime is how long one request may take.
	callTime = 10 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 8 << 20
	// One request each 1.1 s and five at once make 59 in any 60 s. Statuspage: "1 request / second as measured on a 60 second
	// rolling window" (https://developer.statuspage.io). Instatus and Cachet publish no figure, and get the same.
	paceEvery = 1100 * time.Millisecond
	paceBurst = 5
)

// wire is the way to one product's interface.
type wire struct {
	name          string // of the product, in sentences
	base          string
	authorization string // the scheme before the token
	token         bot.Secret
	http          *http.Client
	pace          *pace
}

// call sends one request; doing names it in errors ("publish"). into, unless nil, takes the answer.
func (w *wire) call(ctx context.Context, doing, method, path string, query url.Values, body, into any) error {
	if err := w.pace.turn(ctx); err != nil {
		return &Error{Class: Retry, cause: err, What: "Could not " + doing + ": there was no time left for it", Next: "mayday tries again"}
	}
	r, err := w.request(ctx, method, path, query, body)
	if err != nil {
		return &Error{Class: Permanent, cause: err, What: "Could not " + doing + ": its address is not understood", Next: "Look at MAYDAY_STATUSPAGE_URL and MAYDAY_STATUSPAGE_PAGE"}
	}
	resp, err := w.http.Do(r)
	if err != nil {
		return w.unanswered(doing, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return w.refused(doing, resp, raw)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return w.unanswered(doing, err)
	}
	return nil
}

func (w *wire) request(ctx context.Context, method, path string, query url.Values, body any) (*http.Request, error) {
	address := w.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, errors.New("no address") // it may hold what somebody pasted
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "mayday")
	r.Header.Set("Authorization", w.authorization+w.token.Reveal())
	return r, nil
}

// at makes a path of parts, each escaped.
func at(parts ...string) string {
	path := ""
	for _, p := range parts {
		path += "/" + url.PathEscape(p)
	}
	return path
}

// pages reads a list page by page, most pages of it, until one is not full.
func pages[T any](size, most int, read func(page int) ([]T, error)) ([]T, error) {
	var all []T
	for page := 1; page <= most; page++ {
		list, err := read(page)
		if err != nil {
			return nil, err
		}
		if all = append(all, list...); len(list) < size {
			break
		}
	}
	return all, nil
}

func number(n int) string { return fmt.Sprint(n) }

// pace lets requests pass one after the other, and a few at once after a rest.
type pace struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	next time.Time // when the bucket is full again
}

// turn waits until a request may be sent, or ctx ends.
func (p *pace) turn(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	wait := p.next.Sub(now) - time.Duration(p.burst-1)*p.every
	if end, bounded := ctx.Deadline(); bounded && wait > 0 && now.Add(wait).After(end) {
		p.mu.Unlock()
		return context.DeadlineExceeded
	}
	p.next = p.next.Add(p.every)
	p.mu.Unlock()
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
