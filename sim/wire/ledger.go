package wire

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Call is one request.
type Call struct {
	At     time.Time
	Method string
	Args   map[string]string // without the token
	OK     bool
	Error  string
}

// maxCalls is how many calls are remembered, so that a demo may run for days; beyond it the older half is forgotten.
const maxCalls = 200_000

// Ledger keeps what a program did: its calls and its sins. The zero value is empty; all methods are safe for concurrent use.
type Ledger struct {
	mu         sync.Mutex
	calls      []Call
	violations []string
}

// Note adds a call.
func (l *Ledger) Note(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) == maxCalls {
		l.calls = append([]Call(nil), l.calls[maxCalls/2:]...)
	}
	l.calls = append(l.calls, c)
}

// Violate adds a violation, worded as fmt.Sprintf does.
func (l *Ledger) Violate(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.violations = append(l.violations, fmt.Sprintf(format, args...))
}

// Calls returns every call so far, oldest first.
func (l *Ledger) Calls() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.calls)
}

// CallsOf returns the calls of one method, for instance "chat.postMessage".
func (l *Ledger) CallsOf(method string) []Call {
	return slices.DeleteFunc(l.Calls(), func(c Call) bool { return c.Method != method })
}

// ResetCalls forgets the calls so far.
func (l *Ledger) ResetCalls() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = nil
}

// Violations lists what a program did that the original would refuse or punish. Empty is the only good answer.
func (l *Ledger) Violations() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.violations)
}

// ForgetViolations empties the list, for tests that sin on purpose.
func (l *Ledger) ForgetViolations() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.violations = nil
}
