package diagnostics

import "time"

// Audit is the record of one request, admitted or not. It holds no value of the
// result and no literal of the statement.
type Audit struct {
	At       time.Time
	Incident int64
	// By is who asked, Name the query of the runbook (empty: typed by hand).
	By, Name string
	// SQL is the normalised statement, with ? for literals; Fingerprint names it.
	SQL, Fingerprint string
	Kind             Kind
	// Database, Role and Backend say where it ran; Backend is the server's process id, 0 when it was never reached.
	Database, Role string
	Backend        uint32
	// Replica: the server was in recovery.
	Replica bool
	// Application is the application_name under which it ran.
	Application string
	// Verdict is "ran", "refused" or "failed".
	Verdict string
	// Rule of a refusal, Class and SQLSTATE of a failure.
	Rule  Rule
	Class Class
	Code  string
	// Running: the statement was given up, and nobody saw it end.
	Running bool
	// Duration on the server, Waited in line before.
	Duration, Waited time.Duration
	Rows, Bytes      int
	// More: the answer was stopped by a cap.
	More bool
}

// The verdicts of an Audit.
const (
	VerdictRan     = "ran"
	VerdictRefused = "refused"
	VerdictFailed  = "failed"
)

// conclude writes down how a request ended.
func (a *Audit) conclude(result Result, err error) {
	switch err := err.(type) {
	case nil:
		a.Verdict = VerdictRan
		a.Duration, a.Waited = result.Duration, result.Waited
		a.Rows, a.Bytes, a.More = len(result.Rows), result.Bytes, result.More
	case *Refusal:
		a.Verdict, a.Rule = VerdictRefused, err.Rule
	case *Failure:
		a.Verdict, a.Class, a.Code, a.Running = VerdictFailed, err.Class, err.Code, err.Running
	}
}
