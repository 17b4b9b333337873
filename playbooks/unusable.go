package playbooks

import (
	"strconv"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
)

// signProbes puts the checks that detection signs ask for before the other
// steps, unless a step makes the same check anyway.
func (w *walk) signProbes() {
	made := map[string]bool{}
	for _, st := range w.pb.Steps {
		if st.Probe != nil {
			made[outline.AddressKey(st.Probe.URL)] = true
		}
	}
	var first []incident.Step
	for _, st := range w.probes {
		if key := outline.AddressKey(st.Probe.URL); !made[key] {
			made[key] = true
			first = append(first, st)
		}
	}
	w.pb.Steps = append(first, w.pb.Steps...)
}

// unusable reports steps that nobody could do and addresses that lead nowhere.
func (w *walk) unusable() {
	for _, st := range w.pb.Steps {
		no := lineOfSource(st.Source)
		if st.Code == nil && st.Query == nil && nothingToDo(st.Text) && len(st.Notes) == 0 {
			w.r.problem(w.d, no, "nobody could do this step: "+clip(firstOf(st.Text, "(empty)"), 40), "write what to do, or remove it")
			continue
		}
		for _, s := range append([]string{st.Text}, st.Notes...) {
			if !strings.ContainsAny(s, "[<{") || !strings.Contains(s, "/") {
				continue
			}
			if m := blankAddress.FindString(s); m != "" {
				w.r.notice(w.d, no, "the address in this step holds a placeholder: "+clip(m, 80), "write the real address, so that it becomes a button")
			}
		}
	}
}

// blankAddress is an address with a template's blank in its path.
var blankAddress = lazyregexp.New(`(?i)(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s]*(?:\[[^\]\s]{1,40}\]|<[^>\s]{1,40}>|\{[^}\s]{1,40}\})[^\s]*`)

// nothingToDo: a step that is only a blank or a reminder to its author.
func nothingToDo(s string) bool {
	const longest = 30 // letters; every reminder is shorter
	s = outline.WithoutPlaceholders(s)
	if letters := strings.Map(smallLetter, s); len(letters) > longest && strings.Count(s, ":") < 2 {
		return false
	}
	p := plain(s)
	return p == "" || p == "todo" || p == "fill in" || p == "to be written" || p == "to do" || p == "write me" || p == "coming soon"
}

// smallLetter drops all but the small letters of English.
func smallLetter(c rune) rune {
	if c < 'a' || c > 'z' {
		return -1
	}
	return c
}

func lineOfSource(s string) int {
	n, err := strconv.Atoi(s[strings.LastIndexByte(s, ':')+1:])
	if err != nil {
		return 0
	}
	return n
}
