package methods_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/methods"
	"mayday/sim/phones"
)

const (
	ana  = "+447700900123"
	user = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
)

// call is what somebody is told in these tests.
var call = methods.Message{Key: "mayday-42-abc-0-0", Number: 42, Severity: "P0", Title: "checkout answers 500", Others: []string{"Ben Okafor"}}

func linked(m methods.Message) methods.Message {
	m.Link = "https://mayday.acme.dev/ack/Yk3b9Qw0aJ7sE2mN5pX1zg"
	return m
}

func start(t *testing.T, o phones.Options) (*phones.Sim, *methods.Book) {
	t.Helper()
	s := phones.New(o)
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, s.Close(ctx))
		assert.Empty(t, s.Violations(), "a service would have refused this")
	})
	return s, methods.New(methods.Config{
		Twilio:   methods.TwilioConfig{Account: phones.Account, Token: phones.AuthToken, From: phones.Number, URL: s.TwilioURL()},
		Pushover: methods.PushoverConfig{Token: phones.PushoverToken, URL: s.PushoverURL()},
		Ntfy:     methods.NtfyConfig{URL: s.NtfyURL(), Token: phones.NtfyToken},
		Guarded:  &http.Client{}, WebhookSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	})
}

func service(t *testing.T, b *methods.Book, m incident.Method) methods.Service {
	t.Helper()
	s, ok := b.Of(m)
	require.True(t, ok)
	return s
}

// on asks for a capability of a service.
func on[T any](t *testing.T, s methods.Service) T {
	t.Helper()
	v, ok := s.(T)
	require.True(t, ok, "%T", s)
	return v
}

func TestATextIsSentAndItsAnswerIsHeard(t *testing.T) {
	s, b := start(t, phones.Options{})
	sms := service(t, b, incident.Method{Kind: incident.SMS})
	sent := time.Now()
	r, err := sms.Send(t.Context(), ana, call)
	require.NoError(t, err)
	assert.Equal(t, phones.Number, r.Sender)
	require.Len(t, s.Taken(), 1)
	assert.Equal(t, "mayday: P0 #42: checkout answers 500. Also called: Ben Okafor. Reply 42 to acknowledge, no if you can't", s.Taken()[0].Text)
	poll := on[methods.Poller](t, sms)
	a, err := poll.Poll(t.Context(), ana, r, call, sent)
	require.NoError(t, err)
	assert.Equal(t, methods.Answer{}, a, "it is on its way")

	s.Deliver(r.ID, "delivered", 0)
	s.Text("+447700900999", "42") // somebody else
	s.Text(ana, "what is it?")
	a, err = poll.Poll(t.Context(), ana, r, call, sent)
	require.NoError(t, err)
	assert.NotZero(t, a.At)
	assert.Equal(t, methods.Answer{State: methods.Delivered, Unclear: true, Plain: true, At: a.At}, a)
	s.Text(ana, "43 what?")
	a, err = poll.Poll(t.Context(), ana, r, call, sent)
	require.NoError(t, err)
	assert.Equal(t, methods.Answer{State: methods.Delivered, Unclear: true, Names: 43, At: a.At}, a, "it may be another incident's")
	s.Text(ana, "Stop")
	a, err = poll.Poll(t.Context(), ana, r, call, sent)
	require.NoError(t, err)
	assert.True(t, a.Stopped && !a.Unclear)

	s.Text(ana, "Ok")
	a, err = poll.Poll(t.Context(), ana, r, call, sent)
	require.NoError(t, err)
	assert.True(t, a.Acknowledged && a.Plain)
	s.Text(ana, "No, can't 42")
	s.Text(ana, "No 42")
	a, err = poll.Poll(t.Context(), ana, r, call, sent)
	require.NoError(t, err)
	assert.True(t, a.Declined && !a.Plain, "the newest answer counts")

	s.Deliver(r.ID, "undelivered", 30003)
	a, _ = poll.Poll(t.Context(), ana, r, call, sent.Add(time.Hour))
	assert.Equal(t, methods.Answer{State: methods.Failed, Why: "Twilio could not deliver it: the telephone is off, or has no network"}, a, "an answer to an earlier text is none")
}

func TestACallIsSpoken(t *testing.T) {
	s, b := start(t, phones.Options{})
	phone := service(t, b, incident.Method{Kind: incident.Call})
	m := linked(call)
	m.Title = `"checkout" <500> & more`
	r, err := phone.Send(t.Context(), ana, m)
	require.NoError(t, err)
	assert.Contains(t, s.Taken()[0].Text, `P0 number 42: "checkout" <500> & more. Also called: Ben Okafor. Press 1 to acknowledge.`)
	assert.Equal(t, m.Link+"/call", s.Taken()[0].Link)
	poll := on[methods.Poller](t, phone)
	for status, want := range map[string]methods.Answer{
		"ringing": {}, "in-progress": {State: methods.Delivered}, "completed": {State: methods.Delivered},
		"busy": {State: methods.Failed, Why: "the line was busy"}, "no-answer": {State: methods.Failed, Why: "nobody took the call"},
	} {
		s.Deliver(r.ID, status, 0)
		a, err := poll.Poll(t.Context(), ana, r, m, time.Now())
		require.NoError(t, err)
		assert.Equal(t, want, a, status)
	}
}

func TestPushoverSoundsUntilItIsAcknowledged(t *testing.T) {
	s, b := start(t, phones.Options{Delivered: true})
	push := service(t, b, incident.Method{Kind: incident.Push, Service: incident.Pushover})
	r, err := push.Send(t.Context(), user, linked(call))
	require.NoError(t, err)
	poll := on[methods.Poller](t, push)
	a, err := poll.Poll(t.Context(), user, r, call, time.Now())
	require.NoError(t, err)
	assert.Equal(t, methods.Answer{State: methods.Delivered}, a)
	require.True(t, s.Press(user))
	a, err = poll.Poll(t.Context(), user, r, call, time.Now())
	require.NoError(t, err)
	assert.True(t, a.Acknowledged && !a.Plain)
	require.NoError(t, on[methods.Canceller](t, push).Cancel(t.Context(), r, call))
	assert.True(t, s.Ended(r.ID))
	require.NoError(t, on[methods.Teller](t, push).Tell(t.Context(), user, "so far"))
	require.NoError(t, push.Check(t.Context(), user))
	assert.ErrorContains(t, push.Check(t.Context(), incident.Destination("x"+user[1:])), "user key is invalid")
}

func TestNtfyHasAButton(t *testing.T) {
	s, b := start(t, phones.Options{})
	push := service(t, b, incident.Method{Kind: incident.Push, Service: incident.Ntfy})
	topic := incident.Destination(s.NtfyURL() + "/private-ana-8f3k")
	m := linked(call)
	_, err := push.Send(t.Context(), topic, m)
	require.NoError(t, err)
	require.Len(t, s.Taken(), 1)
	assert.Equal(t, "P0 #42: checkout answers 500\nAlso called: Ben Okafor. Press Acknowledge.", s.Taken()[0].Text)
	assert.Equal(t, m.Link, s.Taken()[0].Link)
	require.NoError(t, push.Check(t.Context(), topic))
}

// The token of a server goes to no other, whatever the runbook names.
func TestATokenGoesToItsServerOnly(t *testing.T) {
	var asked http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked = r.Header; _, _ = w.Write([]byte(`{"id":"x"}`)) }))
	t.Cleanup(other.Close)
	_, b := start(t, phones.Options{})
	_, err := service(t, b, incident.Method{Kind: incident.Push, Service: incident.Ntfy}).Send(t.Context(), incident.Destination(other.URL+"/topic"), call)
	require.NoError(t, err)
	assert.Empty(t, asked.Get("Authorization"))
}

func TestWhatCameOfAnAttempt(t *testing.T) {
	kinds := map[string]struct {
		method incident.Method
		to     func(*phones.Sim) incident.Destination
	}{
		"POST Messages": {incident.Method{Kind: incident.SMS}, func(*phones.Sim) incident.Destination { return ana }},
		"POST Calls":    {incident.Method{Kind: incident.Call}, func(*phones.Sim) incident.Destination { return ana }},
		"POST messages": {incident.Method{Kind: incident.Push, Service: incident.Pushover}, func(*phones.Sim) incident.Destination { return user }},
		"POST ntfy":     {incident.Method{Kind: incident.Push, Service: incident.Ntfy}, func(s *phones.Sim) incident.Destination { return incident.Destination(s.NtfyURL() + "/topic") }},
	}
	for name, k := range kinds {
		for what, c := range map[string]struct {
			fault phones.Fault
			want  methods.Class
			after time.Duration
		}{
			"refused":        {phones.Fault{HTTP: 400}, methods.Refused, 0},
			"no right":       {phones.Fault{HTTP: 401}, methods.Refused, 0},
			"elsewhere":      {phones.Fault{HTTP: 302}, methods.Refused, 0},
			"too many":       {phones.Fault{HTTP: 429, RetryAfter: 7}, methods.Unsent, 7 * time.Second},
			"away":           {phones.Fault{HTTP: 503}, methods.Unsent, 3 * time.Second},
			"broken":         {phones.Fault{HTTP: 500}, methods.Unknown, 0},
			"done and reset": {phones.Fault{ApplyFirst: true}, methods.Unknown, 0},
			"cut":            {phones.Fault{Truncate: true}, methods.Unknown, 0},
		} {
			s, b := start(t, phones.Options{})
			s.Mischief().FailNext(name, 1, c.fault)
			_, err := service(t, b, k.method).Send(t.Context(), k.to(s), call)
			require.Error(t, err, "%s: %s", name, what)
			assert.Equal(t, c.want, methods.ClassOf(err), "%s: %s: %v", name, what, err)
			var e *methods.Error
			require.True(t, errors.As(err, &e))
			assert.Equal(t, c.after, e.After, "%s: %s", name, what)
			assert.Equal(t, c.fault.HTTP == 429, errors.Is(err, methods.ErrTooMany), "%s: %s", name, what)
		}
	}
}

func TestAnUnreachableServiceTookNothing(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	b := methods.New(methods.Config{Twilio: methods.TwilioConfig{Account: phones.Account, Token: phones.AuthToken, From: phones.Number, URL: closed.URL}})
	_, err := service(t, b, incident.Method{Kind: incident.SMS}).Send(t.Context(), ana, call)
	assert.Equal(t, methods.Unsent, methods.ClassOf(err))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s, b := start(t, phones.Options{})
	s.Mischief().FailNext("POST Messages", 1, phones.Fault{Hang: time.Second})
	_, err = service(t, b, incident.Method{Kind: incident.SMS}).Send(ctx, ana, call)
	assert.Equal(t, methods.Unknown, methods.ClassOf(err), "it may have been sent")
}

func none(string) bool { return false }

// What an attempt of unknown outcome left is found.
func TestALostMessageIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		method incident.Method
		to     func(*phones.Sim) incident.Destination
	}{
		"POST Messages": {incident.Method{Kind: incident.SMS}, func(*phones.Sim) incident.Destination { return ana }},
		"POST Calls":    {incident.Method{Kind: incident.Call}, func(*phones.Sim) incident.Destination { return ana }},
		"POST ntfy":     {incident.Method{Kind: incident.Push, Service: incident.Ntfy}, func(s *phones.Sim) incident.Destination { return incident.Destination(s.NtfyURL() + "/topic") }},
	} {
		s, b := start(t, phones.Options{})
		svc := service(t, b, c.method)
		since := time.Now()
		_, found, err := on[methods.Finder](t, svc).Find(t.Context(), c.to(s), call, since, none)
		require.NoError(t, err)
		assert.False(t, found, name)
		s.Mischief().FailNext(name, 1, phones.Fault{ApplyFirst: true})
		_, err = svc.Send(t.Context(), c.to(s), call)
		require.Error(t, err)
		r, found, err := on[methods.Finder](t, svc).Find(t.Context(), c.to(s), call, since, none)
		require.NoError(t, err)
		assert.True(t, found, name)
		assert.Equal(t, s.Taken()[0].ID, r.ID)
		_, found, _ = on[methods.Finder](t, svc).Find(t.Context(), c.to(s), call, since, func(id string) bool { return id == r.ID })
		assert.False(t, found, "%s: what another call made is another", name)
		_, found, _ = on[methods.Finder](t, svc).Find(t.Context(), c.to(s), call, since.Add(time.Hour), none)
		assert.False(t, found, "%s: one of an hour ago is another", name)
	}
}

func TestNoSecretIsInAnError(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	b := methods.New(methods.Config{Pushover: methods.PushoverConfig{Token: "hunter2", URL: closed.URL}, Guarded: &http.Client{},
		Twilio: methods.TwilioConfig{Account: phones.Account, Token: "hunter2", From: phones.Number, URL: closed.URL}, WebhookSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		Mail: methods.MailConfig{Host: "127.0.0.1", Port: 1, User: "u", Password: "hunter2", From: "mayday@acme.dev"}})
	for _, m := range []incident.Method{{Kind: incident.SMS}, {Kind: incident.Call}, {Kind: incident.Push, Service: incident.Pushover}, {Kind: incident.Push, Service: incident.Ntfy}, {Kind: incident.Webhook}, {Kind: incident.Email}} {
		to := incident.Destination(closed.URL + "/hunter2")
		if m.Kind == incident.Email {
			to = "hunter2@acme.dev"
		}
		s := service(t, b, m)
		_, err := s.Send(t.Context(), to, call)
		require.Error(t, err)
		for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprint(s.Check(t.Context(), to))} {
			assert.NotContains(t, shown, "hunter2", m.Label())
			assert.NotContains(t, shown, strings.TrimPrefix(closed.URL, "http://"), m.Label())
		}
	}
}

func TestWhatIsNotSetUpIsNamed(t *testing.T) {
	b := methods.New(methods.Config{})
	for m, want := range map[incident.MethodKind]string{incident.SMS: "MAYDAY_SMS_ACCOUNT", incident.Call: "MAYDAY_CALL_FROM", incident.Email: "MAYDAY_SMTP_URL", incident.Webhook: "MAYDAY_WEBHOOK_SECRET"} {
		assert.Contains(t, b.Missing(incident.Method{Kind: m}), want)
	}
	var none *methods.Book
	_, ok := none.Of(incident.Method{Kind: incident.SMS})
	assert.False(t, ok)
}
