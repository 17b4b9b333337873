package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
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

// githubLogin is the account behind the token.
const githubLogin = "mayday-bot"

// githubError is an answer of GitHub with a status of 4xx.
type githubError struct {
	status  int
	message string
	errors  []object
}

func (e *githubError) Error() string { return e.message }

func missing(status int, message string) error { return &githubError{status: status, message: message} }

// invalid is GitHub's 422 about one field.
func invalid(resource, field, code, message string) error {
	e := object{"resource": resource, "field": field, "code": code}
	if message != "" {
		e["message"] = message
	}
	return &githubError{http.StatusUnprocessableEntity, "Validation Failed", []object{e}}
}

// githubCall is one request to the REST API.
type githubCall struct {
	*http.Request
	body   map[string]json.RawMessage
	header http.Header // of the answer
}

type githubRoute struct {
	pattern string // as http.ServeMux has it, below /github
	name    string // for Calls and Mischief, after "github:"
	run     func(s *Sim, q *githubCall) (int, any, error)
}

var githubRoutes []githubRoute

// exists recognises refusals of what is there already: a program may find that out by trying.
var exists = regexp.MustCompile(`already.exists`)

func init() {
	const repo = "/repos/{owner}/{repo}"
	githubRoutes = []githubRoute{
		{"GET /user", "GET user", (*Sim).githubUser},
		{"GET /rate_limit", "GET rate_limit", (*Sim).githubRate},
		{"POST /app/installations/{id}/access_tokens", "POST access_tokens", (*Sim).githubInstallation},
		{"GET " + repo, "GET repo", (*Sim).githubRepo},
		{"GET " + repo + "/issues", "GET issues", (*Sim).githubListIssues},
		{"POST " + repo + "/issues", "POST issues", (*Sim).githubCreateIssue},
		{"GET " + repo + "/issues/{number}", "GET issue", (*Sim).githubGetIssue},
		{"PATCH " + repo + "/issues/{number}", "PATCH issues", (*Sim).githubEditIssue},
		{"GET " + repo + "/issues/{number}/comments", "GET comments", (*Sim).githubListComments},
		{"POST " + repo + "/issues/{number}/comments", "POST comments", (*Sim).githubCreateComment},
		{"GET " + repo + "/issue-comments/{comment}", "GET comment", (*Sim).githubGetComment},
		{"PATCH " + repo + "/issue-comments/{comment}", "PATCH comments", (*Sim).githubEditComment},
		{"GET " + repo + "/issues/{number}/labels", "GET issue labels", (*Sim).githubIssueLabels},
		{"POST " + repo + "/issues/{number}/labels", "POST issue labels", (*Sim).githubAddLabels},
		{"DELETE " + repo + "/issues/{number}/labels/{label}", "DELETE issue labels", (*Sim).githubRemoveLabel},
		{"GET " + repo + "/issues/{number}/sub_issues", "GET sub_issues", (*Sim).githubListSubIssues},
		{"POST " + repo + "/issues/{number}/sub_issues", "POST sub_issues", (*Sim).githubAddSubIssue},
		{"GET " + repo + "/labels", "GET labels", (*Sim).githubListLabels},
		{"GET " + repo + "/labels/{label}", "GET label", (*Sim).githubGetLabel},
		{"POST " + repo + "/labels", "POST labels", (*Sim).githubCreateLabel},
		{"GET " + repo + "/contents/{path...}", "GET contents", (*Sim).githubContents},
		{"PUT " + repo + "/contents/{path...}", "PUT contents", (*Sim).githubPutContents},
		{"GET " + repo + "/git/ref/{ref...}", "GET ref", (*Sim).githubRef},
		{"POST " + repo + "/git/refs", "POST refs", (*Sim).githubCreateRef},
		{"GET " + repo + "/pulls", "GET pulls", (*Sim).githubListPulls},
		{"POST " + repo + "/pulls", "POST pulls", (*Sim).githubCreatePull},
		{"GET " + repo + "/pulls/{number}", "GET pull", (*Sim).githubGetPull},
		{"GET /search/issues", "GET search", (*Sim).githubSearch},
	}
}

// githubHandler serves the REST API below /github.
func (s *Sim) githubHandler() http.Handler {
	mux := http.NewServeMux()
	for _, route := range githubRoutes {
		mux.HandleFunc(route.pattern, func(w http.ResponseWriter, r *http.Request) { s.githubServe(w, r, route) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.ledger.violate("github: %s %s is not known to the simulator", r.Method, r.URL.Path)
		writeJSON(w, http.StatusNotFound, object{"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// /issues/comments/{id} and /issues/{number}/comments overlap, which the router does not admit.
		r.URL.Path = strings.Replace(strings.TrimPrefix(r.URL.Path, "/github"), "/issues/comments/", "/issue-comments/", 1)
		r.URL.RawPath = ""
		mux.ServeHTTP(w, r)
	})
}

func (s *Sim) githubServe(w http.ResponseWriter, r *http.Request, route githubRoute) {
	name := "github:" + route.name
	call := Call{At: s.o.Clock(), Method: name, Args: args{}}
	q := &githubCall{Request: r, header: w.Header()}
	err := q.read(call.Args)
	fault := s.mischief.take(name)
	status, answer := http.StatusOK, any(nil)
	run := func() {
		if err == nil {
			status, answer, err = s.githubAnswer(q, route)
		}
		if err != nil {
			status, answer = githubDenial(err)
		}
	}
	if fault.admits() {
		run()
	}
	if fault != nil {
		call.Error = "fault: " + fault.String()
		s.ledger.call(call)
		body, _ := answer.(object)
		if fault.spoil(w, r, name, body) {
			return
		}
		if !fault.admits() {
			run()
		}
		writeJSON(w, status, answer)
		return
	}
	call.OK = status < 300
	if !call.OK {
		call.Error = strconv.Itoa(status) + " " + encode(answer)
	}
	if status == http.StatusUnprocessableEntity && !exists.MatchString(call.Error) || status == http.StatusBadRequest {
		s.ledger.violate("%s was refused: %s", name, call.Error)
	}
	s.ledger.call(call)
	writeJSON(w, status, answer)
}

func githubDenial(err error) (int, any) {
	var bad *githubError
	if !errors.As(err, &bad) {
		bad = &githubError{status: http.StatusInternalServerError, message: "Server Error"}
	}
	o := object{"message": bad.message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(bad.status)}
	if bad.errors != nil {
		o["errors"] = bad.errors
	}
	return bad.status, o
}

// read takes the body, which must be a JSON object, and notes the arguments.
func (q *githubCall) read(a args) error {
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

func (s *Sim) githubAnswer(q *githubCall, route githubRoute) (int, any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.After(s.githubReset) {
		s.githubCalls, s.githubReset = 0, now.Truncate(time.Hour).Add(time.Hour)
	}
	s.githubCalls++
	hourly := s.o.GitHubHourly
	for k, v := range map[string]int64{"Limit": hourly, "Remaining": max(0, hourly-s.githubCalls), "Used": s.githubCalls, "Reset": s.githubReset.Unix()} {
		q.header.Set("X-RateLimit-"+k, strconv.FormatInt(v, 10))
	}
	q.header.Set("X-RateLimit-Resource", "core")
	q.header.Set("X-OAuth-Scopes", "repo")
	if s.githubCalls > hourly {
		return 0, nil, missing(http.StatusForbidden, "API rate limit exceeded for user ID 1.")
	}
	if route.name != "POST access_tokens" {
		scheme, token, _ := strings.Cut(q.Header.Get("Authorization"), " ")
		switch {
		case token == "":
			return 0, nil, missing(http.StatusUnauthorized, "Requires authentication")
		case token != s.GitHubToken() || (!strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token")):
			return 0, nil, missing(http.StatusUnauthorized, "Bad credentials")
		}
	}
	if q.Header.Get("User-Agent") == "" {
		return 0, nil, missing(http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header")
	}
	if owner := q.PathValue("owner"); owner != "" && !strings.EqualFold(owner+"/"+q.PathValue("repo"), s.o.Repository) {
		return 0, nil, missing(http.StatusNotFound, "Not Found")
	}
	if s.issuesOff && strings.Contains(q.URL.Path, "/issues") && strings.HasPrefix(q.URL.Path, "/repos/") {
		return 0, nil, missing(http.StatusGone, "Issues has been disabled in this repository.")
	}
	return route.run(s, q)
}

func (i *Issue) copy() Issue {
	c := *i
	c.Labels, c.Assignees, c.Comments, c.SubIssues = slices.Clone(i.Labels), slices.Clone(i.Assignees), slices.Clone(i.Comments), slices.Clone(i.SubIssues)
	return c
}
