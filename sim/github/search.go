package github

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"mayday/lazyregexp"
)

var searchWord = lazyregexp.New(`"[^"]*"|[a-z]+:"[^"]*"|\S+`)

// searchIssues finds issues whose title, body or comments hold every word or quoted phrase, under the qualifiers repo, is, state, label and in.
// Like GitHub's, the index may lag: Mischief.SearchLag.
func (s *Sim) searchIssues(q *request) (int, any, error) {
	query := q.URL.Query().Get("q")
	if query == "" {
		return 0, nil, invalid("Search", "q", "missing", "")
	}
	words := searchWord.FindAllString(query, -1)
	for _, w := range words {
		if name, qualified := strings.CutPrefix(w, "repo:"); qualified && s.named(strings.Trim(name, `"`)) == nil {
			return 0, nil, invalid("Search", "q", "invalid", "The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.")
		}
	}
	list := []object{}
	for _, r := range s.w.Repositories {
		for _, i := range slices.Backward(r.Issues) {
			if time.Since(i.Created) >= s.mischief.searchLag() && r.matches(i, words) {
				list = append(list, s.issueObject(r, i))
			}
		}
	}
	return http.StatusOK, object{"total_count": len(list), "incomplete_results": false, "items": s.paged(q, list)}, nil
}

func (r *repository) matches(i *Issue, words []string) bool {
	text := i.Title + "\n" + i.Body
	for _, c := range i.Comments {
		text += "\n" + c.Body
	}
	for _, w := range words {
		key, value, qualified := strings.Cut(w, ":")
		value = strings.Trim(value, `"`)
		switch {
		case qualified && key == "repo":
			if !strings.EqualFold(value, r.Name) {
				return false
			}
		case qualified && (key == "is" || key == "state" || key == "type"):
			if value != "issue" && value != i.State {
				return false
			}
		case qualified && key == "label":
			if !i.labelled(value) {
				return false
			}
		case qualified && key == "in":
		case !strings.Contains(strings.ToLower(text), strings.ToLower(strings.Trim(w, `"`))):
			return false
		}
	}
	return true
}
