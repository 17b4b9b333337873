package incident

// ConcealIssue takes out of the tracking issue what tells of an incident that became private.
type ConcealIssue struct {
	Ref
	Number int `json:"number"`
	// Labels that mayday gave it.
	Labels []string `json:"labels,omitempty"`
}

// Kind names the effect.
func (ConcealIssue) Kind() string { return "conceal_issue" }
