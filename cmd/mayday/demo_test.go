package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shownWorkspace is what these tests read of the page's answer.
type shownWorkspace struct {
	Born     string `json:"born"`
	Users    []struct{ ID, Name string }
	Channels []struct{ ID, Name string }
	Controls struct {
		Speed   float64
		Stories []struct {
			Steps []struct {
				Done                bool
				Button, Type, Place string
			}
		}
	}
}

// done says which steps of a story are ticked, "110".
func (w shownWorkspace) done(story int) string {
	var b strings.Builder
	for _, s := range w.Controls.Stories[story].Steps {
		b.WriteByte(map[bool]byte{false: '0', true: '1'}[s.Done])
	}
	return b.String()
}

// player is a person at the demo's page.
type player struct {
	t              *testing.T
	url, addr, dir string
}

func newPlayer(t *testing.T) player {
	t.Setenv("DATABASE_URL", "")
	t.Setenv("MAYDAY_RUNBOOK", "")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
	dir, err := os.MkdirTemp("", "md") // not t.TempDir, which is closed to the user that runs PostgreSQL
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	return player{t, "http://" + addr, addr, dir}
}

// starts the demo; stop interrupts it, which is no error.
func (p player) starts() (stop func()) {
	ctx, cancel := context.WithCancel(p.t.Context())
	ended := make(chan error, 1)
	go func() {
		c := command()
		c.SetArgs([]string{"demo", "--no-browser", "--addr", p.addr, "--dir", p.dir})
		ended <- c.ExecuteContext(ctx)
	}()
	return func() { cancel(); assert.NoError(p.t, <-ended) }
}

func (p player) look() (w shownWorkspace, ok bool) {
	r, err := http.Get(p.url + "/sim/state")
	if err != nil {
		return w, false
	}
	defer func() { require.NoError(p.t, r.Body.Close()) }()
	return w, json.NewDecoder(r.Body).Decode(&w) == nil && len(w.Controls.Stories) == 3
}

func (p player) sees(what string, is func(shownWorkspace) bool) (w shownWorkspace) {
	p.t.Helper()
	require.Eventually(p.t, func() (ok bool) { w, ok = p.look(); return ok && is(w) }, 3*time.Minute, 50*time.Millisecond, what)
	return w
}

func (p player) does(path string, body map[string]any) {
	p.t.Helper()
	b, err := json.Marshal(body)
	require.NoError(p.t, err)
	r, err := http.Post(p.url+"/sim/"+path, "application/json", bytes.NewReader(b))
	require.NoError(p.t, err)
	require.NoError(p.t, r.Body.Close())
	require.Equal(p.t, http.StatusOK, r.StatusCode, path)
}

// types has somebody type a command until what follows from it is seen: on a busy machine it may be answered that it was not recorded.
func (p player) types(user, channel, text string, is func(shownWorkspace) bool) {
	p.t.Helper()
	var typed time.Time
	p.sees(text, func(w shownWorkspace) bool {
		if is(w) {
			return true
		}
		if time.Since(typed) > 15*time.Second {
			p.does("command", map[string]any{"user": user, "channel": channel, "text": text})
			typed = time.Now()
		}
		return false
	})
}

// TestTheDemoFollowsItsStoriesAndStartsOver: the ticks follow the incident, the speed changes while it runs, and a reset leaves nothing behind.
func TestTheDemoFollowsItsStoriesAndStartsOver(t *testing.T) {
	p := newPlayer(t)
	t.Cleanup(p.starts())

	first := p.sees("the first screen", func(w shownWorkspace) bool { return true })
	assert.Equal(t, []string{"000", "0000", "0000"}, []string{first.done(0), first.done(1), first.done(2)})
	r, err := http.Get(p.url + "/status/") // where Publish leads
	require.NoError(t, err)
	read, err := io.ReadAll(r.Body)
	require.NoError(t, errors.Join(err, r.Body.Close()))
	assert.Contains(t, string(read), "Larkfield status")
	ids := map[string]string{}
	for _, u := range first.Users {
		ids[u.Name] = u.ID
	}
	declare := first.Controls.Stories[1].Steps[0]
	p.does("command", map[string]any{"user": ids["mia"], "channel": declare.Place, "text": declare.Type})
	w := p.sees("an incident with its channel", func(w shownWorkspace) bool { return w.Controls.Stories[2].Steps[2].Button != "" })
	assert.Equal(t, "1000", w.done(1))
	channel := w.Controls.Stories[2].Steps[2].Place
	p.types(ids["ben"], channel, "/incident ack", func(w shownWorkspace) bool { return w.done(1) == "1010" })
	p.types(ids["ben"], channel, "/incident step 1 done", func(w shownWorkspace) bool { return w.done(1) == "1011" })
	p.types(ids["ana"], channel, "/incident resolve bad build", func(w shownWorkspace) bool {
		return w.done(2) == "1010" && strings.HasPrefix(w.Controls.Stories[2].Steps[3].Place, "issues/")
	})
	p.does("speed", map[string]any{"speed": 60})
	p.sees("the speed", func(w shownWorkspace) bool { return w.Controls.Speed == 60 })

	p.does("reset", map[string]any{})
	w = p.sees("another workspace", func(w shownWorkspace) bool { return w.Born != first.Born })
	assert.Equal(t, "0000", w.done(2))
	assert.Len(t, w.Channels, len(first.Channels))
	assert.EqualValues(t, 1, w.Controls.Speed)
	p.does("command", map[string]any{"user": ids["mia"], "channel": declare.Place, "text": declare.Type})
	p.sees("an incident of the new workspace", func(w shownWorkspace) bool { return w.done(1) == "1000" })
}

// TestAHistoryThatWasInterruptedIsMadeAnew: by "Start over", by Ctrl-C, at the next start.
func TestAHistoryThatWasInterruptedIsMadeAnew(t *testing.T) {
	p := newPlayer(t)
	past := func(w shownWorkspace) (n int) {
		for _, c := range w.Channels {
			if strings.HasPrefix(c.Name, "inc-") {
				n++
			}
		}
		return n
	}
	making := func() (w shownWorkspace) {
		require.Eventually(t, func() bool { w, _ = p.look(); return past(w) > 1 }, 3*time.Minute, time.Millisecond)
		require.Empty(t, w.Controls.Stories, "mayday runs already: there is nothing to interrupt")
		require.Less(t, past(w), len(pastIncidents()))
		return w
	}
	stop := p.starts()
	first := making()
	p.does("reset", map[string]any{})
	require.Eventually(t, func() bool { w, _ := p.look(); return w.Born != "" && w.Born != first.Born }, 3*time.Minute, time.Millisecond)
	making()
	stop()
	t.Cleanup(p.starts())
	assert.Equal(t, len(pastIncidents()), past(p.sees("the whole history", func(shownWorkspace) bool { return true })))
}
