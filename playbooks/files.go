package playbooks

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// readFile reads at most a little more than prepare will use.
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

// markdownFiles lists the Markdown files below a folder, index files first.
func markdownFiles(fsys fs.FS, root string) ([]string, error) {
	var out []string
	err := fs.WalkDir(fsys, root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := e.Name()
		switch {
		case e.IsDir() && p != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "vendor"):
			return fs.SkipDir
		case e.IsDir(), len(out) >= maxFiles, strings.HasPrefix(base, "."):
			return nil
		}
		if ext := strings.ToLower(path.Ext(base)); ext == ".md" || ext == ".markdown" || ext == ".mdown" {
			out = append(out, p)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b string) int { return boolInt(isIndex(b)) - boolInt(isIndex(a)) })
	return out, err
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
