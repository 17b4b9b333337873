package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
	"mayday/store/storetest"
)

func withContacts() *playbooks.Runbook {
	return &playbooks.Runbook{Policy: incident.Policy{Contacts: []incident.Contact{{Role: "On-Call Engineer", Name: "Ana Ruiz", Phone: "+1 555 0100"}}}}
}

// TestExcuses: only while the database is silent it is to blame, and then everybody
// hears whom to call.
func TestExcuses(t *testing.T) {
	h := &Handlers{Runbook: withContacts, Log: zap.NewNop()}
	command := bot.Request{Kind: bot.Command}
	form := bot.Request{Kind: bot.Submission, View: &bot.View{CallbackID: blocks.CallbackResolve}}
	assert.Zero(t, h.Excuse(command, true), "nothing is known of the database")
	h.failed(incident.Incident{}, &incident.Refusal{})
	h.failed(incident.Incident{}, store.ErrNotFound)
	h.failed(incident.Incident{}, errors.New("no such verb"))
	assert.Zero(t, h.Excuse(command, true), "it answered")

	h.failed(incident.Incident{}, fmt.Errorf("update incident 1: %w", context.DeadlineExceeded))
	for _, r := range []bot.Request{command, form} {
		for started, words := range map[bool]string{false: "Nothing was recorded", true: "It is not confirmed"} {
			reply := h.Excuse(r, started)
			assert.Contains(t, reply.Text, words)
			assert.Contains(t, reply.Text, "Ana Ruiz")
			assert.Contains(t, reply.Text, "+1 555 0100")
		}
	}
	assert.Equal(t, map[string]string{blocks.FieldSummary: blocks.FormNotRecorded}, h.Excuse(form, false).ViewErrors)
	assert.Equal(t, map[string]string{blocks.FieldSummary: blocks.FormNotConfirmed}, h.Excuse(form, true).ViewErrors)

	for what, r := range map[string]bot.Request{"a form of another version": {Kind: bot.Submission, View: &bot.View{CallbackID: "nothing"}}, "a form that says nothing": {Kind: bot.Submission},
		"a button in a form": {Kind: bot.Action, View: form.View}} {
		assert.NotEmpty(t, h.Excuse(r, false).Text, what)
		assert.Nil(t, h.Excuse(r, false).ViewErrors, what)
	}

	h.silentAt.Store(time.Now().Add(-2 * silence).UnixNano())
	assert.Zero(t, h.Excuse(command, false), "that is long ago")
}

// TestWhatWasCutOffIsLookedUp: a change that was recorded is answered so, also when
// the answer of the database was lost.
func TestWhatWasCutOffIsLookedUp(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), store.Config{URL: newURL(t)})
	require.NoError(t, err)
	h := &Handlers{Store: st, Runbook: withContacts, Log: zap.NewNop()}
	_, err = h.recordNew(t.Context(), bot.Request{Keys: []string{"envelope:1", "trigger:1"}}, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Change{Incident: incident.Incident{ID: ref.Incident, UID: ref.UID, DeclaredAt: now}, Events: []incident.Event{{Seq: 1, At: now}}}, nil
	})
	require.NoError(t, err)
	unsure := fmt.Errorf("update: %w", store.ErrUnconfirmed)
	over, cancel := context.WithCancel(t.Context())
	cancel() // the time of the request is over
	require.NoError(t, h.inquire(over, bot.Request{Keys: []string{"trigger:1"}}, unsure))
	require.ErrorIs(t, h.inquire(over, bot.Request{Keys: []string{"trigger:2"}}, unsure), store.ErrUnconfirmed, "it may still be on its way")
	require.ErrorIs(t, h.inquire(over, bot.Request{Keys: []string{"trigger:1"}}, store.ErrDuplicate), store.ErrDuplicate)
	st.Close()
	require.ErrorIs(t, h.inquire(over, bot.Request{Keys: []string{"trigger:1"}}, unsure), store.ErrUnconfirmed, "nobody answers")
}

// TestADeclarationThatCannotBeReadIsNotAnsweredWithoutItsNumber: it was recorded by an
// earlier delivery, and the database goes away before it is read.
func TestADeclarationThatCannotBeReadIsNotAnsweredWithoutItsNumber(t *testing.T) {
	t.Parallel()
	wire := storetest.NewWire(t, newURL(t))
	st, err := store.Open(t.Context(), store.Config{URL: wire.URL})
	require.NoError(t, err)
	defer st.Close()
	h := &Handlers{Store: st, Runbook: withContacts, Log: zap.NewNop()}
	r := bot.Request{Keys: []string{"trigger:1"}}
	once := func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Change{Incident: incident.Incident{ID: ref.Incident, UID: ref.UID, DeclaredAt: now}, Events: []incident.Event{{Seq: 1, At: now}}}, nil
	}
	_, err = h.recordNew(t.Context(), r, once)
	require.NoError(t, err)
	wire.Tap(func(m storetest.Message) storetest.Fate {
		if bytes.Contains(m.Body, []byte("mayday.delivery d join")) {
			return storetest.LostWhole
		}
		return storetest.Delivered
	})
	inc, err := h.recordNew(t.Context(), r, once)
	require.ErrorIs(t, err, store.ErrUnconfirmed)
	assert.Zero(t, inc.ID)
	assert.Contains(t, h.failed(inc, err).Text, "not confirmed")
}

// TestTimeIsLeftToInquire: what is recorded must be so some time before the answer is due.
func TestTimeIsLeftToInquire(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	in, done := inTime(ctx)
	defer done()
	end, _ := ctx.Deadline()
	earlier, bounded := in.Deadline()
	assert.True(t, bounded)
	assert.Equal(t, inquiry, end.Sub(earlier))
	in, done = inTime(t.Context())
	defer done()
	_, bounded = in.Deadline()
	assert.False(t, bounded)
}

// TestWhatIsRefusedUnderTheLockIsNotRecorded: an incident that became private since it was looked at, and a decision that is refused.
func TestWhatIsRefusedUnderTheLockIsNotRecorded(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, true, crowd{})
	before := revision(t, h)
	eve := bot.Request{Kind: bot.Action, User: "U0EVE01", Channel: elsewhere, Keys: []string{"eve"}}
	noted := func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Note(inc, "U0EVE01", "seen", now)
	}
	_, err := h.record(t.Context(), eve, incident.Ref{Incident: 1}, noted)
	require.ErrorIs(t, err, store.ErrNotFound)
	assert.Equal(t, before, revision(t, h))
	eve.Channel = "C0INC01"
	_, err = h.record(t.Context(), eve, incident.Ref{Incident: 1}, noted)
	require.NoError(t, err, "in its channel it is there")

	refused := errors.New("refused")
	_, err = h.recordNew(t.Context(), bot.Request{Keys: []string{"new"}}, func(incident.Ref, time.Time) (incident.Change, error) { return incident.Change{}, refused })
	require.ErrorIs(t, err, refused)
	_, err = naming("U0BEN01", "Ben", func(incident.Incident, time.Time) (incident.Change, error) { return incident.Change{}, refused })(incident.Incident{}, time.Now())
	assert.ErrorIs(t, err, refused)
}

// TestWhatAGuestDoesRunsNoQuery, not by a detour either: a step that comes up has queries.
func TestWhatAGuestDoesRunsNoQuery(t *testing.T) {
	t.Parallel()
	for who, runs := range map[string]bool{"U0GUS01": false, "U0FAY01": false, "U0ANA01": true} {
		l := newLodge(t, incident.Access{})
		inc := l.declare(nil)
		before := l.jobs(inc.ID, "run_queries")
		answer(t, l.h, bot.Request{Kind: bot.Command, Text: "playbook site-down"}, who, inc.ChannelID)
		assert.Equal(t, "site-down", l.state(inc.ID).Walk().Playbook.Slug, who)
		assert.Equal(t, runs, l.jobs(inc.ID, "run_queries") > before, who)
	}
}

// TestTheAgeOfTheRunbookIsAskedFor, and of nothing else.
func TestTheAgeOfTheRunbookIsAskedFor(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	asked := func() (n int) {
		require.NoError(t, l.h.Store.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'check_runbook'`).Scan(&n))
		return n
	}
	for _, text := range []string{"contacts age", "runbook", "matrix age"} {
		l.types(text, elsewhere)
		assert.Zero(t, asked(), text)
	}
	l.types("runbook Age ", elsewhere)
	assert.Equal(t, 1, asked())
}

// TestAFormSaysWhatBecameOfIt when the database is away: it stays open with what was typed, and the database is to blame for a while.
func TestAFormSaysWhatBecameOfIt(t *testing.T) {
	form := bot.Request{Kind: bot.Submission, View: &bot.View{CallbackID: blocks.CallbackResolve}}
	for says, err := range map[string]error{blocks.FormNotRecorded: fmt.Errorf("update: %w", io.ErrUnexpectedEOF), blocks.FormNotConfirmed: fmt.Errorf("%w: %w", store.ErrUnconfirmed, io.ErrUnexpectedEOF)} {
		core, logs := observer.New(zapcore.ErrorLevel)
		h := &Handlers{Runbook: withContacts, Log: zap.New(core)}
		assert.Equal(t, map[string]string{blocks.FieldSummary: says}, h.markForm(form, incident.Incident{}, err).ViewErrors)
		assert.NotZero(t, h.Excuse(form, false))
		assert.Equal(t, 1, logs.Len())
	}
}
