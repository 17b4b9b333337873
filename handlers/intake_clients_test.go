package handlers

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/PagerDuty/go-pagerduty"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"mayday/alerts"
	"mayday/incident"
	"mayday/store"
	"mayday/store/storetest"
)

// reports is what was posted, as it is understood.
func (g *gate) reports() (list []incident.Report) {
	g.t.Helper()
	for _, p := range g.stored() {
		r, err := alerts.Read(alerts.Post{Source: p.Source, Path: alerts.Path(p.Path), Header: p.Header, Body: p.Body, FreshKey: p.Header[store.FreshKey]})
		require.NoError(g.t, err)
		list = append(list, r.Reports...)
	}
	return list
}

// TestPagerDutysOwnClient, which only has another address, raises, sees and ends an alert, and tells of a deploy.
func TestPagerDutysOwnClient(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	server := httptest.NewServer(g)
	defer server.Close()
	client := pagerduty.NewClient("", pagerduty.WithV2EventsAPIEndpoint(server.URL))
	event := pagerduty.V2Event{RoutingKey: pagerKey, Action: "trigger", Client: "Nagios", ClientURL: "https://nagios.example.com", Payload: &pagerduty.V2Payload{
		Summary: "disk full", Source: "db-1", Severity: "critical", Component: "disk", Timestamp: "2026-03-03T10:00:00.000+0000", Details: map[string]any{"mayday_scenario": "disk-full", "free": 0}},
		Links: []any{map[string]string{"href": "https://nagios.example.com/db-1", "text": "Graph"}}}
	said, err := client.ManageEventWithContext(t.Context(), &event)
	require.NoError(t, err)
	assert.Equal(t, "success", said.Status)
	require.Len(t, said.DedupKey, 32, "a key of ours, which ends it")
	for _, action := range []string{"acknowledge", "resolve"} {
		again, err := client.ManageEventWithContext(t.Context(), &pagerduty.V2Event{RoutingKey: pagerKey, Action: action, DedupKey: said.DedupKey})
		require.NoError(t, err)
		assert.Equal(t, said.DedupKey, again.DedupKey)
	}
	_, err = client.CreateChangeEventWithContext(t.Context(), pagerduty.ChangeEvent{RoutingKey: pagerKey, Payload: pagerduty.ChangeEventPayload{Summary: "deploy 4f3c2a1", Source: "ci", Timestamp: "2026-03-03T09:57:00Z"}})
	require.NoError(t, err)

	refused := func(code int, again bool) {
		t.Helper()
		var e pagerduty.APIError
		_, err := client.ManageEventWithContext(t.Context(), &event)
		require.ErrorAs(t, err, &e)
		assert.Equal(t, code, e.StatusCode)
		assert.Equal(t, again, e.Temporary(), "whether it is worth trying again")
	}
	event.RoutingKey = "0000000000000000000000000000dead"
	refused(http.StatusUnauthorized, false)
	event.RoutingKey, event.Payload.Source = pagerKey, ""
	refused(http.StatusBadRequest, false)
	event.Payload.Source = "db-1"
	g.wire.Tap(func(storetest.Message) storetest.Fate { return storetest.LostWhole })
	refused(http.StatusServiceUnavailable, true)
	g.wire.Tap(nil)
	g.limits["pager"] = rate.NewLimiter(0, 0)
	refused(http.StatusTooManyRequests, true)

	list := g.reports()
	require.Len(t, list, 3, "a deploy is no alert")
	fired := list[0]
	assert.Equal(t, []incident.ReportState{incident.Firing, incident.Noticed, incident.Quiet}, []incident.ReportState{fired.State, list[1].State, list[2].State})
	assert.Equal(t, "disk full", fired.Title)
	assert.Equal(t, "critical", fired.Severity)
	assert.Equal(t, "disk-full", fired.Scenario)
	assert.Equal(t, "https://nagios.example.com/db-1", fired.Link)
	assert.Equal(t, time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC), fired.At)
	for _, r := range list {
		assert.Equal(t, said.DedupKey, r.Key)
	}
}

// TestStandardWebhooksOwnLibrary signs, with the secret that we make and with one of the sender's own.
func TestStandardWebhooksOwnLibrary(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	ours := store.NewSigningSecret().Reveal()
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "standard", Way: incident.ToOffer}, "", store.SigningSecret(ours)))
	g.readAt = time.Time{}
	server := httptest.NewServer(g)
	defer server.Close()
	send := func(secret, id string, at time.Time, body string) int {
		t.Helper()
		signer, err := standardwebhooks.NewWebhook(secret)
		require.NoError(t, err)
		signature, err := signer.Sign(id, at, []byte(body))
		require.NoError(t, err)
		return do(t, server.URL+"/in/standard", body, map[string]string{standardwebhooks.HeaderWebhookID: id, standardwebhooks.HeaderWebhookSignature: signature,
			standardwebhooks.HeaderWebhookTimestamp: strconv.FormatInt(at.Unix(), 10)})
	}
	const fires = `{"type": "backup.failed", "timestamp": "2026-03-03T10:00:00Z", "data": {"id": "nightly", "title": "the nightly backup failed"}}`
	const ends = `{"type": "backup.recovered", "timestamp": "2026-03-03T11:00:00Z", "data": {"id": "nightly", "title": "the nightly backup failed"}}`
	assert.Equal(t, 202, send(ours, "msg_1", time.Now(), fires))
	assert.Equal(t, 202, send(ours, "msg_1", time.Now(), fires), "sent again")
	assert.Equal(t, 202, send(ours, "msg_2", time.Now(), ends))
	assert.Equal(t, 401, send(ours, "msg_3", time.Now().Add(-6*time.Minute), fires), "replayed")
	assert.Equal(t, 401, send("whsec_"+"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_4", time.Now(), fires), "by another secret")
	list := g.reports()
	require.Len(t, list, 2)
	assert.Equal(t, []incident.ReportState{incident.Firing, incident.Quiet}, []incident.ReportState{list[0].State, list[1].State})
	assert.Equal(t, list[0].Key, list[1].Key)
}

// TestSentrySignsAsItsDocumentationSays: the hexadecimal HMAC-SHA256 of the body by the client secret.
// Source: docs.sentry.io, "Integration Platform: Webhooks", the header Sentry-Hook-Signature and how to verify it.
func TestSentrySignsAsItsDocumentationSays(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	const secret = "3f0b3a2e6b4d4f0f8a6a7b0e9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f60718293"
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "errors", Way: incident.ToOffer}, "", secret))
	g.readAt = time.Time{}
	server := httptest.NewServer(g)
	defer server.Close()
	send := func(secret, resource, body string) int {
		t.Helper()
		h := hmac.New(sha256.New, []byte(secret))
		h.Write([]byte(body))
		return do(t, server.URL+"/in/errors", body, map[string]string{"Content-Type": "application/json", "Request-ID": resource + "-1", "Sentry-Hook-Resource": resource,
			"Sentry-Hook-Timestamp": strconv.FormatInt(time.Now().Unix(), 10), "Sentry-Hook-Signature": hex.EncodeToString(h.Sum(nil))})
	}
	body, err := json.Marshal(map[string]any{"action": "triggered", "installation": map[string]string{"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"}, "actor": map[string]string{"type": "application", "id": "sentry", "name": "Sentry"},
		"data": map[string]any{"triggered_rule": "Very Important Alert Rule!", "event": map[string]any{"issue_id": "1170820242", "title": "ReferenceError: «heck» is not defined", "level": "error",
			"web_url": "https://sentry.io/organizations/x/issues/1170820242/events/e4874d664c3540c1a32eab185f12c5ab/", "datetime": "2026-03-03T10:00:00.000000Z"}}})
	require.NoError(t, err)
	assert.Equal(t, 202, send(secret, "event_alert", string(body)))
	assert.Equal(t, 401, send("another", "event_alert", string(body)))
	list := g.reports()
	require.Len(t, list, 1)
	assert.Equal(t, "issue-1170820242", list[0].Key)
	assert.Equal(t, "ReferenceError: «heck» is not defined", list[0].Title)
}

// do posts over a real connection.
func do(t *testing.T, url, body string, header map[string]string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader([]byte(body)))
	require.NoError(t, err)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	_ = resp.Body.Close()
	return resp.StatusCode
}
