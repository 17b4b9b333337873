package methods_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/methods"
)

// The receiver proves the event with the library that the standard's authors keep.
func TestAWebhookIsSigned(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	wh, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	var ids []string
	var got struct {
		Type string
		Data struct {
			Incident    int64
			Severity    string
			Title       string
			Acknowledge string   `json:"acknowledge_url"`
			Also        []string `json:"also_called"`
		}
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if r.Method == http.MethodHead {
			return
		}
		if err != nil || wh.Verify(body, r.Header) != nil || len(body) > 20<<10 || json.Unmarshal(body, &got) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		ids = append(ids, r.Header.Get("webhook-id"))
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(s.Close)
	hook := service(t, methods.New(methods.Config{WebhookSecret: secret, Guarded: s.Client()}), incident.Method{Kind: incident.Webhook})
	for range 2 {
		_, err = hook.Send(t.Context(), incident.Destination(s.URL), linked(call))
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"msg_mayday-42-abc-0-0", "msg_mayday-42-abc-0-0"}, ids, "a second attempt is known by its id")
	assert.Equal(t, "mayday.page", got.Type)
	assert.Equal(t, int64(42), got.Data.Incident)
	assert.Equal(t, linked(call).Link, got.Data.Acknowledge)
	assert.Equal(t, []string{"Ben Okafor"}, got.Data.Also)
	require.NoError(t, hook.Check(t.Context(), incident.Destination(s.URL)))

	other := service(t, methods.New(methods.Config{WebhookSecret: "whsec_AAAA", Guarded: s.Client()}), incident.Method{Kind: incident.Webhook})
	_, err = other.Send(t.Context(), incident.Destination(s.URL), call)
	assert.Equal(t, methods.Refused, methods.ClassOf(err))
}
