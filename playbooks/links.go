package playbooks

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"mayday/incident"
)

// bareAddress finds addresses in prose: with a scheme, or a domain name under a
// top-level domain that is no file extension people use in runbooks.
var bareAddress = regexp.MustCompile(`(?i)(https?://[^\s<>"'` + "`" + `]+|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:com|org|net|io|dev|app|live|cloud|co|ai|us|eu|uk|de|fr|nl|info|tech|page|status|so|gg|tv|run|systems|network|online|host|site|new|link|tools|center|help)(?::\d{2,5})?(?:/[^\s<>"'` + "`" + `]*)?)`)

// placeholder finds the blanks of templates: [name], <name>, {{name}}, YOUR_NAME, TBD, xxx.
var (
	placeholder    = regexp.MustCompile(`(?i)\[[^\]\[\n]{1,60}\]|<[a-z][^<>\n=/]{0,60}>|\{\{[^{}\n]{1,60}\}\}|\$\{[^{}\n]{1,60}\}|\b(?:your|my)[_-][a-z0-9_-]+|\b(?:TBD|TBC|FIXME|xxx+|changeme)\b|\b555-x+`)
	placeholderTag = regexp.MustCompile(`(?i)^<[a-z][a-z0-9_ -]{0,60}>$`)
)

func hasPlaceholder(s string) bool { return placeholder.MatchString(s) }

// bareLinks are the addresses that s names beyond those already known. An
// address with a placeholder in it leads nowhere and is left out.
func bareLinks(s string, known []incident.Link) []incident.Link {
	if !strings.Contains(s, ".") {
		return nil
	}
	var out []incident.Link
	for _, at := range bareAddress.FindAllStringIndex(s, 8) {
		addr, ok := addressAt(s, at[0], at[1])
		if !ok {
			continue
		}
		seen := false
		for _, l := range append(known, out...) {
			seen = seen || sameAddress(l.URL, addr)
		}
		if !seen {
			out = append(out, incident.Link{Name: linkName(s[:at[0]], addr), URL: addr})
		}
	}
	return out
}

// addressAt judges one match of bareAddress and returns it with its scheme.
func addressAt(s string, from, to int) (string, bool) {
	if from > 0 && strings.ContainsAny(s[from-1:from], "@./-_\\$") {
		return "", false
	}
	// "app.com.internal" and "config.dev.yaml" continue after what looks like a domain.
	if rest := s[to:]; rest != "" && (rest[0] == '@' || rest[0] == '-' || rest[0] == '_' || rest[0] == '(' ||
		(rest[0] == '.' && len(rest) > 1 && isAlnum(rest[1])) || isAlnum(rest[0])) {
		return "", false
	}
	addr := strings.TrimRight(s[from:to], ".,;:!?*_")
	for strings.HasSuffix(addr, ")") && strings.Count(addr, ")") > strings.Count(addr, "(") {
		addr = strings.TrimRight(addr[:len(addr)-1], ".,;:!?")
	}
	if hasPlaceholder(addr) || strings.ContainsAny(addr, "{}[]|\\^") {
		return "", false
	}
	return fullAddress(addr)
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// fullAddress gives a bare domain its scheme and refuses what is no address.
func fullAddress(addr string) (string, bool) {
	if schemeOf(addr) == "" {
		addr = "https://" + addr
	}
	u, err := url.Parse(addr)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
		return "", false
	}
	return addr, true
}

var schemeShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// schemeOf is the scheme of a link in lower case, empty for a path or bare domain.
func schemeOf(s string) string {
	m := strings.TrimSuffix(schemeShape.FindString(s), ":")
	if m == "" || (!strings.HasPrefix(s[len(m):], "://") && strings.Contains(m, ".")) {
		return ""
	}
	return strings.ToLower(m)
}

func hostOf(addr string) string {
	u, err := url.Parse(addr)
	if err != nil {
		return addr
	}
	return u.Host
}

func sameAddress(a, b string) bool { return addressKey(a) == addressKey(b) }

// addressKey is what two spellings of one address have in common.
func addressKey(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	return strings.ToLower(strings.TrimRight(s, "/"))
}

// linkName is the word before "Supabase: status.supabase.com", or the host.
func linkName(before, addr string) string {
	before = strings.TrimSpace(before)
	if name, ok := strings.CutSuffix(before, ":"); ok {
		name = strings.Trim(name, " -*•")
		if n := len(strings.Fields(name)); n > 0 && n <= 4 && !strings.ContainsAny(name, ":.") {
			return name
		}
	}
	return hostOf(addr)
}

// checkLinks reports links into the runbook that lead nowhere.
func (r *reader) checkLinks(fsys fs.FS) {
	for _, d := range r.docs {
		for _, l := range d.links {
			if what := r.deadLink(fsys, d, l.target); what != "" {
				r.problem(d, l.line, what, "correct the link or the heading that it names")
			}
		}
	}
}

func (r *reader) deadLink(fsys fs.FS, d *document, target string) string {
	file, fragment, _ := strings.Cut(target, "#")
	file, _, _ = strings.Cut(file, "?")
	if un, err := url.PathUnescape(file); err == nil {
		file = un
	}
	to := d
	if file != "" {
		full := path.Join(path.Dir(d.name), file)
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
		to = r.byPath[full]
	}
	if un, err := url.PathUnescape(fragment); err == nil {
		fragment = un
	}
	if to == nil || fragment == "" || to.anchors[strings.ToLower(fragment)] {
		return ""
	}
	return "the link to " + clip(target, 80) + " leads nowhere: there is no such heading"
}
