package workers

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/routine"
	slacksim "mayday/sim/slack"
)

// answered counts the answers to a query that stand in a channel, and their files.
func (h *hand) answered(channel string) (answers, files int) {
	h.t.Helper()
	for _, m := range h.sim.Messages(channel) {
		files += len(m.Files)
		var meta struct {
			Payload struct{ Key string } `json:"event_payload"`
		}
		if len(m.Metadata) == 0 {
			continue
		}
		require.NoError(h.t, json.Unmarshal(m.Metadata, &meta))
		if strings.HasPrefix(meta.Payload.Key, "query/") {
			answers++
		}
	}
	return answers, files
}

// TestAnAnswerComesWhereItWasAskedFor: and only where mayday may not post there to whoever asked. A job that names no
// channel is of the release before.
func TestAnAnswerComesWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		operators bool
		asked     string // the name of the channel; empty for the release before, and elsewhere
		method    string // refused once, with refuse
		refuse    string
		want      string
	}{
		"the operators' channel":            {true, "inc-1-room", "", "", "inc-1-room"},
		"one that mayday is not in yet":     {true, "general", "", "", "general"},
		"one that is not there any more":    {true, "inc-1-room", "conversations.info", "channel_not_found", "direct"},
		"one that may not be joined":        {true, "general", "conversations.join", "restricted_action", "direct"},
		"one that is archived meanwhile":    {true, "inc-1-room", "chat.postMessage", "is_archived", "direct"},
		"one in which apps may not post":    {true, "inc-1-room", "chat.postMessage", "restricted_action", "direct"},
		"asked by the release before":       {true, "", "", "", "incidents"},
		"asked by one of its own elsewhere": {false, "", "", "", "direct"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.w.OpsChannel = "gone-since" // so that the announce channel stands in for it
			h.w.Diagnostics = &asker{do: func(context.Context, diagnostics.Request) (diagnostics.Result, error) { return numbers("7"), nil }}
			asked, _ := h.sim.Channel(tt.asked)
			fx := routine.AnswerQuery{By: h.inc.DeclaredBy, Operators: tt.operators, Channel: asked.ID, Name: "users/total", Title: "Total users", SQL: "select 7"}
			if tt.refuse != "" {
				h.sim.Mischief().FailNext(tt.method, 1, slacksim.Fault{Error: tt.refuse})
			}
			require.NoError(t, h.w.answerQuery(t.Context(), fx, try{ID: 7, Number: 1, Since: time.Now()}))
			for _, place := range []string{"inc-1-room", "general", "incidents", "direct"} {
				channel := place
				if place == "direct" {
					channel = h.sim.Direct("ana")
				}
				answers, _ := h.answered(channel)
				assert.Equal(t, place == tt.want, answers == 1, place)
			}
		})
	}
}

// TestAnAnswerThatStandsIsNotAskedForAgain: nobody heard that it was posted. One with a file is asked for again only to
// attach that, once.
func TestAnAnswerThatStandsIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rows  int
		lost  string
		files int
	}{
		"a number":                  {1, "chat.postMessage", 0},
		"a file that was not tried": {200, "chat.postMessage", 1},
		"a file that arrived":       {200, "files.completeUploadExternal", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			rows := make([]string, tt.rows)
			for i := range rows {
				rows[i] = "7"
			}
			db := &asker{do: func(context.Context, diagnostics.Request) (diagnostics.Result, error) { return numbers(rows...), nil }}
			h.w.Diagnostics = db
			fx := routine.AnswerQuery{By: h.inc.DeclaredBy, Operators: true, Channel: h.inc.ChannelID, Name: "users/total", Title: "Total users", SQL: "select 7"}
			since := time.Now()
			h.lost(tt.lost, unheard, func(ctx context.Context) error { return h.w.answerQuery(ctx, fx, try{ID: 7, Number: 1, Since: since}) })
			for n := 2; n < 4; n++ {
				require.NoError(t, h.w.answerQuery(t.Context(), fx, try{ID: 7, Number: n, Since: since}))
			}
			answers, files := h.answered(h.inc.ChannelID)
			assert.Equal(t, 1, answers)
			assert.Equal(t, tt.files, files)
			if tt.rows == 1 {
				assert.Equal(t, 1, db.times())
			}
		})
	}
}
