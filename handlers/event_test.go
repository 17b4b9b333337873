package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
	"mayday/incident"
)

func TestTheHomeIsDrawnWhereItIsLookedAt(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	assert.NotEmpty(t, l.home("U0ANA01"))
	l.homes["U0ANA01"] = ""
	l.happens(bot.Event{Type: "app_home_opened", Tab: "messages", User: "U0ANA01"})
	assert.Empty(t, l.homes["U0ANA01"], "the messages beside it were opened")
}
