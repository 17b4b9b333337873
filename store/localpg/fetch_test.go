package localpg

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maven serves a repository that holds one archive, whatever the platform: bin
// with a postgres that only knows its version, 17.5. sum is its SHA-256, or what is served as such.
func maven(t *testing.T, sum func(jar []byte) string) string {
	archive, err := os.ReadFile("testdata/programs.txz")
	require.NoError(t, err)
	var jar bytes.Buffer
	w := zip.NewWriter(&jar)
	f, err := w.Create("postgres.txz")
	require.NoError(t, err)
	_, err = f.Write(archive)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Contains(t, r.URL.Path, "/io/zonky/test/postgres/")
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			fmt.Fprint(w, sum(jar.Bytes()))
			return
		}
		_, _ = w.Write(jar.Bytes()) // a client that hangs up is the client's test
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func rightSum(jar []byte) string { return fmt.Sprintf("%x", sha256.Sum256(jar)) }

func TestFetch(t *testing.T) {
	dir := t.TempDir()
	// what an interrupted download and a broken one left
	require.NoError(t, os.MkdirAll(filepath.Join(dir, fetchWork, "unpacked", "bin"), 0o700))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, fetchedDir, "bin"), 0o700))
	var owned string
	own := func(tree string) error { owned = tree; return nil }
	require.NoError(t, fetch(t.Context(), dir, maven(t, rightSum), own))
	assert.Equal(t, 17, version(t.Context(), filepath.Join(dir, fetchedDir, "bin")))
	assert.NotEmpty(t, owned)
	assert.NoDirExists(t, filepath.Join(dir, fetchWork))
}

func TestFetchThatFails(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	for name, c := range map[string]struct{ repository, want string }{
		"no network":   {gone.URL, "unable to connect to " + gone.URL},
		"no such file": {empty.URL, "no version found"},
		"wrong sum":    {maven(t, func([]byte) string { return "0000" }), "checksums do not match"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			err := fetch(t.Context(), dir, c.repository, keepOwner)
			require.ErrorContains(t, err, c.want)
			assert.NoDirExists(t, filepath.Join(dir, fetchedDir))
		})
	}
}

func TestFetchDoesNotHang(t *testing.T) {
	release := make(chan struct{})
	silence := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer silence.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	dir, err := os.MkdirTemp("", "mayday-fetch-") // not t.TempDir: the download left behind may still write
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.ErrorIs(t, fetch(ctx, dir, silence.URL, keepOwner), context.DeadlineExceeded)
}
