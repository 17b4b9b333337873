package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrorClasses(t *testing.T) {
	t.Parallel()
	slow := func(url.Values) (int, string) { time.Sleep(2 * hasty); return 200, `{"ok":true}` }
	reply := func(status int, body string) func(url.Values) (int, string) {
		return func(url.Values) (int, string) { return status, body }
	}
	for name, c := range map[string]struct {
		answer      func(url.Values) (int, string)
		class, read Class // of chat.postMessage, and of a call that only reads
		code        string
	}{
		"refused":         {no("invalid_blocks"), Permanent, Permanent, "invalid_blocks"},
		"unknown code":    {no("never_heard_of"), Permanent, Permanent, "never_heard_of"},
		"token":           {no("token_revoked"), Token, Token, "token_revoked"},
		"gone":            {no("channel_not_found"), Gone, Gone, "channel_not_found"},
		"archived":        {no("is_archived"), Gone, Gone, "is_archived"},
		"internal":        {no("internal_error"), Ambiguous, Retry, "internal_error"},
		"fatal":           {no("fatal_error"), Ambiguous, Retry, "fatal_error"},
		"unavailable":     {no("service_unavailable"), Ambiguous, Retry, "service_unavailable"},
		"request timeout": {no("request_timeout"), Ambiguous, Retry, "request_timeout"},
		"limited in body": {no("rate_limited"), RateLimited, RateLimited, "rate_limited"},
		"limited":         {reply(-429, "7"), RateLimited, RateLimited, "ratelimited"},
		"429 bare":        {reply(429, ""), RateLimited, RateLimited, "http_429"},
		"500":             {reply(500, "<html>"), Ambiguous, Retry, "http_500"},
		"503":             {reply(503, "<html>"), Ambiguous, Retry, "http_503"},
		"404":             {reply(404, "<html>"), Permanent, Permanent, "http_404"},
		"cut short":       {reply(200, `{"ok":true,"channel":"C`), Ambiguous, Retry, ""},
		"reset":           {reply(-1, ""), Ambiguous, Retry, ""},
		"timeout":         {slow, Ambiguous, Retry, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, f := newClientThatWaits(t, hasty)
			f.on("chat.postMessage", c.answer)
			f.on("users.info", c.answer)
			_, err := client.Post(t.Context(), "C1", Message{Text: "hi"})
			require.Error(t, err)
			assert.Equal(t, c.class, ClassOf(err), err)
			assert.Equal(t, c.class != Ambiguous, NotApplied(err), "whatever was answered was refused")
			assert.Equal(t, c.code, CodeOf(err))
			assert.NotContains(t, err.Error(), "-secret")
			assert.Len(t, f.called("chat.postMessage"), 1, "never repeated")
			_, err = client.User(t.Context(), "U1")
			require.Error(t, err)
			assert.Equal(t, c.read, ClassOf(err), err)
			assert.Equal(t, c.class != Ambiguous, NotApplied(err), "safe to repeat is not the same as not done")
		})
	}
}

func TestWhatNeverLeftIsSafeToRepeat(t *testing.T) {
	client, f := newTestClient(t)
	f.server.Close()
	_, err := client.Post(t.Context(), "C1", Message{Text: "hi"})
	assert.Equal(t, Retry, ClassOf(err), err)
	assert.True(t, NotApplied(err), "nobody listened")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Post(ended, "C1", Message{Text: "hi"})
	assert.Equal(t, Retry, ClassOf(err), err)
	require.ErrorIs(t, err, context.Canceled)
	assert.True(t, NotApplied(err), "its turn did not come")
	client.plan.close(t.Context(), "chat.postMessage", "C2", time.Minute)
	_, err = client.Post(Patience(t.Context(), 0), "C2", Message{Text: "hi"})
	assert.Equal(t, RateLimited, ClassOf(err), err)
	assert.True(t, NotApplied(err), "turned away")
	kept := OnTurn(t.Context(), func(context.Context) error { return errors.New("not written down") })
	_, err = client.Post(kept, "C1", Message{Text: "hi"})
	assert.Equal(t, Retry, ClassOf(err), err)
	assert.True(t, NotApplied(err), "kept from being sent")
	_, err = client.OpenView(t.Context(), "", slack.ModalViewRequest{})
	assert.Equal(t, Permanent, ClassOf(err), "slack-go refuses to send it")
}

func TestAMissingArgumentIsOurFaultAndNotTheTokens(t *testing.T) {
	client, f := newTestClient(t)
	f.on("users.info", no("missing_args"))
	_, err := client.User(t.Context(), "")
	assert.Equal(t, Permanent, ClassOf(err))
	f.on("auth.test", no("missing_args"))
	_, err = client.Self(t.Context())
	assert.Equal(t, Token, ClassOf(err), "the token is all that it takes")
	f.on(methodConnect, no("missing_args"))
	assert.Equal(t, Token, ClassOf(CheckSocket(t.Context(), "xapp-x", f.url())))
}

func TestClassOfOtherErrors(t *testing.T) {
	assert.Equal(t, Class(""), ClassOf(nil))
	assert.Equal(t, Permanent, ClassOf(errors.New("x")))
	assert.Equal(t, Gone, ClassOf(fmt.Errorf("wrapped: %w", &Error{Class: Gone})))
	assert.Empty(t, CodeOf(errors.New("x")))
	assert.False(t, NotApplied(nil))
	assert.False(t, NotApplied(errors.New("x")), "of another origin: nobody knows")
	assert.True(t, NotApplied(fmt.Errorf("wrapped: %w", &Error{Class: Gone})))
}

func TestErrorsSayWhatToDo(t *testing.T) {
	client, f := newTestClient(t)
	f.on("pins.add", func(url.Values) (int, string) {
		return 200, `{"ok":false,"error":"missing_scope","needed":"pins:write","provided":"chat:write"}`
	})
	err := client.Pin(t.Context(), "C1", "1.1")
	assert.Equal(t, Missing, ClassOf(err))
	assert.ErrorContains(t, err, "add the scope pins:write and reinstall")
	f.on("pins.add", no("missing_scope"))
	assert.ErrorContains(t, client.Pin(t.Context(), "C1", "1.1"), "pins:write")
	f.on("auth.test", no("invalid_auth"))
	_, err = client.Self(t.Context())
	assert.ErrorContains(t, err, "SLACK_BOT_TOKEN is not accepted")
	f.on("chat.update", func(url.Values) (int, string) {
		return 200, `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] must be less than 3001 characters"]}}`
	})
	assert.ErrorContains(t, client.Edit(t.Context(), "C1", "1.1", Message{Text: "x"}), "3001")
}

func TestWantedStateThatHoldsAlreadyIsASuccess(t *testing.T) {
	client, f := newTestClient(t)
	ctx := t.Context()
	for method, c := range map[string]struct {
		code string
		call func() error
	}{
		"pins.add":              {"already_pinned", func() error { return client.Pin(ctx, "C1", "1.1") }},
		"pins.remove":           {"no_pin", func() error { return client.Unpin(ctx, "C1", "1.1") }},
		"reactions.add":         {"already_reacted", func() error { return client.React(ctx, "C1", "1.1", "eyes") }},
		"conversations.archive": {"already_archived", func() error { return client.Archive(ctx, "C1") }},
		"chat.delete":           {"message_not_found", func() error { return client.Delete(ctx, "C1", "1.1") }},
		"conversations.invite": {"already_in_channel", func() error {
			failed, err := client.Invite(ctx, "C1", "U1")
			if len(failed) > 0 {
				return errors.New("failed")
			}
			return err
		}},
	} {
		f.on(method, no(c.code))
		require.NoError(t, c.call(), method)
		f.on(method, no("restricted_action"))
		assert.Equal(t, "restricted_action", CodeOf(c.call()), method)
	}
}

func TestRespondHidesTheAddress(t *testing.T) {
	client, f := newTestClient(t)
	f.server.Close()
	err := client.Respond(t.Context(), f.server.URL+"/commands/T1/very-private", Message{Text: "x"})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "very-private")
}

func TestSecretsDoNotPrint(t *testing.T) {
	s := Secret("xoxb-1")
	raw, err := json.Marshal(struct{ T Secret }{s})
	require.NoError(t, err)
	text, err := s.MarshalText()
	require.NoError(t, err)
	all := fmt.Sprintf("%v %s %q %#v %+v %x %v", s, s, s, s, struct{ S Secret }{s}, s, []Secret{s}) + string(raw) + string(text)
	assert.NotContains(t, all, "xoxb-1")
	assert.NotContains(t, all, "786f78622d31")
	assert.Equal(t, "xoxb-1", s.Reveal())
	assert.Empty(t, Secret("").String())
}
