package incident

// PollMethod asks the service of a method what became of a message, and for an answer, until the page is over.
type PollMethod struct {
	Ref
	Page   int `json:"page"`
	Method int `json:"method"`
	// Way is the method's.
	Way string `json:"way"`
}

// Kind names the effect.
func (PollMethod) Kind() string { return "poll_method" }

// TellAnswered tells whoever answered by a method what happened so far.
type TellAnswered struct {
	Ref
	Page   int `json:"page"`
	Method int `json:"method"`
	// Way is the method's.
	Way string `json:"way"`
}

// Kind names the effect.
func (TellAnswered) Kind() string { return "tell_answered" }
