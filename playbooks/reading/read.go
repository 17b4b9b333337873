// Package reading decides what each part of a runbook is: which section is a
// scenario, which a phase of it, which is for readers only, and which line is a
// step.
//
// The rule of the room: one decision over the whole tree of a file, by shape
// first and by words second, and every decision keeps its reason in words. It
// extracts nothing: what a step does, whom a contact names and what a clock says
// is read by playbooks from what was decided here. It is pure.
package reading

import (
	"path"
	"strings"

	"mayday/playbooks/outline"
)

// Options are what cannot be seen in the files themselves.
type Options struct {
	// Folder: the files are one runbook in a folder, a scenario each.
	Folder bool
}

// Read decides what the parts of some files are. Documents keep their order.
func Read(files []*outline.Document, opts Options) []*Document {
	var out []*Document
	house := houseLanguage(files)
	for _, f := range files {
		d := &Document{Document: f, langs: languagesOf(f, house)}
		d.Root = d.grow(f.Root, nil)
		d.Index = opts.Folder && isIndex(f.Name) && len(files) > 1
		d.place(opts)
		d.Root.look()
		d.Index = d.Index && (path.Dir(f.Name) == "." || d.Root.feat[HasTodo] == 0 || strings.Contains(strings.ToLower(path.Base(f.Name)), "template"))
		d.peculiarities(opts)
		d.decide()
		d.Root.forget()
		out = append(out, d)
	}
	return out
}

// place gives a file without a title of its own one from its front matter or name.
func (d *Document) place(opts Options) {
	if len(d.Root.Subs) == 1 && !d.Root.Subs[0].label && len(d.Root.Blocks) == 0 {
		return
	}
	name := d.Front["title"]
	if name == "" {
		name = d.Front["name"]
	}
	if name == "" && (len(d.Front) > 0 || opts.Folder) {
		name = strings.NewReplacer("-", " ", "_", " ").Replace(strings.TrimSuffix(path.Base(d.Name), path.Ext(d.Name)))
	}
	if name == "" {
		return
	}
	for _, sub := range d.Root.Subs {
		// A heading of the first level is the title, and what stands before it is a preface.
		if !sub.label && len(d.Root.Subs) == 1 {
			return
		}
	}
	d.Root.Heading = name
	d.Root.title = d.title(name)
	d.Root.Title = d.Root.title.shown
}

// peculiarities are features that need the whole file.
func (d *Document) peculiarities(opts Options) {
	titles := map[string]map[*Section]bool{}
	var visit func(s *Section, failing bool)
	visit = func(s *Section, failing bool) {
		for _, sub := range s.Subs {
			key := fold(sub.Title)
			if titles[key] == nil {
				titles[key] = map[*Section]bool{}
			}
			titles[key][s] = true
			f := &sub.feat
			f[UnderFailure] = b(failing)
			f[InIndex] = b(d.Index)
			f[IsLabel] = b(sub.label)
			visit(sub, failing || f[HasFailure] > 0 || f[HasPrefix] > 0 || f[IsCamel] > 0)
		}
	}
	visit(d.Root, false)
	d.Root.feat[IsRoot] = b(d.Root.Title != "")
	d.Root.feat[InIndex] = b(d.Index)
	if len(d.Root.Subs) == 1 {
		f := &d.Root.Subs[0].feat
		f[IsTop] = 1
		f[InFolder] = b(opts.Folder && !d.Index)
		if f[IsCamel] == 0 && f[HasMark] == 0 && f[SaysLevel] == 0 && (f[HasFailure] == 0 || f[PhaseShare] < 0.3 && len(d.Root.Subs[0].Subs) >= 3) {
			f[PlainTop] = 1
			// "Runbook: worker" announces the file and not yet a scenario.
			f[HasPrefix] *= 0.3
		}
	}
	var mark func(s *Section)
	mark = func(s *Section) {
		for _, sub := range s.Subs {
			key := fold(sub.Title)
			sub.feat[Repeated] = b(key != "" && len(titles[key]) >= 2)
			mark(sub)
		}
	}
	mark(d.Root)
}

// isIndex reports whether a file of a folder leads to the others.
func isIndex(name string) bool {
	switch strings.ToLower(strings.TrimSuffix(path.Base(name), path.Ext(name))) {
	case "readme", "index", "_index", "summary", "_sidebar", "toc", "template", "_template", "runbook-template", "runbook_template":
		return true
	}
	return false
}
