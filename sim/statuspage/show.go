package statuspage

import (
	"net/http"
	"slices"

	g "maragu.dev/gomponents"
	"maragu.dev/gomponents/components"
	h "maragu.dev/gomponents/html"
)

// look is the page as customers read it.
func look(name string, parts []Component, incidents []Incident) g.Node {
	return components.HTML5(components.HTML5Props{Title: name + " status", Language: "en", Head: g.Group{h.StyleEl(g.Raw(style))}, Body: g.Group{
		h.H1(g.Text(name + " status")),
		h.Ul(g.Map(parts, func(c Component) g.Node { return h.Li(g.Text(c.Name + ": " + c.State)) })),
		g.Map(incidents, func(i Incident) g.Node {
			return h.Article(h.H2(g.Text(i.Name)), g.Map(i.Updates, func(u Update) g.Node { return h.P(h.Strong(g.Text(u.Status)), g.Text(" "+u.Body)) }))
		}),
		g.If(len(incidents) == 0, h.P(g.Text("No incident."))),
	}})
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
li{margin:.3rem 0}article{border-top:1px solid #ccc;padding:.5rem 0}h2{font-size:1.1rem}p{white-space:pre-line}`

// show serves it.
func (s *Sim) show(w http.ResponseWriter, _ *http.Request) {
	all := s.Incidents()
	slices.Reverse(all)
	for i := range all {
		slices.Reverse(all[i].Updates)
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_ = look(s.o.Name, s.Components(), all).Render(w) // whoever asked is gone
}
