package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// lostAndFound is a store in which an incident has the number that another one had,
// before the database lost that.
func lostAndFound(t *testing.T) (*Handlers, incident.Incident) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{URL: newURL(t)})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	h := &Handlers{Store: st, Runbook: withContacts, Log: zap.NewNop()}
	inc, err := st.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		p := incident.Policy{Severities: []incident.Severity{{Label: "P1", Respond: incident.Within(time.Hour)}}}
		return incident.Declare(ref, incident.Declaration{Title: "new one", Severity: "P1", Policy: p, By: "U0ANA"}, now)
	})
	require.NoError(t, err)
	c, err := st.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C0NEW", "inc-1-p1-new-one", now)
	})
	require.NoError(t, err)
	return h, c.Incident
}

func TestAButtonOfALostIncidentIsRefused(t *testing.T) {
	t.Parallel()
	h, inc := lostAndFound(t)
	for name, id := range map[string]string{"with another identity": "acknowledge::aaaaaaaaaaaa", "of an earlier version": "acknowledge"} {
		for _, verb := range []string{"", "resolve", "run_all", "step_done", "join"} {
			if verb != "" {
				id = verb + id[len(blocks.Verb(id)):]
			}
			r := h.Handle(t.Context(), bot.Request{Kind: bot.Action, Keys: []string{name + verb}, User: "U0BEN", Channel: "C0LOST", MessageTS: "1.1", ActionID: id, Value: "1"})
			assert.Contains(t, r.Text, "no longer knows", "%s: %s", name, id)
			assert.NotContains(t, r.Text, "new one", "nothing of the other is told")
		}
	}
	after, err := h.Store.Incident(t.Context(), inc.Ref())
	require.NoError(t, err)
	assert.Equal(t, inc.Revision, after.Revision)
}

func TestAFormOfALostIncidentKeepsItsWords(t *testing.T) {
	t.Parallel()
	h, inc := lostAndFound(t)
	for _, number := range []string{"1", "9"} {
		r := h.Handle(t.Context(), bot.Request{Kind: bot.Submission, Keys: []string{"form" + number}, User: "U0BEN", View: &bot.View{
			CallbackID: blocks.CallbackResolve, PrivateMetadata: number + "////aaaaaaaaaaaa", Values: bot.Inputs{blocks.FieldSummary: {blocks.FieldSummary: {"rolled back"}}}}})
		assert.Contains(t, r.ViewErrors[blocks.FieldSummary], "Copy what you wrote")
	}
	after, err := h.Store.Incident(t.Context(), inc.Ref())
	require.NoError(t, err)
	assert.Equal(t, inc.Revision, after.Revision)
}

// The own buttons work, those of an earlier version too where it is certain what they mean.
func TestTheOwnButtonsWork(t *testing.T) {
	t.Parallel()
	for name, click := range map[string]bot.Request{
		"anywhere":                           {Channel: "C0ELSE", ActionID: "acknowledge::UID"},
		"of an earlier version, its channel": {Channel: "C0NEW", ActionID: "acknowledge"},
		"of an earlier version, its page":    {Channel: "D0BEN", MessageTS: "1.5", ActionID: "acknowledge"},
	} {
		t.Run(name, func(t *testing.T) {
			h, inc := lostAndFound(t)
			require.NoError(t, h.Store.SaveShown(t.Context(), inc.ID, "page/0/U0BEN", store.Shown{Channel: "D0BEN", TS: "1.5"}))
			if click.ActionID != "acknowledge" {
				click.ActionID = "acknowledge::" + inc.UID
			}
			click.Kind, click.User, click.Keys, click.Value = bot.Action, "U0BEN", []string{"k"}, "1"
			h.Handle(t.Context(), click)
			after, err := h.Store.Incident(t.Context(), inc.Ref())
			require.NoError(t, err)
			assert.Equal(t, "U0BEN", after.AcknowledgedBy)
		})
	}
}

func TestAFormOfTheIncidentWorks(t *testing.T) {
	t.Parallel()
	for name, metadata := range map[string]string{"now": "1////UID", "opened by the version before": "1"} {
		t.Run(name, func(t *testing.T) {
			h, inc := lostAndFound(t)
			if len(metadata) > 1 {
				metadata = "1////" + inc.UID
			}
			r := h.Handle(t.Context(), bot.Request{Kind: bot.Submission, Keys: []string{"k"}, User: "U0BEN", View: &bot.View{
				CallbackID: blocks.CallbackResolve, PrivateMetadata: metadata, Values: bot.Inputs{blocks.FieldSummary: {blocks.FieldSummary: {"rolled back"}}}}})
			assert.Empty(t, r.ViewErrors)
			after, err := h.Store.Incident(t.Context(), inc.Ref())
			require.NoError(t, err)
			assert.Equal(t, incident.Resolved, after.Status)
		})
	}
}

// Replicas of the release before read our forms, and we theirs.
func TestAFormIsReadByTheReleaseBefore(t *testing.T) {
	for metadata, want := range map[string]blocks.Target{
		"42": {Incident: 42}, "42////k3jq4h5g6f7d": {Incident: 42, UID: "k3jq4h5g6f7d"}, "42/site-down/3": {Incident: 42, Playbook: "site-down", Step: 3},
		"42/site-down/3//k3jq4h5g6f7d": {Incident: 42, Playbook: "site-down", Step: 3, UID: "k3jq4h5g6f7d"},
	} {
		for _, channel := range []string{"", "C0123"} {
			sent := openedIn(channel, metadata)
			older, err := blocks.ParseTarget(sent) // as the release before reads it
			require.NoError(t, err, sent)
			assert.Equal(t, []any{want.Incident, want.Playbook, want.Step}, []any{older.Incident, older.Playbook, older.Step}, sent)
			in, rest := whereOpened(sent)
			assert.Equal(t, channel, in, sent)
			got, err := blocks.ParseMetadata(rest)
			require.NoError(t, err, sent)
			assert.Equal(t, want, got, sent)
		}
	}
	in, rest := whereOpened(openedIn("C0123", ""))
	assert.Equal(t, []string{"C0123", ""}, []string{in, rest}, "a declaration")
	assert.Equal(t, "C0123", openedIn("C0123", ""), "as the release before takes it")
}
