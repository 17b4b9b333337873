package handlers

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/alerts"
)

// amazon plays the service: it has a certificate at one address and confirms at another.
type amazon struct {
	t     *testing.T
	key   *rsa.PrivateKey
	cert  []byte
	asked []string
}

const snsHome = "https://sns.eu-west-1.amazonaws.com/"

func newAmazon(t *testing.T) *amazon {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return &amazon{t: t, key: key, cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})}
}

func (a *amazon) RoundTrip(r *http.Request) (*http.Response, error) {
	a.asked = append(a.asked, r.URL.String())
	body := "<ConfirmSubscriptionResponse/>"
	if strings.HasSuffix(r.URL.Path, ".pem") {
		body = string(a.cert)
	}
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: io.NopCloser(bytes.NewReader([]byte(body))), Request: r}, nil
}

// message signs a message; change may spoil it afterwards.
func (a *amazon) message(kind string, at time.Time, change func(map[string]string)) string {
	m := map[string]string{"Type": kind, "MessageId": "1", "TopicArn": "arn:aws:sns:eu-west-1:1:alarms", "Timestamp": at.UTC().Format("2006-01-02T15:04:05.000Z"), "SignatureVersion": "2", "SigningCertURL": snsHome + "SimpleNotificationService-1.pem",
		"Message": `{"AlarmName":"CpuHigh","NewStateValue":"ALARM"}`}
	names := []string{"Message", "MessageId", "Timestamp", "TopicArn", "Type"}
	if kind == "SubscriptionConfirmation" {
		m["SubscribeURL"], m["Token"] = snsHome+"?Action=ConfirmSubscription&Token=t", "t"
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	signed := ""
	for _, n := range names {
		signed += n + "\n" + m[n] + "\n"
	}
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, sum[:])
	require.NoError(a.t, err)
	m["Signature"] = base64.StdEncoding.EncodeToString(sig)
	if change != nil {
		change(m)
	}
	raw, err := json.Marshal(m)
	require.NoError(a.t, err)
	return string(raw)
}

func TestMessagesOfAmazonSNSAreProven(t *testing.T) {
	t.Parallel()
	g, a := newGate(t), newAmazon(t)
	g.sns = newNotary(a)
	post := func(kind, body string) int {
		return g.post("/in/sentry?key="+sentryKey, body, "x-amz-sns-message-type: "+kind, "Content-Type: text/plain; charset=UTF-8").Code
	}
	now := time.Now()
	assert.Equal(t, 202, post("Notification", a.message("Notification", now, nil)))
	assert.Equal(t, 202, post("Notification", a.message("Notification", now, nil)))
	assert.Equal(t, []string{snsHome + "SimpleNotificationService-1.pem"}, a.asked, "the certificate is asked for once")
	assert.Equal(t, 202, post("SubscriptionConfirmation", a.message("SubscriptionConfirmation", now, nil)))
	assert.Equal(t, snsHome+"?Action=ConfirmSubscription&Token=t", a.asked[1])
	for name, change := range map[string]func(map[string]string){
		"another message":      func(m map[string]string) { m["Message"] = "x" },
		"no signature":         func(m map[string]string) { m["Signature"] = "" },
		"another host":         func(m map[string]string) { m["SigningCertURL"] = "https://evil.example/x.pem" },
		"a version of no kind": func(m map[string]string) { m["SignatureVersion"] = "3" },
	} {
		assert.Equal(t, 401, post("Notification", a.message("Notification", now, change)), name)
	}
	assert.Equal(t, 401, post("Notification", a.message("Notification", now.Add(-2*time.Hour), nil)), "replayed")
	evil := a.message("SubscriptionConfirmation", now, func(m map[string]string) { m["SubscribeURL"] = "http://169.254.169.254/" })
	assert.Equal(t, 401, post("SubscriptionConfirmation", evil))
	assert.Len(t, a.asked, 2, "nothing else is asked for anything")
	assert.Equal(t, 401, g.post("/in/sentry", a.message("Notification", now, nil), "x-amz-sns-message-type: Notification").Code, "anybody can have Amazon sign: the key is asked for too")
}

// TestWhatAmazonDoesNotGiveProvesNothing: no certificate, none that can be read, one somewhere else, and a confirmation that fails; all but
// the last are to be sent again.
func TestWhatAmazonDoesNotGiveProvesNothing(t *testing.T) {
	t.Parallel()
	a := newAmazon(t)
	now := time.Now()
	note, ask := a.message("Notification", now, nil), a.message("SubscriptionConfirmation", now, nil)
	at := func(n *notary, body string, confirm string) receipt {
		return n.take(t.Context(), []byte(body), alerts.Reading{Confirm: confirm}, now)
	}
	bad := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")})
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"nothing":     func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") },
		"an error":    answered(http.StatusInternalServerError, string(a.cert), ""),
		"elsewhere":   answered(http.StatusFound, string(a.cert), "https://evil.example/x.pem"),
		"no PEM":      answered(http.StatusOK, "hello", ""),
		"a bad one":   answered(http.StatusOK, string(bad), ""),
		"one too big": answered(http.StatusOK, strings.Repeat(" ", mostCertificate)+string(a.cert), ""),
	} {
		var asked []string
		got := at(newNotary(trip(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.String())
			return answer(r)
		})), note, "")
		assert.Equal(t, []any{http.StatusServiceUnavailable, "5"}, []any{got.code, got.after}, name)
		assert.Contains(t, got.says, "certificate", name)
		assert.Len(t, asked, 1, "%s: and no other address is asked", name)
	}
	n := newNotary(a)
	assert.Zero(t, at(n, note, ""))
	assert.Zero(t, at(n, note, ""))
	assert.Len(t, a.asked, 1)
	for confirm, code := range map[string]int{"https://evil.example/?Action=ConfirmSubscription": http.StatusBadRequest, snsHome + "?Action=ConfirmSubscription&Token=t": 0} {
		assert.Equal(t, code, at(n, ask, confirm).code, confirm)
	}
	n.client.Transport = trip(answered(http.StatusForbidden, "", ""))
	got := at(n, ask, snsHome+"?Action=ConfirmSubscription&Token=t")
	assert.Equal(t, []any{http.StatusServiceUnavailable, "5"}, []any{got.code, got.after})
	assert.Contains(t, got.says, "confirmed")
	n.client.Transport = trip(func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") })
	assert.Equal(t, http.StatusServiceUnavailable, at(n, ask, snsHome+"?Action=ConfirmSubscription&Token=t").code)
	assert.Contains(t, at(n, a.message("Notification", now.Add(-2*time.Hour), nil), "").says, "older than an hour")
	assert.Contains(t, at(n, a.message("Notification", now, func(m map[string]string) { m["Message"] = "x" }), "").says, "signature")
	assert.Equal(t, http.StatusUnauthorized, at(n, a.message("Notification", now, func(m map[string]string) { m["SigningCertURL"] = "" }), "").code)
}

// TestACertificateIsKeptForADay, and not more of them than there are regions.
func TestACertificateIsKeptForADay(t *testing.T) {
	t.Parallel()
	a := newAmazon(t)
	n, now := newNotary(a), time.Now()
	for _, c := range []struct {
		after time.Duration
		asked int
	}{{0, 1}, {certificateFor - time.Second, 1}, {certificateFor, 2}, {2*certificateFor - time.Second, 2}} {
		_, err := n.certificate(t.Context(), snsHome+"1.pem", now.Add(c.after))
		require.NoError(t, err)
		assert.Len(t, a.asked, c.asked, c.after)
	}
	for i := range 20 {
		_, err := n.certificate(t.Context(), fmt.Sprintf("%sother-%d.pem", snsHome, i), now)
		require.NoError(t, err)
	}
	assert.Len(t, n.certs, 21)
	_, err := n.certificate(t.Context(), snsHome+"one-more.pem", now)
	require.NoError(t, err)
	assert.Len(t, n.certs, 1)
	_, err = n.certificate(t.Context(), "https://sns\x7f", now)
	require.Error(t, err)
}

type trip func(*http.Request) (*http.Response, error)

func (t trip) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// answered is an answer with a status, a body and where it leads.
func answered(status int, body, location string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		if location != "" {
			h.Set("Location", location)
		}
		return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}
