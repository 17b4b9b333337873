package statuspage

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
)

// look is the page as customers read it.
var look = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Name}} status</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
li{margin:.3rem 0}article{border-top:1px solid #ccc;padding:.5rem 0}h2{font-size:1.1rem}p{white-space:pre-line}</style>
<h1>{{.Name}} status</h1><ul>{{range .Components}}<li>{{.Name}}: {{.State}}</li>{{end}}</ul>
{{range .Incidents}}<article><h2>{{.Name}}</h2>{{range .Updates}}<p><strong>{{.Status}}</strong> {{.Body}}</p>{{end}}</article>{{else}}<p>No incident.</p>{{end}}</html>`))

// show serves it.
func (s *Sim) show(w http.ResponseWriter, _ *http.Request) {
	all := s.Incidents()
	slices.Reverse(all)
	for i := range all {
		slices.Reverse(all[i].Updates)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	if err := look.Execute(w, object{"Name": s.o.Name, "Components": s.Components(), "Incidents": all}); err != nil {
		fmt.Fprintln(w, "The page cannot be shown.")
	}
}
