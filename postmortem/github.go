package postmortem

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v62/github"

	"mayday/lazyregexp"
)

// Config is what GitHub is reached with.
type Config struct {
	// Repository is "owner/name".
	Repository string
	// Token is a personal access token, or AppID, InstallationID and PrivateKey
	// (PEM) name a GitHub App; the token counts when both are given.
	Token          Secret
	AppID          int64
	InstallationID int64
	PrivateKey     Secret
	// APIURL is the base address, used as given: "https://github.example.com/api/v3/".
	// Empty means the public API.
	APIURL string
	// Timeout of one request. Default 20 seconds.
	Timeout time.Duration
	// UserAgent that GitHub sees. Default "mayday".
	UserAgent string
}

// GitHub is one repository's issues. It is safe for concurrent use, but two
// callers that file the same document in the same second, from wherever, may
// make two issues: the queue in front runs one job a document.
type GitHub struct {
	api         *github.Client
	auth        *auth
	owner, repo string
	// labels that are known to exist.
	mu     sync.Mutex
	labels map[string]bool
}

var repositoryName = lazyregexp.New(`^([A-Za-z0-9][A-Za-z0-9-]{0,38}(?:_[A-Za-z0-9]+)?)/([A-Za-z0-9._-]{1,100})$`)

// NewGitHub makes the client without calling GitHub. The error names every
// setting that is wrong, with the variable.
func NewGitHub(c Config) (*GitHub, error) {
	var problems []error
	name := repositoryName.FindStringSubmatch(c.Repository)
	if name == nil || name[2] == "." || name[2] == ".." {
		problems = append(problems, fmt.Errorf("GITHUB_REPOSITORY is %q; it has to be owner/name, as in acme/shop", c.Repository))
	}
	base, err := baseURL(c.APIURL)
	if err != nil {
		problems = append(problems, err)
	}
	if c.UserAgent == "" {
		c.UserAgent = "mayday"
	}
	a, err := newAuth(c, base)
	if err != nil {
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = 20 * time.Second
	}
	api := github.NewClient(&http.Client{Transport: a, Timeout: timeout, CheckRedirect: sameMethod})
	api.BaseURL, api.UserAgent = base, c.UserAgent
	return &GitHub{api: api, auth: a, owner: name[1], repo: name[2], labels: map[string]bool{}}, nil
}

// sameMethod follows redirects that keep the method. Go turns a POST into a GET
// on a 301, which would look like success.
func sameMethod(r *http.Request, via []*http.Request) error {
	if r.Method != via[0].Method || len(via) > 5 {
		return http.ErrUseLastResponse
	}
	return nil
}

func baseURL(s string) (*url.URL, error) {
	if s == "" {
		s = "https://api.github.com/"
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("GITHUB_API_URL has to be an address such as https://github.example.com/api/v3/")
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
	}
	return u, nil
}

func newAuth(c Config, base *url.URL) (*auth, error) {
	a := &auth{base: base, next: http.DefaultTransport, token: c.Token, userAgent: c.UserAgent}
	if c.Token != "" {
		if strings.ContainsFunc(c.Token.Reveal(), func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, errors.New("GITHUB_TOKEN holds blanks or other characters that no token has; paste it again")
		}
		return a, nil
	}
	if c.AppID == 0 && c.InstallationID == 0 && c.PrivateKey == "" {
		return nil, errors.New("GITHUB_TOKEN is missing; set it, or GITHUB_APP_ID, GITHUB_APP_INSTALLATION_ID and GITHUB_APP_PRIVATE_KEY")
	}
	var problems []error
	if c.AppID <= 0 {
		problems = append(problems, errors.New("GITHUB_APP_ID is missing; it is the number on the app's settings page"))
	}
	if c.InstallationID <= 0 {
		problems = append(problems, errors.New("GITHUB_APP_INSTALLATION_ID is missing; it is the number at the end of the installation's address"))
	}
	key, err := parseKey(c.PrivateKey)
	if err != nil {
		problems = append(problems, err)
	}
	a.app, a.installation, a.key = c.AppID, c.InstallationID, key
	return a, errors.Join(problems...)
}

func (g *GitHub) repository() string { return g.owner + "/" + g.repo }

// Public reports whether others than its members can read the repository: a private
// incident must not be filed there. One that is "internal" is read by a whole
// enterprise, and GitHub calls it private too (GitHub: visibility of repositories).
func (g *GitHub) Public(ctx context.Context) (bool, error) {
	r, _, err := g.api.Repositories.Get(ctx, g.owner, g.repo)
	if err != nil {
		return false, g.classify("look at the repository", err)
	}
	return !r.GetPrivate() || r.GetVisibility() != "private", nil
}

// templatePath is where a repository keeps its own form.
const templatePath = ".github/POSTMORTEM.md"

// Template reads the repository's own form for post-mortems. Empty when there is
// none, or when the credentials may not read files.
func (g *GitHub) Template(ctx context.Context) (string, error) {
	file, _, _, err := g.api.Repositories.GetContents(ctx, g.owner, g.repo, templatePath, nil)
	err = g.classify("read "+templatePath, err)
	if code := status(err); code == http.StatusNotFound || (code == http.StatusForbidden && isPermanent(err)) {
		return "", nil
	}
	if err != nil || file == nil {
		return "", err
	}
	text, err := file.GetContent()
	if err != nil {
		return "", &Error{Class: Permanent, What: "Could not read " + templatePath + ": it is no text file", Next: "Replace it with a Markdown file of less than 1 MB"}
	}
	return text, nil
}

func isPermanent(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Class == Permanent
}
