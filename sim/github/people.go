package github

import (
	"fmt"
	"slices"
)

// SetContent puts a file into the repository; nil removes it.
func (s *Sim) SetContent(path string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if content == nil {
		delete(s.main().Contents, path)
	} else {
		s.main().Contents[path] = slices.Clone(content)
	}
	s.keep.Changed()
}

// Issues lists the issues of the app's repository, oldest first.
func (s *Sim) Issues() []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Issue
	for _, i := range s.main().Issues {
		all = append(all, i.copy())
	}
	return all
}

// WriteIssue lets a person edit an issue on GitHub: title, body and state are taken from the function's result.
func (s *Sim) WriteIssue(number int, edit func(*Issue)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.main().issue(number)
	if i == nil {
		return fmt.Errorf("there is no issue %d", number)
	}
	before := i.State
	edit(i)
	if i.State != before {
		s.setState(i, i.State, i.StateReason)
	}
	s.touched(i)
	return nil
}

// CommentOnIssue lets a person write a comment.
func (s *Sim) CommentOnIssue(user string, number int, body string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.main().issue(number)
	if i == nil {
		return fmt.Errorf("there is no issue %d", number)
	}
	s.comment(i, user, body)
	return nil
}

func (r *repository) issue(number int) *Issue {
	for _, i := range r.Issues {
		if i.Number == number {
			return i
		}
	}
	return nil
}

func (s *Sim) touched(i *Issue) {
	i.Updated = s.o.Clock()
	s.changed(Event{i.Number})
}

func (s *Sim) newID() int64 {
	s.w.LastID++
	return 1_000_000 + s.w.LastID
}
