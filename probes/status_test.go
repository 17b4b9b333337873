package probes

import (
	"net/http"
	"net/netip"
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
		"no JSON":             {map[string]string{"/api/v2/summary.json": "<html>", "/api/v2/status.json": "{}"}, false, "answers, but its state cannot be read (200 OK in ", nil},
		"another vendor's":    {map[string]string{"/api/v2/summary.json": `{"page":{"name":"Supplier","status":"UP"},"activeIncidents":[]}`}, false, "answers, but its state cannot be read", nil},
		"its own words":       {map[string]string{"/api/v2/summary.json": `{"status":"ok"}`}, false, "answers, but its state cannot be read", nil},
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

// TestWhatCannotBeReadIsNeverFine: a page that moved to another vendor answers 200 and says nothing that we understand.
func TestWhatCannotBeReadIsNeverFine(t *testing.T) {
	moved := page(t, map[string]string{"/welcome": "<html>All systems operational"})
	s := plain(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.TrimSuffix(moved.URL, "/some/where")+"/welcome", http.StatusMovedPermanently)
	})
	r := open(nil).Check(t.Context(), incident.Probe{Kind: incident.ProbeStatus, Name: "Supplier", URL: s.URL})
	assert.False(t, r.OK)
	assert.True(t, r.Unread)
	assert.Contains(t, r.Summary, "answers, but its state cannot be read")
	assert.Contains(t, r.Summary, "after 1 redirect")

	// One that moved and still speaks as before is read.
	fine := page(t, map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"none","description":"Fine"}}`})
	s = plain(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.TrimSuffix(fine.URL, "/some/where")+r.URL.Path, http.StatusMovedPermanently)
	})
	r = open(nil).Check(t.Context(), incident.Probe{Kind: incident.ProbeStatus, Name: "Supplier", URL: s.URL})
	assert.True(t, r.OK)
	assert.False(t, r.Unread)
	// One that does not answer failed.
	r = open(nil).Check(t.Context(), incident.Probe{Kind: incident.ProbeStatus, Name: "Supplier", URL: "http://127.0.0.1:1/"})
	assert.False(t, r.OK)
	assert.False(t, r.Unread)
}

// TestAddressesThatHoldOthers: behind NAT64 every address of IPv4 is reached by one of IPv6, the private ones too (RFC 6052, RFC 8215).
func TestAddressesThatHoldOthers(t *testing.T) {
	for address, public := range map[string]bool{
		"64:ff9b::8.8.8.8":         true,
		"64:ff9b::10.0.0.1":        false,
		"64:ff9b::169.254.169.254": false,
		"64:ff9b::127.0.0.1":       false,
		"64:ff9b::192.0.0.1":       false, // of 464XLAT itself
		"64:ff9b:0:0:1::808:808":   false, // outside of the prefix
		"64:ff9b:1::808:808":       true,  // local prefix, cut to 96 bits
		"64:ff9b:1::a00:1":         false,
		"64:ff9b:1:808:8:800::":    true, // local prefix, of 48 bits
		"64:ff9b:1:a00:0:100::":    false,
		"64:ff9b:1:808:8:800::1":   false, // neither
		"2002:808:808::1":          false,
		"::ffff:8.8.8.8":           true,
		"2606:4700::1111":          true,
	} {
		assert.Equal(t, public, isPublic(netip.MustParseAddr(address)), address)
	}
}
