package github

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/lazyregexp"
	"mayday/sim/wire"
)

// GitHub's limits (github.com; the numbers are those of its own refusals).
const (
	maxIssueTitle = 256
	maxIssueBody  = 65_536
	maxSubIssues  = 100
	maxLabelName  = 50
)

// Issue is one issue of the only repository.
type Issue struct {
	Number      int
	ID          int64
	Title       string
	Body        string
	State       string // "open" or "closed"
	StateReason string
	User        string
	Labels      []string
	Assignees   []string
	Comments    []Comment
	SubIssues   []int // numbers
	Parent      int   // number; 0 means none
	Created     time.Time
	Updated     time.Time
	Closed      time.Time // zero while open
}

// Comment is one comment on an issue.
type Comment struct {
	ID      int64
	User    string
	Body    string
	Created time.Time
	Updated time.Time
}

// Label is one label of the repository.
type Label struct {
	Name        string
	Color       string
	Description string
}

// botLogin is the account behind the token.
const botLogin = "mayday-bot"

// refusal is an answer of GitHub with a status of 4xx.
type refusal struct {
	status  int
	message string
	errors  []object
	to      string // address of a redirect
	page    string // of the documentation, below its root
}

func (e *refusal) Error() string { return e.message }

func missing(status int, message string) error { return &refusal{status: status, message: message} }

// invalid is GitHub's 422 about one field.
func invalid(resource, field, code, message string) error {
	e := object{"resource": resource, "field": field, "code": code}
	if message != "" {
		e["message"] = message
	}
	return &refusal{status: http.StatusUnprocessableEntity, message: "Validation Failed", errors: []object{e}}
}

// request is one request to the REST API.
type request struct {
	*http.Request
	repo   *repository // that the path names; nil where it names none
	body   map[string]json.RawMessage
	header http.Header // of the answer
}

type route struct {
	pattern string // as http.ServeMux has it, below Path
	name    string // for Calls and Mischief
	run     func(s *Sim, q *request) (int, any, error)
}

var routes []route

// exists recognises refusals of what is there already.
var exists = lazyregexp.New(`already.exists`)

func init() {
	const repo = "/repos/{owner}/{repo}"
	routes = []route{
		{"GET /user", "GET user", (*Sim).getUser},
		{"GET /rate_limit", "GET rate_limit", (*Sim).getRateLimit},
		{"POST /app/installations/{id}/access_tokens", "POST access_tokens", (*Sim).createInstallationToken},
		{"GET " + repo, "GET repo", (*Sim).getRepository},
		{"GET " + repo + "/issues", "GET issues", (*Sim).listIssues},
		{"POST " + repo + "/issues", "POST issues", (*Sim).createIssue},
		{"GET " + repo + "/issues/{number}", "GET issue", (*Sim).getIssue},
		{"PATCH " + repo + "/issues/{number}", "PATCH issues", (*Sim).editIssue},
		{"GET " + repo + "/issues/{number}/comments", "GET comments", (*Sim).listComments},
		{"POST " + repo + "/issues/{number}/comments", "POST comments", (*Sim).createComment},
		{"GET " + repo + "/issue-comments/{comment}", "GET comment", (*Sim).getComment},
		{"PATCH " + repo + "/issue-comments/{comment}", "PATCH comments", (*Sim).editComment},
		{"GET " + repo + "/issues/{number}/labels", "GET issue labels", (*Sim).listIssueLabels},
		{"POST " + repo + "/issues/{number}/labels", "POST issue labels", (*Sim).addIssueLabels},
		{"DELETE " + repo + "/issues/{number}/labels/{label}", "DELETE issue labels", (*Sim).removeIssueLabel},
		{"GET " + repo + "/issues/{number}/sub_issues", "GET sub_issues", (*Sim).listSubIssues},
		{"POST " + repo + "/issues/{number}/sub_issues", "POST sub_issues", (*Sim).addSubIssue},
		{"GET " + repo + "/labels", "GET labels", (*Sim).listLabels},
		{"GET " + repo + "/labels/{label}", "GET label", (*Sim).getLabel},
		{"POST " + repo + "/labels", "POST labels", (*Sim).createLabel},
		{"GET " + repo + "/contents/{path...}", "GET contents", (*Sim).getContents},
		{"PUT " + repo + "/contents/{path...}", "PUT contents", (*Sim).putContents},
		{"GET " + repo + "/git/ref/{ref...}", "GET ref", (*Sim).getRef},
		{"POST " + repo + "/git/refs", "POST refs", (*Sim).createRef},
		{"GET " + repo + "/pulls", "GET pulls", (*Sim).listPulls},
		{"POST " + repo + "/pulls", "POST pulls", (*Sim).createPull},
		{"GET " + repo + "/pulls/{number}", "GET pull", (*Sim).getPull},
		{"GET /search/issues", "GET search", (*Sim).searchIssues},
	}
}

// handler serves the REST API below Path.
func (s *Sim) handler() http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		mux.HandleFunc(route.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.Violate("%s %s is not known to the simulator", r.Method, r.URL.Path)
		wire.Answer(w, http.StatusNotFound, object{"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// /issues/comments/{id} and /issues/{number}/comments overlap, which the router does not admit.
		r.URL.Path = strings.Replace(strings.TrimPrefix(r.URL.Path, strings.TrimSuffix(Path, "/")), "/issues/comments/", "/issue-comments/", 1)
		r.URL.RawPath = ""
		if path, byID := strings.CutPrefix(r.URL.Path, "/repositories/"); byID { // where redirects lead
			id, rest, _ := strings.Cut(path, "/")
			r.URL.Path = strings.TrimSuffix("/repos/"+s.nameOf(id)+"/"+rest, "/")
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Sim) serve(w http.ResponseWriter, r *http.Request, route route) {
	name := route.name
	call := Call{At: s.o.Clock(), Method: name, Args: map[string]string{}}
	q := &request{Request: r, header: w.Header()}
	err := q.read(call.Args)
	s.Carry(w, r, call, s.mischief.Take(name), wire.Manner{Front: front, Pardons: pardons}, func() (status int, answer any) {
		if err == nil {
			status, answer, err = s.answer(q, route)
		}
		if err != nil {
			status, answer = denial(err)
		}
		return status, answer
	})
}

// pardons what is there already: a program may find that out by trying.
func pardons(said string) bool { return strings.HasPrefix(said, "422 ") && exists.MatchString(said) }

const documentation = "https://docs.github.com/rest"

func denial(err error) (int, any) {
	var bad *refusal
	if !errors.As(err, &bad) {
		bad = &refusal{status: http.StatusInternalServerError, message: "Server Error"}
	}
	o := object{"message": bad.message, "documentation_url": documentation + bad.page, "status": strconv.Itoa(bad.status)}
	if bad.errors != nil {
		o["errors"] = bad.errors
	}
	if bad.to != "" {
		o["url"] = bad.to
	}
	return bad.status, o
}

// read takes the body, which must be a JSON object, and notes the arguments.
func (q *request) read(a map[string]string) error {
	for k, v := range q.URL.Query() {
		a[k] = v[0]
	}
	a["path"] = q.URL.Path
	data, err := io.ReadAll(io.LimitReader(q.Body, 4<<20))
	if err != nil || len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, &q.body); err != nil {
		return missing(http.StatusBadRequest, "Problems parsing JSON")
	}
	for k, v := range q.body {
		a[k] = string(v)
	}
	return nil
}

func (s *Sim) answer(q *request, route route) (int, any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.After(s.renewed) {
		s.spent, s.renewed = 0, now.Truncate(time.Hour).Add(time.Hour)
	}
	s.spent++
	hourly := s.o.Hourly
	for k, v := range map[string]int64{"Limit": hourly, "Remaining": max(0, hourly-s.spent), "Used": s.spent, "Reset": s.renewed.Unix()} {
		q.header.Set("X-RateLimit-"+k, strconv.FormatInt(v, 10))
	}
	q.header.Set("X-RateLimit-Resource", "core")
	q.header.Set("X-OAuth-Scopes", "repo")
	if s.spent > hourly {
		return 0, nil, missing(http.StatusForbidden, "API rate limit exceeded for user ID 1.")
	}
	if route.name != "POST access_tokens" {
		scheme, token, _ := strings.Cut(q.Header.Get("Authorization"), " ")
		switch {
		case token == "":
			return 0, nil, missing(http.StatusUnauthorized, "Requires authentication")
		case token != s.Token() || (!strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token")):
			return 0, nil, missing(http.StatusUnauthorized, "Bad credentials")
		}
	}
	if q.Header.Get("User-Agent") == "" {
		return 0, nil, missing(http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header")
	}
	if err := s.crowded(q); err != nil {
		return 0, nil, err
	}
	if owner := q.PathValue("owner"); owner != "" {
		if err := s.enter(q, owner+"/"+q.PathValue("repo")); err != nil {
			return 0, nil, err
		}
	}
	return route.run(s, q)
}

func (i *Issue) copy() Issue {
	c := *i
	c.Labels, c.Assignees, c.Comments, c.SubIssues = slices.Clone(i.Labels), slices.Clone(i.Assignees), slices.Clone(i.Comments), slices.Clone(i.SubIssues)
	return c
}
