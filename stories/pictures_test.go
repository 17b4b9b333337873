package stories

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/browser"
)

// pictures is the directory for what the browser tests see, one file a surface, size and scheme; empty for no pictures.
var pictures = os.Getenv("MAYDAY_PICTURES")

// sizes are those of a laptop's window and of a telephone.
var sizes = []struct {
	name          string
	width, height int64
	scale         float64
}{{"desktop", 1280, 860, 1}, {"phone", 390, 844, 2}}

// surface is something that people see of mayday.
type surface struct {
	name string
	// who looks, and at what place: "#inc-1", "@ana" for their conversation with mayday, or a panel of the page.
	who, place string
	// shows is a text by which one knows that it is drawn; the newest message with it is brought to the upper edge.
	shows string
	// click is a button to press before; empty for none.
	click string
}

// gallery is a world that is looked at in every size and scheme.
type gallery struct {
	t *testing.T
	w *world
}

// look sees that a surface has no serious fault for people who use a keyboard, a screen reader or weak eyes, that
// nothing of it is wider than the screen, and saves its pictures.
func (g gallery) look(s surface) {
	g.w.settle()
	person, _ := g.w.sim.UserByName(s.who)
	place, ok := s.place, true
	if strings.ContainsAny(s.place[:1], "#@") {
		place, ok = g.w.place(s.place)
		require.True(g.t, ok, s.place)
	}
	g.t.Run(s.name, func(t *testing.T) { // a page of its own, which is closed before the next
		v := newVisitor(t, g.w.page.URL()+"/?as="+person.ID+"#/"+place)
		if s.click != "" {
			v.until(fmt.Sprintf("[...document.querySelectorAll('button')].some(b => b.innerText.trim() === %q && (b.click(), true))", s.click))
		}
		for _, size := range sizes {
			require.NoError(t, chromedp.Do(v.ctx, chromedp.EmulateViewport(size.width, size.height, chromedp.EmulateScale(size.scale))))
			for _, scheme := range browser.Schemes {
				browser.Scheme(t, v.ctx, scheme)
				v.sees(s.shows)
				v.brings(s.shows)
				what := strings.Join([]string{s.name, size.name, scheme}, "-")
				if size.name == "desktop" {
					t.Run("accessible in the "+scheme, func(t *testing.T) { browser.Accessible(t, v.ctx, what) }) // pictures are made without axe-core too
				}
				assert.Empty(t, v.tooWide(), "%s: wider than the screen", what)
				assert.Empty(t, v.told(), "%s: the page says that something went wrong", what)
				if pictures != "" {
					require.NoError(t, os.WriteFile(filepath.Join(pictures, what+".png"), browser.Picture(t, v.ctx, "png"), 0o644))
					require.NoError(t, os.WriteFile(filepath.Join(pictures, what+".webp"), browser.Picture(t, v.ctx, "webp"), 0o644))
				}
			}
		}
	})
}

// brings scrolls the newest message with a text to the upper edge; without one nothing moves.
func (v visitor) brings(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf(`(() => { const all = [...document.querySelectorAll('#list .message, #thread-list .message')].filter(m => m.innerText.includes(%q));
		all.at(-1)?.scrollIntoView(); return true; })()`, text))
}

// tooWide is what reaches over the right edge of the screen; tables and rows that scroll by themselves, and blanks at the end
// of a line of code, are apart.
func (v visitor) tooWide() []string {
	v.t.Helper()
	wide, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('body *')].filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1
		&& !e.closest('.table-scroll, #bookmarks, #channels, .markdown table, pre code, .unseen')).map(e => e.outerHTML.slice(0, 160))`))
	require.NoError(v.t, err)
	return wide
}

// told are the errors that the page shows.
func (v visitor) told() []string {
	v.t.Helper()
	all, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('.toast.error')].map(e => e.innerText)`))
	require.NoError(v.t, err)
	return all
}

// plays carries out lines of a story.
func (g gallery) plays(lines ...string) {
	g.w.t.Helper()
	for _, l := range lines {
		if !g.w.line(l) {
			g.w.t.Fatalf("%s\n%s", l, g.w.scene())
		}
	}
}

// TestBrowserEverySurface shows what people see of an incident, from the call to the post-mortem.
func TestBrowserEverySurface(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{diagnosed: "sample"})
	if pictures != "" {
		w.clock.Set(time.Now()) // so that what the page calls ago is so
	}
	g := gallery{t, w}
	g.plays("in #general", "mia /incident p0 payment-failures cards are declined at checkout", "in #inc-1",
		"shows #inc-1 'Step 1/' 'Skip…'", "shows @ana 'cards are declined'")
	g.look(surface{"page", "ana", "@ana", "I can't, page next", ""})
	g.look(surface{"card", "ana", "#inc-1", "Take lead", ""})
	g.look(surface{"step", "ana", "#inc-1", "Skip…", ""})
	g.plays("advance 4m", "ben presses 'Acknowledge' in #inc-1", "ben /incident run confirmed", "shows #inc-1 'Paid but not confirmed' 'asked by'",
		"ben /incident update Tollgate refuses one in three cards, we switch to the second provider", "shows #inc-1 'Update by'")
	g.look(surface{"answer", "ben", "#inc-1", "asked by", ""})
	step := w.find("#inc-1", []string{"Step 1/", "Skip…"})[0]
	g.look(surface{"thread", "ben", step.Channel + "/" + step.TS, "Snapshot of", ""})
	g.plays("in #general", "chidi /incident p2 job-queue-stuck invoices are late --another", "shows #inc-2 'Step 1/' 'Skip…'", "chidi opens")
	g.look(surface{"announcement", "chidi", "#incidents", "invoices are late", ""})
	g.look(surface{"home", "chidi", "home", "invoices are late", ""})
	g.plays("in #inc-1", "ben /incident help")
	g.look(surface{"help", "ben", "#inc-1", "Something is broken", ""})
	g.plays("ben /incident steps")
	g.look(surface{"steps", "ben", "#inc-1", "Walk another", ""})
	g.plays("ben /incident list")
	g.look(surface{"list", "ben", "#inc-1", "2 · invoices are late", ""})
	g.plays("ben /incident matrix")
	g.look(surface{"matrix", "ben", "#inc-1", "Severities and their times", ""})
	g.look(surface{"form", "mia", "home", "What is wrong?", "Declare incident"})
	g.plays("advance 20m", "ben /incident resolve the second provider takes the cards", "shows #inc-1 'post-mortem is ready'")
	g.look(surface{"resolved", "ben", "#inc-1", "resolved the incident", ""})
	g.look(surface{"postmortem", "ben", "issues/" + g.postmortem(), "What went well", ""})
	require.Empty(t, w.sim.Violations())
}

// postmortem is the number of the newest issue that is one.
func (g gallery) postmortem() string {
	number := 0
	for _, i := range g.w.github.Issues() {
		if strings.HasPrefix(i.Title, "Post-mortem") {
			number = i.Number
		}
	}
	require.NotZero(g.w.t, number)
	return fmt.Sprint(number)
}

// TestBrowserEveryRoutine shows what comes by itself: a round, an alert, a digest.
func TestBrowserEveryRoutine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{diagnosed: "sample", "MAYDAY_RUNBOOK": "testdata/rounds.md", "MAYDAY_ROUNDS": "09:00", "MAYDAY_DIGEST": "09:00"})
	g := gallery{t, w}
	g.plays("in #general", "ana /incident p1 payments-fail cards are declined", "in #inc-1", "shows #inc-1 'Step 1/'", "ana /incident action alert on declined cards @ben by thursday",
		"shows #inc-1 'alert on declined cards'", "ana /incident resolve the provider is back", "shows #inc-1 'resolved the incident'", "advance 23h", "shows #incidents 'Morning checklist'")
	g.look(surface{"round", "ben", "#incidents", "Morning checklist", ""})
	g.plays("source snag", `post snag {"title": "TypeError in checkout: cannot read properties of undefined", "dedup": "e1", "link": "https://snag.test/1"}`, "shows #incidents 'from snag'")
	g.look(surface{"alert", "ben", "#incidents", "from snag", ""})
	g.plays("advance 120h", "shows #incidents 'overdue'")
	g.look(surface{"digest", "ben", "#incidents", "overdue", ""})
	require.Empty(t, w.sim.Violations())
}

// TestBrowserEveryAnswer shows what is asked for outside of incidents: what a responder needs, a query, who is on call.
func TestBrowserEveryAnswer(t *testing.T) {
	t.Parallel()
	queries, err := os.ReadFile("testdata/queries.md")
	require.NoError(t, err)
	access, err := os.ReadFile("testdata/access.md")
	require.NoError(t, err)
	_, tools, _ := strings.Cut(string(access), "## Tools and access")
	runbook := filepath.Join(t.TempDir(), "runbook.md")
	require.NoError(t, os.WriteFile(runbook, []byte(string(queries)+"\n## Tools and access"+tools), 0o644))
	w := newWorld(t, map[string]string{diagnosed: "sample", "MAYDAY_RUNBOOK": runbook, "MAYDAY_OPS_CHANNEL": "general"})
	g := gallery{t, w}
	g.plays("in #general", "ana /incident access")
	g.look(surface{"access", "ana", "#general", "admin of the shop", ""})
	g.plays("ana /incident query users/total-users", "shows #general 'Total users'")
	g.look(surface{"query", "ana", "#general", "Total users", ""})
	g.plays("ana /incident oncall")
	g.look(surface{"oncall", "ana", "#general", "On-Call Engineer", ""})
	require.Empty(t, w.sim.Violations())
}
