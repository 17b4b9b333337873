package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
	"mayday/playbooks"
)

// TestANumberAtTheEndIsATimeUnlessTheNameHasIt of the query.
func TestANumberAtTheEndIsATimeUnlessTheNameHasIt(t *testing.T) {
	rb := &playbooks.Runbook{Queries: []incident.Query{
		{Name: "web/http-404", Title: "HTTP 404"}, {Name: "web/http-500", Title: "HTTP 500"}, {Name: "users/active-7-days", Title: "Users active in 7 days"}, {Name: "credits/total", Title: "Total"},
	}}
	h := &Handlers{Runbook: func() *playbooks.Runbook { return rb }}
	type want struct {
		word string
		days int
	}
	for text, want := range map[string]want{
		"http 404": {"http 404", 30}, "http 404 30": {"http 404", 30}, "http 404 7d": {"http 404", 7}, "web/http-404 8 weeks": {"web/http-404", 56}, "http-404 90 days": {"http-404", 90},
		"active 7 days": {"active 7 days", 30}, "users active in 7 days": {"users active in 7 days", 30}, "active 90": {"active", 90},
		"total": {"total", 30}, "total 14": {"total", 14}, "credits/total 2 months": {"credits/total", 60}, "": {"", 30}, "30d": {"", 30}, "404": {"", 365},
		"total 1h": {"total 1h", 30}, "total 1d": {"total", 2}, "total 3d": {"total", 3}, "total 99 months": {"total", 365}, "total 1 week": {"total", 7}, "1 week": {"", 7},
	} {
		word, days := h.trendOf(text)
		assert.Equal(t, want.word, word, text)
		assert.Equal(t, want.days, days, text)
	}
}
