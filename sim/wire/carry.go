package wire

import (
	"net/http"
	"strconv"
)

// Manner is how a simulated server words what it refuses.
type Manner struct {
	// Front writes a refusal that a fault makes (HTTP or Error).
	Front func(http.ResponseWriter, *Fault)
	// Pardons reports whether a refusal (400 or 422), which tells of a fault of the program, is none; said is its status and its answer. Nil: none is.
	Pardons func(said string) bool
}

// Carry answers a call as run does, or as a fault has it (nil: none), and lists it. run does the work; it is called once, or not at all.
func (l *Ledger) Carry(w http.ResponseWriter, r *http.Request, call Call, fault *Fault, m Manner, run func() (status int, answer any)) {
	status, answer := http.StatusOK, any(nil)
	if fault.Admits() {
		status, answer = run()
	}
	if fault != nil {
		call.Error = "fault: " + fault.String()
		l.Note(call)
		if fault.Spoil(w, r, answer, m.Front) {
			return
		}
		if !fault.Admits() {
			status, answer = run()
		}
		Answer(w, status, answer)
		return
	}
	call.OK = status < 300
	if !call.OK {
		call.Error = strconv.Itoa(status) + " " + Encode(answer)
	}
	if bad := status == http.StatusUnprocessableEntity || status == http.StatusBadRequest; bad && (m.Pardons == nil || !m.Pardons(call.Error)) {
		l.Violate("%s was refused: %s", call.Method, call.Error)
	}
	l.Note(call)
	Answer(w, status, answer)
}
