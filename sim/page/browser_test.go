package page_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/browser"
	slacksim "mayday/sim/slack"
)

func TestMain(m *testing.M) { browser.Main(m) }

// visit opens the page in a real Chromium and waits until it is drawn.
func visit(t *testing.T, s *world, query string) context.Context {
	t.Helper()
	ctx := browser.Open(t, 1280, 800, s.URL()+"/"+query)
	until(t, ctx, "document.body.dataset.ready === 'true'")
	return ctx
}

// until waits until an expression is true in the page. It asks by time, because a tab in the background draws no frames.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(50*time.Millisecond)))
	require.NoError(t, err, expression)
}

func read[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	require.NoError(t, err, expression)
	return v
}

// click clicks again when the page drew what was to be clicked anew between its being found and the click.
func click(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	var err error
	for range 5 {
		if err = chromedp.Do(ctx, chromedp.Click(selector)); err == nil || !strings.Contains(err.Error(), "node") {
			break
		}
	}
	require.NoError(t, err, selector)
}

func shows(text string) string {
	return fmt.Sprintf("document.getElementById('list').innerText.includes(%q)", text)
}

const attack = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>`

func TestInABrowserTwoPeopleTalkAndMarkupIsInert(t *testing.T) {
	s := start(t, slacksim.Options{})
	general, _ := s.Channel("general")
	ctx := visit(t, s, "?as="+id(t, s, "ana")+"#/"+general.ID)

	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(`[data-testid="composer"]`, "hello @ben *there*\r")))
	until(t, ctx, shows("hello @ben there"))
	assert.Equal(t, "there", read[string](t, ctx, "document.querySelector('#list .message strong:not(.name)').textContent"))
	s.Say("eva", "general", attack, "")
	until(t, ctx, shows(attack))

	click(t, ctx, `[data-testid="user-switcher"]`)
	click(t, ctx, `[data-testid="as-ben"]`)
	until(t, ctx, "document.getElementById('you').innerText.includes('Ben')")
	until(t, ctx, shows("hello @ben there"))
	until(t, ctx, "document.querySelector('.mention.you')?.textContent === '@ben'")
	assert.Contains(t, read[string](t, ctx, "document.getElementById('list').innerText"), attack)
	assert.Equal(t, 0, read[int](t, ctx, "document.querySelectorAll('#list img, #list script').length"))

	in := room(t, s, "inside")
	require.NoError(t, s.Invite("ana", in, "ben"))
	hostile := `[{"type":"header","text":{"type":"plain_text","text":"<img src=x onerror=window.pwned=1>"}},
	 {"type":"section","text":{"type":"mrkdwn","text":"<javascript:window.pwned=1|run> <https://example.com|<b>x> <!date^0^<img src=x onerror=window.pwned=1>|f>"}},
	 {"type":"markdown","text":"<img src=x onerror=window.pwned=1> [run](javascript:window.pwned=1)"},
	 {"type":"table","rows":[[{"type":"raw_text","text":"<img src=x onerror=window.pwned=1>"}],[{"type":"raw_text","text":"1"}]]}]`
	call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "hostile", "blocks": hostile})
	until(t, ctx, fmt.Sprintf("!!document.querySelector('[data-channel=%q].unread')", in))
	click(t, ctx, fmt.Sprintf(`[data-channel=%q]`, in))
	until(t, ctx, "!!document.querySelector('#list .header')")
	assert.Equal(t, 0, read[int](t, ctx, `document.querySelectorAll('#list img, #list script, #list a[href^="javascript"]').length`))
	assert.Equal(t, "undefined", read[string](t, ctx, "typeof window.pwned"))
}

func TestInABrowserButtonsModalsAndHalfTypedText(t *testing.T) {
	s := start(t, slacksim.Options{Shortcuts: []slacksim.AppShortcut{{CallbackID: "declare", Name: "Declare incident"}}})
	in := room(t, s, "inside")
	a := connect(t, s)
	ts := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "card", "blocks": card})["ts"].(string)
	ctx := visit(t, s, "?as="+id(t, s, "ana")+"#/"+in)

	// What is half typed, and the focus, survive an edit that somebody else makes.
	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(`[data-testid="composer"]`, "half a sent")))
	click(t, ctx, `[data-action-id="step.done"]`)
	require.Equal(t, "1", a.await(t, "interactive").field(t, "actions").([]any)[0].(map[string]any)["value"])
	call(t, s, "chat.update", map[string]string{"channel": in, "ts": ts, "text": "done", "blocks": `[{"type":"section","text":{"type":"mrkdwn","text":"step 1 is done"}}]`})
	until(t, ctx, shows("step 1 is done"))
	assert.Equal(t, "half a sent", read[string](t, ctx, "document.getElementById('composer').value"))

	click(t, ctx, `[data-testid="shortcuts"]`)
	click(t, ctx, `[data-testid="shortcut-declare"]`)
	trigger := a.await(t, "interactive").field(t, "trigger_id").(string)
	require.Equal(t, true, call(t, s, "views.open", map[string]string{"trigger_id": trigger, "view": form})["ok"])
	until(t, ctx, "document.getElementById('modal').open")
	click(t, ctx, `[data-testid="modal-submit"]`)
	until(t, ctx, "document.querySelector('#modal .error')?.textContent === 'Please complete this required field.'")
	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(`#modal [data-block-id="title"] input, #modal input[data-block-id="title"]`, "broken")))
	click(t, ctx, `[data-testid="modal-submit"]`)
	assert.Equal(t, "broken", a.await(t, "interactive").field(t, "view", "state", "values", "title", "v", "value"))
	until(t, ctx, "!document.getElementById('modal').open")
}

// A browser opens six connections to a server. Eight tabs, each a person, must still work.
func TestInABrowserManyTabsShareOneStream(t *testing.T) {
	s := start(t, slacksim.Options{})
	first := visit(t, s, "")
	assert.Equal(t, "# incidents", read[string](t, first, `document.querySelector('[data-testid="channel-name"]').textContent`), "a first visit begins there")
	click(t, first, `[data-testid="hint"]`)
	assert.Equal(t, "/incident p0 site-down checkout answers 500", read[string](t, first, "document.getElementById('composer').value"))
	tabs := []context.Context{first}
	for range 7 {
		tab, end := chromedp.NewContext(first)
		t.Cleanup(end)
		require.NoError(t, chromedp.Do(tab, chromedp.Navigate(s.URL()+"/?as="+id(t, s, "ben"))))
		until(t, tab, "document.body.dataset.ready === 'true'")
		tabs = append(tabs, tab)
	}
	s.Say("eva", "incidents", "does everybody see this?", "")
	for _, tab := range tabs {
		until(t, tab, shows("does everybody see this?"))
	}
}

// TestInABrowserAChannelIsChanged: by its menu, and the page follows.
func TestInABrowserAChannelIsChanged(t *testing.T) {
	s := start(t, slacksim.Options{})
	in := room(t, s, "inside")
	call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "said by the app"})
	ctx := visit(t, s, "?as="+id(t, s, "ana")+"#/"+in)
	until(t, ctx, shows("said by the app"))
	choose := func(item string) {
		click(t, ctx, `[data-testid="channel-menu"]`)
		click(t, ctx, fmt.Sprintf(`[data-testid=%q]`, item))
	}
	choose("channel-rename")
	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(`[data-testid="edit-text"]`, "-out")))
	click(t, ctx, `[data-testid="edit-save"]`)
	until(t, ctx, `document.querySelector('[data-testid="channel-name"]').textContent.includes('inside-out')`)
	choose("channel-convert")
	until(t, ctx, `document.querySelector('#list').innerText.includes('private')`)
	choose("channel-app")
	until(t, ctx, `document.querySelector('#list').innerText.includes('has left the channel')`)
	choose("channel-app")
	until(t, ctx, `document.querySelector('#list').innerText.includes('has joined the channel')`)
	choose("channel-archive")
	click(t, ctx, `[data-testid="confirm-yes"]`)
	until(t, ctx, `document.querySelector('[data-testid="channel-name"]').textContent.includes('ARCHIVED')`)
	choose("channel-unarchive")
	until(t, ctx, `!document.querySelector('[data-testid="channel-name"]').textContent.includes('ARCHIVED')`)
}
