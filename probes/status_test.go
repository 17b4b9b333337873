package probes

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// page serves files of a status page; every other path is a plain page.
func page(t *testing.T, files map[string]string) incident.Probe {
	s := plain(t, func(w http.ResponseWriter, r *http.Request) {
		body, ok := files[r.URL.Path]
		if !ok && strings.HasPrefix(r.URL.Path, "/api/") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, err := w.Write([]byte(body))
		assert.NoError(t, err)
	})
	return incident.Probe{Kind: incident.ProbeStatus, Name: "Supplier", URL: s.URL + "/some/where"}
}

func TestStatusPages(t *testing.T) {
	const fine = `{"status":{"indicator":"none","description":"All Systems Operational"}}`
	for name, c := range map[string]struct {
		files  map[string]string
		ok     bool
		says   string
		detail []string
	}{
		"fine":   {map[string]string{"/api/v2/summary.json": fine}, true, "All Systems Operational", nil},
		"broken": {map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"major","description":"Partial System Outage"},"incidents":[{"name":"Logins fail","status":"identified"},{"name":"Old","status":"resolved"},{"name":"","status":""}]}`}, false, "Partial System Outage (major), 2 open incidents", []string{"Logins fail (identified)", "an incident without a name"}},
		"fine but for an incident": {map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"none","description":"All good"},"incidents":[{"name":"Slow builds","status":"investigating"}]}`}, false,
			"All good, 1 open incident", []string{"Slow builds (investigating)"}},
		"maintenance":         {map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"maintenance","description":"Under maintenance"}}`}, true, "Under maintenance (maintenance)", nil},
		"no description":      {map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"critical"}}`}, false, "status critical", nil},
		"only the status":     {map[string]string{"/api/v2/status.json": fine}, true, "All Systems Operational", nil},
		"summary is too long": {map[string]string{"/api/v2/summary.json": `{"page":"` + strings.Repeat("x", mostBody) + `"}`, "/api/v2/status.json": fine}, true, "All Systems Operational", nil},
		"no JSON":             {map[string]string{"/api/v2/summary.json": "<html>", "/api/v2/status.json": "{}"}, true, "200 OK in ", nil},
		"many incidents":      {map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"minor","description":"Minor"},"incidents":[` + strings.Repeat(`{"name":"x"},`, 8) + `{"name":"x"}]}`}, false, "9 open incidents", []string{"x", "x", "x", "x", "x", "and 4 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := open(nil).Check(t.Context(), page(t, c.files))
			assert.Equal(t, c.ok, r.OK)
			assert.Contains(t, r.Summary, c.says)
			assert.Equal(t, c.detail, r.Detail)
			assert.Positive(t, r.Latency)
		})
	}
}

func TestAStatusPageThatDoesNotAnswerSaysWhy(t *testing.T) {
	r := New(false).Check(t.Context(), page(t, nil))
	assert.False(t, r.OK)
	assert.Contains(t, r.Summary, "not public")
}

func FuzzDecodeStatus(f *testing.F) {
	f.Add([]byte(`{"status":{"indicator":"none","description":"All Systems Operational"}}`))
	f.Add([]byte(`{"status":{"indicator":"major\u202e","description":"a\nb"},"incidents":[{"name":"<!channel>","status":"x"}]}`))
	f.Add([]byte(`{"incidents":[null]}`))
	f.Add([]byte("\xff{"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, ok := decodeStatus(raw)
		if !ok {
			return
		}
		require.NotEmpty(t, s.indicator)
		for _, words := range append(s.open, s.words()) {
			assert.NotContains(t, words, "\n")
			assert.True(t, utf8.ValidString(words))
			assert.LessOrEqual(t, utf8.RuneCountInString(words), 200)
		}
	})
}
