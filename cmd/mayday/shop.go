package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	g "maragu.dev/gomponents"
	"maragu.dev/gomponents/components"
	h "maragu.dev/gomponents/html"
)

// The builds of the demo's shop: the one that is live at the start breaks checkout.
const (
	badBuild  = "v412"
	goodBuild = "v411"
)

// shop answers for the addresses of the embedded runbook, all of them below
// "test": the shop itself, which is down until somebody promotes the last good
// build, and the suppliers' status pages. Everything else says what it stands for.
type shop struct {
	mu     sync.Mutex
	live   string
	mended func()
}

func newShop() *shop { return &shop{live: badBuild} }

// build is the one that is live.
func (s *shop) build() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live
}

// onMended has f called each time that the good build takes the place of the bad one.
func (s *shop) onMended(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mended = f
}

// promote makes a build the live one; others than the two are passed over.
func (s *shop) promote(build string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == badBuild && build == goodBuild && s.mended != nil {
		s.mended()
	}
	if build == badBuild || build == goodBuild {
		s.live = build
	}
}

// ServeHTTP answers by the host of the request.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := strings.Cut(r.Host, ":")
	supplier, isStatus := suppliers[strings.TrimSuffix(strings.TrimPrefix(host, "status."), ".test")]
	switch {
	case isStatus && strings.HasPrefix(host, "status."):
		supplier.serve(w, r)
	case host == "larkfield.test":
		s.site(w, r)
	case host == "berth.test" && r.URL.Path == "/larkfield/web/deployments":
		s.deployments(w, r)
	case strings.HasSuffix(host, ".larkfield.test") && r.URL.Path == "/health", host == "api.tollgate.test":
		answerShop(w, http.StatusOK, shopPage{Title: host, Text: []string{"It answers."}})
	default:
		answerShop(w, http.StatusOK, shopPage{Title: host + r.URL.Path, Text: []string{
			"The runbook of the demo names this address. In your runbook your own page stands here."}})
	}
}

// site is the shop as customers see it.
func (s *shop) site(w http.ResponseWriter, r *http.Request) {
	bad := s.build() == badBuild
	page := shopPage{Title: "Larkfield", Text: []string{"Lamps, bowls and clocks.", "The shop of mayday's demo is in order: checkout works."}}
	if bad {
		page.Text[1] = "The shop of mayday's demo is in trouble: since the deployment of " + badBuild + " checkout answers 500."
	}
	status := http.StatusOK
	switch {
	case bad && r.URL.Path == "/health":
		status = http.StatusServiceUnavailable
	case bad && r.URL.Path == "/checkout":
		status = http.StatusInternalServerError
	}
	answerShop(w, status, page)
}

// deployments is the page on which the last good build is promoted.
func (s *shop) deployments(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		s.promote(r.FormValue("build"))
	}
	page := shopPage{Title: "Berth: larkfield, web, Deployments", Text: []string{"Production runs " + s.build() + "."}}
	for _, b := range []shopBuild{{Name: badBuild, About: "22 minutes ago: new checkout"}, {Name: goodBuild, About: "yesterday: pictures load later"}} {
		b.Live = b.Name == s.build()
		page.Builds = append(page.Builds, b)
	}
	answerShop(w, http.StatusOK, page)
}

// supplierState is what a supplier's status page says, in the words of Statuspage.
type supplierState struct {
	name, indicator, description string
	open                         []map[string]string
}

// suppliers of the embedded runbook by the domain of their status page.
var suppliers = map[string]supplierState{
	"berth":    {name: "Berth", indicator: "none", description: "All Systems Operational"},
	"tollgate": {name: "Tollgate", indicator: "none", description: "All Systems Operational"},
	"pixloft":  {name: "Pixloft", indicator: "none", description: "All Systems Operational"},
	"mailwind": {name: "Mailwind", indicator: "minor", description: "Partially Degraded Service",
		open: []map[string]string{{"name": "Mail to example.org is delivered late", "status": "identified"}}},
}

func (s supplierState) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/v2/summary.json" {
		w.Header().Set("Content-Type", "application/json")
		// A failed write means that whoever asked has gone.
		_ = json.NewEncoder(w).Encode(map[string]any{"status": map[string]string{"indicator": s.indicator, "description": s.description}, "incidents": s.open})
		return
	}
	page := shopPage{Title: s.name + " status", Text: []string{s.description}}
	for _, i := range s.open {
		page.Text = append(page.Text, i["name"]+" ("+i["status"]+")")
	}
	answerShop(w, http.StatusOK, page)
}

type shopPage struct {
	Title  string
	Text   []string
	Builds []shopBuild
}

type shopBuild struct {
	Name, About string
	Live        bool
}

func (p shopPage) markup() g.Node {
	return components.HTML5(components.HTML5Props{Title: p.Title, Language: "en", Head: g.Group{h.StyleEl(g.Raw(shopStyle))}, Body: g.Group{
		h.H1(g.Text(p.Title)), g.Map(p.Text, func(t string) g.Node { return h.P(g.Text(t)) }), g.If(len(p.Builds) > 0, h.Ul(g.Map(p.Builds, shopBuild.markup))),
	}})
}

func (b shopBuild) markup() g.Node {
	promote := h.Button(h.Name("build"), h.Value(b.Name), g.Text("Promote"))
	if b.Live {
		promote = h.Em(g.Text("live"))
	}
	return h.Li(h.Form(h.Method("post"), h.Strong(g.Text(b.Name)), g.Text(", "+b.About+" "), promote))
}

const shopStyle = `:root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}li{margin:.8rem 0}button{font:inherit;padding:.2rem .8rem;margin-left:.6rem}`

func answerShop(w http.ResponseWriter, status int, p shopPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = p.markup().Render(w) // the headers are out: there is nobody left to tell
}
