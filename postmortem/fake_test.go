package postmortem

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

const token = "ghp_s3cretS3cretS3cretS3cretS3cretS3cr3t"

// fake is GitHub for one repository, acme/shop. Every request has to be what
// GitHub's published description says, with the headers that it asks for.
type fake struct {
	t   testing.TB
	srv *httptest.Server
	ops []operation

	mu       sync.Mutex
	issues   []*fakeIssue
	labels   map[string]bool
	nextID   int64
	template string
	// calls are the names of the operations in order.
	calls []string
	// args are those of the newest call.
	args []string
	// misbehave may answer in GitHub's place. after is true once the request was
	// carried out.
	misbehave func(call int, op string, after bool, w http.ResponseWriter) bool

	// How the repository is set up.
	noIssues, archived, private, noSubIssues, dropLabels bool
	// visibility beside private; renamed is the repository's new name. Both may be empty.
	visibility, renamed string
	logins              []string
	association         string
	authorise           func(*http.Request) bool
}

type fakeIssue struct {
	ID          int64          `json:"id"`
	NodeID      string         `json:"node_id"`
	Number      int            `json:"number"`
	HTMLURL     string         `json:"html_url"`
	Repository  string         `json:"repository_url"`
	Title       string         `json:"title"`
	Body        string         `json:"body"`
	State       string         `json:"state"`
	StateReason string         `json:"state_reason,omitempty"`
	Labels      []fakeLabel    `json:"labels"`
	Assignees   []fakeUser     `json:"assignees"`
	User        fakeUser       `json:"user"`
	Association string         `json:"author_association"`
	CreatedAt   time.Time      `json:"created_at"`
	UpdatedAt   time.Time      `json:"updated_at"`
	Comments    []*fakeComment `json:"-"`
	Subs        []int64        `json:"-"`
	gone        bool
}

type fakeLabel struct {
	Name string `json:"name"`
}

type fakeUser struct {
	Login string `json:"login"`
	Type  string `json:"type"`
}

type fakeComment struct {
	ID          int64    `json:"id"`
	Body        string   `json:"body"`
	User        fakeUser `json:"user"`
	Association string   `json:"author_association"`
}

func newFake(t testing.TB) *fake {
	f := &fake{t: t, ops: readDescription(t), labels: map[string]bool{}, nextID: 3_000_000_000, association: "COLLABORATOR"}
	f.authorise = func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+token }
	f.srv = httptest.NewServer(f)
	t.Cleanup(f.srv.Close)
	return f
}

// client is a new GitHub, as after a restart of mayday.
func (f *fake) client() *GitHub {
	g, err := NewGitHub(Config{Repository: "acme/shop", Token: token, APIURL: f.srv.URL + "/api/v3", Timeout: 5 * time.Second})
	require.NoError(f.t, err)
	return g
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Errorf("read the request: %v", err)
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/api/v3")
	if !ok {
		f.t.Errorf("%s is not below the configured base address", r.URL.Path)
	}
	op, args, faults := operationOf(f.ops, r, path, body)
	f.headers(r, body)
	call := len(f.calls)
	f.calls, f.args = append(f.calls, op.name), args
	if f.misbehave != nil && f.misbehave(call, op.name, false, w) {
		return
	}
	if !f.authorise(r) {
		f.fail(w, 401, "Bad credentials")
		return
	}
	// An issue without a title is what Check asks for; GitHub refuses it.
	if slices.Equal(faults, []string{"body.title is missing"}) {
		f.fail(w, 422, "Invalid request.\n\n\"title\" wasn't supplied.")
		return
	}
	if len(faults) > 0 {
		f.t.Errorf("%s %s: %s", r.Method, r.URL, strings.Join(faults, "; "))
		f.fail(w, 422, strings.Join(faults, "; "))
		return
	}
	answer := httptest.NewRecorder()
	f.serve(answer, r, op.name, args, body)
	if f.misbehave != nil && f.misbehave(call, op.name, true, w) {
		return
	}
	for k, v := range answer.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

// asked reports whether the newest call is about an issue. It is for misbehave.
func (f *fake) asked(issue int) bool {
	return len(f.args) > 2 && f.args[2] == strconv.Itoa(issue)
}

func (f *fake) headers(r *http.Request, body []byte) {
	if !strings.HasPrefix(r.Header.Get("Accept"), "application/vnd.github") {
		f.t.Errorf("%s %s: Accept is %q", r.Method, r.URL, r.Header.Get("Accept"))
	}
	if r.Header.Get("User-Agent") != "mayday" {
		f.t.Errorf("GitHub refuses requests without a name; User-Agent is %q", r.Header.Get("User-Agent"))
	}
	if r.Header.Get("X-Github-Api-Version") != "2022-11-28" {
		f.t.Errorf("X-GitHub-Api-Version is %q", r.Header.Get("X-Github-Api-Version"))
	}
	if len(body) > 0 && r.Header.Get("Content-Type") != "application/json" {
		f.t.Errorf("Content-Type is %q", r.Header.Get("Content-Type"))
	}
}

func (f *fake) fail(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(code)})
}

func (f *fake) send(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Errorf("answer: %v", err)
	}
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request, op string, args []string, body []byte) {
	const repo = "/repos/{owner}/{repo}"
	if strings.Contains(op, repo) && (args[0] != "acme" || args[1] != "shop") {
		f.fail(w, 404, "Not Found")
		return
	}
	if f.noIssues && strings.Contains(op, "/issues") {
		f.fail(w, 410, "Issues has been disabled in this repository.")
		return
	}
	var in map[string]any
	if len(body) > 0 && body[0] == '{' {
		if err := json.Unmarshal(body, &in); err != nil {
			f.t.Errorf("%s: %v", op, err)
		}
	}
	switch op {
	case "GET " + repo:
		f.send(w, 200, map[string]any{"full_name": cmp.Or(f.renamed, "acme/shop"), "private": f.private, "visibility": cmp.Or(f.visibility, map[bool]string{true: "private", false: "public"}[f.private]), "has_issues": !f.noIssues, "archived": f.archived})
	case "GET " + repo + "/issues":
		f.list(w, r)
	case "POST " + repo + "/issues":
		f.create(w, in)
	case "GET " + repo + "/labels/{name}":
		if !f.labels[args[2]] {
			f.fail(w, 404, "Not Found")
			return
		}
		f.send(w, 200, fakeLabel{args[2]})
	case "POST " + repo + "/labels":
		f.createLabel(w, in)
	case "GET " + repo + "/contents/{path}":
		f.contents(w, args[2])
	case "PATCH " + repo + "/issues/comments/{comment_id}", "DELETE " + repo + "/issues/comments/{comment_id}":
		f.editComment(w, r.Method, args[2], in)
	default:
		f.serveIssue(w, r, op, args, in)
	}
}

func (f *fake) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	var found []*fakeIssue
	for _, i := range slices.Backward(f.issues) {
		want := q.Get("labels")
		if i.gone || want != "" && !slices.Contains(i.Labels, fakeLabel{want}) {
			continue
		}
		if s := q.Get("state"); s != "all" && s != i.State {
			continue
		}
		if since, err := time.Parse(time.RFC3339, q.Get("since")); err == nil && i.UpdatedAt.Before(since) {
			continue
		}
		found = append(found, i)
	}
	f.page(w, r, len(found), func(a, b int) any { return found[a:b] })
}

// page answers one page with GitHub's Link header.
func (f *fake) page(w http.ResponseWriter, r *http.Request, n int, cut func(a, b int) any) {
	size, err := strconv.Atoi(r.URL.Query().Get("per_page"))
	if err != nil || size > 100 {
		size = 30
	}
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil {
		page = 1
	}
	from, to := min((page-1)*size, n), min(page*size, n)
	if to < n {
		u := *r.URL
		q := u.Query()
		q.Set("page", strconv.Itoa(page+1))
		u.RawQuery = q.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<%s%s>; rel="next"`, f.srv.URL, u.String()))
	}
	f.send(w, 200, cut(from, to))
}

func (f *fake) create(w http.ResponseWriter, in map[string]any) {
	title, _ := in["title"].(string)
	body, _ := in["body"].(string)
	if !f.fits(w, title, body) {
		return
	}
	i := &fakeIssue{Title: title, Body: body, State: "open", Labels: []fakeLabel{}, User: fakeUser{"mayday-bot", "User"}, Association: f.association}
	assignees, _ := in["assignees"].([]any)
	for _, a := range assignees {
		if !slices.Contains(f.logins, a.(string)) {
			f.fail(w, 422, "Validation Failed")
			return
		}
		i.Assignees = append(i.Assignees, fakeUser{a.(string), "User"})
	}
	labels, _ := in["labels"].([]any)
	for _, l := range labels {
		if !f.dropLabels {
			i.Labels = append(i.Labels, fakeLabel{l.(string)})
			f.labels[l.(string)] = true
		}
	}
	f.add(i)
	f.send(w, 201, i)
}

func (f *fake) add(i *fakeIssue) *fakeIssue {
	f.nextID++
	i.ID, i.NodeID, i.Number = f.nextID, fmt.Sprintf("I_%d", f.nextID), len(f.issues)+1
	name := cmp.Or(f.renamed, "acme/shop")
	i.HTMLURL = fmt.Sprintf("https://github.com/%s/issues/%d", name, i.Number)
	i.Repository = f.srv.URL + "/api/v3/repos/" + name
	i.CreatedAt = time.Now().UTC()
	i.UpdatedAt = i.CreatedAt
	f.issues = append(f.issues, i)
	return i
}

// fits applies GitHub's limits.
func (f *fake) fits(w http.ResponseWriter, title, body string) bool {
	switch {
	case title == "" || utf8.RuneCountInString(title) > 256:
		f.fail(w, 422, "Validation Failed: title")
	case utf8.RuneCountInString(body) > 65536:
		f.fail(w, 422, "Validation Failed: body is too long (maximum is 65536 characters)")
	default:
		return true
	}
	return false
}

func (f *fake) createLabel(w http.ResponseWriter, in map[string]any) {
	name := in["name"].(string)
	if f.labels[name] {
		w.WriteHeader(422)
		io.WriteString(w, `{"message":"Validation Failed","errors":[{"resource":"Label","code":"already_exists","field":"name"}]}`)
		return
	}
	if utf8.RuneCountInString(name) > 50 {
		f.fail(w, 422, "name is too long")
		return
	}
	f.labels[name] = true
	f.send(w, 201, fakeLabel{name})
}

func (f *fake) contents(w http.ResponseWriter, path string) {
	if path != ".github/POSTMORTEM.md" || f.template == "" {
		f.fail(w, 404, "Not Found")
		return
	}
	f.send(w, 200, map[string]any{"type": "file", "encoding": "base64", "path": path, "name": "POSTMORTEM.md",
		"size": len(f.template), "content": base64.StdEncoding.EncodeToString([]byte(f.template))})
}

func (f *fake) editComment(w http.ResponseWriter, method, id string, in map[string]any) {
	for _, i := range f.issues {
		for k, c := range i.Comments {
			if strconv.FormatInt(c.ID, 10) != id {
				continue
			}
			if method == http.MethodDelete {
				i.Comments = slices.Delete(i.Comments, k, k+1)
				w.WriteHeader(204)
				return
			}
			if text := in["body"].(string); f.fits(w, "-", text) {
				c.Body = text
				f.send(w, 200, c)
			}
			return
		}
	}
	f.fail(w, 404, "Not Found")
}

func (f *fake) serveIssue(w http.ResponseWriter, r *http.Request, op string, args []string, in map[string]any) {
	n, err := strconv.Atoi(args[2])
	if err != nil || n < 1 || n > len(f.issues) {
		f.fail(w, 404, "Not Found")
		return
	}
	i := f.issues[n-1]
	if i.gone {
		f.fail(w, 410, "This issue was deleted")
		return
	}
	switch strings.TrimPrefix(op, r.Method+" /repos/{owner}/{repo}/issues/{issue_number}") {
	case "":
		if r.Method == http.MethodPatch && !f.patch(w, i, in) {
			return
		}
		f.send(w, 200, i)
	case "/comments":
		if r.Method == http.MethodGet {
			f.page(w, r, len(i.Comments), func(a, b int) any { return i.Comments[a:b] })
			return
		}
		if text := in["body"].(string); f.fits(w, "-", text) {
			f.nextID++
			c := &fakeComment{f.nextID, text, i.User, f.association}
			i.Comments = append(i.Comments, c)
			f.send(w, 201, c)
		}
	case "/sub_issues":
		f.subIssues(w, r, i, in)
	default:
		f.issueLabels(w, r, i, args, in)
	}
}

func (f *fake) patch(w http.ResponseWriter, i *fakeIssue, in map[string]any) bool {
	title, body := i.Title, i.Body
	if s, ok := in["title"].(string); ok {
		title = s
	}
	if s, ok := in["body"].(string); ok {
		body = s
	}
	if !f.fits(w, title, body) {
		return false
	}
	i.Title, i.Body = title, body
	if s, ok := in["state"].(string); ok {
		i.State = s
	}
	if s, ok := in["state_reason"].(string); ok {
		i.StateReason = s
	}
	return true
}

func (f *fake) subIssues(w http.ResponseWriter, r *http.Request, i *fakeIssue, in map[string]any) {
	if f.noSubIssues {
		f.fail(w, 404, "Not Found")
		return
	}
	if r.Method == http.MethodGet {
		list := []*fakeIssue{}
		for _, x := range f.issues {
			if slices.Contains(i.Subs, x.ID) {
				list = append(list, x)
			}
		}
		f.send(w, 200, list)
		return
	}
	id := int64(in["sub_issue_id"].(float64))
	if slices.Contains(i.Subs, id) {
		f.fail(w, 422, "An error occurred while adding the sub-issue to the parent issue. Issue may not contain duplicate sub-issues")
		return
	}
	i.Subs = append(i.Subs, id)
	f.send(w, 201, i)
}

func (f *fake) issueLabels(w http.ResponseWriter, r *http.Request, i *fakeIssue, args []string, in map[string]any) {
	if r.Method == http.MethodDelete {
		at := slices.Index(i.Labels, fakeLabel{args[3]})
		if at < 0 {
			f.fail(w, 404, "Label does not exist")
			return
		}
		i.Labels = slices.Delete(i.Labels, at, at+1)
		f.send(w, 200, i.Labels)
		return
	}
	names, _ := in["labels"].([]any)
	for _, n := range names {
		if l := (fakeLabel{n.(string)}); !slices.Contains(i.Labels, l) {
			i.Labels = append(i.Labels, l)
		}
	}
	f.send(w, 200, i.Labels)
}
