package incident

import "time"

// ExplainReply tells whoever answered a call in words that are not understood which are. It is sent once at most.
type ExplainReply struct {
	Ref
	Page   int `json:"page"`
	Method int `json:"method"`
	// Way is the method's.
	Way string `json:"way"`
}

// Kind names the effect.
func (ExplainReply) Kind() string { return "explain_reply" }

// ReplyUnclear records that somebody answered a call in words that are not understood, and has them told which are: once for
// each call, because what answers may be a machine. Nothing once the page is answered.
func ReplyUnclear(inc Incident, page, m int, now time.Time) (Change, error) {
	p, by, a, ok := inc.Attempted(page, m)
	if !ok || !a.UnclearAt.IsZero() || a.Failed != "" || inc.PageAnswered(page) {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.attempt(page, m, func(a *Attempt) { a.UnclearAt = e.now })
	e.record(Event{Kind: EventMethodUnclear, Whom: inc.whose(p, by), Contact: inc.ContactTitle(p), From: by.Label()})
	e.do(ExplainReply{Ref: inc.Ref(), Page: page, Method: m, Way: by.Way()})
	return e.done()
}
