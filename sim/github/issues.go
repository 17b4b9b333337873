package github

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func (s *Sim) getUser(*request) (int, any, error) {
	return http.StatusOK, account(botLogin), nil
}

func (s *Sim) getRateLimit(*request) (int, any, error) {
	hourly := s.o.Hourly
	core := object{"limit": hourly, "remaining": max(0, hourly-s.spent), "used": s.spent, "reset": s.renewed.Unix()}
	return http.StatusOK, object{"resources": object{"core": core, "search": core}, "rate": core}, nil
}

// createInstallationToken exchanges an app's signed token. The signature is not checked, only that it is a JSON Web Token.
func (s *Sim) createInstallationToken(q *request) (int, any, error) {
	if strings.Count(q.Header.Get("Authorization"), ".") != 2 {
		return 0, nil, missing(http.StatusUnauthorized, "A JSON web token could not be decoded")
	}
	return http.StatusCreated, object{
		"token": s.Token(), "expires_at": time.Now().Add(time.Hour).UTC(), "permissions": object{"issues": "write", "contents": "write", "metadata": "read"},
		"repository_selection": "selected",
	}, nil
}

func account(login string) object {
	return object{"login": login, "id": len(login), "type": "User", "site_admin": false, "html_url": "https://github.com/" + login}
}

func (s *Sim) getRepository(q *request) (int, any, error) {
	owner, name, _ := strings.Cut(q.repo.Name, "/")
	return http.StatusOK, object{
		"id": q.repo.ID, "name": name, "full_name": q.repo.Name, "owner": account(owner), "has_issues": !q.repo.IssuesOff, "default_branch": mainBranch,
		"private": q.repo.Visibility != "public", "visibility": q.repo.Visibility,
		"html_url": s.base + "/" + q.repo.Name, "archived": q.repo.Archived, "permissions": object{"admin": false, "push": true, "pull": true},
	}, nil
}

func (s *Sim) issueObject(r *repository, i *Issue) object {
	labels := []object{}
	for _, name := range i.Labels {
		labels = append(labels, r.labelObject(name))
	}
	assignees := []object{}
	for _, login := range i.Assignees {
		assignees = append(assignees, account(login))
	}
	api := s.api + "repos/" + r.Name
	o := object{
		"id": i.ID, "node_id": fmt.Sprintf("I_%d", i.ID), "number": i.Number, "title": i.Title, "body": i.Body, "state": i.State, "state_reason": nil,
		"user": account(i.User), "labels": labels, "assignees": assignees, "assignee": nil, "comments": len(i.Comments), "locked": false,
		"created_at": i.Created.UTC().Format(time.RFC3339), "updated_at": i.Updated.UTC().Format(time.RFC3339), "closed_at": nil,
		"url": fmt.Sprintf("%s/issues/%d", api, i.Number), "html_url": fmt.Sprintf("%s/%s/issues/%d", s.base, r.Name, i.Number), "repository_url": api,
		"sub_issues_summary": object{"total": len(i.SubIssues), "completed": 0, "percent_completed": 0},
	}
	if i.StateReason != "" {
		o["state_reason"] = i.StateReason
	}
	if len(assignees) > 0 {
		o["assignee"] = assignees[0]
	}
	if !i.Closed.IsZero() {
		o["closed_at"] = i.Closed.UTC().Format(time.RFC3339)
	}
	return o
}

// issueAt finds the issue that the path names. One that was transferred is told with its new place, to who may read there; one that was deleted
// is gone (docs.github.com, "Get an issue").
func (s *Sim) issueAt(q *request) (*Issue, error) {
	n, err := strconv.Atoi(q.PathValue("number"))
	if err != nil {
		return nil, missing(http.StatusNotFound, "Not Found")
	}
	if i := q.repo.issue(n); i != nil {
		return i, nil
	}
	if to, moved := q.repo.Moved[n]; moved {
		if r := s.byID(to.Repository); r != nil {
			_, rest, _ := strings.Cut(q.URL.Path, "/issues/"+q.PathValue("number"))
			return nil, s.moved(q, fmt.Sprintf("repositories/%d/issues/%d%s", r.ID, to.Number, rest))
		}
		return nil, missing(http.StatusNotFound, "Not Found")
	}
	if slices.Contains(q.repo.Gone, n) {
		return nil, missing(http.StatusGone, "This issue was deleted")
	}
	return nil, missing(http.StatusNotFound, "Not Found")
}

// paged cuts a list by per_page and page and writes the Link header.
func (s *Sim) paged(q *request, list []object) []object {
	number := func(key string, fallback, most int) int {
		n, err := strconv.Atoi(q.URL.Query().Get(key))
		if err != nil || n < 1 {
			return fallback
		}
		return min(n, most)
	}
	size, at := number("per_page", 30, 100), number("page", 1, 1_000_000)
	from, to := min((at-1)*size, len(list)), min(at*size, len(list))
	if to < len(list) {
		link := *q.URL
		values := link.Query()
		values.Set("page", strconv.Itoa(at+1))
		link.RawQuery = values.Encode()
		q.header.Set("Link", fmt.Sprintf(`<%s%s>; rel="next"`, strings.TrimSuffix(s.api, "/"), link.String()))
	}
	return list[from:to]
}

func (s *Sim) listIssues(q *request) (int, any, error) {
	v := q.URL.Query()
	state := v.Get("state")
	if state == "" {
		state = "open"
	}
	if !slices.Contains([]string{"open", "closed", "all"}, state) {
		return 0, nil, invalid("Issue", "state", "invalid", "")
	}
	var since time.Time
	if v.Get("since") != "" {
		t, err := time.Parse(time.RFC3339, v.Get("since"))
		if err != nil {
			return 0, nil, invalid("Issue", "since", "invalid", "")
		}
		since = t
	}
	list := []object{}
	for _, i := range slices.Backward(q.repo.Issues) {
		wanted := strings.FieldsFunc(v.Get("labels"), func(r rune) bool { return r == ',' })
		lacks := slices.ContainsFunc(wanted, func(l string) bool { return !i.labelled(l) })
		if (state == "all" || i.State == state) && !lacks && !i.Updated.Before(since) {
			list = append(list, s.issueObject(q.repo, i))
		}
	}
	if v.Get("direction") == "asc" {
		slices.Reverse(list)
	}
	return http.StatusOK, s.paged(q, list), nil
}

func (i *Issue) labelled(name string) bool {
	return slices.ContainsFunc(i.Labels, func(l string) bool { return strings.EqualFold(l, name) })
}

// issueFields are the fields of a create or edit, judged.
type issueFields struct {
	title, body, state, reason *string
	labels, assignees          *[]string
}

// fields judges the body of a create or edit as GitHub does.
func (s *Sim) fields(q *request) (issueFields, error) {
	var f issueFields
	for key, to := range map[string]**string{"title": &f.title, "body": &f.body, "state": &f.state, "state_reason": &f.reason} {
		raw, there := q.body[key]
		if !there || string(raw) == "null" {
			continue
		}
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return f, invalid("Issue", key, "invalid", key+" must be a string")
		}
		*to = &text
	}
	switch {
	case f.title != nil && strings.TrimSpace(*f.title) == "":
		return f, invalid("Issue", "title", "missing_field", "")
	case f.title != nil && utf8.RuneCountInString(*f.title) > maxIssueTitle:
		return f, invalid("Issue", "title", "custom", "title is too long (maximum is 256 characters)")
	case f.body != nil && utf8.RuneCountInString(*f.body) > maxIssueBody:
		return f, invalid("Issue", "body", "custom", "body is too long (maximum is 65536 characters)")
	case f.state != nil && *f.state != "open" && *f.state != "closed":
		return f, invalid("Issue", "state", "invalid", "")
	case f.reason != nil && !slices.Contains([]string{"completed", "not_planned", "duplicate", "reopened"}, *f.reason):
		return f, invalid("Issue", "state_reason", "invalid", "")
	}
	for key, to := range map[string]**[]string{"labels": &f.labels, "assignees": &f.assignees} {
		raw, there := q.body[key]
		if !there || string(raw) == "null" {
			continue
		}
		var list []string
		if json.Unmarshal(raw, &list) != nil {
			return f, invalid("Issue", key, "invalid", key+" must be a list of strings")
		}
		*to = &list
	}
	if f.labels != nil {
		for _, l := range *f.labels {
			if l == "" || utf8.RuneCountInString(l) > maxLabelName {
				return f, invalid("Label", "name", "invalid", "")
			}
		}
	}
	if f.assignees != nil {
		for _, login := range *f.assignees {
			if !slices.Contains(s.o.People, login) && login != botLogin {
				return f, invalid("Issue", "assignees", "invalid", "")
			}
		}
	}
	return f, nil
}

func (s *Sim) createIssue(q *request) (int, any, error) {
	f, err := s.fields(q)
	if err != nil {
		return 0, nil, err
	}
	if f.title == nil {
		return 0, nil, invalid("Issue", "title", "missing_field", "")
	}
	q.repo.LastNumber++
	i := &Issue{Number: q.repo.LastNumber, ID: s.newID(), State: "open", User: botLogin, Created: s.o.Clock()}
	s.apply(q.repo, i, f)
	q.repo.Issues = append(q.repo.Issues, i)
	s.touched(i)
	return http.StatusCreated, s.issueObject(q.repo, i), nil
}

// apply writes judged fields into an issue; unknown labels are made, as GitHub makes them.
func (s *Sim) apply(r *repository, i *Issue, f issueFields) {
	if f.title != nil {
		i.Title = *f.title
	}
	if f.body != nil {
		i.Body = *f.body
	}
	if f.assignees != nil {
		i.Assignees = *f.assignees
	}
	if f.labels != nil {
		i.Labels = nil
		r.addLabels(i, *f.labels)
	}
	if f.state != nil {
		reason := ""
		if f.reason != nil {
			reason = *f.reason
		}
		s.setState(i, *f.state, reason)
	}
}

func (r *repository) addLabels(i *Issue, names []string) {
	for _, name := range names {
		if !i.labelled(name) {
			i.Labels = append(i.Labels, name)
		}
		if r.label(name) == nil {
			r.Labels = append(r.Labels, Label{Name: name, Color: "ededed"})
		}
	}
}

func (s *Sim) setState(i *Issue, state, reason string) {
	i.State, i.StateReason, i.Closed = state, reason, time.Time{}
	if state == "closed" {
		i.Closed = s.o.Clock()
		if reason == "" {
			i.StateReason = "completed"
		}
	}
}

func (s *Sim) getIssue(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, s.issueObject(q.repo, i), nil
}

func (s *Sim) editIssue(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	f, err := s.fields(q)
	if err != nil {
		return 0, nil, err
	}
	s.apply(q.repo, i, f)
	s.touched(i)
	return http.StatusOK, s.issueObject(q.repo, i), nil
}
