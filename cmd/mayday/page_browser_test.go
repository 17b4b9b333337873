package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/browser"
)

const pageRunbook = `# Ferry runbook

## The ramp is stuck (P1)

### Symptoms

- Cars cannot leave <img src=x onerror="window.pwned=1">

### Immediate response

1. Call the harbour
2. Close the gate

### After the incident

- Write the report

## History of the ferry

It was built long ago by people who liked ferries, and a line as long as this one has to be wrapped on a phone and may not push the page to the side.
`

func TestMain(m *testing.M) { browser.Main(m) }

// opened is the page of pageRunbook in a real browser of some width.
func opened(t *testing.T, width, height int64) context.Context {
	t.Helper()
	dir := t.TempDir()
	doc, out := filepath.Join(dir, "RUNBOOK.md"), filepath.Join(dir, "out.html")
	require.NoError(t, os.WriteFile(doc, []byte(pageRunbook), 0o644))
	_, err := said(t, "runbook", doc, "--html", out)
	require.ErrorIs(t, err, errSaid, "nobody can be paged, so the exit code is 1")
	return browser.Open(t, width, height, "file://"+out)
}

// js is the value of an expression in the page.
func js[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	require.NoError(t, err, expression)
	return v
}

// press clicks a button where a person would: in its middle, where nothing may lie over it.
func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	require.True(t, js[bool](t, ctx, fmt.Sprintf(`(() => { const b = document.querySelector(%q), r = b.getBoundingClientRect();
		const at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		if (!b.contains(at)) { return false; }
		at.click(); return true; })()`, selector)), "%s cannot be clicked", selector)
}

// lineOf is the block that shows a line of the document.
func lineOf(text string) string {
	return fmt.Sprintf("[...document.querySelectorAll('.b')].find(b => b.innerText.includes(%q))", text)
}

func TestInABrowserTheRunbookIsLookedAt(t *testing.T) {
	ctx := opened(t, 1280, 860)
	assert.Contains(t, js[string](t, ctx, "document.querySelector('.missing').innerText"), "Contacts: there is nobody to page")
	assert.Equal(t, "undefined", js[string](t, ctx, "typeof window.pwned"), "what a document says is never run")
	assert.Contains(t, js[string](t, ctx, lineOf("Cars cannot leave")+".innerText"), `<img src=x onerror="window.pwned=1">`)

	// A chip leaves the lines of one kind bright, and a second one shows all again.
	dim := func(text string) bool { return js[bool](t, ctx, lineOf(text)+".classList.contains('dim')") }
	press(t, ctx, `.legend [data-role="step"]`)
	assert.False(t, dim("Call the harbour"))
	assert.True(t, dim("Cars cannot leave"))
	assert.True(t, dim("Write the report"))
	press(t, ctx, "[data-all]")
	assert.False(t, dim("Write the report"))
	assert.True(t, js[bool](t, ctx, "document.querySelector('[data-all]').hidden"))

	// A tap tells why, another one closes it, and keys do the same.
	why := "getComputedStyle(" + lineOf("Call the harbour") + ".querySelector('.why')).display !== 'none'"
	js[any](t, ctx, lineOf("Call the harbour")+".click()")
	assert.True(t, js[bool](t, ctx, why))
	assert.Contains(t, js[string](t, ctx, lineOf("Call the harbour")+".querySelector('.why').innerText"), "Immediate response")
	js[any](t, ctx, lineOf("Call the harbour")+".click()")
	assert.False(t, js[bool](t, ctx, lineOf("Call the harbour")+".classList.contains('open')"))
	js[any](t, ctx, lineOf("Call the harbour")+".focus()")
	require.NoError(t, chromedp.Do(ctx, chromedp.KeyEvent("j")))
	assert.Contains(t, js[string](t, ctx, "document.activeElement.innerText"), "Close the gate")

	// The contents lead to the scenario.
	href := js[string](t, ctx, "document.querySelector('.contents ol a').getAttribute('href')")
	assert.Contains(t, js[string](t, ctx, fmt.Sprintf("document.querySelector(%q).innerText", href)), "The ramp is stuck")
}

func TestInABrowserTheRunbookFitsAPhone(t *testing.T) {
	ctx := opened(t, 360, 740)
	assert.LessOrEqual(t, js[int](t, ctx, "document.documentElement.scrollWidth"), 360, "nothing pushes the page to the side")
	assert.False(t, js[bool](t, ctx, "document.querySelector('.contents details').open"), "the contents do not stand in the way")
	js[any](t, ctx, lineOf("Call the harbour")+".click()")
	assert.Equal(t, "", js[string](t, ctx, "[...document.querySelectorAll('.b.open .why')].filter(w => w.getBoundingClientRect().right > 360).map(w => w.innerText).join()"), "a reason fits")
}
