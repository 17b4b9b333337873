package browser

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { Main(m) }

// TestPagesShareNothing: two people in one test, or two tests, are strangers to each other.
func TestPagesShareNothing(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<p>hello</p>")) }))
	defer server.Close()
	first, second := Open(t, 800, 600, server.URL), Open(t, 400, 300, server.URL)
	_, err := chromedp.Run(first, chromedp.Evaluate[any](`localStorage.setItem('who', 'ana'); document.cookie = 'who=ana'`))
	require.NoError(t, err)
	assert.Equal(t, "ana who=ana 800", whatIsKept(t, first))
	assert.Equal(t, "null  400", whatIsKept(t, second))
}

// whatIsKept reads a page's storage, its cookies and the width of its window.
func whatIsKept(t *testing.T, page context.Context) string {
	t.Helper()
	got, err := chromedp.Run(page, chromedp.Evaluate[string](`localStorage.getItem('who') + ' ' + document.cookie + ' ' + innerWidth`))
	require.NoError(t, err)
	return got
}

// TestCloseLeavesNothing: the next page gets a new Chromium.
func TestCloseLeavesNothing(t *testing.T) {
	t.Run("a page", func(t *testing.T) { Open(t, 100, 100, "about:blank") })
	require.NoError(t, Close())
	require.NoError(t, Close(), "twice is harmless")
	t.Run("another", func(t *testing.T) { Open(t, 100, 100, "about:blank") })
}
