package bot

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

type feature struct {
	Command, Name, Type, Description string
	Usage                            string `yaml:"usage_hint"`
	Callback                         string `yaml:"callback_id"`
	Escape                           bool   `yaml:"should_escape"`
}

type parsed struct {
	Display  struct{ Name, Description string } `yaml:"display_information"`
	Features struct {
		Bot struct {
			Name string `yaml:"display_name"`
		} `yaml:"bot_user"`
		Commands  []feature `yaml:"slash_commands"`
		Shortcuts []feature
	}
	OAuth struct {
		Scopes struct{ Bot []string }
	} `yaml:"oauth_config"`
	Settings struct {
		Socket        bool `yaml:"socket_mode_enabled"`
		Interactivity struct {
			Enabled bool `yaml:"is_enabled"`
		}
		Events struct {
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
	}
}

func TestManifestParsesBackWithinSlacksLimits(t *testing.T) {
	for _, name := range []string{"", "Ops \"Bot\": #1 — ünï", strings.Repeat("long ", 30)} {
		var m parsed
		raw := Manifest(name)
		require.NoError(t, yaml.Unmarshal(raw, &m), string(raw))
		assert.NotContains(t, string(raw), "request_url")
		assert.LessOrEqual(t, len([]rune(m.Display.Name)), 35)
		if name == "" {
			assert.Equal(t, "mayday", m.Display.Name)
		} else {
			assert.True(t, strings.HasPrefix(name, m.Display.Name))
		}
		assert.Equal(t, m.Display.Name, m.Features.Bot.Name)
		assert.LessOrEqual(t, len(m.Display.Description), 140)
		require.Len(t, m.Features.Commands, 1)
		c := m.Features.Commands[0]
		assert.True(t, c.Escape)
		assert.Equal(t, "/incident", c.Command)
		assert.LessOrEqual(t, len(c.Description), 2000)
		assert.LessOrEqual(t, len(c.Usage), 1000)
		var callbacks []string
		for _, s := range m.Features.Shortcuts {
			callbacks = append(callbacks, s.Type+" "+s.Callback)
			assert.LessOrEqual(t, len(s.Name), 24)
			assert.LessOrEqual(t, len(s.Description), 150)
		}
		assert.Equal(t, []string{"global declare_incident", "message declare_from_message", "message add_to_timeline"}, callbacks)
		var want []string
		for _, s := range RequiredScopes() {
			want = append(want, s.Name)
			assert.NotEmpty(t, s.Why)
		}
		assert.Equal(t, want, m.OAuth.Scopes.Bot)
		assert.True(t, m.Settings.Socket)
		assert.True(t, m.Settings.Interactivity.Enabled)
		assert.Equal(t, events, m.Settings.Events.Bot)
		assert.LessOrEqual(t, len(m.Settings.Events.Bot), 100)
	}
}

func TestEveryMethodHasAScopeThatWeAskFor(t *testing.T) {
	asked := map[string]bool{}
	for _, s := range append(RequiredScopes(), WriteGroups) {
		asked[s.Name] = true
	}
	for name, m := range methods {
		met := len(m.scopes) == 0
		for _, s := range m.scopes {
			met = met || asked[s]
		}
		assert.True(t, met, name)
		assert.Contains(t, []int{0, 20, 50, 100}, m.perMinute, name)
	}
	assert.Len(t, MissingScopes(nil), len(scopes))
	missing := MissingScopes([]string{"commands"})
	assert.Len(t, missing, len(scopes)-1)
	assert.NotContains(t, missing, scopes[0])
}

func TestTheManifestAsksForWhatASettingNeeds(t *testing.T) {
	assert.NotContains(t, string(Manifest("")), "usergroups:write")
	var m parsed
	require.NoError(t, yaml.Unmarshal(Manifest("", WriteGroups), &m))
	assert.Contains(t, m.OAuth.Scopes.Bot, "usergroups:write")
	assert.Len(t, m.OAuth.Scopes.Bot, len(scopes)+1)
}
