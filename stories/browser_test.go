package stories

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"mayday/browser"
)

// visitor is a person with a real browser on the workspace's page.
type visitor struct {
	t   testing.TB
	ctx context.Context
}

func newVisitor(t testing.TB, url string) visitor {
	t.Helper()
	v := visitor{t, browser.Open(t, 1280, 860, url)}
	v.until("document.body.dataset.ready === 'true'")
	return v
}

// until waits until an expression is true in the page. It asks by time, because a busy machine draws few frames.
func (v visitor) until(expression string) {
	v.t.Helper()
	_, err := chromedp.Run(v.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	require.NoError(v.t, err, expression)
}

func (v visitor) sees(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

func (v visitor) types(text string) {
	v.t.Helper()
	require.NoError(v.t, chromedp.Do(v.ctx, chromedp.SendKeys(`[data-testid="composer"]`, text+"\r")))
}

func (v visitor) clicks(selector string) {
	v.t.Helper()
	find := fmt.Sprintf("document.querySelector(%q)", selector)
	v.until(find + " !== null")
	// In one step: the page may be drawn anew between finding and clicking.
	_, err := chromedp.Run(v.ctx, chromedp.Evaluate[any](find+".click()"))
	require.NoError(v.t, err, selector)
}

// presses uses the newest button with a label.
func (v visitor) presses(label string) {
	v.t.Helper()
	find := fmt.Sprintf("[...document.querySelectorAll('#list button, #list a')].filter(b => b.innerText.trim() === %q).at(-1)", label)
	v.until(find + " !== undefined")
	_, err := chromedp.Run(v.ctx, chromedp.Evaluate[any](find+".click()"))
	require.NoError(v.t, err, label)
}

// TestBrowserFromDeclarationToPostmortem is the whole story as a newcomer lives
// it in the demo's page.
func TestBrowserFromDeclarationToPostmortem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ana, _ := w.sim.UserByName("ana")
	general, _ := w.sim.Channel("general")
	v := newVisitor(t, w.page.URL()+"/?as="+ana.ID+"#/"+general.ID)

	v.types("/incident p0 site-down checkout answers 500")
	v.sees("is opening")
	require.True(t, w.shows("#inc-1", []string{"checkout answers 500", "Acknowledge"}))
	require.True(t, w.shows("#inc-1", []string{"Step 1/", "Done"}))
	channel, _ := w.place("#inc-1")
	v.clicks(fmt.Sprintf(`nav [data-channel="%s"]`, channel))
	v.sees("Step 1/")
	v.presses("Acknowledge")
	v.sees("acknowledged and leads")
	v.presses("Done")
	v.sees("Step 2/")
	v.types("/incident update rolled back to the previous build")
	v.sees("rolled back to the previous build")
	v.presses("Resolve")
	v.until(`document.querySelector('#modal textarea') !== null`)
	require.NoError(t, chromedp.Do(v.ctx, chromedp.SendKeys(`#modal textarea`, "bad build, rolled back")))
	v.clicks(`[data-testid="modal-submit"]`)
	v.sees("resolved the incident")
	require.True(t, w.issue([]string{"incident 1", "bad build"}))
	v.sees("The post-mortem is ready")
	v.clicks(`[data-testid="issues-link"]`)
	v.clicks(`a[data-issue="2"]`)
	v.sees("bad build, rolled back")
	require.Empty(t, w.sim.Violations())
}

// TestBrowserTheCardFitsATelephone: what is due, the step to do now and the buttons for
// them are on the first screen of the card.
func TestBrowserTheCardFitsATelephone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ana, _ := w.sim.UserByName("ana")
	general, _ := w.sim.Channel("general")
	v := newVisitor(t, w.page.URL()+"/?as="+ana.ID+"#/"+general.ID)
	require.NoError(t, chromedp.Do(v.ctx, chromedp.EmulateViewport(390, 844)))
	v.types("/incident p0 site-down checkout answers 500 for everybody who pays by card")
	require.True(t, w.shows("#inc-1", []string{"checkout answers 500", "Acknowledge"}))
	require.True(t, w.shows("#inc-1", []string{"Step 1/", "Skip…"}))
	w.settle()
	channel, _ := w.place("#inc-1")
	require.NoError(t, chromedp.Do(v.ctx, chromedp.Navigate(w.page.URL()+"/?as="+ana.ID+"#/"+channel)))
	v.sees("checkout answers 500")
	var card string
	for _, m := range w.sim.Messages(channel) {
		if m.Pinned {
			card = m.TS
		}
	}
	find := fmt.Sprintf(`[...document.querySelectorAll('[data-ts="%s"]')].find(e => e.innerText.includes('Acknowledge'))`, card)
	v.until(find + " !== undefined")
	height, err := chromedp.Run(v.ctx, chromedp.Evaluate[float64](fmt.Sprintf(`(() => {
		const card = %s;
		const buttons = [...card.querySelectorAll('button')].filter(b => ['Done', 'Acknowledge'].includes(b.innerText.trim()));
		return Math.max(...buttons.map(b => b.getBoundingClientRect().top)) - card.getBoundingClientRect().top;
	})()`, find)))
	require.NoError(t, err)
	t.Logf("the buttons begin %.0f px below the card's upper edge", height)
	require.Less(t, height, 360.0)
}
