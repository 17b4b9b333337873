package slack

import (
	"fmt"
	"net/http"
	"strings"
)

// serveArchive follows a permalink to the page.
func (s *Sim) serveArchive(w http.ResponseWriter, r *http.Request) {
	channel, digits := r.PathValue("channel"), strings.TrimPrefix(r.PathValue("message"), "p")
	to := "/#/" + channel
	if n := len(digits); n > 6 {
		m, ok := s.Message(channel, digits[:n-6]+"."+digits[n-6:])
		switch {
		case ok && m.Thread != "":
			to += "/" + m.Thread
		case ok && len(s.Thread(m.User, channel, m.TS)) > 1:
			to += "/" + m.TS
		}
	}
	http.Redirect(w, r, to, http.StatusFound)
}

// serveIssueLink follows an issue's html_url to the page.
func (s *Sim) serveIssueLink(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/#/issues/"+r.PathValue("number"), http.StatusFound)
}

// pages registers the addresses that the app hands out to people.
func (s *Sim) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /archives/{channel}/{message}", s.serveArchive)
	mux.HandleFunc(fmt.Sprintf("GET /%s/issues/{number}", s.o.Repository), s.serveIssueLink)
	mux.HandleFunc(fmt.Sprintf("GET /%s/{rest...}", s.o.Repository), func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/#/issues", http.StatusFound)
	})
}
