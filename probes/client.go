package probes

import (
	"net/http"
	"time"
)

// ErrNotPublic is why an address was not dialled.
var ErrNotPublic = errPrivate

// Client asks addresses of the runbook for others, by the same guard as Check and within a time each; it follows no redirect.
func (p *Prober) Client(within time.Duration) *http.Client {
	return &http.Client{Transport: p.transport(), Timeout: within, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
