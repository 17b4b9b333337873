package postmortem

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEachSettingOfGitHubIsNamedByItself: whoever sets up mayday mends all of them in one round, and none that is right.
func TestEachSettingOfGitHubIsNamedByItself(t *testing.T) {
	a := newApp(t)
	good := Config{Repository: "acme/shop", AppID: 7, InstallationID: 9, PrivateKey: a.pem(false)}
	for _, test := range []struct {
		name   string
		change func(*Config)
		want   []string
	}{
		{"all is well", func(*Config) {}, nil},
		{"the repository is a point", func(c *Config) { c.Repository = "acme/." }, []string{"GITHUB_REPOSITORY"}},
		{"the repository is two points", func(c *Config) { c.Repository = "acme/.." }, []string{"GITHUB_REPOSITORY"}},
		{"an address without a scheme", func(c *Config) { c.APIURL = "//ghe.example.com/" }, []string{"GITHUB_API_URL"}},
		{"an address without a host", func(c *Config) { c.APIURL = "https:///api" }, []string{"GITHUB_API_URL"}},
		{"an address of another scheme", func(c *Config) { c.APIURL = "ftp://ghe.example.com/" }, []string{"GITHUB_API_URL"}},
		{"an address with a user", func(c *Config) { c.APIURL = "https://me@ghe.example.com/" }, []string{"GITHUB_API_URL"}},
		{"an address with a question", func(c *Config) { c.APIURL = "https://ghe.example.com/?a=b" }, []string{"GITHUB_API_URL"}},
		{"an address with a fragment", func(c *Config) { c.APIURL = "https://ghe.example.com/#a" }, []string{"GITHUB_API_URL"}},
		{"an address that cannot be read", func(c *Config) { c.APIURL = "https://ghe.example.com/%zz" }, []string{"GITHUB_API_URL"}},
		{"no app", func(c *Config) { c.AppID = 0 }, []string{"GITHUB_APP_ID"}},
		{"an app below zero", func(c *Config) { c.AppID = -1 }, []string{"GITHUB_APP_ID"}},
		{"no installation", func(c *Config) { c.InstallationID = 0 }, []string{"GITHUB_APP_INSTALLATION_ID"}},
		{"an installation below zero", func(c *Config) { c.InstallationID = -1 }, []string{"GITHUB_APP_INSTALLATION_ID"}},
		{"no key", func(c *Config) { c.PrivateKey = "" }, []string{"GITHUB_APP_PRIVATE_KEY"}},
		{"only an app", func(c *Config) { c.InstallationID, c.PrivateKey = 0, "" }, []string{"GITHUB_APP_INSTALLATION_ID", "GITHUB_APP_PRIVATE_KEY"}},
		{"only an installation", func(c *Config) { c.AppID, c.PrivateKey = 0, "" }, []string{"GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"}},
		{"only a key", func(c *Config) { c.AppID, c.InstallationID = 0, 0 }, []string{"GITHUB_APP_ID", "GITHUB_APP_INSTALLATION_ID"}},
		{"nothing", func(c *Config) { *c = Config{Repository: "acme/shop"} }, []string{"GITHUB_TOKEN is missing"}},
		{"a token with a tilde", func(c *Config) { c.Token = "ab~!" }, nil},
		{"a token with a blank", func(c *Config) { c.Token = "a b" }, []string{"GITHUB_TOKEN holds blanks"}},
		{"a token with a letter that no token has", func(c *Config) { c.Token = "aé" }, []string{"GITHUB_TOKEN holds blanks"}},
		{"a token with a control character", func(c *Config) { c.Token = "a\x7f" }, []string{"GITHUB_TOKEN holds blanks"}},
	} {
		c := good
		test.change(&c)
		_, err := NewGitHub(c)
		if test.want == nil {
			require.NoError(t, err, test.name)
			continue
		}
		require.Error(t, err, test.name)
		for _, setting := range []string{"GITHUB_REPOSITORY", "GITHUB_API_URL", "GITHUB_APP_ID is missing", "GITHUB_APP_INSTALLATION_ID is missing", "GITHUB_APP_PRIVATE_KEY is", "GITHUB_TOKEN is missing", "GITHUB_TOKEN holds blanks"} {
			meant := false
			for _, w := range test.want {
				meant = meant || strings.HasPrefix(setting, w)
			}
			assert.Equal(t, meant, strings.Contains(err.Error(), setting), "%s: %s: %v", test.name, setting, err)
		}
	}
}

func TestWhatIsNotSetHasADefault(t *testing.T) {
	g, err := NewGitHub(Config{Repository: "acme/shop", Token: token})
	require.NoError(t, err)
	assert.Equal(t, "https://api.github.com/", g.api.BaseURL.String())
	assert.Equal(t, "mayday", g.api.UserAgent)
	assert.Equal(t, 20*time.Second, g.api.Client().Timeout)
	g, err = NewGitHub(Config{Repository: "acme/shop", Token: token, APIURL: "https://ghe.example.com/api/v3", Timeout: time.Second, UserAgent: "x"})
	require.NoError(t, err)
	assert.Equal(t, "https://ghe.example.com/api/v3/", g.api.BaseURL.String())
	assert.Equal(t, "x", g.api.UserAgent)
	assert.Equal(t, time.Second, g.api.Client().Timeout)
}

func TestKeysThatNoAppHas(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(curve)
	require.NoError(t, err)
	for name, block := range map[string]*pem.Block{"of another kind": {Type: "PRIVATE KEY", Bytes: raw}, "of nonsense": {Type: "PRIVATE KEY", Bytes: []byte("x")}} {
		key, err := parseKey(Secret(pem.EncodeToMemory(block)))
		require.ErrorContains(t, err, "holds no RSA private key", name)
		assert.Nil(t, key, name)
	}
	_, err = parseKey("x")
	require.ErrorContains(t, err, "no PEM block")
}

// TestARedirectKeepsTheMethod: Go turns a POST into a GET, which would look like success.
func TestARedirectKeepsTheMethod(t *testing.T) {
	request := func(method string) *http.Request { return &http.Request{Method: method} }
	via := func(n int) (list []*http.Request) {
		for range n {
			list = append(list, request(http.MethodPost))
		}
		return list
	}
	require.NoError(t, sameMethod(request(http.MethodPost), via(1)))
	require.NoError(t, sameMethod(request(http.MethodPost), via(5)))
	require.ErrorIs(t, sameMethod(request(http.MethodPost), via(6)), http.ErrUseLastResponse)
	require.ErrorIs(t, sameMethod(request(http.MethodGet), via(1)), http.ErrUseLastResponse)
}

// transport answers what a test says.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func answering(status int, body string) transport {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Request: &http.Request{Method: "POST", URL: &url.URL{}}}, nil
	}
}

// TestCredentialsGoToGitHubAlone: neither to another host nor, on the same, without its scheme; and the caller's request stays as it is.
func TestCredentialsGoToGitHubAlone(t *testing.T) {
	for address, want := range map[string]string{"https://ghe.example.com/x": "Bearer " + token, "http://ghe.example.com/x": "", "https://ghe.example.com:8443/x": "", "https://example.com/x": ""} {
		var sent string
		a := &auth{base: &url.URL{Scheme: "https", Host: "ghe.example.com"}, token: token, next: transport(func(r *http.Request) (*http.Response, error) {
			sent = r.Header.Get("Authorization")
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		})}
		r, err := http.NewRequest(http.MethodGet, address, nil)
		require.NoError(t, err)
		_, err = a.RoundTrip(r)
		require.NoError(t, err)
		assert.Equal(t, want, sent, address)
		assert.Empty(t, r.Header.Get("Authorization"), "a RoundTripper leaves the request alone (net/http)")
	}
}

// TestATokenThatCannotBeFetched: nothing is sent, what was to be sent is closed, and why is told.
func TestATokenThatCannotBeFetched(t *testing.T) {
	app := newApp(t)
	for name, c := range map[string]struct {
		next transport
		want string
	}{
		"no network":       {func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, "ask for an installation token"},
		"no token in it":   {answering(201, `{"token":""}`), "holds none"},
		"no JSON":          {answering(201, `<html>ghs_x`), "holds none"},
		"JSON that is cut": {answering(201, `{"token":"ghs_x",`), "holds none"},
		"a status of ours": {answering(500, `{}`), "500"},
		"a bad gateway":    {answering(401, `{}`), "GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY"},
	} {
		a := &auth{base: &url.URL{Scheme: "https", Host: "ghe.example.com"}, app: 7, installation: 9, key: app.key, next: c.next}
		body := &closing{Reader: strings.NewReader("x")}
		r, err := http.NewRequest(http.MethodPost, "https://ghe.example.com/x", body)
		require.NoError(t, err)
		_, err = a.RoundTrip(r)
		require.ErrorContains(t, err, c.want, name)
		assert.True(t, body.closed, name)
		assert.NotEmpty(t, a.proof, "what was sent is taken out of messages: %s", name)
		assert.Contains(t, a.secrets(), a.proof)
	}
	a := &auth{base: &url.URL{Scheme: "https", Host: "ghe.example.com"}, app: 7, installation: 9, key: app.key, next: answering(403, `{}`)}
	_, _, err := a.exchange(bg)
	require.ErrorContains(t, err, "GitHub answered 403 to GitHub App 7 asking for a token")
}

func TestWhichTokenIsForgotten(t *testing.T) {
	app := newApp(t)
	a := &auth{key: app.key, token: "new"}
	a.forget("old")
	assert.Equal(t, Secret("new"), a.token, "somebody fetched another one meanwhile")
	a.forget("new")
	assert.Empty(t, a.token)
	personal := &auth{token: "mine"}
	personal.forget("mine")
	assert.Equal(t, Secret("mine"), personal.token, "a personal token cannot be fetched anew")
}
