package github

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// repository is one repository with everything in it.
type repository struct {
	ID         int64
	Name       string   // owner/name
	Previous   []string // earlier names, which redirect
	Visibility string   // "private", "internal" or "public"
	Archived   bool
	IssuesOff  bool
	Issues     []*Issue
	Moved      map[int]place // by number: issues that were transferred away
	Gone       []int         // numbers of deleted issues
	Labels     []Label
	Contents   map[string][]byte            // files of the default branch
	Branches   map[string]map[string][]byte // files of the other branches
	Pulls      []Pull
	LastNumber int
}

// place is where an issue is.
type place struct {
	Repository int64 // id; 0 is one that the token may not see
	Number     int
}

func newRepository(name string, id int64) *repository {
	return &repository{ID: id, Name: name, Visibility: "private", Moved: map[int]place{}, Contents: map[string][]byte{}, Branches: map[string]map[string][]byte{}}
}

// main is the app's repository.
func (s *Sim) main() *repository { return s.w.Repositories[0] }

// named finds a repository by its present name; nil when there is none.
func (s *Sim) named(name string) *repository {
	for _, r := range s.w.Repositories {
		if strings.EqualFold(r.Name, name) {
			return r
		}
	}
	return nil
}

// redirected finds a repository by a name that it once had; nil when there is none.
func (s *Sim) redirected(name string) *repository {
	for _, r := range s.w.Repositories {
		if slices.ContainsFunc(r.Previous, func(old string) bool { return strings.EqualFold(old, name) }) {
			return r
		}
	}
	return nil
}

func (s *Sim) byID(id int64) *repository {
	for _, r := range s.w.Repositories {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// nameOf is the present name of a repository by its id, as text; "nobody/nothing" when there is none.
func (s *Sim) nameOf(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := strconv.ParseInt(id, 10, 64)
	if r := s.byID(n); err == nil && r != nil {
		return r.Name
	}
	return "nobody/nothing"
}

// moved is a redirect below the API. A request that reads, or that edits an issue, gets 301 (docs.github.com, "Update an issue"); GitHub does not
// say what others get, so they get the worst: 307, which clients follow with the same method and body.
func (s *Sim) moved(q *request, to string) error {
	status := http.StatusTemporaryRedirect
	if q.Method == http.MethodGet || q.Method == http.MethodPatch {
		status = http.StatusMovedPermanently
	}
	to = s.api + to
	if q.URL.RawQuery != "" {
		to += "?" + q.URL.RawQuery
	}
	q.header.Set("Location", to)
	return &refusal{status: status, message: http.StatusText(status), to: to}
}

// enter finds the repository of a request and what forbids the request there.
func (s *Sim) enter(q *request, name string) error {
	if s.sso {
		// docs.github.com, "Authenticating to a GitHub organization with SAML single sign-on".
		q.header.Set("X-GitHub-SSO", "required; url=https://github.com/orgs/demo/sso?authorization_request=simulated")
		return missing(http.StatusForbidden, "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.")
	}
	if q.repo = s.named(name); q.repo == nil {
		if r := s.redirected(name); r != nil {
			return s.moved(q, fmt.Sprintf("repositories/%d%s", r.ID, strings.TrimPrefix(q.URL.Path, "/repos/"+name)))
		}
		return missing(http.StatusNotFound, "Not Found")
	}
	if q.repo.IssuesOff && strings.Contains(q.URL.Path, "/issue") {
		return missing(http.StatusGone, "Issues has been disabled in this repository.")
	}
	if q.repo.Archived && q.Method != http.MethodGet {
		return missing(http.StatusForbidden, "Repository was archived so is read-only.")
	}
	return nil
}

// crowded refuses a request that makes or changes something when there were too many within a minute (docs.github.com, "Rate limits for the
// REST API", secondary rate limits).
func (s *Sim) crowded(q *request) error {
	if s.o.ContentAMinute == 0 || q.Method == http.MethodGet || strings.HasPrefix(q.URL.Path, "/app/") {
		return nil
	}
	now := time.Now()
	s.made = slices.DeleteFunc(s.made, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(s.made) >= s.o.ContentAMinute {
		q.header.Set("Retry-After", strconv.Itoa(int(time.Minute.Seconds()-now.Sub(s.made[0]).Seconds())+1))
		return &refusal{
			status: http.StatusForbidden, page: secondaryLimits,
			message: "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.",
		}
	}
	s.made = append(s.made, now)
	return nil
}

// set changes the app's repository.
func (s *Sim) set(change func(*repository)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.main())
	s.changed(Event{})
}

// EnableIssues switches the repository's issues on or off; off, GitHub answers 410.
func (s *Sim) EnableIssues(on bool) { s.set(func(r *repository) { r.IssuesOff = !on }) }

// Archive makes the repository read-only, or writable again; GitHub answers 403 to what writes.
func (s *Sim) Archive(on bool) { s.set(func(r *repository) { r.Archived = on }) }

// SetVisibility makes the repository "private", "internal" (every member of the enterprise reads it, though private is true; docs.github.com,
// "Get a repository") or "public".
func (s *Sim) SetVisibility(v string) { s.set(func(r *repository) { r.Visibility = v }) }

// Rename gives the repository another name, or owner and name; the old one redirects (docs.github.com, "Renaming a repository").
func (s *Sim) Rename(name string) {
	s.set(func(r *repository) { r.Previous, r.Name = append(r.Previous, r.Name), name })
}

// EnforceSSO makes the organisation ask for single sign-on, which the token has not done, or no longer.
func (s *Sim) EnforceSSO(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sso = on
}

// TransferIssue moves an issue of the app's repository to another as a person, and returns its number there. Where the token may not see that
// repository the number is 0, and the issue is not found any more. Comments go along; parent and sub-issues do not.
func (s *Sim) TransferIssue(number int, to string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, r := s.main(), s.named(to)
	i := from.take(number)
	if i == nil || r == from {
		return 0, fmt.Errorf("there is no issue %d to transfer to %s", number, to)
	}
	defer s.changed(Event{number})
	if r == nil {
		from.Moved[number] = place{}
		return 0, nil
	}
	r.LastNumber++
	i.Number, i.Parent, i.SubIssues = r.LastNumber, 0, nil
	r.Issues = append(r.Issues, i)
	from.Moved[number] = place{r.ID, i.Number}
	return i.Number, nil
}

// DeleteIssue deletes an issue of the app's repository as a person; GitHub answers 410.
func (s *Sim) DeleteIssue(number int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.main()
	if r.take(number) == nil {
		return fmt.Errorf("there is no issue %d", number)
	}
	r.Gone = append(r.Gone, number)
	s.changed(Event{number})
	return nil
}

// take removes an issue from a repository, and from its parent and sub-issues.
func (r *repository) take(number int) *Issue {
	i := r.issue(number)
	if i == nil {
		return nil
	}
	r.Issues = slices.DeleteFunc(r.Issues, func(other *Issue) bool { return other == i })
	for _, other := range r.Issues {
		other.SubIssues = slices.DeleteFunc(other.SubIssues, func(n int) bool { return n == number })
		if other.Parent == number {
			other.Parent = 0
		}
	}
	return i
}

// WriteNewIssue lets a person write an issue in any repository, and returns its number; 0 when there is no such repository.
func (s *Sim) WriteNewIssue(user, repository, title, body string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.named(repository)
	if r == nil {
		return 0
	}
	r.LastNumber++
	i := &Issue{Number: r.LastNumber, ID: s.newID(), State: "open", User: user, Title: title, Body: body, Created: s.o.Clock()}
	r.Issues = append(r.Issues, i)
	s.touched(i)
	return i.Number
}

// IssuesIn lists the issues of a repository, oldest first.
func (s *Sim) IssuesIn(repository string) []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.named(repository)
	if r == nil {
		return nil
	}
	var all []Issue
	for _, i := range r.Issues {
		all = append(all, i.copy())
	}
	return all
}
