package page_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/sim/page"
	slacksim "mayday/sim/slack"
)

// TestSites: names below "test" are answered by their Host and below /sites/, and nothing else is.
func TestSites(t *testing.T) {
	get := func(s *world, path, host, origin string) (int, string) {
		r, err := http.NewRequest(http.MethodGet, s.URL()+path, nil)
		require.NoError(t, err)
		if r.Host = host; origin != "" {
			r.Header.Set("Origin", origin)
		}
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(body)
	}
	s := startPage(t, slacksim.Options{}, page.Options{Sites: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s%s?%s", r.Host, r.URL.Path, r.URL.RawQuery)
	})})
	for _, c := range []struct{ path, host, want string }{
		{"/a/b?c=d", "shop.test", "shop.test/a/b?c=d"},
		{"/", "SHOP.test.:443", "SHOP.test.:443/?"},
		{"/sites/shop.test/a/b?c=d", "", "shop.test/a/b?c=d"},
		{"/sites/status.pay.test/", "", "status.pay.test/?"},
		{"/sites/example.com/", "", "there is no such site\n"},
		{"/sites/test/", "", "there is no such site\n"},
	} {
		_, body := get(s, c.path, c.host, "")
		assert.Equal(t, c.want, body, c)
	}
	_, page := get(s, "/", "contest", "")
	assert.Contains(t, page, "<html", "the page is at every other name")
	code, _ := get(s, "/sites/shop.test/", "", "https://elsewhere.example")
	assert.Equal(t, http.StatusNotFound, code, "another site's page may not use it")

	nobody := start(t, slacksim.Options{})
	code, body := get(nobody, "/", "shop.test", "")
	assert.Equal(t, http.StatusNotFound, code)
	assert.Contains(t, body, "Nobody answers for shop.test")
}
