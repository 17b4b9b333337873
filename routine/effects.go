package routine

// Effect is something to do in the world, as in package incident: a plain value that names its kind. A worker may run
// one more than once.
type Effect interface {
	Kind() string
	// Of is the round that the effect belongs to.
	Of() Ref
}

// Of is the round that the effect belongs to.
func (r Ref) Of() Ref { return r }

// Show draws the message of a round from its row. Revision is the one that asked for it.
type Show struct {
	Ref
	Revision int `json:"revision"`
}

// Kind names the effect.
func (Show) Kind() string { return "show_round" }
