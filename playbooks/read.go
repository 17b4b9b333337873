package playbooks

import (
	"context"
	"crypto/sha256"
	_ "embed" // the default runbook
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing/fstest"

	"mayday/incident"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// Bounds on a folder.
const (
	maxFiles       = 2000
	maxFolderBytes = 16 << 20
)

// ReadOptions are what the reader cannot know by itself. The zero value is useful.
type ReadOptions struct {
	// Judge says which SQL may be offered to run. Default CautiousJudge.
	Judge Judge
	// Hours become Policy.Hours. The zero value means around the clock.
	Hours incident.Hours
	// Context ends a reading early with its error. Default: nothing does.
	Context context.Context
	// Documents keeps the files in Runbook.Documents, for those who show them.
	Documents bool
	// Known is the Version that the caller has already: when the text is still that one, the reading ends with
	// ErrUnchanged before anything is parsed. Default: it is read in any case.
	Known string
}

// ErrUnchanged says that the text is the one of ReadOptions.Known.
var ErrUnchanged = errors.New("the runbook is unchanged")

// reader is the state of one Read.
type reader struct {
	book   *Runbook
	judge  Judge
	docs   []*doc
	folder bool
	keep   bool              // the documents, for those who show them
	known  string            // the version that need not be read
	slugs  map[string]string // slug to where it was first used
	names  map[string]bool   // of queries
	counts map[string]int    // of duplicated slugs and query names
	lists  map[*reading.Section]int
	open   entries        // the contacts, suppliers or pages that are being collected
	pages  map[string]int // dashboards by address
	status map[string]bool
	people map[string]bool
	// inTable are the labels of the table that is being read, turned the tables
	// whose columns are severities, spread the rows that speak of several.
	inTable map[string]bool
	turned  map[*outline.TableBlock]bool
	spread  []spread
	// shared are the signs beside the scenarios of the file that is being read.
	shared []*part
	// refs are the lines of each file that hold a link into the runbook.
	refs    map[*doc]map[int]bool
	spilled int
}

// Read reads one Markdown file, or every Markdown file below a folder, from
// fsys. At most one ReadOptions is used. Whatever cannot be used of the content
// is in Findings; an error means that nothing could be opened or that the
// folder holds no Markdown.
func Read(fsys fs.FS, name string, opts ...ReadOptions) (*Runbook, error) {
	r := newReader(opts)
	ctx := contextOf(opts)
	name = path.Clean(name)
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("open runbook: %w", err)
	}
	files := []string{name}
	switch {
	case info.IsDir():
		r.folder = true
		if files, err = r.markdownFiles(ctx, fsys, name); err != nil {
			return nil, fmt.Errorf("list runbook folder %s: %w", name, err)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("read runbook folder %s: it holds no Markdown file (*.md)", name)
		}
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("read runbook: %s is %s and no file; name a Markdown file or a folder of them", name, kindOfFile(info.Mode()))
	}
	texts, err := r.parse(ctx, fsys, name, files)
	if err != nil {
		return nil, err
	}
	for _, d := range reading.Read(texts, reading.Options{Folder: r.folder}) {
		r.docs = append(r.docs, newDoc(d))
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("read runbook: %w", err)
	}
	r.faults()
	r.understand()
	r.checkLinks(fsys)
	r.settle()
	if r.keep {
		r.documents()
	}
	return r.book, nil
}

func contextOf(opts []ReadOptions) context.Context {
	for _, o := range opts {
		if o.Context != nil {
			return o.Context
		}
	}
	return context.Background()
}

// parse reads the files and turns each into a tree.
func (r *reader) parse(ctx context.Context, fsys fs.FS, name string, files []string) ([]*outline.Document, error) {
	type text struct {
		file string
		raw  []byte
	}
	var all []text
	sum, total := sha256.New(), 0
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("read runbook: %w", err)
		}
		raw, err := readFile(fsys, f)
		if err != nil {
			if !r.folder {
				return nil, fmt.Errorf("read runbook: %w", err)
			}
			r.find(Finding{File: f, Level: Problem, What: "the file cannot be read: " + err.Error(), Fix: "make it readable for mayday"})
			continue
		}
		if total += len(raw); total > maxFolderBytes {
			r.find(Finding{File: f, Level: Problem, What: fmt.Sprintf("the folder holds more than %d MB; this file and those after it are not read", maxFolderBytes>>20), Fix: "keep only runbooks in it"})
			break
		}
		fmt.Fprintf(sum, "%s\x00%d\x00", f, len(raw))
		sum.Write(raw)
		all = append(all, text{f, raw})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("read runbook folder %s: none of its files could be read", name)
	}
	r.book.Version = hex.EncodeToString(sum.Sum(nil)[:6])
	if r.book.Version == r.known {
		return nil, ErrUnchanged
	}
	texts := make([]*outline.Document, 0, len(all))
	for _, t := range all {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("read runbook: %w", err)
		}
		texts = append(texts, outline.Parse(t.file, t.raw))
	}
	return texts, nil
}

// faults reports what could not be read of the Markdown itself.
func (r *reader) faults() {
	for _, d := range r.docs {
		for _, f := range d.Faults {
			level, end := Notice, 0
			if f.Serious {
				level = Problem
			}
			if f.End > f.Line {
				end = f.End
			}
			r.find(Finding{File: d.Name, Line: f.Line, End: end, Level: level, What: f.What, Fix: f.Fix})
		}
	}
}

// ReadPath reads a file or folder on disk; see Read.
func ReadPath(name string, opts ...ReadOptions) (*Runbook, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("find runbook: %w", err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, fmt.Errorf("open runbook: %w", err)
	}
	if info.IsDir() {
		// A root follows no link that leads out of it.
		root, err := os.OpenRoot(abs)
		if err != nil {
			return nil, fmt.Errorf("open runbook: %w", err)
		}
		defer root.Close()
		return Read(root.FS(), ".", opts...)
	}
	return Read(os.DirFS(filepath.Dir(abs)), filepath.Base(abs), opts...)
}

//go:embed default.md
var defaultText []byte

// DefaultText is the Markdown of the embedded default runbook.
func DefaultText() string { return string(defaultText) }

// Default is the embedded runbook. It never fails; its findings are empty.
func Default(opts ...ReadOptions) *Runbook {
	const name = "default.md"
	book, err := Read(fstest.MapFS{name: {Data: defaultText}}, name, opts...)
	if err != nil {
		panic("playbooks: the embedded runbook cannot be read: " + err.Error())
	}
	return book
}

// Forget lets go what only reading needs and is kept between readings: megabytes that the next one makes again in
// milliseconds.
func Forget() { reading.Forget() }

func newReader(opts []ReadOptions) *reader {
	r := &reader{book: &Runbook{}, judge: CautiousJudge, slugs: map[string]string{}, names: map[string]bool{}, counts: map[string]int{}, lists: map[*reading.Section]int{},
		pages: map[string]int{}, status: map[string]bool{}, people: map[string]bool{}, inTable: map[string]bool{}, turned: map[*outline.TableBlock]bool{}, refs: map[*doc]map[int]bool{}}
	for _, o := range opts {
		if o.Judge != nil {
			r.judge = o.Judge
		}
		r.book.Policy.Hours = o.Hours
		r.keep = r.keep || o.Documents
		r.known = o.Known
	}
	return r
}

// understand reads the decided documents: severities first, because everything
// else refers to them.
func (r *reader) understand() {
	for _, d := range r.docs {
		r.directives(d)
		r.tablesOfLevels(d, false)
	}
	for _, d := range r.docs {
		r.levelHeadings(d.Root)
		r.severityText(d)
	}
	r.spreadRows()
	r.secondChance()
	for _, d := range r.docs {
		r.clockLines(d)
	}
	r.finishSeverities()
	for _, d := range r.docs {
		if t := d.title(); t != "" && r.book.Title == "" && (!r.folder || isIndex(d.Name)) {
			r.book.Title = t
		}
	}
	for _, d := range r.docs {
		r.readDocument(d)
	}
	r.escalations()
}

// title is the first heading of a file.
func (d *doc) title() string {
	if d.Root.Title != "" || len(d.Root.Subs) == 0 {
		return d.Root.Title
	}
	return bare(d.Root.Subs[0].Heading)
}

// readDocument files the parts of one file in the order of the document: those
// of a scenario together where it begins, those of the process for any incident
// together, the rest by their sections.
func (r *reader) readDocument(d *doc) {
	groups := map[groupKey][]*part{}
	var made []walkedSection
	for _, p := range d.parts {
		if key := keyOf(p); key != (groupKey{}) {
			groups[key] = append(groups[key], p)
		}
	}
	runs(d.parts, func(s *reading.Section, run []*part) {
		key := keyOf(run[0])
		parts, waits := groups[key]
		switch {
		case key == groupKey{}:
			r.routine(d, s, run, "")
			return
		case !waits:
			return
		case key.generic:
			r.closeEntries(d)
			r.process(d, parts)
		default:
			r.closeEntries(d)
			r.scenario(d, key.scenario, parts)
			made = append(made, walkedSection{key.scenario, len(r.book.Scenarios) - 1})
		}
		r.closeEntries(d)
		delete(groups, key)
	})
	r.closeEntries(d)
	r.shareSigns(d, made)
}

// groupKey tells what a part belongs to: a scenario, the process, or neither.
type groupKey struct {
	scenario *reading.Section
	generic  bool
}

func keyOf(p *part) groupKey { return groupKey{p.Scenario, p.Generic && p.Scenario == nil} }

// Missing says what is essential to run an incident and was not found, in
// words for people; empty when nothing is missing.
func (r *Runbook) Missing() []string {
	var out []string
	if r.Defaulted || len(r.Policy.Severities) == 0 {
		out = append(out, "severities: the document names none, so mayday's own are used")
	}
	if len(r.Scenarios) == 0 && len(r.Process.Steps) == 0 {
		out = append(out, "scenarios: there is no playbook to walk")
	}
	reachable := false
	for _, c := range r.Policy.Contacts {
		reachable = reachable || c.Reachable()
	}
	switch {
	case len(r.Policy.Contacts) == 0:
		out = append(out, "contacts: there is nobody to page")
	case !reachable:
		out = append(out, "contacts: none of them has an e-mail address or a Slack name, so nobody can be paged")
	}
	return out
}
