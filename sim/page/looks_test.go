package page_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/browser"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
)

// TestInABrowserRowsAreTightAndTablesWide: a short message takes a line, and a table the room that there is.
func TestInABrowserRowsAreTightAndTablesWide(t *testing.T) {
	s := start(t, slacksim.Options{})
	in := room(t, s, "inside")
	s.Say("ana", in, "one", "")
	s.Say("ana", in, "two", "")
	row := `[` + strings.Repeat(`{"type":"raw_text","text":"a_rather_long_column"},`, 7) + `{"type":"raw_text","text":"last"}]`
	call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "table", "blocks": `[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("word ", 60) + `"}},{"type":"table","rows":[` + row + `,` + row + `]}]`})
	ctx := visit(t, s, "?as="+id(t, s, "ana")+"#/"+in)
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1600, 900)))
	height := func(selector string) float64 {
		return read[float64](t, ctx, fmt.Sprintf("document.querySelector(%q).getBoundingClientRect().height", selector))
	}
	assert.LessOrEqual(t, height("#list .message.compact"), 26.0)
	assert.LessOrEqual(t, height("#list .message:not(.compact):not(.system)"), 50.0)
	width := func(block string) float64 {
		return read[float64](t, ctx, fmt.Sprintf(`document.querySelector('[data-block=%q]').getBoundingClientRect().width`, block))
	}
	assert.Greater(t, width("table"), 1000.0)
	assert.LessOrEqual(t, width("section"), 680.0, "what is read stays narrow")
	assert.Equal(t, 0, read[int](t, ctx, `[...document.querySelectorAll('.avatar')].filter((a) => a.scrollWidth > a.clientWidth || a.scrollHeight > a.clientHeight).length`), "initials fit")
	assert.Regexp(t, `^\d\d:\d\d$`, read[string](t, ctx, `document.querySelector('#list .byline .stamp').textContent`))
	assert.Equal(t, "en-US", read[string](t, ctx, `navigator.language`), "whose own clock has twelve hours")
}

// TestInABrowserWhatYouSendIsScrolledTo: however far up you were reading.
func TestInABrowserWhatYouSendIsScrolledTo(t *testing.T) {
	s := start(t, slacksim.Options{})
	general, _ := s.Channel("general")
	for i := range 80 {
		s.Say("eva", "general", fmt.Sprintf("line %d", i), "")
	}
	connect(t, s).on(func(envelope) any { return map[string]string{"text": "the answer to your command"} })
	ctx := visit(t, s, "?as="+id(t, s, "ana")+"#/"+general.ID)
	const up = `(() => { const l = document.getElementById('list'); l.scrollTop = 0; return l.scrollHeight - l.clientHeight; })()`
	const end = `(() => { const l = document.getElementById('list'); return l.scrollHeight - l.scrollTop - l.clientHeight < 5; })()`
	require.Greater(t, read[int](t, ctx, up), 500)
	s.Say("eva", "general", "said meanwhile", "")
	until(t, ctx, `!document.getElementById('newer').hidden`)
	require.False(t, read[bool](t, ctx, end), "what others say moves nobody")
	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(`[data-testid="composer"]`, "/incident status\r")))
	until(t, ctx, shows("the answer to your command"))
	until(t, ctx, end)
}

// TestInABrowserTheAppIsWrittenToOnlyWhereItReads: and whom it wrote to is marked in the list of people.
func TestInABrowserTheAppIsWrittenToOnlyWhereItReads(t *testing.T) {
	s := startPage(t, slacksim.Options{}, page.Options{ReadOnlyDirect: true})
	ana, ben := id(t, s, "ana"), id(t, s, "ben")
	ctx := visit(t, s, "?as="+ana+"#/"+s.Direct("ana"))
	until(t, ctx, `document.getElementById('main-composer').hidden`)
	assert.Contains(t, read[string](t, ctx, `document.getElementById('outside').innerText`), "reads none")
	assert.Equal(t, 0, read[int](t, ctx, `document.querySelectorAll('#you .switch-mark').length`))
	require.Equal(t, true, call(t, s, "chat.postMessage", map[string]string{"channel": s.Direct("ben"), "text": "you are called"})["ok"])
	until(t, ctx, `document.querySelectorAll('#you .switch-mark').length === 1`)
	click(t, ctx, `[data-testid="user-switcher"]`)
	assert.Equal(t, ben, read[string](t, ctx, `document.querySelector('.menu .switch-mark').closest('button').dataset.as`))
	click(t, ctx, `[data-testid="as-ben"]`)
	// The name stands there a moment before the list of Ben's conversations.
	until(t, ctx, fmt.Sprintf(`document.querySelector('[data-testid="direct"]').dataset.channel === %q`, s.Direct("ben")))
	click(t, ctx, `[data-testid="direct"]`)
	until(t, ctx, shows("you are called"))
	click(t, ctx, `[data-testid="user-switcher"]`)
	click(t, ctx, `[data-testid="as-ana"]`)
	until(t, ctx, `document.getElementById('you').innerText.includes('Ana')`)
	assert.Equal(t, 0, read[int](t, ctx, `document.querySelectorAll('#you .switch-mark').length`), "Ben has read it")
}

// TestInABrowserAccessibility has axe-core look at every kind of screen.
func TestInABrowserAccessibility(t *testing.T) {
	s := startPage(t, slacksim.Options{}, page.Options{ReadOnlyDirect: true, Controls: page.Controls{Stories: onePlainStory, Speed: func() float64 { return 1 },
		SetSpeed: func(float64) error { return nil }, Reset: func() error { return nil }}})
	in := room(t, s, "inside")
	s.Say("ana", in, "hello @ben `code`", "")
	ts := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "card", "blocks": card})["ts"].(string)
	s.Say("ana", in, "a reply", ts)
	ana := id(t, s, "ana")
	ctx := visit(t, s, "?as="+ana+"#/start")
	for _, scheme := range browser.Schemes {
		browser.Scheme(t, ctx, scheme)
		for _, c := range []struct{ place, drawn string }{
			{"start", "#start .story"}, {in, "#list .message"}, {in + "/" + ts, "#thread-list .message"}, {s.Direct("ana"), "#list .empty"}, {"home", "#home .home-head"}, {"issues", "#issues .issue-list"},
		} {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[any](fmt.Sprintf("location.hash = '#/%s'; 0", c.place)))
			require.NoError(t, err)
			until(t, ctx, fmt.Sprintf("location.hash === '#/%s' && document.querySelector(%q)?.offsetParent !== null", c.place, c.drawn))
			browser.Accessible(t, ctx, c.place+", "+scheme)
		}
	}
}
