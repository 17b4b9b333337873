package diagnostics

import (
	"strings"

	"mayday/lazyregexp"
)

// shape is a kind of secret or personal value that is known by how it looks.
type shape struct {
	pattern *lazyregexp.Regexp
	replace func(found string) string
}

var (
	emailOnly = lazyregexp.New(`^[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}$`)
	phoneOnly = lazyregexp.New(`^\+?[0-9][0-9 ().\-]{6,18}[0-9]$`)

	// numericCard is a card number stored as a number: 15 or 16 digits that begin as cards do.
	numericCard = lazyregexp.New(`^[2-6]\d{14,15}$`)
	textCard    = lazyregexp.New(`\b\d(?:[ -]?\d){12,18}\b`)
	longToken   = lazyregexp.New(`[A-Za-z0-9_\-]{32,}`)
	uuidForm    = lazyregexp.New(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
)

// shapes are looked for in this order in every text that leaves the process.
// Patterns match texts that were cut at the end, too.
var shapes = []shape{
	{lazyregexp.New(`(?s)-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)-----.*?(?:-----END [A-Z ]*-----|$)`), whole},
	{lazyregexp.New(`\beyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)*`), whole},
	{lazyregexp.New(`\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]+|\bsk-[A-Za-z0-9_\-]{16,}|\bxox[a-z]-[A-Za-z0-9\-]+|\bxapp-[A-Za-z0-9\-]+|\bgh[pousr]_[A-Za-z0-9]+|\bgithub_pat_\w+|\bglpat-[\w\-]+|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bAIza[\w\-]{30,}|\bSG\.[\w\-]{10,}[\w.\-]*|\bwhsec_\w+`), whole},
	{lazyregexp.New(`(?i)\b([a-z][a-z0-9+.\-]*://)[^\s/@:]*:[^\s/@]*@`), func(found string) string {
		return found[:strings.Index(found, "://")+3] + hidden + "@"
	}},
	{lazyregexp.New(`(?i)\b(?:bearer|basic)\s+[A-Za-z0-9+/=._~\-]{8,}`), func(found string) string {
		return strings.Fields(found)[0] + " " + hidden
	}},
	{lazyregexp.New(`(?i)([a-z0-9_.\-]*(?:password|passwd|secret|token|api_?key)[a-z0-9_]*"?\s*(?:=>|=|:|\s)\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,;&)}\]"']+)`), maskAssignment},
	{lazyregexp.New(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}`), maskEmail},
	{lazyregexp.New(`\+[1-9]\d(?:[ ().\-]?\d){6,13}\b`), func(found string) string { return hidden + found[len(found)-2:] }},
}

func whole(string) string { return hidden }

// text masks every known shape in a text.
func (m *masker) text(text string) string {
	for _, s := range shapes {
		text = s.pattern.ReplaceAllStringFunc(text, s.replace)
	}
	text = maskCard(text, textCard)
	return longToken.ReplaceAllStringFunc(text, maskToken)
}

// maskEmail keeps the first two characters and the domain.
func maskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	return address[:min(2, at)] + hidden + address[at:]
}

var assignment = lazyregexp.New(`(?i)^(.*?(?:password|passwd|secret|token|api_?key)[a-z0-9_]*"?\s*(?:=>|=|:|\s)\s*)`)

// assignmentWords may follow "password" or "token" in SQL and prose without being one.
var assignmentWords = set("is", "not", "null", "in", "like", "ilike", "from", "and", "or", "as", "for", "where", "varchar", "text", "valid", "the", "has", "was", "column", "on", "set", "order", "group")

// parameter is one of a statement, and no hash of a password ("$2b$10$…").
var parameter = lazyregexp.New(`^\$\d+(?:::[\w.]+)?$`)

// maskAssignment masks the value of password = '…', token: …, "secret"=>"…".
func maskAssignment(found string) string {
	head := assignment.FindString(found)
	value := found[len(head):]
	if value == "" {
		return found // "token=>" with nothing behind it: the end of the sign was taken for a value
	}
	if strings.HasSuffix(head, " ") && !strings.ContainsAny(head, "=:") {
		// A bare word behind the name is a value only where it is quoted: ALTER ROLE … PASSWORD '…'.
		if value[0] != '\'' && value[0] != '"' {
			return found
		}
	}
	switch {
	case assignmentWords[strings.ToLower(value)], value == "?", parameter.MatchString(value), strings.HasPrefix(value, ":"), value == hidden:
		return found
	case value[0] == '\'' || value[0] == '"':
		return head + value[:1] + hidden + value[:1]
	}
	return head + hidden
}

// maskCard hides card numbers: digits that pass the check of ISO/IEC 7812 (Luhn).
func maskCard(text string, pattern *lazyregexp.Regexp) string {
	return pattern.ReplaceAllStringFunc(text, func(found string) string {
		if !luhn(found) {
			return found
		}
		return hidden + found[len(found)-4:]
	})
}

func luhn(number string) bool {
	sum, double := 0, false
	for i := len(number) - 1; i >= 0; i-- {
		if number[i] < '0' || number[i] > '9' {
			continue
		}
		d := int(number[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// maskToken hides long random texts: hexadecimal digests, and texts that mix
// capitals, small letters and digits. Ids in UUID form and plain names stay.
func maskToken(found string) string {
	if uuidForm.MatchString(found) {
		return found
	}
	var digit, upper, lower, beyondHex, letter bool
	for _, c := range found {
		switch {
		case c >= '0' && c <= '9':
			digit = true
		case c >= 'a' && c <= 'z':
			lower, letter = true, true
			beyondHex = beyondHex || c > 'f'
		case c >= 'A' && c <= 'Z':
			upper, letter = true, true
			beyondHex = beyondHex || c > 'F'
		default:
			beyondHex = true
		}
	}
	hexadecimal := digit && letter && !beyondHex
	mixed := digit && upper && lower
	if hexadecimal || mixed {
		return hidden
	}
	return found
}
