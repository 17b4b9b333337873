// Package stories drives the whole program as people would: every file in
// testdata is a script that types commands, presses buttons and lets time pass
// in a simulated workspace, and says what is to be seen. A message of the bot
// that no line of the story expects fails it.
package stories

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"mayday/browser"
	"mayday/cmd/mayday/program"
	githubsim "mayday/sim/github"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
	pagesim "mayday/sim/statuspage"
	"mayday/store"
	"mayday/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m, browser.Close) }

// t0 is when every story begins: a Tuesday, ten in the morning UTC.
var t0 = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

// patience is how long a line waits for what it expects. Only a story that goes wrong waits so long.
const patience = 2 * time.Minute

// world is one workspace with one mayday in it.
type world struct {
	t      testing.TB
	sim    *slacksim.Sim
	github *githubsim.Sim
	page   *page.Page   // of both
	board  *pagesim.Sim // what customers read; nil without one
	mirror *mirror      // nil: our simulator alone answers
	clock  *storetest.Clock
	cfg    program.Config
	env    map[string]string
	owner  string // address of the diagnosed database for its owner; empty without one
	stop   func() error
	prog   *program.Program

	channel string            // where people type
	reply   slacksim.Reply    // of the last command or press
	answers int               // ephemeral messages seen before the last act
	told    map[string]bool   // bot messages that a line expected, by channel and ts
	words   map[string]string // what is read of blocks, by their JSON: every line looks at all messages again and again
}

// people of every story; the runbook's contacts are among them.
func people() []slacksim.User {
	return []slacksim.User{
		{Name: "ana", RealName: "Ana Ruiz", Email: "ana@example.com", Admin: true},
		{Name: "ben", RealName: "Ben Okafor", Email: "ben@example.com"},
		{Name: "chidi", RealName: "Chidi Eze", Email: "chidi@example.com"},
		{ID: "U0MIA00001", Name: "mia", RealName: "Mia Lindqvist", Email: "mia@example.com"},
	}
}

// outsiders are no full members: guests, and somebody of another workspace. They are in no channel at first.
func outsiders() []slacksim.User {
	return []slacksim.User{
		{Name: "gus", RealName: "Gus Guest", Email: "gus@example.com", Guest: true},
		{Name: "solo", RealName: "Solo Guest", SingleChannel: true},
		{Name: "fay", RealName: "Fay Foreign", Email: "ben@example.com", Team: "T0OTHER001"},
	}
}

// groups are named in runbooks of stories by their ids.
func groups() []slacksim.Group {
	return []slacksim.Group{
		{ID: "S0ONCALL01", Handle: "oncall", Name: "On call", Users: []string{"ben", "chidi"}},
		{ID: "S0NOBODY01", Handle: "nobody", Name: "Nobody yet"},
	}
}

// slackLatency is a setting of the simulated workspace: how long each call takes.
const slackLatency = "SLACK_LATENCY"

// settings that a story may change before it starts: NAME=value lines.
func newWorld(t testing.TB, settings map[string]string) *world {
	t.Helper()
	latency, _ := time.ParseDuration(settings[slackLatency])
	sim, err := slacksim.New(slacksim.Options{Users: append(people(), outsiders()...), Groups: groups(), Latency: latency, Scopes: append(slacksim.DefaultScopes(), "usergroups:write")})
	require.NoError(t, err)
	github, err := githubsim.New(githubsim.Options{Others: []string{"demo/archive"}})
	require.NoError(t, err)
	front := page.New(sim, github, page.Options{})
	require.NoError(t, front.Start("127.0.0.1:0"))
	w := &world{t: t, sim: sim, github: github, page: front, clock: storetest.NewClock(t0), channel: "general", told: map[string]bool{}}
	url := storetest.Clone(t, "mayday", migrated)
	env := map[string]string{
		"SLACK_BOT_TOKEN": sim.BotToken(), "SLACK_APP_TOKEN": sim.AppToken(), "SLACK_API_URL": sim.APIURL(), "DATABASE_URL": url,
		"GITHUB_REPOSITORY": github.Repository(), "GITHUB_TOKEN": github.Token(), "GITHUB_API_URL": github.URL(), "MAYDAY_HTTP_ADDR": "127.0.0.1:0",
		"MAYDAY_PROBES": "off", // what most stories tell is not about checks
		"MAYDAY_ROUNDS": "off", // nor about checklists
		"MAYDAY_DIGEST": "off", // nor about mornings
	}
	for k, v := range settings {
		env[k] = v
	}
	if address := settings[outsideSlack]; address != "" {
		w.mirror = newMirror(t, sim, address)
		env["SLACK_API_URL"] = w.mirror.server.URL + "/api/"
	}
	if kind := settings[statusPage]; kind != "" {
		w.board = newBoard(t, kind, env)
	}
	if how := settings[diagnosed]; how != "" {
		env["DIAGNOSTICS_DATABASE_URL"], w.owner = diagnose(t, how)
	}
	cfg, problems := program.FromEnv(func(name string) string { return env[name] }, true, slices.Collect(maps.Keys(env))...)
	require.Empty(t, problems)
	w.cfg, w.env = cfg, env
	t.Cleanup(func() {
		if w.stop != nil {
			require.NoError(t, w.stop())
		}
		// A server waits five seconds for connections that were opened and never used.
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		require.NoError(t, front.Close(ctx))
	})
	w.start()
	return w
}

// statusPage is a setting: the kind of page on which customers read.
const statusPage = "STATUSPAGE"

// newBoard starts a status page and points the settings at it.
func newBoard(t testing.TB, kind string, env map[string]string) *pagesim.Sim {
	t.Helper()
	board, err := pagesim.New(pagesim.Options{})
	require.NoError(t, err)
	require.NoError(t, board.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		require.NoError(t, board.Close(ctx))
	})
	for name, value := range map[string]string{"KIND": kind, "URL": board.API(kind), "PAGE": board.Page(), "TOKEN": board.Token()} {
		env["MAYDAY_STATUSPAGE_"+name] = value
	}
	return board
}

func migrated(ctx context.Context, url string) error {
	st, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		return err
	}
	st.Close()
	return nil
}

// start runs the program until stop is called.
func (w *world) start() {
	ctx, cancel := context.WithCancel(context.Background())
	ready, planned, done := make(chan *program.Program, 1), make(chan struct{}), make(chan error, 1)
	log := zap.NewNop()
	if os.Getenv("STORY_LOG") != "" {
		log = zaptest.NewLogger(w.t)
	}
	go func() {
		done <- program.Run(ctx, w.cfg, program.Options{Log: log, Clock: w.clock, Prober: reroute(w.env[rerouted]), SlackAwayAfter: slackAwayAfter, PollEvery: 200 * time.Millisecond, Ready: func(p *program.Program) { ready <- p }, Planned: func() { close(planned) }})
	}()
	select {
	case w.prog = <-ready:
	case err := <-done:
		cancel()
		w.t.Fatalf("mayday did not start: %v", err)
	}
	w.stop = func() error { cancel(); return <-done }
	select {
	case <-planned: // else a story could move the time before the first round is planned
	case <-time.After(patience):
		w.t.Fatalf("the rounds were not planned within %s", patience)
	}
}

// place resolves "#name", "@person" (the direct message with the bot) and a
// prefix of a channel's name.
func (w *world) place(name string) (string, bool) {
	if person, ok := strings.CutPrefix(name, "@"); ok {
		return w.sim.Direct(person), true
	}
	name = strings.TrimPrefix(name, "#")
	if c, ok := w.sim.Channel(name); ok {
		return c.ID, true
	}
	for _, c := range w.sim.Channels() {
		if strings.HasPrefix(c.Name, name) {
			return c.ID, true
		}
	}
	return "", false
}

// text is everything that a person reads of a message.
func (w *world) text(m slacksim.Message) string {
	parts := []string{m.Text}
	if m.Blocks != nil {
		text, known := w.words[string(m.Blocks)]
		if !known {
			var v any
			if json.Unmarshal(m.Blocks, &v) == nil {
				text = strings.Join(read(v, nil), "\n")
			}
			if w.words == nil {
				w.words = map[string]string{}
			}
			w.words[string(m.Blocks)] = text
		}
		parts[0] = text
	}
	for _, f := range m.Files {
		parts = append(parts, f.Title)
	}
	return strings.Join(parts, "\n")
}

// read collects the texts of blocks in order.
func read(v any, parts []string) []string {
	switch v := v.(type) {
	case string: // of a list: what stands below a chart
		parts = append(parts, v)
	case []any:
		for _, x := range v {
			parts = read(x, parts)
		}
	case map[string]any:
		for _, k := range []string{"text", "fields", "elements", "accessory", "rows", "title", "label", "chart", "axis_config", "categories"} {
			if s, ok := v[k].(string); ok {
				parts = append(parts, s)
			} else if v[k] != nil {
				parts = read(v[k], parts)
			}
		}
	}
	return parts
}

func key(m slacksim.Message) string { return m.Channel + "/" + m.TS }

// find returns the messages of the bot in a place that hold all the texts.
func (w *world) find(place string, texts []string) []slacksim.Message {
	id, ok := w.place(place)
	if !ok {
		return nil
	}
	var found []slacksim.Message
	for _, m := range w.sim.Messages(id) {
		if m.Bot && m.Subtype == "" && holds(w.text(m), texts) {
			found = append(found, m)
		}
	}
	return found
}

func holds(s string, texts []string) bool {
	for _, t := range texts {
		if !strings.Contains(strings.ToLower(s), strings.ToLower(t)) {
			return false
		}
	}
	return true
}

// eventually waits until ok holds. It looks ever less often, up to 25 times a second.
func (w *world) eventually(ok func() bool) bool {
	pause := 2 * time.Millisecond
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pause) {
		if ok() {
			return true
		}
		pause = min(2*pause, 40*time.Millisecond)
	}
	return ok()
}

// settle waits until nothing is under way: no job waits or runs, and no call was
// made for a moment.
func (w *world) settle() {
	calls := -1
	ok := w.eventually(func() bool {
		time.Sleep(60 * time.Millisecond)
		var busy int
		err := w.prog.Store.Pool().QueryRow(context.Background(), `select sum(count)::bigint from (select count(*) from river.river_job
			where kind <> 'poll_method' and (state in ('available', 'running', 'pending') or (state in ('scheduled', 'retryable') and scheduled_at < now() + interval '30 s'))
			union all select count(*) from mayday.received where heard_at is null) n`).Scan(&busy)
		n := len(w.sim.Calls()) + len(w.github.Calls())
		same := n == calls
		calls = n
		return err == nil && busy == 0 && same && w.sim.Unanswered() == 0
	})
	if !ok {
		w.t.Errorf("the bot did not come to rest within %s", patience)
	}
}

// unexpected lists the bot's messages that no line of the story expected.
func (w *world) unexpected() []string {
	var out []string
	for _, c := range w.sim.Channels() {
		for _, m := range w.sim.Messages(c.ID) {
			if m.Bot && m.Subtype == "" && !m.Ephemeral && !w.told[key(m)] {
				out = append(out, fmt.Sprintf("#%s%s: %s", c.Name, c.ID, w.text(m)))
			}
		}
	}
	for _, u := range people() {
		for _, m := range w.sim.Messages(w.sim.Direct(u.Name)) {
			if m.Bot && m.Subtype == "" && !w.told[key(m)] {
				out = append(out, fmt.Sprintf("@%s: %s", u.Name, w.text(m)))
			}
		}
	}
	return out
}
