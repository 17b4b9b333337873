package stories

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// emulate names the folder in which scripts/emulate/compare installed an emulator of Slack that others wrote.
const emulate = "MAYDAY_EMULATE"

// TestIncidentsThroughAnOutsideEmulator tells three stories twice: against our simulator, and against an emulator that others wrote, which answers
// everything that it knows. Both must be left with the same messages.
//
// What it cannot do, ours does for it, beside it: Socket Mode, commands, presses and forms, user groups, files, views, and events. So this compares
// what mayday writes and reads (messages, threads, edits, pins, bookmarks, channels, people), not what it hears. What people write is in ours only,
// so these are stories in which nobody chats.
func TestIncidentsThroughAnOutsideEmulator(t *testing.T) {
	at := os.Getenv(emulate)
	if at == "" {
		t.Skipf("SKIPPED: %s names no folder with an emulator to compare with; run scripts/emulate/compare", emulate)
	}
	for _, story := range []string{"main", "walking", "private"} {
		t.Run(story, func(t *testing.T) {
			file := filepath.Join("testdata", story+".story")
			ours := told(t, file, nil)
			theirs := told(t, file, map[string]string{outsideSlack: startEmulator(t, at)})
			require.NotEmpty(t, ours)
			for place, messages := range ours {
				assert.Equal(t, messages, theirs[place], "in %s: ours, theirs", place)
			}
			assert.Len(t, theirs, len(ours))
		})
	}
}

// told plays a story and returns what is left of it in Slack, by place.
func told(t *testing.T, file string, more map[string]string) map[string][]string {
	lines, settings := script(t, file)
	for k, v := range more {
		settings[k] = v
	}
	w := newWorld(t, settings)
	for _, l := range lines {
		if people := strings.Fields(l.text); people[0] == "together" {
			l.text = strings.Replace(l.text, people[2], people[1], 1) // which of two is first differs from run to run
		}
		if !w.line(l.text) || t.Failed() {
			t.Fatalf("%s:%d: %s\n%s", file, l.number, l.text, w.scene())
		}
	}
	w.settle()
	left := map[string][]string{}
	for _, c := range w.sim.Channels() {
		if c.Name == "general" {
			continue // the emulator's has a greeting
		}
		left["#"+c.Name] = append(left["#"+c.Name], w.left(t, c.ID)...)
	}
	for _, u := range people() {
		left["@"+u.Name] = append(left["@"+u.Name], w.left(t, w.sim.Direct(u.Name))...)
	}
	for _, all := range left {
		slices.Sort(all) // what is done side by side is written in any order
	}
	return left
}

// left lists the bot's messages in one of our channels, as the Slack that answered has them.
func (w *world) left(t *testing.T, channel string) (all []string) {
	type stored struct {
		User, Text, Subtype string
		Blocks              json.RawMessage
		Thread              string `json:"thread_ts"`
		TS                  string
	}
	keep := func(m stored) {
		if m.User == w.sim.BotUser().ID && m.Subtype == "" {
			all = append(all, w.plain(fmt.Sprintf("reply %t: %s %s", m.Thread != "" && m.Thread != m.TS, m.Text, canonical(m.Blocks))))
		}
	}
	if w.mirror == nil {
		for _, m := range w.sim.Messages(channel) {
			if len(m.Files) > 0 {
				continue // which are in ours only
			}
			keep(stored{m.User, m.Text, m.Subtype, m.Blocks, m.Thread, m.TS})
		}
		return all
	}
	there := w.mirror.translate(channel, false)
	var answer struct{ Messages []stored }
	w.mirror.outside(t, "conversations.history", url.Values{"channel": {there}, "limit": {"900"}}, &answer)
	for _, m := range answer.Messages {
		keep(m)
		if m.Thread == "" || m.Thread == m.TS { // the emulator does not say which messages have replies
			var replies struct{ Messages []stored }
			w.mirror.outside(t, "conversations.replies", url.Values{"channel": {there}, "ts": {m.TS}, "limit": {"900"}}, &replies)
			for _, r := range replies.Messages {
				if r.TS != m.TS {
					keep(r)
				}
			}
		}
	}
	return all
}

// canonical writes blocks with their keys in order, and without the ids that our simulator, as Slack does, gives to blocks that have none.
func canonical(blocks json.RawMessage) string {
	var v []map[string]any
	if len(blocks) == 0 || json.Unmarshal(blocks, &v) != nil {
		return ""
	}
	for _, b := range v {
		if id, _ := b["block_id"].(string); givenID.MatchString(id) {
			delete(b, "block_id")
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

var (
	webAddress = regexp.MustCompile(`https?://[^\s"|<>]+`)
	someID     = regexp.MustCompile(`\b[CDTU][0-9A-Z]{8,10}\b`)
	givenID    = regexp.MustCompile(`^b\d{4}$`)
	incarnated = regexp.MustCompile(`::[a-z2-7]{12}`) // the UID of an incident
	someTS     = regexp.MustCompile(`\b\d{10}\.\d{6}\b`)
)

// plain replaces what differs from run to run: addresses, ids and timestamps.
func (w *world) plain(text string) string {
	if w.mirror != nil {
		text = w.mirror.translate(text, true)
	}
	text = someID.ReplaceAllStringFunc(text, func(id string) string {
		if u, ok := w.sim.UserByName(id); ok {
			return "@" + u.Name
		}
		if c, ok := w.sim.Channel(id); ok {
			return "#" + c.Name
		}
		return id
	})
	text = incarnated.ReplaceAllString(text, "::UID")
	return someTS.ReplaceAllString(webAddress.ReplaceAllString(text, "ADDRESS"), "TS")
}

// startEmulator runs a fresh emulator and returns its address.
func startEmulator(t *testing.T, dir string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
	require.NoError(t, l.Close())
	seed, err := filepath.Abs("../scripts/emulate/seed.yaml")
	require.NoError(t, err)
	cmd := exec.Command(filepath.Join(dir, "node_modules/.bin/node"), filepath.Join(dir, "node_modules/emulate/dist/index.js"), "start", "--service", "slack", "--port", port, "--seed", seed)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	require.Eventually(t, func() bool {
		r, err := http.Get("http://127.0.0.1:" + port + "/")
		if err == nil {
			_ = r.Body.Close()
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond, "the emulator does not start")
	return "http://127.0.0.1:" + port
}

// outsideSlack is a setting of a world: the address of the emulator that answers.
const outsideSlack = "SLACK_OUTSIDE"

// mirror stands before both: the emulator answers what it knows, and every call is made to our simulator too, so that people there see it and
// can act. Ids and timestamps differ; their pairs are learned from the answers.
type mirror struct {
	sim    *slacksim.Sim
	theirs string // address
	server *httptest.Server

	mu         sync.Mutex // one call or frame at a time, so that no id is heard of before its pair is known
	ours, them map[string]string
}

func newMirror(t testing.TB, sim *slacksim.Sim, theirs string) *mirror {
	m := &mirror{sim: sim, theirs: theirs, ours: map[string]string{}, them: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", m.call)
	mux.HandleFunc("/socket", m.socket)
	mux.HandleFunc("/files/", m.carry) // slack-go sends its token to the API's own host only
	m.server = httptest.NewServer(mux)
	t.Cleanup(m.server.Close)
	var people struct {
		Members []struct {
			ID, Name string
			Team     string `json:"team_id"`
		}
	}
	m.outside(t, "users.list", nil, &people)
	for _, u := range people.Members {
		if our, ok := sim.UserByName(u.Name); ok {
			m.pair(our.ID, u.ID)
			m.pair("T0TEAM0001", u.Team)
		}
	}
	var channels struct {
		Channels []struct{ ID, Name string }
	}
	m.outside(t, "conversations.list", nil, &channels)
	for _, c := range channels.Channels {
		if our, ok := sim.Channel(c.Name); ok {
			m.pair(our.ID, c.ID)
		}
	}
	return m
}

func (m *mirror) pair(our, their string) {
	if our != "" && their != "" && our != their {
		m.ours[their], m.them[our] = our, their
	}
}

// translate replaces every known id in a text: theirs by ours, or ours by theirs.
func (m *mirror) translate(text string, toOurs bool) string {
	pairs := m.them
	if toOurs {
		pairs = m.ours
	}
	swap := func(id string) string {
		if other, known := pairs[id]; known {
			return other
		}
		return id
	}
	return someTS.ReplaceAllStringFunc(someID.ReplaceAllStringFunc(text, swap), swap)
}

// outside asks the emulator.
func (m *mirror) outside(t testing.TB, method string, form url.Values, answer any) {
	body, _, err := m.ask(m.theirs+"/api/"+method, form)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(body, answer), "%s", body)
}

// ask posts a form with the token where both look for it.
func (m *mirror) ask(address string, form url.Values) ([]byte, int, error) {
	q, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, 0, err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Authorization", "Bearer "+m.sim.BotToken())
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, 0, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return body, r.StatusCode, err
}

// theirOwn are the families of methods that the emulator answers.
var theirOwn = []string{"chat.", "conversations.", "pins.", "bookmarks.", "users.", "reactions."}

func (m *mirror) call(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	asked, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	form, err := url.ParseQuery(string(asked))
	if err != nil || !slices.ContainsFunc(theirOwn, func(family string) bool { return strings.HasPrefix(method, family) }) {
		m.pass(w, r, asked)
		return
	}
	for k, v := range r.URL.Query() {
		form[k] = v
	}
	form.Del("token")
	their, status, err := m.ask(m.theirs+"/api/"+method, form)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	twin := url.Values{}
	for k, v := range form {
		twin.Set(k, m.translate(v[0], true))
	}
	if our, _, err := m.ask(m.sim.APIURL()+method, twin); err == nil {
		m.learn(our, their)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-OAuth-Scopes", strings.Join(slacksim.DefaultScopes(), ","))
	w.WriteHeader(status)
	_, _ = w.Write(their) // mayday hears of a broken answer
}

// pass lets our simulator alone answer.
func (m *mirror) pass(w http.ResponseWriter, r *http.Request, asked []byte) {
	q, err := http.NewRequest(r.Method, m.sim.URL()+r.URL.RequestURI(), strings.NewReader(m.translateForm(r, asked)))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	q.Header = r.Header.Clone()
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	for _, name := range []string{"Content-Type", "X-OAuth-Scopes", "X-Accepted-OAuth-Scopes", "Retry-After"} {
		w.Header().Set(name, answer.Header.Get(name))
	}
	w.WriteHeader(answer.StatusCode)
	text := strings.ReplaceAll(string(body), strings.Replace(m.sim.URL(), "http", "ws", 1)+"/socket", strings.Replace(m.server.URL, "http", "ws", 1)+"/socket")
	text = strings.ReplaceAll(text, m.sim.URL()+"/files/upload/", m.server.URL+"/files/upload/")
	_, _ = io.WriteString(w, m.translate(text, false))
}

// carry brings a file to our simulator as it is.
func (m *mirror) carry(w http.ResponseWriter, r *http.Request) {
	q, err := http.NewRequest(r.Method, m.sim.URL()+r.URL.RequestURI(), r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	q.Header, q.ContentLength = r.Header.Clone(), r.ContentLength
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body) // mayday hears of a broken answer
}

func (m *mirror) translateForm(r *http.Request, asked []byte) string {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return m.translate(string(asked), true)
	}
	form, err := url.ParseQuery(string(asked))
	if err != nil {
		return string(asked)
	}
	for k := range form {
		form.Set(k, m.translate(form.Get(k), true))
	}
	return form.Encode()
}

// learn pairs the ids of two answers to the same call.
func (m *mirror) learn(our, their []byte) {
	var a, b any
	if json.Unmarshal(our, &a) == nil && json.Unmarshal(their, &b) == nil {
		m.learnFrom(a, b)
	}
}

func (m *mirror) learnFrom(a, b any) {
	switch x := a.(type) {
	case map[string]any:
		y, _ := b.(map[string]any)
		for _, k := range []string{"id", "ts", "message_ts", "channel", "bookmark", "user", "message"} {
			m.learnFrom(x[k], y[k])
		}
	case string:
		if y, ok := b.(string); ok && (someID.MatchString(x) && someID.MatchString(y) || someTS.MatchString(x) && someTS.MatchString(y) || strings.HasPrefix(x, "Bk")) {
			m.pair(x, y)
		}
	}
}

// socket carries the frames of Socket Mode, with the ids translated.
func (m *mirror) socket(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{ReadBufferSize: 32 << 10, WriteBufferSize: 32 << 10, CheckOrigin: func(*http.Request) bool { return true }}
	app, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer app.Close()
	dial := websocket.Dialer{WriteBufferSize: 32 << 10}
	slack, _, err := dial.Dial(strings.Replace(m.sim.URL(), "http", "ws", 1)+r.URL.RequestURI(), nil)
	if err != nil {
		return
	}
	defer slack.Close()
	ctx, cancel := context.WithCancel(r.Context())
	carry := func(from, to *websocket.Conn, toOurs bool) {
		defer cancel()
		for {
			kind, frame, err := from.ReadMessage()
			if err != nil {
				_ = to.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Now().Add(time.Second))
				return
			}
			m.mu.Lock()
			text := m.translate(string(frame), toOurs)
			m.mu.Unlock()
			if to.WriteMessage(kind, []byte(text)) != nil {
				return
			}
		}
	}
	go carry(app, slack, true)
	go carry(slack, app, false)
	<-ctx.Done()
}
