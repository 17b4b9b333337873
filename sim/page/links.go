package page

import (
	"fmt"
	"net/http"
	"strings"
)

// serveArchive follows a permalink to the page.
func (p *Page) serveArchive(w http.ResponseWriter, r *http.Request) {
	channel, digits := r.PathValue("channel"), strings.TrimPrefix(r.PathValue("message"), "p")
	to := "/#/" + channel
	if n := len(digits); n > 6 {
		m, ok := p.slack.Message(channel, digits[:n-6]+"."+digits[n-6:])
		switch {
		case ok && m.Thread != "":
			to += "/" + m.Thread
		case ok && len(p.slack.Thread(m.User, channel, m.TS)) > 1:
			to += "/" + m.TS
		}
	}
	http.Redirect(w, r, to, http.StatusFound)
}

// serveIssueLink follows an issue's html_url to the page.
func (p *Page) serveIssueLink(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/#/issues/"+r.PathValue("number"), http.StatusFound)
}

// links registers the addresses that the app hands out to people.
func (p *Page) links(mux *http.ServeMux) {
	mux.HandleFunc("GET /archives/{channel}/{message}", p.serveArchive)
	mux.HandleFunc(fmt.Sprintf("GET /%s/issues/{number}", p.github.Repository()), p.serveIssueLink)
	mux.HandleFunc(fmt.Sprintf("GET /%s/{rest...}", p.github.Repository()), func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/#/issues", http.StatusFound)
	})
}
