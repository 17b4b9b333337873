package outline

import (
	"net"
	"strings"

	"mayday/lazyregexp"
)

// placeholder finds the blanks of templates: [name], <name>, {{name}}, YOUR_NAME, TBD,
// xxx, and numbers of telephones with letters for digits.
var placeholder = lazyregexp.New(`(?i)\+\d{0,3}[\s(.-]*x{2,}(?:[\s).-]*[x\d]{2,})+|\b\d{0,4}[\s.-]?x{3,}(?:[\s.-]?[x\d]{3,})+|\[[^\]\[\n]{1,60}\]|<[a-z][^<>\n=/]{0,60}>|\{\{[^{}\n]{1,60}\}\}|\$\{[^{}\n]{1,60}\}|\b(?:your|my)[_-][a-z0-9_-]+|\b(?:TBD|TBC|FIXME|xxx+|changeme)\b|\b555-x+`)

// HasPlaceholder reports whether s holds the blank of a template that nobody
// filled in: "[name]", "<name>", "{{name}}", "${NAME}", "YOUR_NAME", "TBD", "xxx",
// "+1-XXX-XXX-XXXX".
func HasPlaceholder(s string) bool {
	return mayHoldBlank(s) && placeholder.MatchString(s)
}

// mayHoldBlank is a first look that costs next to nothing.
func mayHoldBlank(s string) bool { return strings.ContainsAny(s, "[<{") || mayBeBlank(s) }

// mayBeBlank looks for the first letters of words that stand for blanks, much
// faster than the regular expression.
func mayBeBlank(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		switch s[i] | 0x20 {
		case 'y', 'm', 't', 'x', 'c', 'f', '5' | 0x20:
			rest := s[i:min(i+8, len(s))]
			for _, word := range []string{"your", "my_", "my-", "tbd", "tbc", "xxx", "xx ", "xx-", "fixme", "changeme", "555-"} {
				if len(rest) >= len(word) && strings.EqualFold(rest[:len(word)], word) {
					return true
				}
			}
		}
	}
	return false
}

// Placeholder reports whether a host (a port may follow) is a blank and not
// somebody's machine: "your-domain.com", "example.com", "<host>", "api.example".
// Such a host must never be asked for anything: it may be a stranger's. The
// names under "example" and "invalid" are set aside by RFC 2606; those under "test" are,
// too, and lead nowhere unless somebody sets them up at home.
func Placeholder(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimRight(host, "."))
	if host == "" || strings.ContainsAny(host, "<>{}[]$%*|") && net.ParseIP(strings.Trim(host, "[]")) == nil || HasPlaceholder(host) {
		return true
	}
	labels := strings.Split(host, ".")
	switch labels[len(labels)-1] {
	case "example", "invalid":
		return true
	}
	if len(labels) == 1 {
		return false
	}
	for i, label := range labels {
		if blankLabel(label) && i < len(labels)-1 || i == len(labels)-2 && blankDomains[label] {
			return true
		}
	}
	return false
}

// blankDomains are the names that authors put where the reader's own belongs.
var blankDomains = map[string]bool{
	"example": true, "domain": true, "company": true, "companyname": true, "domainname": true, "website": true, "placeholder": true,
	"ihre-domain": true, "votre-domaine": true, "tu-dominio": true, "tudominio": true, "su-dominio": true, "seu-dominio": true, "seudominio": true,
	"il-tuo-dominio": true, "tuodominio": true, "jouw-domein": true, "twoja-domena": true, "meine-domain": true, "beispiel": true, "exemple": true,
	"ejemplo": true, "exemplo": true, "esempio": true, "voorbeeld": true,
}

// blankLabel: a part of a host that says "yours" ("your-domain", "myapp", "votre-domaine").
func blankLabel(label string) bool {
	for _, own := range []string{"your", "my", "votre", "ihre", "deine", "meine", "tu", "su", "seu", "sua", "twoj", "jouw", "uw"} {
		rest, ok := strings.CutPrefix(label, own)
		if !ok {
			continue
		}
		rest, dash := strings.CutPrefix(rest, "-")
		if dash && (own == "your" || own == "votre") {
			return true
		}
		for _, thing := range []string{"domain", "domaine", "dominio", "domena", "domein", "company", "org", "app", "site", "service", "server", "host", "team",
			"instance", "api", "project", "cluster", "website", "product", "workspace"} {
			if rest == thing || own == "your" && strings.HasPrefix(rest, thing) {
				return true
			}
		}
	}
	return false
}

// WithoutPlaceholders is s with a space for each blank of a template.
func WithoutPlaceholders(s string) string {
	if !mayHoldBlank(s) {
		return s
	}
	return placeholder.ReplaceAllString(s, " ")
}

// FindPlaceholder is the first blank of a template in s, "" when there is none.
func FindPlaceholder(s string) string {
	if !mayHoldBlank(s) {
		return ""
	}
	return placeholder.FindString(s)
}
