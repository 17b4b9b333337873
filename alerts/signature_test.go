package alerts

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The signatures are computed by hand (openssl dgst -sha256 -hmac), not by the code that looks at them.
func TestSignatures(t *testing.T) {
	at := time.Unix(1772532000, 0)
	body, secret := []byte(`{"a":1}`), "s3cret"
	h := func(pairs ...string) http.Header {
		out := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			out.Set(pairs[i], pairs[i+1])
		}
		return out
	}
	const plain = "5910e62016ef5034272c926c27071992a465c2335cecf41851bda071577f4f6d"
	const timed = "8cfc73292ec2b4abfd736f0e7fcb535382828f21943cd9ce4848ba58137374f6"
	// Of the Standard Webhooks specification's own example.
	const id, sent, standardBody = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", `{"test": 2432232314}`
	const standardSecret, standardSignature = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	sentAt := time.Unix(1614265330, 0)
	standard := h("webhook-id", id, "webhook-timestamp", sent, "webhook-signature", "v1,AAAA "+standardSignature)
	for name, c := range map[string]struct {
		h      http.Header
		body   []byte
		secret string
		now    time.Time
		want   Signature
	}{
		"none":                        {h(), body, secret, at, Unsigned},
		"Sentry":                      {h("Sentry-Hook-Signature", plain), body, secret, at, Valid},
		"Sentry, another body":        {h("Sentry-Hook-Signature", plain), []byte(`{"a":2}`), secret, at, Wrong},
		"Sentry, another secret":      {h("Sentry-Hook-Signature", plain), body, "other", at, Wrong},
		"Grafana":                     {h("X-Grafana-Alerting-Signature", plain), body, secret, at, Valid},
		"Grafana with a time":         {h("X-Grafana-Alerting-Signature", timed, grafanaTime, "1772532000"), body, secret, at, Valid},
		"Grafana, replayed":           {h("X-Grafana-Alerting-Signature", timed, grafanaTime, "1772532000"), body, secret, at.Add(5*time.Minute + time.Second), Replayed},
		"Grafana, from the future":    {h("X-Grafana-Alerting-Signature", timed, grafanaTime, "1772532000"), body, secret, at.Add(-6 * time.Minute), Replayed},
		"Grafana, another time":       {h("X-Grafana-Alerting-Signature", timed, grafanaTime, "1772532001"), body, secret, at, Wrong},
		"Grafana, its time taken off": {h("X-Grafana-Alerting-Signature", timed), body, secret, at, Wrong},
		"GitHub's":                    {h("X-Hub-Signature-256", "sha256="+plain), body, secret, at, Valid},
		"Standard Webhooks":           {standard, []byte(standardBody), standardSecret, sentAt, Valid},
		"Standard Webhooks, replayed": {standard, []byte(standardBody), standardSecret, sentAt.Add(6 * time.Minute), Replayed},
		"Standard Webhooks, wrong":    {standard, []byte(standardBody), "whsec_AAAA", sentAt, Wrong},
		"Standard Webhooks, no key":   {standard, []byte(standardBody), "whsec_%", sentAt, Wrong},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, Proves(c.h, c.body, c.secret, c.now)) })
	}
}

func TestAddressesOfAmazonSNS(t *testing.T) {
	for address, fine := range map[string]bool{
		"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription": true, "https://sns.us-gov-west-1.amazonaws.com/x": true, "https://sns.cn-north-1.amazonaws.com.cn/x": true,
		"http://sns.eu-west-1.amazonaws.com/x": false, "https://sns.eu-west-1.amazonaws.com.evil.example/x": false, "https://evil.example/sns.eu-west-1.amazonaws.com": false,
		"https://sns.eu-west-1.amazonaws.com@evil.example/": false, "https://user@sns.eu-west-1.amazonaws.com/": false, "https://sns.eu-west-1.amazonaws.com:8443/": false,
		"https://bucket.s3.amazonaws.com/x.pem": false, "https://169.254.169.254/": false, "": false, "https://snsXeu-west-1.amazonaws.com/": false, "https://sns.x.amazonaws.com/": false,
	} {
		assert.Equal(t, fine, SNSAddress(address) != "", address)
	}
	cert := func(address string) string {
		return SNSCertificate([]byte(fmt.Sprintf(`{"SigningCertURL": %q}`, address)))
	}
	assert.NotEmpty(t, cert("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"))
	assert.Empty(t, cert("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem?x"))
	assert.Empty(t, cert("https://sns.eu-west-1.amazonaws.com/"))
	assert.Empty(t, SNSCertificate([]byte(`nonsense`)))
}
