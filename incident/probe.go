package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ProbeReason is why addresses are asked.
type ProbeReason string

// Why addresses are asked.
const (
	// ProbeOpening: the checks of the first phase, by mayday itself, when a playbook is taken up.
	ProbeOpening ProbeReason = "opening"
	// ProbeAsked: the checks of one step, because somebody asked.
	ProbeAsked ProbeReason = "asked"
)

// RunProbes asks the addresses of some steps and shows what they answer. Which
// addresses a step has, its Probe and its Links say.
type RunProbes struct {
	Ref
	Why ProbeReason `json:"why"`
	// By is who asked; empty when mayday does by itself.
	By Person `json:"by,omitempty"`
	// At is when they were asked for: it tells two requests apart.
	At time.Time `json:"at"`
	// Playbook is a slug and Steps are numbers from 1.
	Playbook string `json:"playbook"`
	Steps    []int  `json:"steps"`
}

// Kind names the effect.
func (RunProbes) Kind() string { return "run_probes" }

// ProbeResult is what an address answered, good or bad.
type ProbeResult struct {
	Probe Probe
	// OK: it answers as it should. Summary says how in one line: "200 OK in 84 ms",
	// "connection refused". Neither holds more than a line of what came from outside.
	OK bool
	// Unread: it answers, but how it is cannot be read from that. Such a one is not OK, and has not failed.
	Unread bool
	// NotAsked: the address may not be asked, so that nobody knows how it is. Such a one is not OK either.
	NotAsked bool
	// Status is that of the HTTP answer, 404; 0 where there was none, and for a status page that could be read.
	Status  int
	Summary string
	// Detail are further lines: redirects, open incidents of a supplier.
	Detail []string
	// Latency until the answer began; zero when there was none.
	Latency time.Duration
	At      time.Time
}

// probeFirst asks for the checks of the first phase after so many steps of the playbook
// in hand, and of the detection signs, which come before it; nothing when none of these
// steps names an address.
func (e *edit) probeFirst(after int) {
	w := e.Incident.Walk()
	if w == nil || len(w.Playbook.Steps) == 0 {
		return
	}
	var first Phase
	var steps []int
	for i, s := range w.Playbook.Steps {
		if i < after {
			continue
		}
		if !w.ofDetection(i) {
			if first != "" && s.Phase != first {
				break
			}
			first = s.Phase
		}
		if s.Probe != nil || len(s.Links) > 0 {
			steps = append(steps, i+1)
		}
	}
	if len(steps) > 0 {
		e.do(RunProbes{Ref: e.Incident.Ref(), Why: ProbeOpening, At: e.now, Playbook: w.Playbook.Slug, Steps: steps})
	}
}

// ofDetection: the i-th step is the check of a detection sign, by the words of its heading. The title of an added
// playbook, which stands before them, says nothing of that.
func (w *Walk) ofDetection(i int) bool {
	s := w.Playbook.Steps[i]
	h := s.Heading
	for _, a := range w.Added {
		if a.From <= i+1 && i+1 <= a.To {
			h = strings.TrimPrefix(h, a.Title)
		}
	}
	h = strings.ToLower(h)
	return s.Probe != nil && slices.ContainsFunc([]string{"detect", "symptom", "sign", "alert"}, func(word string) bool { return strings.Contains(h, word) })
}

// AskProbes asks for the checks of a step on behalf of a person; number 0 means
// the current one. has says whether a step has any. It changes nothing of the
// incident: what came of it is recorded by Probed.
func AskProbes(inc Incident, by Person, ref StepRef, has func(Step) bool, now time.Time) (Change, error) {
	const verb = "check"
	if inc.Status == Closed || inc.Status == Cancelled {
		return Change{}, inc.over(verb)
	}
	if ref.Number == 0 && len(inc.Walks[inc.Active].Playbook.Steps) > 0 && inc.Walks[inc.Active].Current() < 0 {
		return Change{}, inc.noProbes(inc.Active, 0, has)
	}
	w, i, err := inc.step(verb, ref)
	if err != nil {
		return Change{}, err
	}
	if !has(inc.Walks[w].Playbook.Steps[i]) {
		return Change{}, inc.noProbes(w, i+1, has)
	}
	return Change{Incident: inc, Effects: []Effect{RunProbes{Ref: inc.Ref(), Why: ProbeAsked, By: by, At: now.UTC(), Playbook: inc.Walks[w].Playbook.Slug, Steps: []int{i + 1}}}}, nil
}

// noProbes refuses with the steps that have something to check.
func (inc Incident) noProbes(walk, number int, has func(Step) bool) error {
	r := &Refusal{Reason: NoProbes, Verb: "check"}
	if number > 0 {
		r.Word = strconv.Itoa(number)
	}
	for i, s := range inc.Walks[walk].Playbook.Steps {
		if has(s) {
			r.Choices = append(r.Choices, strconv.Itoa(i+1))
		}
	}
	return r
}

// Probed records what addresses answered.
func Probed(inc Incident, fx RunProbes, results []ProbeResult, now time.Time) (Change, error) {
	if len(results) == 0 {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	ev := Event{Kind: EventProbed, By: fx.By, From: string(fx.Why), Text: Line(outcome(results), MaxText)}
	if fx.Why == ProbeAsked && len(fx.Steps) == 1 {
		ev.Step = fx.Steps[0]
	}
	e.record(ev)
	return e.done()
}

// outcome is "all 3 fine", or how many failed and what each said.
func outcome(results []ProbeResult) string {
	var bad, unread []string
	for _, r := range results {
		switch {
		case r.Unread:
			unread = append(unread, r.Probe.Name)
		case !r.OK:
			bad = append(bad, r.Probe.Name+": "+r.Summary)
		}
	}
	switch {
	case len(bad) == 0 && len(unread) > 0 && len(results) > 1:
		return fmt.Sprintf("%d of %d fine; of %s nobody can read how they are", len(results)-len(unread), len(results), strings.Join(unread, ", "))
	case len(bad) > 0 && len(results) == 1:
		return bad[0]
	case len(bad) > 0:
		return fmt.Sprintf("%d of %d not fine: %s", len(bad), len(results), strings.Join(bad, "; "))
	case len(results) == 1:
		return results[0].Probe.Name + ": " + results[0].Summary
	}
	return fmt.Sprintf("all %d fine", len(results))
}

func (ev Event) probed(t teller) string {
	switch {
	case ProbeReason(ev.From) == ProbeOpening:
		return "Checked by mayday itself: " + t.text()
	case ev.Step > 0:
		return fmt.Sprintf("%s checked step %d: %s", t.by(), ev.Step, t.text())
	}
	return t.by() + " checked: " + t.text()
}
