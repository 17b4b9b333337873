package playbooks

import (
	"net"
	"net/url"
	"strings"
	"unicode"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
)

// Probes are all checks of addresses that mayday can make for a step: its own
// Probe, and a status check for each status page among its links.
func Probes(s incident.Step) []incident.Probe {
	var out []incident.Probe
	if s.Probe != nil {
		out = append(out, *s.Probe)
	}
	for _, l := range s.Links {
		if !isStatusHost(l.URL) || (s.Probe != nil && outline.AddressKey(s.Probe.URL) == outline.AddressKey(l.URL)) {
			continue
		}
		out = append(out, incident.Probe{Kind: incident.ProbeStatus, Name: l.Name, URL: l.URL})
	}
	return out
}

// isStatusHost reports whether an address is a status page by its host:
// "status.example.com", "example.statuspage.io", "examplestatus.com".
func isStatusHost(addr string) bool {
	host := strings.ToLower(outline.HostOf(addr))
	first, rest, _ := strings.Cut(host, ".")
	return first == "status" || strings.HasSuffix(host, ".statuspage.io") || strings.HasSuffix(host, ".status.io") ||
		strings.HasSuffix(host, ".instatus.com") || strings.HasSuffix(first, "status") && strings.Count(rest, ".") == 0
}

// statusProbe makes the check of a step that names exactly one status page.
func statusProbe(st incident.Step) *incident.Probe {
	if len(st.Links) != 1 || !isStatusHost(st.Links[0].URL) {
		return nil
	}
	return &incident.Probe{Kind: incident.ProbeStatus, Name: st.Links[0].Name, URL: st.Links[0].URL}
}

var curlCommand = lazyregexp.New(`(?m)^\s*(?:\$ )?curl\s+([^\n]*)$`)

// What a curl command may say and still only look: letters of short options
// without a value and with one, long options likewise. Everything else may send
// something, and an abbreviation such as "--req" means an option of that name.
const (
	curlLooks      = "IsSvfLkiq#46"
	curlLooksUntil = "mow"
)

var (
	curlLooksLong = map[string]bool{"--head": true, "--silent": true, "--show-error": true, "--verbose": true, "--fail": true, "--fail-with-body": true, "--location": true, "--insecure": true, "--include": true,
		"--ipv4": true, "--ipv6": true, "--compressed": true, "--http1.1": true, "--http2": true, "--no-progress-meter": true, "--progress-bar": true}
	curlLooksLongUntil = map[string]bool{"--max-time": true, "--connect-timeout": true, "--output": true, "--write-out": true, "--retry": true, "--retry-delay": true}
)

// curlOnlyLooks reports whether a curl command asks for a page and nothing else:
// no method but GET and HEAD, no data, headers or credentials.
func curlOnlyLooks(command string) bool {
	args := strings.Fields(command)
	for i := 0; i < len(args); i++ {
		arg := strings.Trim(args[i], `"'`)
		if strings.HasPrefix(arg, "#") || strings.ContainsAny(arg, "|;&>") {
			return true // what follows is a comment or another command
		}
		name, value, joined := strings.Cut(arg, "=")
		switch {
		case !strings.HasPrefix(arg, "-") || arg == "-":
		case arg == "-X" || arg == "--request" || name == "--request" && joined || strings.HasPrefix(arg, "-X"):
			method := strings.TrimPrefix(firstOf(value, strings.TrimPrefix(arg, "-X")), "--request")
			if method == "" && i+1 < len(args) {
				i++
				method = args[i]
			}
			switch strings.ToUpper(strings.Trim(method, `"'`)) {
			case "GET", "HEAD":
			default:
				return false
			}
		case strings.HasPrefix(arg, "--"):
			if curlLooksLong[arg] || joined && curlLooksLongUntil[name] {
				continue
			}
			if !curlLooksLongUntil[arg] {
				return false
			}
			i++
		default:
			letters := strings.TrimLeft(arg[1:], curlLooks)
			if letters == "" {
				continue
			}
			if !strings.ContainsRune(curlLooksUntil, rune(letters[0])) {
				return false
			}
			if len(letters) == 1 {
				i++
			}
		}
	}
	return true
}

// curlProbe reads "curl -I https://example.com" as an HTTP check. A command
// that sends data, credentials or headers, or names a variable, is left alone.
// Blank is an address that the check would ask if it were somebody's: a
// placeholder such as "your-domain.com".
func curlProbe(code string) (probe *incident.Probe, blank string) {
	if !strings.Contains(code, "curl") {
		return nil, ""
	}
	for _, m := range curlCommand.FindAllStringSubmatch(strings.ReplaceAll(code, "\\\n", " "), -1) {
		if !curlOnlyLooks(m[1]) {
			continue
		}
		for _, arg := range strings.Fields(m[1]) {
			arg = strings.Trim(arg, `"'`)
			if strings.HasPrefix(arg, "-") || strings.ContainsAny(arg, "$|;%") {
				continue
			}
			if found := outline.FindLinks(arg, nil); len(found) == 1 && strings.HasSuffix(found[0].URL, arg) {
				if probable(found[0].URL) {
					return &incident.Probe{Kind: incident.ProbeHTTP, Name: outline.HostOf(found[0].URL) + pathOf(found[0].URL), URL: found[0].URL}, blank
				}
				continue
			}
			if host := hostIn(arg); strings.Contains(host, ".") && outline.Placeholder(host) || outline.HasPlaceholder(arg) {
				blank = firstOf(blank, arg)
			}
		}
	}
	return nil, blank
}

// hostIn is the host of an address with or without a scheme.
func hostIn(addr string) string {
	if _, rest, ok := strings.Cut(addr, "://"); ok {
		addr = rest
	}
	host, _, _ := strings.Cut(addr, "/")
	return host
}

// curl makes the check of a command and reports an address that is a blank.
func (w *walk) curl(line int, code string) *incident.Probe {
	probe, blank := curlProbe(code)
	if probe == nil && blank != "" {
		w.r.notice(w.d, line, "the address in this command is a placeholder: "+clip(blank, 80)+"; mayday does not ask it", "write the real address, so that mayday checks it")
	}
	return probe
}

func pathOf(addr string) string {
	u, err := url.Parse(addr)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/")
}

// actions are the words with which a part of an address says that it does
// something, whatever the method: "/logout", "/cache/purge", "?action=restart".
var actions = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`logout signout logoff signoff delete remove destroy drop restart reboot reload reset shutdown stop kill terminate halt
		purge flush clear wipe truncate run trigger execute exec invoke deploy redeploy rollback promote failover switchover retry replay resend send enable disable start pause resume scale
		unsubscribe subscribe cancel revoke rotate approve reject confirm reindex invalidate drain cordon evict migrate seed restore expire unlock lock quit exit create update set toggle
		activate deactivate install uninstall upgrade publish unpublish merge refund charge pay ack acknowledge resolve silence mute`) {
		out[w] = true
	}
	return out
}()

// acts reports whether a part of an address begins with a word that does
// something: a GET of it is no look.
func acts(u *url.URL) bool {
	for _, part := range strings.Split(u.Path, "/") {
		if action(part) {
			return true
		}
	}
	for key, values := range u.Query() {
		if action(key) {
			return true
		}
		switch strings.ToLower(strings.Trim(key, "_")) {
		case "action", "cmd", "command", "op", "operation", "do", "method", "task":
			for _, v := range values {
				if action(v) {
					return true
				}
			}
		}
	}
	return false
}

// action reports whether a name begins with a word that does something:
// "purge", "run-now", "flushAll", "sign_out".
func action(name string) bool {
	words := strings.FieldsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) })
	if len(words) == 0 {
		return false
	}
	first := words[0]
	if i := strings.IndexFunc(first, unicode.IsUpper); i > 0 {
		first, words = first[:i], append([]string{first[:i], first[i:]}, words[1:]...)
	}
	if len(words) > 1 && actions[strings.ToLower(first+words[1])] { // "sign out"
		return true
	}
	return actions[strings.ToLower(first)]
}

// probable: an address that means the same from here as from the responder's desk.
func probable(addr string) bool {
	u, err := url.Parse(addr)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || !strings.Contains(host, ".") {
		return false
	}
	if acts(u) {
		return false
	}
	ip := net.ParseIP(host)
	return ip == nil || !ip.IsLoopback() && !ip.IsUnspecified()
}

var healthWords = lazyregexp.New(`(?i)\bhealth\w*|\buptime\b|\bping\b|\bprobe\b|\bready\w*|\bstatus code\b|\b[45]\d\d\b|\bunreachable\b|\bdown\b|\bnot respond\w*|\bfails?\b|\bloads?\b|\breturns?\b|\btimes? out\b`)

// healthy: a detection sign that speaks of an address answering or not.
func healthy(s string) bool { return healthWords.MatchString(s) }
