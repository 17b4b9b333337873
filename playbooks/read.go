package playbooks

import (
	"crypto/sha256"
	_ "embed" // the default runbook
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"mayday/incident"
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
}

// reader is the state of one Read.
type reader struct {
	book   *Runbook
	judge  Judge
	docs   []*document
	byPath map[string]*document
	folder bool
	slugs  map[string]string // slug to where it was first used
	names  map[string]bool   // of queries
	counts map[string]int    // of duplicated slugs and query names
	lists  map[*section]int  // checklists by section
	// procedures are the sections that were read as a severity's procedure.
	procedures map[*section]bool
	pages      map[string]int // dashboards by address
	status     map[string]bool
	people     map[string]bool
	spilled    int
}

// Read reads one Markdown file, or every Markdown file below a folder, from
// fsys. At most one ReadOptions is used. Whatever cannot be used of the content
// is in Findings; an error means that nothing could be opened or that the
// folder holds no Markdown.
func Read(fsys fs.FS, name string, opts ...ReadOptions) (*Runbook, error) {
	r := newReader(opts)
	name = path.Clean(name)
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("open runbook: %w", err)
	}
	files := []string{name}
	if info.IsDir() {
		r.folder = true
		if files, err = markdownFiles(fsys, name); err != nil {
			return nil, fmt.Errorf("list runbook folder %s: %w", name, err)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("read runbook folder %s: it holds no Markdown file (*.md)", name)
		}
	}
	sum, total := sha256.New(), 0
	for _, f := range files {
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
		r.open(f, raw)
	}
	if len(r.docs) == 0 {
		return nil, fmt.Errorf("read runbook folder %s: none of its files could be read", name)
	}
	r.book.Version = hex.EncodeToString(sum.Sum(nil)[:6])
	r.understand()
	r.checkLinks(fsys)
	r.settle()
	return r.book, nil
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
		return Read(os.DirFS(abs), ".", opts...)
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

func newReader(opts []ReadOptions) *reader {
	r := &reader{book: &Runbook{}, judge: CautiousJudge, byPath: map[string]*document{}, slugs: map[string]string{}, names: map[string]bool{},
		counts: map[string]int{}, lists: map[*section]int{}, procedures: map[*section]bool{}, pages: map[string]int{}, status: map[string]bool{}, people: map[string]bool{}}
	for _, o := range opts {
		if o.Judge != nil {
			r.judge = o.Judge
		}
		r.book.Policy.Hours = o.Hours
	}
	return r
}

// open prepares and parses one file.
func (r *reader) open(name string, raw []byte) {
	d := &document{name: name, front: map[string]string{}}
	p := r.prepare(d, raw)
	r.frontMatter(d, p)
	r.parse(d, p)
	r.docs = append(r.docs, d)
	r.byPath[name] = d
}

// frontMatter reads YAML keys; lists become comma-separated words.
func (r *reader) frontMatter(d *document, p prepared) {
	if p.front == "" {
		return
	}
	var m map[string]any
	if err := yaml.Unmarshal([]byte(p.front), &m); err != nil {
		r.problem(d, p.frontLine, "the front matter is no YAML and is not read", `write "key: value" lines between two lines of "---"`)
		return
	}
	for k, v := range m {
		switch v := v.(type) {
		case []any:
			var words []string
			for _, one := range v {
				words = append(words, fmt.Sprint(one))
			}
			d.front[strings.ToLower(k)] = strings.Join(words, ", ")
		case map[string]any, nil:
		default:
			d.front[strings.ToLower(k)] = oneLine(fmt.Sprint(v))
		}
	}
}

// firstHeading is the section of the document's title, nil when there is none.
func (s *section) firstHeading() *section {
	if len(s.subs) == 0 {
		return nil
	}
	return s.subs[0]
}

// understand reads the parsed documents: severities first, because everything
// else refers to them.
func (r *reader) understand() {
	for _, d := range r.docs {
		r.findSeverities(d, d.root)
	}
	declared := len(r.book.Policy.Severities) > 0
	for _, d := range r.docs {
		r.severityLists(d, d.root, unknown, declared)
	}
	r.finishSeverities()
	for _, d := range r.docs {
		d.whole = r.wholeFile(d)
		if h := d.root.firstHeading(); h != nil && r.book.Title == "" && (!r.folder || isIndex(d.name)) {
			r.book.Title = bare(h.heading)
		}
	}
	for _, d := range r.docs {
		r.readDocument(d)
	}
}

// readDocument walks one file. A file with front matter and no title of its own
// is one scenario named by the front matter or by the file.
func (r *reader) readDocument(d *document) {
	if d.whole && (d.root.firstHeading() == nil || len(d.root.subs) > 1) {
		d.root.heading = firstOf(d.front["title"], d.front["name"], strings.ReplaceAll(baseName(d.name), "-", " "))
		d.root.end = d.lines
		r.scenario(d, d.root)
		return
	}
	r.walk(d, d.root, unknown)
}

// wholeFile reports whether a file is one scenario: it says a severity at its
// top, or its title or its folder makes it one.
func (r *reader) wholeFile(d *document) bool {
	top := d.root.firstHeading()
	if top != nil && hidesScenarios(d.root) && hidesScenarios(top) {
		return false
	}
	if firstOf(d.front["severity"], d.front["severities"], d.front["priority"]) != "" {
		return true
	}
	if top == nil || len(d.root.subs) > 1 || top.level > 1 {
		return false
	}
	if metaOf(top, "severity") != "" || metaOf(top, "priority") != "" || top.told["severity"].text != "" {
		return true
	}
	signs, kinds, steps := stagesBelow(top)
	if titleHead.MatchString(bare(top.heading)) {
		return kinds > 0 || steps > 0 || hasSteps(top)
	}
	if r.folder && !isIndex(d.name) && topicOf(top.heading) == unknown {
		return signs || kinds >= 2 || steps > 0
	}
	return signs && kinds >= 2
}

// Missing says what is essential to run an incident and was not found, in
// words for people; empty when nothing is missing.
func (r *Runbook) Missing() []string {
	var out []string
	if r.Defaulted || len(r.Policy.Severities) == 0 {
		out = append(out, "severities: the document names none, so mayday's own are used")
	}
	if len(r.Scenarios) == 0 {
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
