package program

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
	pagesim "mayday/sim/statuspage"
	"mayday/statuspage"
)

func TestStatusPageSettings(t *testing.T) {
	const key = "c0ffee-key"
	for name, c := range map[string]struct {
		set  map[string]string // without MAYDAY_STATUSPAGE_
		kind statuspage.Kind
		bad  []string // what is said to be wrong, in this order
	}{
		"nothing":                    {nil, "", nil},
		"all of Statuspage":          {map[string]string{"KIND": "statuspage", "PAGE": "p", "TOKEN": key}, statuspage.Atlassian, nil},
		"a kind that the URL tells":  {map[string]string{"URL": "https://api.instatus.com", "PAGE": "p", "TOKEN": key}, statuspage.Instatus, nil},
		"Cachet has one page":        {map[string]string{"KIND": "Cachet", "URL": "https://status.example.com/", "TOKEN": key}, statuspage.Cachet, nil},
		"a page on this machine":     {map[string]string{"KIND": "cachet", "URL": "http://127.0.0.1:8000", "TOKEN": key}, statuspage.Cachet, nil},
		"a key alone":                {map[string]string{"TOKEN": key}, "", []string{"KIND"}},
		"an address that tells none": {map[string]string{"URL": "https://status.example.com", "PAGE": "p", "TOKEN": key}, "", []string{"KIND"}},
		"an unknown kind":            {map[string]string{"KIND": "tumblr", "PAGE": "p", "TOKEN": key}, "", []string{"KIND"}},
		"no page, no key":            {map[string]string{"KIND": "instatus"}, statuspage.Instatus, []string{"PAGE", "TOKEN"}},
		"Cachet without an address":  {map[string]string{"KIND": "cachet", "TOKEN": key}, statuspage.Cachet, []string{"URL"}},
		"a key on the open road":     {map[string]string{"KIND": "cachet", "URL": "http://status.example.com", "TOKEN": key}, statuspage.Cachet, []string{"URL"}},
		"no address":                 {map[string]string{"KIND": "cachet", "URL": "status.example.com", "TOKEN": key}, statuspage.Cachet, []string{"URL"}},
	} {
		env := map[string]string{}
		for k, v := range c.set {
			env["MAYDAY_STATUSPAGE_"+k] = v
		}
		got, problems := readSettings(env)
		assert.Equal(t, c.kind, got.StatusPage.Kind, name)
		var said []string
		for _, p := range problems {
			said = append(said, strings.TrimPrefix(p.Variable, "MAYDAY_STATUSPAGE_"))
			assert.NotContains(t, p.String(), key, name)
		}
		assert.Equal(t, c.bad, said, name)
		if len(problems) == 0 {
			p, err := openStatusPage(got.StatusPage)
			assert.NoError(t, err, name)
			assert.Equal(t, c.kind != "", p != nil, name)
		}
	}
}

func TestCheckTriesTheStatusPage(t *testing.T) {
	t.Parallel()
	for _, kind := range statuspage.Kinds {
		sim, err := pagesim.New(pagesim.Options{})
		require.NoError(t, err)
		require.NoError(t, sim.Start("127.0.0.1:0"))
		t.Cleanup(func() { _ = sim.Close(context.Background()) })
		env := map[string]string{"MAYDAY_STATUSPAGE_KIND": string(kind), "MAYDAY_STATUSPAGE_URL": sim.API(string(kind)), "MAYDAY_STATUSPAGE_PAGE": sim.Page(), "MAYDAY_STATUSPAGE_TOKEN": sim.Token()}
		found := checked(t, slacksim.Options{}, env)["status page"]
		require.Len(t, found, 1)
		assert.Equal(t, OK, found[0].State, found)
		assert.Contains(t, found[0].Says, "3 components")
		assert.Empty(t, sim.Incidents(), "nothing is written")
		env["MAYDAY_STATUSPAGE_TOKEN"] = "hunter2"
		found = checked(t, slacksim.Options{}, env)["status page"]
		require.Len(t, found, 1)
		assert.Equal(t, Failed, found[0].State, found)
		assert.Contains(t, found[0].Next, "MAYDAY_STATUSPAGE_TOKEN")
		assert.NotContains(t, found[0].Says+found[0].Next, "hunter2")
	}
	found := checked(t, slacksim.Options{}, nil)["status page"]
	require.Len(t, found, 1)
	assert.Equal(t, Warned, found[0].State)
}

// TestEverySettingOfTheStatusPageIsDocumented: in the README's table and in docs/customers.md.
func TestEverySettingOfTheStatusPageIsDocumented(t *testing.T) {
	for _, file := range []string{"../../../README.md", "../../../docs/customers.md"} {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, name := range []string{"KIND", "URL", "PAGE", "TOKEN"} {
			assert.Contains(t, string(raw), "`MAYDAY_STATUSPAGE_"+name+"`", file)
		}
	}
}
