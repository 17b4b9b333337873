package playbooks

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxFileBytes is how much of one file is read; outline reports what is beyond.
const maxFileBytes = 6 << 20

// readFile reads at most a little more than will be used.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil {
		b.Grow(int(min(info.Size(), maxFileBytes+1)) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(f, maxFileBytes+1))
	return b.Bytes(), err
}

// markdownFiles lists the Markdown files below a folder, index files first. What
// looks like one and is no file, or leads out of the folder, is reported.
func (r *reader) markdownFiles(ctx context.Context, fsys fs.FS, root string) ([]string, error) {
	var out []string
	err := fs.WalkDir(fsys, root, func(p string, e fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if p == root {
				return err
			}
			r.find(Finding{File: p, Level: Problem, What: "the folder cannot be read: " + err.Error(), Fix: "make it readable for mayday"})
			return fs.SkipDir
		}
		base := e.Name()
		switch {
		case e.IsDir() && p != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "vendor"):
			return fs.SkipDir
		case e.IsDir(), strings.HasPrefix(base, "."):
			return nil
		}
		if !isMarkdown(base) && e.Type()&fs.ModeSymlink == 0 {
			return nil
		}
		if len(out) >= maxFiles {
			r.find(Finding{File: p, Level: Problem, What: "the folder holds more than " + itoa(maxFiles) + " files; this file and those after it are not read", Fix: "keep only runbooks in it"})
			return fs.SkipAll
		}
		if r.readable(fsys, p, e) {
			out = append(out, p)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b string) int { return boolInt(isIndex(b)) - boolInt(isIndex(a)) })
	return out, err
}

// isMarkdown tells by a file's name.
func isMarkdown(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mdown", ".mdx":
		return true
	}
	return false
}

// readable reports whether an entry of a folder is a file to read. A pipe or a
// device would be waited for, and a link may lead anywhere.
func (r *reader) readable(fsys fs.FS, p string, e fs.DirEntry) bool {
	if e.Type().IsRegular() {
		return true
	}
	if e.Type()&fs.ModeSymlink == 0 {
		r.find(Finding{File: p, Level: Problem, What: "this is " + kindOfFile(e.Type()) + " and no file; it is not read", Fix: "put a Markdown file in its place"})
		return false
	}
	info, err := fs.Stat(fsys, p)
	switch {
	case err != nil && isMarkdown(p):
		r.find(Finding{File: p, Level: Problem, What: "this link leads out of the folder or nowhere and is not followed", Fix: "put the file itself into the folder"})
	case err != nil:
		r.find(Finding{File: p, Level: Notice, What: "this link leads out of the folder or nowhere and is not followed", Fix: "fine when it leads to no runbooks"})
	case info.IsDir():
		r.find(Finding{File: p, Level: Notice, What: "this link leads to a folder and is not followed", Fix: "put the folder itself in its place"})
	case isMarkdown(p) && !info.Mode().IsRegular():
		r.find(Finding{File: p, Level: Problem, What: "this leads to " + kindOfFile(info.Mode()) + " and no file; it is not read", Fix: "put a Markdown file in its place"})
	default:
		return isMarkdown(p)
	}
	return false
}

// kindOfFile says what something in a file system is that is no file.
func kindOfFile(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	case m.IsDir():
		return "a folder"
	}
	return "something else"
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// isIndex: the file that introduces a folder.
func isIndex(name string) bool {
	switch strings.ToLower(baseName(name)) {
	case "readme", "index", "_index", "runbook", "runbooks":
		return true
	}
	return false
}

// baseName is a file's name without folder and extension.
func baseName(name string) string {
	base := path.Base(name)
	return strings.TrimSuffix(base, path.Ext(base))
}
