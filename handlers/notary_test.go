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
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
