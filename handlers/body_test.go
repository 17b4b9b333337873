package handlers

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/alerts"
	"mayday/incident"
	"mayday/store"
)

// zipped is a text as senders compress it.
func zipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.String()
}

func TestACompressedBodyIsRead(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	const gzipped = "Content-Encoding: gzip"
	require.Equal(t, http.StatusAccepted, g.post("/in/sentry", zipped(t, `{"title": "disk full"}`), bearer(sentryKey), gzipped).Code)
	require.Equal(t, http.StatusAccepted, g.post("/v2/enqueue", zipped(t, pagerEvent), "Content-Encoding: X-GZIP").Code, "the key is read in it")
	require.Equal(t, http.StatusAccepted, g.post("/in/sentry", `{"title": "as it is"}`, bearer(sentryKey), "Content-Encoding: identity").Code)
	list := g.stored()
	require.Len(t, list, 3)
	assert.JSONEq(t, `{"title": "disk full"}`, string(list[0].Body))

	whole := zipped(t, `{"title": "`+strings.Repeat("a longer text than fits into a block ", 20)+`"}`)
	for name, c := range map[string]struct {
		body, how string
		code      int
		says      string
	}{
		"more than it seems":  {zipped(t, `{"title": "`+strings.Repeat("x", alerts.MaxBody)+`"}`), "gzip", 413, "512 kB"},
		"not compressed":      {`{"title": "x"}`, "gzip", 400, "not compressed with gzip"},
		"broken off":          {whole[:len(whole)-9], "gzip", 400, "did not arrive"},
		"in another way":      {whole, "br", 415, "with gzip"},
		"more than once":      {zipped(t, whole), "gzip, gzip", 415, "with gzip"},
		"said to be as it is": {whole, "", 400, "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			w := g.post("/in/sentry", c.body, bearer(sentryKey), "Content-Encoding: "+c.how)
			assert.Equal(t, c.code, w.Code, w.Body)
			assert.Contains(t, w.Body.String(), c.says)
		})
	}
	assert.Empty(t, g.stored())
}

// A signature is that of the text before it was compressed.
func TestACompressedBodyIsProved(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "grafana", Way: incident.ToOffer}, "", "client-secret"))
	const signed = `{"title": "signed"}`
	for text, code := range map[string]int{signed: http.StatusAccepted, `{"title": "forged"}`: http.StatusUnauthorized} {
		r := httptest.NewRequest(http.MethodPost, "/in/grafana", strings.NewReader(zipped(t, text)))
		r.Header = signature("client-secret", signed, time.Now())
		r.Header.Set("Content-Encoding", "gzip")
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		assert.Equal(t, code, w.Code, w.Body)
	}
}
