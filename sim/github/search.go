package github

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

var searchWord = regexp.MustCompile(`"[^"]*"|[a-z]+:"[^"]*"|\S+`)

// searchIssues finds issues whose title, body or comments hold every word or quoted phrase, under the qualifiers repo, is, state, label and in.
// Like GitHub's, the index may lag: Mischief.SearchLag.
func (s *Sim) searchIssues(q *request) (int, any, error) {
	query := q.URL.Query().Get("q")
	if query == "" {
		return 0, nil, invalid("Search", "q", "missing", "")
	}
	list := []object{}
	for _, i := range slices.Backward(s.w.Issues) {
		if time.Since(i.Created) < s.mischief.searchLag() {
			continue
		}
		if s.matches(i, searchWord.FindAllString(query, -1)) {
			list = append(list, s.issueObject(i))
		}
	}
	return http.StatusOK, object{"total_count": len(list), "incomplete_results": false, "items": s.paged(q, list)}, nil
}

func (s *Sim) matches(i *Issue, words []string) bool {
	text := i.Title + "\n" + i.Body
	for _, c := range i.Comments {
		text += "\n" + c.Body
	}
	for _, w := range words {
		key, value, qualified := strings.Cut(w, ":")
		value = strings.Trim(value, `"`)
		switch {
		case qualified && key == "repo":
			if !strings.EqualFold(value, s.o.Repository) {
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
