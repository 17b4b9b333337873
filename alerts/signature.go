package alerts

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// SignedWithin is how old a signed timestamp may be, and how far ahead of ours.
const SignedWithin = 5 * time.Minute

// Signature is what became of looking at a post's signature.
type Signature string

// The outcomes.
const (
	// Unsigned: there is none. Valid: it is by this secret. Wrong: it is not. Replayed: it is, and older than SignedWithin.
	Unsigned Signature = "unsigned"
	Valid    Signature = "valid"
	Wrong    Signature = "wrong"
	Replayed Signature = "replayed"
)

// scheme is how one sender signs. It finds a signature in headers and says what was signed.
type scheme func(h http.Header, body []byte, secret string, now time.Time) Signature

// schemes in the order in which they are looked for.
var schemes = []scheme{sentrySigns, grafanaSigns, standardSigns, hubSigns}

// Proves looks at the signature of a post as whoever signs does: Sentry, Grafana, Standard
// Webhooks, or the header that GitHub made common. It compares in constant time.
func Proves(h http.Header, body []byte, secret string, now time.Time) Signature {
	for _, s := range schemes {
		if out := s(h, body, secret, now); out != Unsigned {
			return out
		}
	}
	return Unsigned
}

// sentrySigns: hexadecimal HMAC-SHA256 of the body by the client secret; its timestamp is not signed.
// Source: docs.sentry.io, "Integration Platform: Webhooks" (verifying the signature).
func sentrySigns(h http.Header, body []byte, secret string, _ time.Time) Signature {
	return equal(h.Get("Sentry-Hook-Signature"), hex.EncodeToString(mac([]byte(secret), body)))
}

// grafanaTime is the header to choose in Grafana for the timestamp, whose name Grafana leaves open.
const grafanaTime = "X-Grafana-Alerting-Timestamp"

// grafanaSigns: hexadecimal HMAC-SHA256 of the body, or with a timestamp of "<seconds>:<body>".
// Source: grafana.com, "Configure the webhook notifier for Alerting" (HMAC signature); grafana/alerting, http/hmac.go, for the
// name of the header when the setting is left empty.
func grafanaSigns(h http.Header, body []byte, secret string, now time.Time) Signature {
	at := h.Get(grafanaTime)
	signed := body
	if at != "" {
		signed = append([]byte(at+":"), body...)
	}
	return inTime(equal(h.Get("X-Grafana-Alerting-Signature"), hex.EncodeToString(mac([]byte(secret), signed))), at, now)
}

// standardSigns: base64 HMAC-SHA256 of "<id>.<seconds>.<body>", one of several; the secret is base64 behind "whsec_".
// Source: standard-webhooks/standard-webhooks, "Specification: Signature scheme".
func standardSigns(h http.Header, body []byte, secret string, now time.Time) Signature {
	all := h.Get("webhook-signature")
	if all == "" {
		return Unsigned
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return Wrong
	}
	at := h.Get("webhook-timestamp")
	want := "v1," + base64.StdEncoding.EncodeToString(mac(key, []byte(h.Get("webhook-id")+"."+at+"."), body))
	out := Wrong
	for _, s := range strings.Fields(all) {
		if equal(s, want) == Valid {
			out = Valid
		}
	}
	if at == "" && out == Valid {
		return Replayed // without a time anybody could send it again for ever
	}
	return inTime(out, at, now)
}

// hubSigns: "sha256=" and the hexadecimal HMAC-SHA256 of the body. Source: docs.github.com, "Validating webhook deliveries".
func hubSigns(h http.Header, body []byte, secret string, _ time.Time) Signature {
	return equal(h.Get("X-Hub-Signature-256"), "sha256="+hex.EncodeToString(mac([]byte(secret), body)))
}

func mac(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

func equal(got, want string) Signature {
	switch {
	case got == "":
		return Unsigned
	case hmac.Equal([]byte(got), []byte(want)):
		return Valid
	}
	return Wrong
}

// inTime turns a valid signature into a replayed one when its time is too far from ours. Without a time it stays as it is.
func inTime(s Signature, at string, now time.Time) Signature {
	if s != Valid || at == "" {
		return s
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > SignedWithin {
		return Replayed
	}
	return s
}
