package postmortem

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// app is the GitHub App side of the fake.
type app struct {
	*fake
	key    *rsa.PrivateKey
	tokens int
	// lasts is how long a token is good, refuse a status for the exchange.
	lasts  time.Duration
	refuse int
	// revoked is the number of tokens that are no longer taken.
	revoked int
}

func newApp(t *testing.T) *app {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	a := &app{fake: newFake(t), key: key, lasts: time.Hour}
	a.authorise = func(r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/access_tokens") {
			return a.signed(r.Header.Get("Authorization"))
		}
		return a.tokens > a.revoked && r.Header.Get("Authorization") == fmt.Sprintf("Bearer ghs_%d", a.tokens)
	}
	a.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
		if after || !strings.HasPrefix(op, "POST /app/") || a.refuse == 0 {
			return false
		}
		a.fail(w, a.refuse, "no")
		return true
	}
	serve := a.srv.Config.Handler
	a.srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/installations/9/access_tokens") && a.refuse == 0 && a.signed(r.Header.Get("Authorization")) {
			a.tokens++
			a.send(w, 201, map[string]any{"token": fmt.Sprintf("ghs_%d", a.tokens), "expires_at": time.Now().Add(a.lasts).UTC().Format(time.RFC3339)})
			return
		}
		serve.ServeHTTP(w, r)
	})
	return a
}

// signed checks the app's proof as GitHub does.
func (a *app) signed(header string) bool {
	parts := strings.Split(strings.TrimPrefix(header, "Bearer "), ".")
	if len(parts) != 3 {
		return false
	}
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	require.NoError(a.t, err)
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(&a.key.PublicKey, crypto.SHA256, sum[:], sig) != nil {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(a.t, err)
	var c struct {
		Iat, Exp int64
		Iss      string
	}
	require.NoError(a.t, json.Unmarshal(raw, &c))
	now := time.Now().Unix()
	return c.Iss == "7" && c.Iat <= now && c.Exp > now && c.Exp <= now+600 && c.Exp-c.Iat <= 600
}

func (a *app) pem(pkcs8 bool) Secret {
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(a.key)}
	if pkcs8 {
		raw, err := x509.MarshalPKCS8PrivateKey(a.key)
		require.NoError(a.t, err)
		block = &pem.Block{Type: "PRIVATE KEY", Bytes: raw}
	}
	return Secret(pem.EncodeToMemory(block))
}

func (a *app) github(key Secret) *GitHub {
	g, err := NewGitHub(Config{Repository: "acme/shop", AppID: 7, InstallationID: 9, PrivateKey: key, APIURL: a.srv.URL + "/api/v3/"})
	require.NoError(a.t, err)
	return g
}

func TestAppTokenIsFetchedOnce(t *testing.T) {
	a := newApp(t)
	for _, key := range []Secret{a.pem(false), a.pem(true), Secret(strings.ReplaceAll(a.pem(false).Reveal(), "\n", `\n`))} {
		before := a.tokens
		g := a.github(key)
		for range 3 {
			_, err := g.Public(bg)
			require.NoError(t, err)
		}
		assert.Equal(t, 1, a.tokens-before)
	}
}

func TestAppTokenIsRenewed(t *testing.T) {
	a := newApp(t)
	a.lasts = early - time.Second
	g := a.github(a.pem(false))
	for range 2 {
		_, err := g.Public(bg)
		require.NoError(t, err)
	}
	assert.Equal(t, 2, a.tokens)
	a.lasts = time.Hour
	_, err := g.Public(bg)
	require.NoError(t, err)
	a.revoked = a.tokens
	_, err = g.Public(bg)
	asError(t, err)
	_, err = g.Public(bg)
	require.NoError(t, err, "after a 401 a new token is fetched")
}

func TestAppRefusals(t *testing.T) {
	for code, want := range map[int]struct {
		class Class
		next  string
	}{401: {Permanent, "GITHUB_APP_PRIVATE_KEY"}, 404: {Permanent, "GITHUB_APP_INSTALLATION_ID (9)"}, 403: {Permanent, "suspended"}, 500: {Retry, "tries again"}, 429: {RateLimited, "tries again"}} {
		a := newApp(t)
		a.refuse = code
		_, err := a.github(a.pem(false)).Public(bg)
		e := asError(t, err)
		assert.Equal(t, want.class, e.Class, code)
		assert.Contains(t, e.Next, want.next)
		assert.Equal(t, code, e.Status)
	}
	// A key of another app.
	a, other := newApp(t), newApp(t)
	_, err := a.github(other.pem(false)).Public(bg)
	assert.Contains(t, asError(t, err).Next, "belong together")
}
