package github

import (
	"crypto/sha1" //nolint:gosec // git names things by SHA-1
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/sim/wire"
)

// mainBranch is the repository's default branch.
const mainBranch = "main"

// Pull is one pull request.
type Pull struct {
	Number  int
	Title   string
	Body    string
	Head    string // branch
	Base    string // branch
	State   string // "open" or "closed"
	User    string
	Created time.Time
}

// Pulls lists the pull requests, oldest first.
func (s *Sim) Pulls() []Pull {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.main().Pulls)
}

// Content reads a file of a branch.
func (s *Sim) Content(branch, path string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, ok := s.main().branch(branch)[path]
	return slices.Clone(content), ok
}

// branch is the files of a branch; nil when there is no such branch. The default branch is there even while it is empty.
func (r *repository) branch(name string) map[string][]byte {
	if name == mainBranch || name == "" {
		return r.Contents
	}
	return r.Branches[name]
}

func sha(b []byte) string { return fmt.Sprintf("%x", sha1.Sum(b)) } //nolint:gosec // see above

// head is the commit that a branch points to.
func (r *repository) head(branch string) string { return sha([]byte(wire.Encode(r.branch(branch)))) }

func (q *request) text(key string) string {
	var v string
	if json.Unmarshal(q.body[key], &v) != nil {
		return ""
	}
	return v
}

func (s *Sim) getRef(q *request) (int, any, error) {
	name, ok := strings.CutPrefix(q.PathValue("ref"), "heads/")
	if !ok || q.repo.branch(name) == nil {
		return 0, nil, missing(http.StatusNotFound, "Not Found")
	}
	return http.StatusOK, s.refObject(q.repo, name), nil
}

func (s *Sim) refObject(r *repository, branch string) object {
	return object{"ref": "refs/heads/" + branch, "node_id": branch, "object": object{"type": "commit", "sha": r.head(branch)}}
}

func (s *Sim) createRef(q *request) (int, any, error) {
	name, ok := strings.CutPrefix(q.text("ref"), "refs/heads/")
	if !ok || name == "" {
		return 0, nil, missing(http.StatusUnprocessableEntity, "Reference name must start with 'refs/heads/'.")
	}
	if q.repo.branch(name) != nil {
		return 0, nil, missing(http.StatusUnprocessableEntity, "Reference already exists")
	}
	for _, from := range append([]string{mainBranch}, slices.Sorted(maps.Keys(q.repo.Branches))...) {
		if q.repo.head(from) == q.text("sha") {
			q.repo.Branches[name] = maps.Clone(q.repo.branch(from))
			s.changed(Event{})
			return http.StatusCreated, s.refObject(q.repo, name), nil
		}
	}
	return 0, nil, missing(http.StatusUnprocessableEntity, "Object does not exist")
}

func (s *Sim) getContents(q *request) (int, any, error) {
	name := strings.TrimPrefix(path.Clean("/"+q.PathValue("path")), "/")
	content, ok := q.repo.branch(strings.TrimPrefix(q.URL.Query().Get("ref"), "refs/heads/"))[name]
	if !ok {
		return 0, nil, missing(http.StatusNotFound, "Not Found")
	}
	return http.StatusOK, s.contentObject(q.repo, name, content), nil
}

func (s *Sim) contentObject(r *repository, name string, content []byte) object {
	return object{
		"type": "file", "encoding": "base64", "size": len(content), "name": path.Base(name), "path": name, "sha": sha(content),
		"content": base64.StdEncoding.EncodeToString(content), "html_url": s.base + "/" + r.Name + "/blob/main/" + name,
	}
}

// putContents writes a file. An existing one is only replaced by who names its present SHA.
func (s *Sim) putContents(q *request) (int, any, error) {
	name := strings.TrimPrefix(path.Clean("/"+q.PathValue("path")), "/")
	content, err := base64.StdEncoding.DecodeString(q.text("content"))
	files := q.repo.branch(q.text("branch"))
	old, there := files[name]
	switch {
	case q.text("message") == "" || err != nil || q.body["content"] == nil:
		return 0, nil, missing(http.StatusUnprocessableEntity, `Invalid request. "message" and "content" (base64) are required.`)
	case files == nil:
		return 0, nil, missing(http.StatusNotFound, "Branch "+q.text("branch")+" not found")
	case there && q.text("sha") == "":
		return 0, nil, missing(http.StatusUnprocessableEntity, `Invalid request. "sha" wasn't supplied.`)
	case there && q.text("sha") != sha(old):
		return 0, nil, missing(http.StatusConflict, name+" does not match "+q.text("sha"))
	}
	files[name] = content
	s.changed(Event{})
	status := http.StatusOK
	if !there {
		status = http.StatusCreated
	}
	return status, object{"content": s.contentObject(q.repo, name, content), "commit": object{"sha": q.repo.head(q.text("branch")), "message": q.text("message")}}, nil
}

func (s *Sim) pullObject(r *repository, p *Pull) object {
	owner, _, _ := strings.Cut(r.Name, "/")
	end := func(branch string) object {
		return object{"ref": branch, "label": owner + ":" + branch, "sha": r.head(branch)}
	}
	return object{
		"id": p.Number, "number": p.Number, "title": p.Title, "body": p.Body, "state": p.State, "user": account(p.User), "head": end(p.Head), "base": end(p.Base),
		"created_at": p.Created.UTC().Format(time.RFC3339), "html_url": fmt.Sprintf("%s/%s/pull/%d", s.base, r.Name, p.Number), "merged": false,
	}
}

func (s *Sim) createPull(q *request) (int, any, error) {
	owner, _, _ := strings.Cut(q.repo.Name, "/")
	head, base := strings.TrimPrefix(q.text("head"), owner+":"), q.text("base")
	switch {
	case q.text("title") == "":
		return 0, nil, invalid("PullRequest", "title", "missing_field", "")
	case q.repo.branch(base) == nil || base == "":
		return 0, nil, invalid("PullRequest", "base", "invalid", "")
	case q.repo.branch(head) == nil || head == "":
		return 0, nil, invalid("PullRequest", "head", "invalid", "")
	case q.repo.head(head) == q.repo.head(base):
		return 0, nil, invalid("PullRequest", "", "custom", "No commits between "+base+" and "+head)
	case slices.ContainsFunc(q.repo.Pulls, func(p Pull) bool { return p.State == "open" && p.Head == head && p.Base == base }):
		return 0, nil, invalid("PullRequest", "", "custom", "A pull request already exists for "+owner+":"+head+".")
	}
	q.repo.LastNumber++
	q.repo.Pulls = append(q.repo.Pulls, Pull{
		Number: q.repo.LastNumber, Title: q.text("title"), Body: q.text("body"), Head: head, Base: base, State: "open", User: botLogin, Created: s.o.Clock(),
	})
	s.changed(Event{q.repo.LastNumber})
	return http.StatusCreated, s.pullObject(q.repo, &q.repo.Pulls[len(q.repo.Pulls)-1]), nil
}

func (s *Sim) listPulls(q *request) (int, any, error) {
	owner, _, _ := strings.Cut(q.repo.Name, "/")
	v := q.URL.Query()
	list := []object{}
	for i := range q.repo.Pulls {
		p := &q.repo.Pulls[i]
		state := v.Get("state")
		if (state == "all" || p.State == state || (state == "" && p.State == "open")) && (v.Get("head") == "" || v.Get("head") == owner+":"+p.Head) {
			list = append(list, s.pullObject(q.repo, p))
		}
	}
	return http.StatusOK, s.paged(q, list), nil
}

func (s *Sim) getPull(q *request) (int, any, error) {
	for i := range q.repo.Pulls {
		if strconv.Itoa(q.repo.Pulls[i].Number) == q.PathValue("number") {
			return http.StatusOK, s.pullObject(q.repo, &q.repo.Pulls[i]), nil
		}
	}
	return 0, nil, missing(http.StatusNotFound, "Not Found")
}
