package page_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/sim/page"
	slacksim "mayday/sim/slack"
)

// ticks is how many of the first story's steps are ticked.
const ticks = `document.querySelectorAll('[data-story="0"] li.done').length`

// TestInABrowserAStoryIsClickedThrough: its ticks follow the workspace, whoever changes it, and a channel says the next step.
func TestInABrowserAStoryIsClickedThrough(t *testing.T) {
	var s *world
	said := func(text string) bool {
		for _, m := range s.Messages("general") {
			if m.Text == text {
				return true
			}
		}
		return false
	}
	s = startPage(t, slacksim.Options{}, page.Options{Controls: page.Controls{Stories: func(context.Context) []page.Story {
		general, _ := s.Channel("general")
		incidents, _ := s.Channel("incidents")
		return []page.Story{{Title: "A story", Steps: []page.Step{
			{Text: "Eva speaks", Done: said("it is down"), Button: "Speak", As: "eva", Place: general.ID, Type: "it is down"},
			{Text: "Somebody answers", Done: said("looking")},
			{Text: "Look elsewhere", Look: true, Button: "Go", As: "ben", Place: incidents.ID},
		}}}
	}}})
	ctx := visit(t, s, "")
	assert.Equal(t, 0, read[int](t, ctx, ticks))
	assert.Equal(t, 1, read[int](t, ctx, `document.querySelectorAll('#start .story button').length`), "only the next step has a button")
	click(t, ctx, `[data-step="0-0"]`)
	until(t, ctx, shows("it is down"))
	until(t, ctx, `document.getElementById('you').innerText.includes('Eva')`)
	until(t, ctx, `document.getElementById('guide').innerText.includes('2 of 3')`)
	s.Say("ben", "general", "looking", "")
	until(t, ctx, `document.getElementById('guide').innerText.includes('Look elsewhere')`)
	click(t, ctx, `#guide [data-step="0-2"]`)
	until(t, ctx, `document.querySelector('[data-testid="channel-name"]').textContent.includes('incidents')`)
	until(t, ctx, `document.getElementById('guide').innerText.includes('That was it')`)
	click(t, ctx, `#guide a`)
	until(t, ctx, ticks+` === 3`)
}

// TestInABrowserSpeedAndReset: the switch shows what is so, and nothing is deleted without a question.
func TestInABrowserSpeedAndReset(t *testing.T) {
	speed, resets := atomic.Int64{}, atomic.Int64{}
	speed.Store(1)
	s := startPage(t, slacksim.Options{}, page.Options{Controls: page.Controls{
		Stories: func(context.Context) []page.Story { return []page.Story{{Title: "A story"}} },
		Speed:   func() float64 { return float64(speed.Load()) },
		SetSpeed: func(x float64) error {
			if x == 10 {
				return errors.New("not now")
			}
			speed.Store(int64(x))
			return nil
		},
		Reset: func() error { resets.Add(1); return nil },
	}})
	ctx := visit(t, s, "")
	click(t, ctx, `#start [data-speed="60"]`)
	until(t, ctx, `document.querySelector('#start [data-speed="60"]').getAttribute('aria-pressed') === 'true'`)
	assert.EqualValues(t, 60, speed.Load())
	click(t, ctx, `#start [data-speed="10"]`)
	until(t, ctx, `document.getElementById('toasts').innerText.includes('not now')`)
	assert.Equal(t, "Demo 60× ▾", read[string](t, ctx, `document.getElementById('demo').textContent`))

	click(t, ctx, `[data-testid="reset"]`)
	click(t, ctx, `[data-testid="confirm-deny"]`)
	assert.Zero(t, resets.Load())
	click(t, ctx, `[data-testid="reset"]`)
	click(t, ctx, `[data-testid="confirm-yes"]`)
	until(t, ctx, `document.getElementById('toasts').innerText.includes('Starting over')`)
	assert.EqualValues(t, 1, resets.Load())
}

// TestInABrowserAnAlertIsMade: a button for each sample, and what could not be posted is said.
func TestInABrowserAnAlertIsMade(t *testing.T) {
	made := make(chan string, 2)
	s := startPage(t, slacksim.Options{}, page.Options{Controls: page.Controls{
		Stories: func(context.Context) []page.Story { return []page.Story{{Title: "A story"}} },
		Alerts:  []page.Alert{{Name: "uptime", Label: "The uptime monitor"}, {Name: "broken", Label: "Broken"}},
		MakeAlert: func(_ context.Context, name string) error {
			made <- name
			if name == "broken" {
				return errors.New("nobody answers")
			}
			return nil
		},
	}})
	ctx := visit(t, s, "")
	click(t, ctx, `#start [data-alert="broken"]`)
	assert.Equal(t, "broken", <-made)
	until(t, ctx, `document.getElementById('toasts').innerText.includes('nobody answers')`)
	click(t, ctx, `#start [data-alert="uptime"]`)
	assert.Equal(t, "uptime", <-made)
	until(t, ctx, `document.querySelector('[data-testid="channel-name"]')?.textContent.includes('incidents')`)
}

// TestInABrowserTwoPeopleSideBySide: each half is another person, and what one says the other sees.
func TestInABrowserTwoPeopleSideBySide(t *testing.T) {
	s := start(t, slacksim.Options{})
	general, _ := s.Channel("general")
	ctx := visit(t, s, "")
	address := s.URL() + "/two.html?left=" + id(t, s, "ana") + "&right=" + id(t, s, "ben") + "&at=" + general.ID + "&beside=" + general.ID
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(address)))
	in := func(side int, expression string) string {
		return `(() => { const document = window.frames[` + string(rune('0'+side)) + `].document; return ` + expression + `; })()`
	}
	until(t, ctx, in(0, `document.body?.dataset.ready === 'true' && document.getElementById('you').innerText.includes('Ana')`))
	until(t, ctx, in(1, `document.body?.dataset.ready === 'true' && document.getElementById('you').innerText.includes('Ben')`))
	s.Say("eva", "general", "do both see this?", "")
	until(t, ctx, in(0, shows("do both see this?")))
	until(t, ctx, in(1, shows("do both see this?")))
}

func onePlainStory(context.Context) []page.Story {
	return []page.Story{{Title: "A story", About: "About it.", Steps: []page.Step{{Text: "Done already", Done: true}, {Text: "To do", Button: "Do it"}, {Text: "Later"}}}}
}
