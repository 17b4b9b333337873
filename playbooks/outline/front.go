package outline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"gopkg.in/yaml.v3"
)

// frontMatter reads the YAML between two lines of "---", or the TOML between two
// of "+++", at the top of the file.
func (d *Document) frontMatter() {
	fence, body, end := cutFront(d.Lines)
	if end == 0 {
		d.frontComment()
		return
	}
	d.FrontEnd = end
	var m map[string]any
	if fence == "+++" {
		if _, err := toml.Decode(body, &m); err != nil {
			d.problem(2, "the front matter is no TOML and is not read", `write "key = value" lines between two lines of "+++"`)
			return
		}
	} else if err := yaml.Unmarshal([]byte(body), &m); err != nil {
		d.problem(2, "the front matter is no YAML and is not read", `write "key: value" lines between two lines of "---"`)
		return
	}
	d.flatten("", m)
}

// cutFront finds the front matter: its fence, its text and its last line, 0 without one.
func cutFront(lines []string) (fence, body string, end int) {
	const longest = 200
	if len(lines) == 0 {
		return "", "", 0
	}
	fence = strings.TrimRight(lines[0], " \t")
	if fence != "---" && fence != "+++" {
		return "", "", 0
	}
	for i := 1; i < len(lines) && i < longest; i++ {
		s := strings.TrimRight(lines[i], " \t")
		if s != fence && (fence != "---" || s != "...") {
			continue
		}
		body = strings.Join(lines[1:i], "\n")
		if !frontKey(lines[1:i], fence) {
			return "", "", 0 // a rule between texts
		}
		return fence, body, i + 1
	}
	return "", "", 0
}

// frontComment reads a comment of nothing but "key: value" lines at the top of
// the file as its front matter.
func (d *Document) frontComment() {
	const longest = 60
	if len(d.Lines) < 3 || strings.TrimSpace(d.Lines[0]) != "<!--" {
		return
	}
	for i, s := range d.Lines[1:min(len(d.Lines), longest)] {
		if strings.TrimSpace(s) == "-->" {
			var m map[string]any
			if yaml.Unmarshal([]byte(strings.Join(d.Lines[1:i+1], "\n")), &m) == nil && len(m) > 0 {
				d.flatten("", m)
				d.FrontEnd = i + 2
			}
			return
		}
	}
}

// frontKey: the lines begin as a front matter does, "title: x" or "[owner]",
// maybe below remarks.
func frontKey(lines []string, fence string) bool {
	for _, s := range lines {
		s = strings.TrimSpace(s)
		if strings.HasPrefix(s, "# ") {
			continue
		}
		n := strings.IndexAny(s, ":=")
		return n > 0 && len(strings.Fields(s[:n])) <= 3 || fence == "+++" && strings.HasPrefix(s, "[")
	}
	return false
}

// flatten keeps a map with its maps as "a.b"; a list of maps counts: "a.1.b".
func (d *Document) flatten(prefix string, m map[string]any) {
	const most = 500
	for k, v := range m {
		if len(d.Front) >= most {
			return
		}
		d.keep(prefix+strings.ToLower(oneLine(k)), v)
	}
}

func (d *Document) keep(key string, v any) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		d.flatten(key+".", v)
	case map[any]any:
		sub := map[string]any{}
		for k, x := range v {
			sub[fmt.Sprint(k)] = x
		}
		d.flatten(key+".", sub)
	case []map[string]any:
		for i, x := range v {
			d.flatten(fmt.Sprintf("%s.%d.", key, i+1), x)
		}
	case []any:
		if slices.ContainsFunc(v, func(x any) bool { return !scalar(x) }) {
			for i, x := range v {
				d.keep(fmt.Sprintf("%s.%d", key, i+1), x)
			}
			return
		}
		var words []string
		for _, x := range v {
			words = append(words, oneLine(fmt.Sprint(x)))
		}
		d.Front[key] = strings.Join(words, ", ")
	default:
		d.Front[key] = oneLine(fmt.Sprint(v))
	}
}

func scalar(x any) bool {
	switch x.(type) {
	case map[string]any, map[any]any, []any, []map[string]any:
		return false
	}
	return true
}
