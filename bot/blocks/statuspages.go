package blocks

import "mayday/playbooks"

// StatusPages links the pages on which suppliers say how they are, a page at a time.
func StatusPages(rb *playbooks.Runbook, page int) Message {
	var lines []string
	for _, p := range rb.StatusPages {
		lines = append(lines, "• "+link(p.URL, p.Name))
	}
	return linked("statuspages", "status page", lines, page)
}
