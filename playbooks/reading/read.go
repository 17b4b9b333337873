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
	"slices"
	"strings"

	"mayday/lazyregexp"
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
		for _, ref := range f.Refs {
			if strings.HasPrefix(ref.Target, "#") {
				if d.refs == nil {
					d.refs = map[int]bool{}
				}
				d.refs[ref.Line] = true
			}
		}
		d.Root = d.grow(f.Root, nil)
		d.Index = opts.Folder && (isIndex(f.Name) || d.isTemplate()) && len(files) > 1
		d.place(opts)
		d.Root.look()
		d.Index = d.Index && (path.Dir(f.Name) == "." || d.Root.feat[HasTodo] == 0 || d.isTemplate())
		d.peculiarities(opts)
		if d.Record = d.isRecord(); d.Record {
			d.Root.leave()
		} else {
			d.decide()
		}
		d.Root.forget()
		d.titles = nil
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
		f[IsTop], f[Subject] = 1, 0
		f[InFolder] = b(opts.Folder && !d.Index)
		if f[IsCamel] == 0 && f[HasMark] == 0 && f[SaysLevel] == 0 && (f[HasFailure] == 0 || f[PhaseShare] < 0.3 && len(d.Root.Subs[0].Subs) >= 3) {
			f[PlainTop] = 1
			// "Runbook: worker" announces the file and not yet a scenario.
			f[HasPrefix] *= 0.3
		}
	}
	if off := d.offTopic(); opts.Folder && off > 0 {
		d.Root.mark(OffTopic, off)
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

// offTopic tells how surely the title of a file speaks of something that no incident
// is walked by, as some files of a folder of runbooks do: 2 where a phrase says so.
func (d *Document) offTopic() float64 {
	top := d.Root
	if len(top.Subs) == 1 {
		top = top.Subs[0]
	}
	f := &top.feat
	if f[HasFailure]+f[HasPrefix]+f[IsCamel]+f[HasMark] > 0 {
		return 0
	}
	for _, h := range top.title.hits {
		if h.class == ReaderWord && h.to-h.from > 1 {
			return 2 // "Setup guide of the mail server"
		}
	}
	return b(max(f[NamesReader], f[NamesTemplate], f[NamesContacts], f[NamesSeverity], f[NamesAfter], f[NamesReference]) > little)
}

// mark sets a feature here and below.
func (s *Section) mark(f Feature, to float64) {
	s.feat[f] = to
	for _, sub := range s.Subs {
		sub.mark(f, to)
	}
}

// archive are the folders in which teams keep what they wrote of incidents that are over.
var archive = lazyregexp.New(`(?i)(?:^|/)(?:post-?_?mortems?|incidents?|incident[-_]reports?|retros(?:pectives)?|rcas?)/(?:[^/]+/)*[^/]*\d{4}-?\d{2}-?\d{2}[^/]*$`)

// isRecord reports whether a file tells of one incident that is over: it has a date
// in its name and stands in a folder of such, or its title says so.
func (d *Document) isRecord() bool {
	if d.isTold(d.Root) {
		return false
	}
	if archive.MatchString(d.Name) {
		return true
	}
	if len(d.Root.Subs) != 1 {
		return false
	}
	head, rest, _ := splitPrefix(cutOrnaments(d.Root.Subs[0].Heading))
	return rest != "" && wholeClasses(head, d.langs).has(AfterWord) && datedName.MatchString(d.Name+" "+rest)
}

var datedName = lazyregexp.New(`\d{4}-?\d{2}-?\d{2}`)

// isTold reports whether a comment says anywhere in the file what a section is.
func (d *Document) isTold(s *Section) bool {
	if _, told := s.told(); told {
		return true
	}
	return slices.ContainsFunc(s.Subs, d.isTold)
}

// leave takes the section and all below for what only readers need.
func (s *Section) leave() {
	s.Kind, s.Phase, s.Why = Reader, NoPhase, []string{"the file tells of an incident that is over"}
	for _, sub := range s.Subs {
		sub.leave()
	}
}

// isTemplate reports whether the name of a file has a word for a template in it.
func (d *Document) isTemplate() bool {
	for _, h := range hitsIn(newPhrase(strings.TrimSuffix(path.Base(d.Name), path.Ext(d.Name)), few), d.langs) {
		if h.class == TemplateWord && h.to == h.from+1 {
			return true
		}
	}
	return false
}

// isIndex reports whether a file of a folder leads to the others.
func isIndex(name string) bool {
	switch strings.ToLower(strings.TrimSuffix(path.Base(name), path.Ext(name))) {
	case "readme", "index", "_index", "summary", "_sidebar", "toc":
		return true
	}
	return false
}
