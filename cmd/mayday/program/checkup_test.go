package program

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	slacksim "mayday/sim/slack"
	"mayday/store/storetest"
)

// TestTheDoctorSaysWhatCheckSays of the mayday that runs: its database, also a private one, and its address. No secret is in it.
func TestTheDoctorSaysWhatCheckSays(t *testing.T) {
	t.Parallel()
	sim, err := slacksim.New(slacksim.Options{Users: []slacksim.User{{Name: "ana", Email: "ana@example.com"}}})
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	t.Cleanup(func() { _ = sim.Close(context.Background()) })
	env := map[string]string{"SLACK_BOT_TOKEN": sim.BotToken(), "SLACK_APP_TOKEN": sim.AppToken(), "SLACK_API_URL": sim.APIURL(), "MAYDAY_HTTP_ADDR": "127.0.0.1:0",
		"GITHUB_REPOSITORY": "you/operations", "GITHUB_TOKEN": "ghp_hunter3", "GITHUB_API_URL": "http://127.0.0.1:1/", "DIAGNOSTICS_DATABASE_URL": "postgres://u:hunter4@127.0.0.1:1/x"}
	c, problems := FromEnv(environment(env), true)
	require.Empty(t, problems)
	ready := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }))
	defer ready.Close()

	for _, database := range []string{storetest.Database(t), "postgres://u:hunter2@127.0.0.1:1/x"} {
		p := &Program{database: bot.Secret(database), HTTPAddr: ready.Listener.Addr().String()}
		var said []string
		by := map[string]string{}
		for _, f := range p.checkup(c)(t.Context()) {
			said = append(said, f.State, f.Subject, f.Says, f.Next)
			by[f.Subject] = f.State
		}
		for _, secret := range []string{"hunter", sim.BotToken(), sim.AppToken()} {
			assert.NotContains(t, strings.Join(said, "\n"), secret)
		}
		assert.Equal(t, "OK", by["bot token"])
		assert.Equal(t, "OK", by["health and metrics"])
		assert.Equal(t, "FAIL", by["GitHub"])
		assert.Equal(t, "FAIL", by["diagnostics role"])
		assert.Equal(t, strings.Contains(database, "hunter2"), by["database"] == "FAIL")
		var checked []string
		c := c
		c.DatabaseURL, c.HTTPAddr = p.database, p.HTTPAddr
		for _, f := range Check(t.Context(), c) {
			checked = append(checked, string(f.State), f.Subject, f.Says, f.Next)
		}
		assert.Equal(t, checked, said)
	}
	assert.Empty(t, c.DatabaseURL, "the settings stay as they are")
}

func TestACheckThatTakesTooLongSaysWhatItDidNotLookAt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	found := Check(ctx, Config{})
	require.NotEmpty(t, found)
	for _, f := range found {
		assert.Equal(t, Warned, f.State, f.Subject)
		assert.Contains(t, f.Says, "not looked at", f.Subject)
	}
}

func TestCheckOfTheHealthPages(t *testing.T) {
	t.Parallel()
	serve := func(status int, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, status) }))
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	busy := silent.Addr().String()
	t.Cleanup(func() { _ = silent.Close() })
	for name, tt := range map[string]struct {
		addr  string
		state State
		says  string
	}{
		"mayday is ready":           {serve(http.StatusOK, "ok"), OK, "mayday is ready"},
		"mayday is not ready":       {serve(http.StatusServiceUnavailable, "not connected to Slack"), Failed, "not connected to Slack"},
		"something else answers":    {serve(http.StatusNotFound, "no"), Failed, "something else"},
		"something else says ok":    {serve(http.StatusOK, "<html>"), Failed, "something else"},
		"nothing is there yet":      {"127.0.0.1:0", OK, "will be served"},
		"nothing can be":            {"192.0.2.1:80", Failed, "cannot listen"},
		"something is silent there": {busy, Failed, "cannot listen"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &checker{ctx: t.Context(), c: Config{HTTPAddr: tt.addr}}
			k.http()
			require.Len(t, k.found, 1)
			assert.Equal(t, tt.state, k.found[0].State)
			assert.Contains(t, k.found[0].Says, tt.says)
			assert.Equal(t, tt.state != OK, k.found[0].Next != "")
		})
	}
}
