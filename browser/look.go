package browser

import (
	"context"
	"crypto/sha256"
	_ "embed" // the version of axe-core
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// axePin is the version of axe-core (npm, MPL-2.0) and the SHA-256 of its axe.min.js, which scripts/setup fetches.
//
//go:embed axe-core
var axePin string

// Schemes are the two that people choose between: see Scheme.
var Schemes = [...]string{"light", "dark"}

// Scheme has a page drawn for people who chose "light" or "dark", and who want nothing to move.
func Scheme(t testing.TB, ctx context.Context, scheme string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	require.NoError(t, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, media)
		return err
	})))
}

// Picture is what a page shows now, "png" or "webp"; the latter is smaller.
func Picture(t testing.TB, ctx context.Context, format string) []byte {
	t.Helper()
	params := page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormat(format)}
	picture, err := chromedp.Run(ctx, func(ctx context.Context, tab *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, tab, page.CaptureScreenshot, params)
		if err != nil {
			return nil, err
		}
		return r.Data, nil
	})
	require.NoError(t, err)
	return picture
}

// Accessible has axe-core look at a page, as it is now, for what keeps people from using it with a screen reader, a
// keyboard or weak eyes; what it finds serious or critical fails t. where is for the message.
// Without axe-core the test is skipped on a developer's machine and fails where CI is "true".
func Accessible(t testing.TB, ctx context.Context, where string) {
	t.Helper()
	script := axe(t)
	if loaded := value[bool](t, ctx, "typeof window.axe === 'object'"); !loaded {
		value[int](t, ctx, script+"; 0")
	}
	value[int](t, ctx, `window.looked = undefined; axe.run().then((r) => { window.looked = { passes: r.passes.length, serious: r.violations
		.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')) }; }); 0`)
	_, err := chromedp.Run(ctx, chromedp.Poll[bool]("window.looked !== undefined"))
	require.NoError(t, err, where)
	assert.Greater(t, value[int](t, ctx, "window.looked.passes"), 5, "%s: hardly anything was looked at", where)
	assert.Empty(t, value[[]string](t, ctx, "window.looked.serious"), where)
}

func value[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	require.NoError(t, err)
	return v
}

// axe is the script of axe-core; without it the test ends.
func axe(t testing.TB) string {
	t.Helper()
	version, sum, _ := strings.Cut(strings.TrimSpace(axePin), " ")
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	file := filepath.Join(cache, "mayday-test", "axe-core-"+version+".js")
	script, err := os.ReadFile(file)
	if err == nil {
		if got := sha256.Sum256(script); hex.EncodeToString(got[:]) != sum {
			err = fmt.Errorf("%s is not axe-core %s as it was published", file, version)
		}
	}
	if err != nil && os.Getenv("CI") != "true" {
		t.Skipf("SKIPPED: nothing looked at the page as a screen reader does; scripts/setup fetches axe-core: %v", err)
	}
	require.NoError(t, err, "scripts/setup fetches axe-core")
	return string(script)
}
