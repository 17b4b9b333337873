package alerts

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite what is read of the samples")

// sample reads a file of testdata: headers, an empty line, the body. The header "path" is none but the endpoint.
func sample(t testing.TB, file string) Post {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	head, body, ok := strings.Cut("\n"+string(raw), "\n\n")
	require.True(t, ok, file)
	p := Post{Source: "source", Path: In, Header: map[string]string{}, Body: []byte(body), FreshKey: "fresh"}
	for _, line := range strings.Split(strings.TrimSpace(head), "\n") {
		name, value, ok := strings.Cut(line, ": ")
		switch {
		case name == "path":
			p.Path = Path(value)
		case ok:
			require.True(t, Kept(name), "%s: %s is not kept with a post", file, name)
			p.Header[name] = value
		}
	}
	return p
}

func samples(t testing.TB) []string {
	files, err := filepath.Glob("testdata/*.http")
	require.NoError(t, err)
	require.Greater(t, len(files), 30)
	return files
}

// TestEveryDialectIsRead: the sample of each file is recognised as the dialect of its name, and read as the file beside it says.
func TestEveryDialectIsRead(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range samples(t) {
		r, err := Read(sample(t, file))
		require.NoError(t, err, file)
		name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".http"), "-")
		assert.Equal(t, name, strings.Fields(r.Dialect)[0], file)
		seen[r.Dialect] = true
		now := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
		for i := range r.Reports {
			assert.NotEmpty(t, r.Reports[i].Key, file)
			r.Reports[i] = r.Reports[i].Clean(now)
		}
		got, err := json.MarshalIndent(r, "", "  ")
		require.NoError(t, err)
		golden := strings.TrimSuffix(file, ".http") + ".json"
		if *update {
			require.NoError(t, os.WriteFile(golden, append(got, '\n'), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.JSONEq(t, string(want), string(got), file)
	}
	for _, d := range dialects() {
		assert.True(t, seen[d.name], "there is no sample of %s", d.name)
	}
}

// FuzzRead: whatever is posted, in whatever dialect, is read or refused, and what is read keeps its bounds.
func FuzzRead(f *testing.F) {
	for _, file := range samples(f) {
		p := sample(f, file)
		for name, value := range p.Header {
			f.Add(p.Body, string(p.Path), name, value)
		}
		f.Add(p.Body, string(p.Path), "", "")
	}
	now := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body []byte, path, header, value string) {
		r, err := Read(Post{Source: "source", Path: Path(path), Header: map[string]string{header: value}, Body: body, FreshKey: "fresh"})
		var bad *Malformed
		if err != nil {
			require.ErrorAs(t, err, &bad)
			require.Less(t, len(err.Error()), 300)
			return
		}
		require.LessOrEqual(t, len(r.Reports), mostReports)
		for _, report := range r.Reports {
			require.Equal(t, "source", report.Source)
			c := report.Clean(now)
			require.NotEmpty(t, c.Title)
			require.LessOrEqual(t, len(c.Key), 255)
			require.LessOrEqual(t, len(c.Labels), 40)
			require.Equal(t, c, c.Clean(now), "cleaning twice changes nothing")
			_, err := json.Marshal(c)
			require.NoError(t, err)
		}
	})
}
