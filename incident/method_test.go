package incident

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadMethod(t *testing.T) {
	const user = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
	for text, want := range map[string]Address{
		"SMS: +44 7700 900123":                               {Method: Method{Kind: SMS}, To: "+447700900123"},
		"SMS +44 7700 900123, P0 only, nights":               {Method: Method{Kind: SMS, Rule: MethodRule{Only: []string{"P0"}, Nights: true}}, To: "+447700900123"},
		"Phone: +1 (555) 010-0123 after 5 minutes":           {Method: Method{Kind: Call, Rule: MethodRule{After: Within(5 * time.Minute)}}, To: "+15550100123"},
		"Phone: +15550100123, after 90s, P0 and P1 only":     {Method: Method{Kind: Call, Rule: MethodRule{After: Within(90 * time.Second), Only: []string{"P0", "P1"}}}, To: "+15550100123"},
		"Call: +15550100123 (only for critical, at night)":   {Method: Method{Kind: Call, Rule: MethodRule{Only: []string{"critical"}, Nights: true}}, To: "+15550100123"},
		"ntfy: https://ntfy.sh/ana-8f3k after 5 minutes":     {Method: Method{Kind: Push, Service: Ntfy, Rule: MethodRule{After: Within(5 * time.Minute)}}, To: "https://ntfy.sh/ana-8f3k"},
		"ntfy https://ntfy.acme.dev/on_call, at once":        {Method: Method{Kind: Push, Service: Ntfy, Rule: MethodRule{After: Within(0)}}, To: "https://ntfy.acme.dev/on_call"},
		"Pushover: " + user + ", SEV1/SEV2":                  {Method: Method{Kind: Push, Service: Pushover, Rule: MethodRule{Only: []string{"SEV1", "SEV2"}}}, To: user},
		"**Email:** ana@example.com, after 1 hour":           {Method: Method{Kind: Email, Rule: MethodRule{After: Within(time.Hour)}}, To: "ana@example.com"},
		"Webhook: https://hooks.acme.dev/in?to=ana, P0 only": {Method: Method{Kind: Webhook, Rule: MethodRule{Only: []string{"P0"}}}, To: "https://hooks.acme.dev/in?to=ana"},
	} {
		a, wrong, named := ReadMethod(text)
		require.Empty(t, wrong, text)
		assert.True(t, named)
		assert.Len(t, a.Key, 12)
		a.Key = ""
		assert.Equal(t, want, a, text)
	}
	for text, why := range map[string]string{
		"SMS: 0555 0100":                      "with + and its country",
		"SMS: +44 7700 900123 when it is bad": "when it is bad",
		"ntfy: my-topic":                      "address of a topic",
		"ntfy: https://ntfy.sh/a/b":           "address of a topic",
		"Pushover: ana":                       "30 letters and digits",
		"Webhook: http":                       "https://",
		"Carrier pigeon: Hugo":                "does not begin with",
	} {
		_, wrong, _ := ReadMethod(text)
		assert.Contains(t, wrong, why, text)
	}
}

func TestADestinationIsNotPrinted(t *testing.T) {
	a, _, _ := ReadMethod("SMS: +44 7700 900123")
	raw, err := json.Marshal(a)
	require.NoError(t, err)
	for _, s := range []string{fmt.Sprint(a), fmt.Sprintf("%+v", a), fmt.Sprintf("%#v", a), string(raw)} {
		assert.NotContains(t, s, "7700")
	}
	other, _, _ := ReadMethod("Phone: +44 7700 900123")
	assert.NotEqual(t, a.Key, other.Key, "a text is no call")
	same, _, _ := ReadMethod("text +447700900123, P0 only")
	assert.Equal(t, a.Key, same.Key)
}
