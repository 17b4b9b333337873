package playbooks

import (
	"io/fs"
	"net/url"
	"path"
	"strings"
)

// checkLinks reports links into the runbook that lead nowhere.
func (r *reader) checkLinks(fsys fs.FS) {
	byPath := map[string]*doc{}
	for _, d := range r.docs {
		byPath[d.Name] = d
	}
	for _, d := range r.docs {
		for _, l := range d.Refs {
			if what := deadLink(fsys, byPath, d, l.Target); what != "" {
				r.problem(d, l.Line, what, "correct the link or the heading that it names")
			}
		}
	}
}

func deadLink(fsys fs.FS, byPath map[string]*doc, d *doc, target string) string {
	file, fragment, _ := strings.Cut(target, "#")
	file, _, _ = strings.Cut(file, "?")
	if un, err := url.PathUnescape(file); err == nil {
		file = un
	}
	to := d
	if file != "" {
		full := path.Join(path.Dir(d.Name), file)
		if strings.HasPrefix(file, "/") {
			full = strings.TrimPrefix(path.Clean(file), "/")
		}
		if !fs.ValidPath(full) {
			return ""
		}
		if _, err := fs.Stat(fsys, full); err != nil {
			if _, err = fs.Stat(fsys, full+".md"); err != nil {
				return "the link to " + clip(target, 80) + " leads nowhere: there is no such file"
			}
			full += ".md"
		}
		to = byPath[full]
	}
	if un, err := url.PathUnescape(fragment); err == nil {
		fragment = un
	}
	if to == nil || fragment == "" || to.Anchors[strings.ToLower(fragment)] {
		return ""
	}
	return "the link to " + clip(target, 80) + " leads nowhere: there is no such heading"
}
