package postmortem

import (
	"bytes"
	"context"
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
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v62/github"
)

const redacted = "[redacted]"

// Secret is a token or key that cannot be printed by accident: formatting and
// marshalling give "[redacted]", or "" when it is empty.
type Secret string

// String gives "[redacted]".
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal gives the secret itself, for sending it to GitHub.
func (s Secret) Reveal() string { return string(s) }

// auth puts credentials on requests.
type auth struct {
	base *url.URL
	next http.RoundTripper
	// token for personal access tokens; with an app it is the installation's
	// token, which lasts an hour (GitHub).
	mu      sync.Mutex
	token   Secret
	expires time.Time

	app          int64
	installation int64
	key          *rsa.PrivateKey
	// proof is the JWT sent last.
	proof     Secret
	userAgent string
}

// early is how long before its end an installation token is renewed.
const early = 5 * time.Minute

// RoundTrip adds the credentials, to requests for the configured host alone: a
// redirect elsewhere must not carry them away.
func (a *auth) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != a.base.Host || r.URL.Scheme != a.base.Scheme {
		return a.next.RoundTrip(r)
	}
	token, err := a.current(r.Context())
	if err != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token.Reveal())
	resp, err := a.next.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		a.forget(token)
	}
	return resp, err
}

// forget drops an installation token that GitHub no longer takes, so that the
// next try fetches a new one.
func (a *auth) forget(token Secret) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.key != nil && a.token == token {
		a.token = ""
	}
}

func (a *auth) current(ctx context.Context) (Secret, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.key == nil || (a.token != "" && time.Until(a.expires) > early) {
		return a.token, nil
	}
	token, expires, err := a.exchange(ctx)
	if err != nil {
		return "", err
	}
	a.token, a.expires = token, expires
	return token, nil
}

// exchange fetches an installation token (GitHub: POST
// /app/installations/{id}/access_tokens with a JWT of the app).
func (a *auth) exchange(ctx context.Context) (Secret, time.Time, error) {
	jwt, err := a.jwt(time.Now())
	if err != nil {
		return "", time.Time{}, err
	}
	a.proof = Secret(jwt)
	at := a.base.JoinPath("app", "installations", fmt.Sprint(a.installation), "access_tokens")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader([]byte("{}")))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("ask for an installation token: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+jwt)
	r.Header.Set("Accept", "application/vnd.github+json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	r.Header.Set("User-Agent", a.userAgent)
	resp, err := a.next.RoundTrip(r)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("ask for an installation token: %w", err)
	}
	defer resp.Body.Close()
	if err := github.CheckResponse(resp); err != nil {
		return "", time.Time{}, a.refused(err)
	}
	var got struct {
		Token     Secret    `json:"token"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Token == "" {
		return "", time.Time{}, errors.New("the answer to the request for an installation token holds none")
	}
	return got.Token, got.ExpiresAt, nil
}

// refused says which of the app's three settings is wrong.
func (a *auth) refused(err error) error {
	r, ok := errors.AsType[*github.ErrorResponse](err)
	if !ok {
		return err
	}
	e := &Error{Class: Permanent, Status: r.Response.StatusCode}
	e.What = fmt.Sprintf("GitHub answered %d to GitHub App %d asking for a token", e.Status, a.app)
	switch e.Status {
	case http.StatusUnauthorized:
		e.Next = "Check that GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY belong together and that this machine's clock is right"
	case http.StatusNotFound:
		e.Next = fmt.Sprintf("Check GITHUB_APP_INSTALLATION_ID (%d): the app has no such installation", a.installation)
	case http.StatusForbidden:
		e.Next = "The installation is suspended or may not be used: look at the app in the organisation's settings"
	default:
		return err
	}
	return e
}

// jwt is the app's proof of itself, for ten minutes at most (GitHub); issued a
// minute ago, for clocks that differ.
func (a *auth) jwt(now time.Time) (string, error) {
	part := base64.RawURLEncoding.EncodeToString
	claims := fmt.Sprintf(`{"iat":%d,"exp":%d,"iss":"%d"}`, now.Add(-time.Minute).Unix(), now.Add(8*time.Minute).Unix(), a.app)
	signed := part([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + part([]byte(claims))
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, sum[:])
	if err != nil {
		return "", errors.New("GITHUB_APP_PRIVATE_KEY cannot sign; make a new key in the app's settings")
	}
	return signed + "." + part(sig), nil
}

// secrets are what must never stand in a message.
func (a *auth) secrets() []Secret {
	a.mu.Lock()
	defer a.mu.Unlock()
	return []Secret{a.token, a.proof}
}

// who names the credentials for people.
func (a *auth) who() string {
	if a.key != nil {
		return fmt.Sprintf("GitHub App %d", a.app)
	}
	return "the token"
}

func (a *auth) advice() string {
	if a.key != nil {
		return "mayday fetches a new installation token at the next try; if it stays so, check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY"
	}
	return "Set GITHUB_TOKEN to a token that has neither expired nor been revoked"
}

// parseKey reads a PEM block of PKCS #1 (as GitHub hands it out) or PKCS #8. An
// environment variable may hold its line ends as "\n".
func parseKey(s Secret) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(strings.ReplaceAll(s.Reveal(), `\n`, "\n")))
	if block == nil {
		return nil, errors.New("GITHUB_APP_PRIVATE_KEY is no PEM block: paste the whole file, from -----BEGIN to the last line")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if key, ok := any.(*rsa.PrivateKey); err == nil && ok {
		return key, nil
	}
	return nil, errors.New("GITHUB_APP_PRIVATE_KEY holds no RSA private key: use the .pem file that GitHub made for the app")
}
