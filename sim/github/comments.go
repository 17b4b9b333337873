package github

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func (s *Sim) comment(i *Issue, user, body string) *Comment {
	now := s.o.Clock()
	i.Comments = append(i.Comments, Comment{ID: s.newID(), User: user, Body: body, Created: now, Updated: now})
	s.touched(i)
	return &i.Comments[len(i.Comments)-1]
}

func (s *Sim) commentObject(r *repository, i *Issue, c *Comment) object {
	page := s.base + "/" + r.Name + "/issues/" + strconv.Itoa(i.Number)
	return object{
		"id": c.ID, "body": c.Body, "user": account(c.User), "created_at": c.Created.UTC().Format(time.RFC3339), "updated_at": c.Updated.UTC().Format(time.RFC3339),
		"html_url": page + "#issuecomment-" + strconv.FormatInt(c.ID, 10), "issue_url": s.api + "repos/" + r.Name + "/issues/" + strconv.Itoa(i.Number),
	}
}

func commentBody(q *request) (string, error) {
	var body string
	switch err := json.Unmarshal(q.body["body"], &body); {
	case err != nil || strings.TrimSpace(body) == "":
		return "", invalid("IssueComment", "body", "missing_field", "")
	case utf8.RuneCountInString(body) > maxIssueBody:
		return "", invalid("IssueComment", "body", "custom", "body is too long (maximum is 65536 characters)")
	}
	return body, nil
}

func (s *Sim) listComments(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	list := []object{}
	for n := range i.Comments {
		list = append(list, s.commentObject(q.repo, i, &i.Comments[n]))
	}
	return http.StatusOK, s.paged(q, list), nil
}

func (s *Sim) createComment(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	body, err := commentBody(q)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, s.commentObject(q.repo, i, s.comment(i, botLogin, body)), nil
}

func (s *Sim) commentAt(q *request) (*Issue, *Comment, error) {
	for _, i := range q.repo.Issues {
		for n := range i.Comments {
			if strconv.FormatInt(i.Comments[n].ID, 10) == q.PathValue("comment") {
				return i, &i.Comments[n], nil
			}
		}
	}
	return nil, nil, missing(http.StatusNotFound, "Not Found")
}

func (s *Sim) getComment(q *request) (int, any, error) {
	i, c, err := s.commentAt(q)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, s.commentObject(q.repo, i, c), nil
}

func (s *Sim) editComment(q *request) (int, any, error) {
	i, c, err := s.commentAt(q)
	if err != nil {
		return 0, nil, err
	}
	body, err := commentBody(q)
	if err != nil {
		return 0, nil, err
	}
	c.Body, c.Updated = body, s.o.Clock()
	s.touched(i)
	return http.StatusOK, s.commentObject(q.repo, i, c), nil
}

func (r *repository) label(name string) *Label {
	for i := range r.Labels {
		if strings.EqualFold(r.Labels[i].Name, name) {
			return &r.Labels[i]
		}
	}
	return nil
}

func (r *repository) labelObject(name string) object {
	l := r.label(name)
	if l == nil {
		l = &Label{Name: name, Color: "ededed"}
	}
	return object{"id": len(l.Name), "name": l.Name, "color": l.Color, "description": l.Description, "default": false}
}

func (s *Sim) listLabels(q *request) (int, any, error) {
	list := []object{}
	for _, l := range q.repo.Labels {
		list = append(list, q.repo.labelObject(l.Name))
	}
	return http.StatusOK, s.paged(q, list), nil
}

func (s *Sim) getLabel(q *request) (int, any, error) {
	name := q.PathValue("label")
	if q.repo.label(name) == nil {
		return 0, nil, missing(http.StatusNotFound, "Not Found")
	}
	return http.StatusOK, q.repo.labelObject(name), nil
}

func (s *Sim) createLabel(q *request) (int, any, error) {
	l := Label{Color: "ededed"}
	for key, to := range map[string]*string{"name": &l.Name, "color": &l.Color, "description": &l.Description} {
		if raw, there := q.body[key]; there && json.Unmarshal(raw, to) != nil {
			return 0, nil, invalid("Label", key, "invalid", "")
		}
	}
	switch {
	case l.Name == "":
		return 0, nil, invalid("Label", "name", "missing_field", "")
	case utf8.RuneCountInString(l.Name) > maxLabelName:
		return 0, nil, invalid("Label", "name", "custom", "name is too long (maximum is 50 characters)")
	case strings.HasPrefix(l.Color, "#"):
		return 0, nil, invalid("Label", "color", "invalid", "")
	case utf8.RuneCountInString(l.Description) > 100:
		return 0, nil, invalid("Label", "description", "custom", "description is too long (maximum is 100 characters)")
	case q.repo.label(l.Name) != nil:
		return 0, nil, invalid("Label", "name", "already_exists", "")
	}
	q.repo.Labels = append(q.repo.Labels, l)
	s.changed(Event{})
	return http.StatusCreated, q.repo.labelObject(l.Name), nil
}

func (r *repository) issueLabels(i *Issue) []object {
	list := []object{}
	for _, name := range i.Labels {
		list = append(list, r.labelObject(name))
	}
	return list
}

func (s *Sim) listIssueLabels(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, q.repo.issueLabels(i), nil
}

func (s *Sim) addIssueLabels(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	f, err := s.fields(q)
	if err != nil {
		return 0, nil, err
	}
	if f.labels == nil {
		return 0, nil, invalid("Issue", "labels", "missing_field", "")
	}
	q.repo.addLabels(i, *f.labels)
	s.touched(i)
	return http.StatusOK, q.repo.issueLabels(i), nil
}

func (s *Sim) removeIssueLabel(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	if !i.labelled(q.PathValue("label")) {
		return 0, nil, missing(http.StatusNotFound, "Label does not exist")
	}
	i.Labels = slices.DeleteFunc(i.Labels, func(l string) bool { return strings.EqualFold(l, q.PathValue("label")) })
	s.touched(i)
	return http.StatusOK, q.repo.issueLabels(i), nil
}

func (s *Sim) listSubIssues(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	list := []object{}
	for _, n := range i.SubIssues {
		if sub := q.repo.issue(n); sub != nil {
			list = append(list, s.issueObject(q.repo, sub))
		}
	}
	return http.StatusOK, s.paged(q, list), nil
}

// addSubIssue links an issue below another. It wants the id of the issue, not its number: the usual mistake.
func (s *Sim) addSubIssue(q *request) (int, any, error) {
	i, err := s.issueAt(q)
	if err != nil {
		return 0, nil, err
	}
	var id int64
	if json.Unmarshal(q.body["sub_issue_id"], &id) != nil {
		return 0, nil, invalid("Issue", "sub_issue_id", "missing_field", "")
	}
	at := slices.IndexFunc(q.repo.Issues, func(other *Issue) bool { return other.ID == id })
	switch {
	case at < 0:
		return 0, nil, missing(http.StatusNotFound, "The provided sub-issue does not exist")
	case q.repo.Issues[at] == i:
		return 0, nil, invalid("Issue", "sub_issue_id", "invalid", "An issue cannot be its own sub-issue")
	case q.repo.Issues[at].Parent != 0:
		return 0, nil, invalid("Issue", "sub_issue_id", "invalid", "Issue may only have one parent")
	case len(i.SubIssues) >= maxSubIssues:
		return 0, nil, invalid("Issue", "sub_issue_id", "invalid", "Parent issue has too many sub-issues")
	}
	q.repo.Issues[at].Parent = i.Number
	i.SubIssues = append(i.SubIssues, q.repo.Issues[at].Number)
	s.touched(i)
	return http.StatusCreated, s.issueObject(q.repo, i), nil
}
