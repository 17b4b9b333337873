package alerts

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // Amazon SNS signs version 1 with it
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"mayday/lazyregexp"
)

// snsHost is where Amazon SNS keeps its certificates and confirms subscriptions.
var snsHost = lazyregexp.New(`^sns\.[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}\.amazonaws\.com(\.cn)?$`)

// snsWithin is how old a message may be: SNS repeats one for about an hour, as it was signed.
const snsWithin = time.Hour

// SNSAddress is an address of Amazon SNS itself, or nothing: any other in a post would have us
// ask whatever its sender wants.
func SNSAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || !snsHost.MatchString(u.Hostname()) {
		return ""
	}
	return u.String()
}

// SNSCertificate is the address of the certificate that a message of Amazon SNS is signed with;
// empty when it is none of the service's own.
func SNSCertificate(body []byte) string {
	top, err := objectOf(body)
	if err != nil {
		return ""
	}
	address := SNSAddress(top.text("SigningCertURL", "SigningCertUrl"))
	if u, err := url.Parse(address); err != nil || !strings.HasSuffix(u.Path, ".pem") || u.RawQuery != "" {
		return ""
	}
	return address
}

// SNSProves looks at the signature of a message of Amazon SNS.
// Source: docs.aws.amazon.com, "Verifying the signature of an Amazon SNS message".
func SNSProves(body []byte, cert *x509.Certificate, now time.Time) Signature {
	top, err := objectOf(body)
	if err != nil {
		return Wrong
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	signature, err := base64.StdEncoding.DecodeString(top.text("Signature"))
	if !ok || err != nil || now.After(cert.NotAfter) || now.Before(cert.NotBefore) {
		return Wrong
	}
	signed := []byte(snsSigned(top))
	switch top.text("SignatureVersion") {
	case "1":
		sum := sha1.Sum(signed) //nolint:gosec // as above
		err = rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], signature)
	case "2":
		sum := sha256.Sum256(signed)
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	default:
		return Wrong
	}
	if err != nil {
		return Wrong
	}
	if at := moment(top.text("Timestamp")); now.Sub(at).Abs() > snsWithin {
		return Replayed
	}
	return Valid
}

// snsSigned is what a message was signed as: names and values, a line each, in their order.
func snsSigned(top object) string {
	names := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if top.text("Type") != "Notification" {
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	var b strings.Builder
	for _, n := range names {
		if n == "Subject" && top.text(n) == "" {
			continue
		}
		b.WriteString(n + "\n" + top.text(n) + "\n")
	}
	return b.String()
}
