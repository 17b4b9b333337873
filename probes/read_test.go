package probes

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch r.URL.Path {
		case "/there":
			if r.Header.Get("If-None-Match") == `"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("ETag", `"1"`)
			_, _ = w.Write([]byte("twelve bytes"))
		case "/moved":
			http.Redirect(w, r, "/there", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(s.Close)
	p := New(true)
	c, err := p.Read(t.Context(), s.URL+"/there", 12, "", "")
	require.NoError(t, err)
	assert.Equal(t, Copy{Body: []byte("twelve bytes"), ETag: `"1"`}, c)
	c, err = p.Read(t.Context(), s.URL+"/there", 12, `"1"`, "")
	require.NoError(t, err)
	assert.Equal(t, Copy{Same: true, ETag: `"1"`}, c)
	c, err = p.Read(t.Context(), s.URL+"/moved", 12, "", "")
	require.NoError(t, err)
	assert.Equal(t, "twelve bytes", string(c.Body))
	_, err = p.Read(t.Context(), s.URL+"/there", 11, "", "")
	require.ErrorIs(t, err, errTooLarge)
	for path, want := range map[string]string{"/gone?secret=hush": "it answers 503", "/round?secret=hush": "redirects"} {
		_, err = p.Read(t.Context(), s.URL+path, 12, "", "")
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "hush", "an address may be a secret")
		assert.NotContains(t, err.Error(), strings.TrimPrefix(s.URL, "http://"))
	}
	_, err = p.Read(t.Context(), "calendar.ics", 12, "", "")
	require.ErrorContains(t, err, "no web address")

	asked = 0
	_, err = New(false).Read(t.Context(), s.URL+"/there", 12, "", "")
	require.ErrorContains(t, err, "not public")
	assert.Zero(t, asked, "an address of the runbook is no door into the house")
	slow := New(true)
	slow.limit = time.Nanosecond
	_, err = slow.Read(t.Context(), s.URL+"/there", 12, "", "")
	require.ErrorContains(t, err, "no answer within")
}
