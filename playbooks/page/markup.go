package page

import (
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"mayday/playbooks"
)

// markup is the page of a view. Only the style and the script, which are ours, are written as they stand; all else is text.
func (v view) markup() g.Node {
	return h.Doctype(h.HTML(h.Lang("en"),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content(v.Policy)),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.Meta(h.Name("color-scheme"), h.Content("light dark")),
			h.Meta(h.Name("referrer"), h.Content("no-referrer")),
			h.TitleEl(g.Text(v.Title+": as mayday reads it")),
			h.StyleEl(g.Raw(style)),
		),
		h.Body(
			h.A(h.Class("skip"), h.Href("#document"), g.Text("To the document")),
			v.top(),
			v.missing(),
			v.corrections(),
			how(),
			v.legend(),
			h.Div(h.Class("columns"), v.contents(), h.Main(h.ID("document"), g.Map(v.Files, file.markup))),
			h.Footer(h.P(g.Text("Version "+v.Version+". Drawn by "), h.Code(g.Text("mayday runbook --html")), g.Text("; this page asks for nothing from anywhere."))),
			h.Script(g.Raw(script)),
		),
	))
}

func (v view) top() g.Node {
	return h.Header(h.Class("top"),
		h.P(h.Class("over"), g.Text("As mayday reads it")),
		h.H1(g.Text(v.Title)),
		h.P(h.Class("counts"), g.Map(v.Counts, func(c counted) g.Node {
			return h.Span(g.If(c.N == 0, h.Class("none")), h.B(number(c.N)), g.Text(" "+c.What))
		})),
	)
}

func (v view) missing() g.Node {
	if len(v.Missing) == 0 {
		return h.P(h.Class("panel complete"), g.Text("Nothing that an incident needs is missing: severities, something to walk, and somebody to page."))
	}
	return h.Section(h.Class("panel missing"), h.Aria("labelledby", "missing"),
		h.H2(h.ID("missing"), g.Text("Missing to run an incident")),
		h.Ul(g.Map(v.Missing, func(m gap) g.Node {
			return h.Li(h.Strong(g.Text(m.What)), g.If(m.Fix != "", h.Span(h.Class("fix"), g.Text("To mend it: "+m.Fix+"."))))
		})),
	)
}

// corrections are the most useful ones, and all others folded away.
func (v view) corrections() g.Node {
	title := fmt.Sprintf("The %d most useful corrections", len(v.Top))
	if len(v.Top) == 1 {
		title = "One correction"
	}
	return g.Group{
		g.If(len(v.Top) > 0, h.Section(h.Class("panel corrections"), h.Aria("labelledby", "corrections"),
			h.H2(h.ID("corrections"), g.Text(title)),
			h.Ol(g.Map(v.Top, correction.markup)))),
		g.If(len(v.Rest) > 0, h.Details(h.Class("panel"),
			h.Summary(g.Text("Also noticed "), count(len(v.Rest))),
			h.Ul(g.Map(v.Rest, correction.markup)))),
	}
}

func (c correction) markup() g.Node {
	return h.Li(h.Class(c.Level),
		h.Strong(g.If(c.Count > 1, g.Group{h.Span(h.Class("times"), g.Textf("%d ×", c.Count)), g.Text(" ")}), g.Text(c.What)),
		g.If(c.Fix != "", h.Span(h.Class("fix"), g.Text(c.Fix+"."))),
		h.Span(h.Class("places"),
			g.Map(c.Places, func(p place) g.Node {
				if p.Href == "" {
					return g.Group{h.Span(g.Text(p.Text)), g.Text(" ")}
				}
				return g.Group{h.A(h.Href(p.Href), g.Text(p.Text)), g.Text(" ")}
			}),
			g.If(c.Hidden > 0, h.Span(g.Textf("and %d more", c.Hidden)))),
	)
}

func how() g.Node {
	return h.Details(h.Class("panel how"), h.Summary(g.Text("How to correct it in the document")),
		h.P(g.Text("Write a comment on the line below a heading, or above a block. It decides, whatever the words say.")),
		h.Dl(g.Map(playbooks.Directives, func(d playbooks.Directive) g.Node {
			return g.Group{h.Dt(h.Code(g.Text(d.Write))), h.Dd(g.Text(d.Means))}
		})),
	)
}

// legend lets a reader show the lines of one role only.
func (v view) legend() g.Node {
	return h.Div(h.Class("legend"), h.Role("group"), h.Aria("label", "Show only these lines"),
		g.Map(v.Legend, func(l legend) g.Node {
			return h.Button(h.Type("button"), h.Class("chip "+l.Class), h.Data("role", l.Class), h.Aria("pressed", "false"), h.Title(l.Means), g.Text(l.Role+" "), count(l.Count))
		}),
		h.Button(h.Type("button"), h.Class("chip all"), g.Attr("data-all"), g.Attr("hidden"), g.Text("show all")),
	)
}

func (v view) contents() g.Node {
	return h.Nav(h.Class("contents"), h.Aria("label", "Contents"), h.Details(g.Attr("open"), h.Summary(g.Text("Contents")),
		g.If(len(v.Scenarios) > 0, g.Group{
			h.H2(g.Text("Scenarios "), count(len(v.Scenarios))),
			h.Ol(g.Map(v.Scenarios, entry.markup)),
		}),
		g.If(len(v.Files) > 1, g.Group{
			h.H2(g.Text("Files "), count(len(v.Files))),
			h.Ol(g.Map(v.Files, func(f file) g.Node { return h.Li(h.A(h.Href("#"+f.ID), g.Text(f.Name))) })),
		}),
	))
}

func (e entry) markup() g.Node {
	steps := "\u00a0steps"
	if e.Steps == 1 {
		steps = "\u00a0step"
	}
	return h.Li(h.A(h.Href(e.Href),
		h.Span(h.Class("name"), g.Text(e.Title)), g.Text(" "),
		h.Span(h.Class("meta"), g.Map(e.Severities, func(s string) g.Node { return g.Group{h.B(g.Text(s)), g.Text(" ")} }), number(e.Steps), g.Text(steps)),
	))
}

func (f file) markup() g.Node {
	return h.Article(h.ID(f.ID), h.H2(h.Class("filename"), g.Text(f.Name)), h.Div(h.Class("sheet"), g.Map(f.Blocks, block.markup)))
}

func (b block) markup() g.Node {
	class := "b " + b.Class
	if len(b.Why) > 0 && b.Heading > 0 {
		class += " h h" + strconv.Itoa(b.Heading)
	}
	if len(b.Why) > 0 && len(b.Findings) > 0 {
		class += " noted"
	}
	return h.Div(h.Class(class), g.If(len(b.Why) > 0, h.TabIndex("0")),
		g.Map(b.Lines, func(l line) g.Node {
			return h.Div(h.Class("l"), h.ID(l.ID), h.I(number(l.No)), h.Code(h.Dir("auto"), g.Text(l.Text)))
		}),
		g.If(b.Label != "", h.Span(h.Class("tag"), g.Text(b.Label))),
		g.If(len(b.Why) > 0, h.Div(h.Class("why"), g.Map(b.Why, func(w string) g.Node { return h.P(g.Text(w)) }))),
		g.Map(b.Findings, func(n note) g.Node {
			return h.Div(h.Class("finding "+n.Level), h.P(g.Text(n.What+"."), g.If(n.Fix != "", g.Group{g.Text(" "), h.Span(h.Class("fix"), g.Text("To mend it: "+n.Fix+"."))})))
		}),
	)
}

func number(n int) g.Node { return g.Text(strconv.Itoa(n)) }

// count is a number beside what it counts.
func count(n int) g.Node { return h.Span(h.Class("n"), number(n)) }
