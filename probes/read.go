package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Copy is what an address answered to Read.
type Copy struct {
	// Same: it is as it was when it was read last, and there is no Body.
	Same bool
	Body []byte
	// ETag and Modified are to be given when it is read again; empty when the address says neither.
	ETag, Modified string
}

// errTooLarge: an answer is longer than it may be.
var errTooLarge = errors.New("it is too large")

// Read fetches a document of at most so many bytes, within ten seconds or until ctx is done, under the same rules as a
// check. etag and modified are of the Copy before. An error never holds the address, which may be a secret.
func (p *Prober) Read(ctx context.Context, address string, most int64, etag, modified string) (Copy, error) {
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	client, closeIdle := p.client()
	defer closeIdle()
	client.CheckRedirect = func(_ *http.Request, via []*http.Request) error {
		if len(via) > mostRedirect {
			return errRedirects
		}
		return nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || req.URL.Host == "" {
		return Copy{}, errors.New("this is no web address")
	}
	req.Header.Set("User-Agent", userAgent)
	for name, v := range map[string]string{"If-None-Match": etag, "If-Modified-Since": modified} {
		if v != "" {
			req.Header.Set(name, v)
		}
	}
	answer, err := client.Do(req)
	if err != nil {
		return Copy{}, errors.New(p.explain(err))
	}
	defer answer.Body.Close() //nolint:errcheck // it was read, or is not wanted
	c := Copy{ETag: answer.Header.Get("ETag"), Modified: answer.Header.Get("Last-Modified")}
	switch answer.StatusCode {
	case http.StatusNotModified:
		c.Same, c.ETag, c.Modified = true, etag, modified
		return c, nil
	case http.StatusOK:
	default:
		return Copy{}, fmt.Errorf("it answers %d", answer.StatusCode)
	}
	c.Body, err = io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return Copy{}, errors.New(p.explain(err))
	case int64(len(c.Body)) > most:
		return Copy{}, errTooLarge
	}
	return c, nil
}
