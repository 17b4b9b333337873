package outline

import (
	"net/url"
	"strings"
	"unicode"

	"mayday/lazyregexp"
)

// FindLinks lists the addresses of the web that s names beyond those already
// known, at most eight: with http or https, or a bare domain name under a
// top-level domain that is no file extension people use in runbooks. An address
// with a placeholder in it leads nowhere and is left out.
func FindLinks(s string, known []Link) []Link {
	const most = 8
	var out []Link
	for at := 0; at < len(s) && len(out) < most; {
		from, to := nextAddress(s, at)
		if from < 0 {
			break
		}
		at = to
		addr, ok := addressAt(s, from, to)
		if !ok {
			continue
		}
		if !named(known, addr) && !named(out, addr) {
			out = append(out, Link{Name: linkName(s[:from], addr), URL: addr})
		}
	}
	return out
}

func named(links []Link, addr string) bool {
	for _, l := range links {
		if AddressKey(l.URL) == AddressKey(addr) {
			return true
		}
	}
	return false
}

// nextAddress finds what may be an address in s from the byte at: -1 when there is none.
func nextAddress(s string, at int) (from, to int) {
	for i := at; i < len(s); i++ {
		switch s[i] {
		case ':':
			if start := schemeBefore(s, at, i); start >= 0 {
				if end := addressEnd(s, i+3); end > i+3 {
					return start, end
				}
			}
		case '.':
			if i == at || i+1 == len(s) || !isAlnum(s[i-1]) || !isAlnum(s[i+1]) {
				continue
			}
			from, to := hostAround(s, at, i)
			if !knownTLD(s[from:to]) {
				i = max(i, to-1)
				continue
			}
			return from, afterHost(s, to)
		}
	}
	return -1, -1
}

// schemeBefore is where "http" or "https" begins when "://" stands at i, -1 without.
func schemeBefore(s string, at, i int) int {
	if !strings.HasPrefix(s[i:], "://") {
		return -1
	}
	for _, scheme := range []string{"https", "http"} {
		if from := i - len(scheme); from >= at && strings.EqualFold(s[from:i], scheme) {
			return from
		}
	}
	return -1
}

// addressEnd is where an address that has begun before i ends.
func addressEnd(s string, i int) int {
	for j, c := range s[i:] {
		if unicode.IsSpace(c) || strings.ContainsRune("<>\"'`", c) || wide(c) {
			return i + j
		}
	}
	return len(s)
}

// hostAround is the run of labels and dots around the dot at i.
func hostAround(s string, at, i int) (from, to int) {
	part := func(c byte) bool { return isAlnum(c) || c == '-' || c == '.' }
	for from = i; from > at && part(s[from-1]); from-- {
	}
	for to = i + 1; to < len(s) && part(s[to]); to++ {
	}
	for to > i+1 && !isAlnum(s[to-1]) {
		to--
	}
	for from < i && !isAlnum(s[from]) {
		from++
	}
	return from, to
}

// afterHost is the end of a port and a path behind a host.
func afterHost(s string, to int) int {
	if end := to + 1; to < len(s) && s[to] == ':' {
		for end < len(s) && end-to <= 5 && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end-to >= 3 {
			to = end
		}
	}
	if to < len(s) && s[to] == '/' {
		to = addressEnd(s, to)
	}
	return to
}

// tlds are top-level domains that no file extension of runbooks shares.
var tlds = func() map[string]bool {
	out := map[string]bool{}
	for _, t := range strings.Fields(`com org net io dev app live cloud co ai us eu uk de fr nl info tech page status so gg tv run
		systems network online host site new link tools center help`) {
		out[t] = true
	}
	return out
}()

func knownTLD(host string) bool {
	tld := host[strings.LastIndexByte(host, '.')+1:]
	return len(tld) <= 8 && !strings.Contains(host, "..") && tlds[strings.ToLower(tld)]
}

// addressAt judges what stands between two bytes of s and returns it with its scheme.
func addressAt(s string, from, to int) (string, bool) {
	if from > 0 && strings.IndexByte("@./-_\\$", s[from-1]) >= 0 {
		return "", false
	}
	// "app.com.internal" and "config.dev.yaml" continue after what looks like a domain.
	if rest := s[to:]; rest != "" && (strings.IndexByte("@-_(", rest[0]) >= 0 ||
		(rest[0] == '.' && len(rest) > 1 && isAlnum(rest[1])) || isAlnum(rest[0])) {
		return "", false
	}
	addr := strings.TrimRight(s[from:to], ".,;:!?*_")
	for strings.HasSuffix(addr, ")") && strings.Count(addr, ")") > strings.Count(addr, "(") {
		addr = strings.TrimRight(addr[:len(addr)-1], ".,;:!?")
	}
	return fullAddress(addr)
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// fullAddress gives a bare domain its scheme and refuses what is no address.
func fullAddress(addr string) (string, bool) {
	if HasPlaceholder(addr) || strings.ContainsAny(addr, "{}[]|\\^") {
		return "", false
	}
	if schemeOf(addr) == "" {
		addr = "https://" + addr
	}
	u, err := url.Parse(addr)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || Placeholder(u.Host) {
		return "", false
	}
	return addr, true
}

var schemeShape = lazyregexp.New(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// schemeOf is the scheme of a link in lower case, empty for a path or bare domain.
func schemeOf(s string) string {
	m := strings.TrimSuffix(schemeShape.FindString(s), ":")
	if m == "" || (!strings.HasPrefix(s[len(m):], "://") && strings.Contains(m, ".")) {
		return ""
	}
	return strings.ToLower(m)
}

// HostOf is the host of an address, with its port when it names one; the
// address itself when it cannot be read.
func HostOf(addr string) string {
	u, err := url.Parse(addr)
	if err != nil {
		return addr
	}
	return u.Host
}

// AddressKey is what two spellings of one address have in common.
func AddressKey(s string) string {
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
	return HostOf(addr)
}

// AnchorOf is the name by which GitHub lets links point at a heading.
func AnchorOf(heading string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(heading) {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || c == '-' || c == '_':
			b.WriteRune(c)
		case c == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}
