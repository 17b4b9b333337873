package diagnostics

import (
	"path"
	"strings"

	"mayday/lazyregexp"
)

// hidden stands for a value that is masked whole. It has a constant length, so
// that it says nothing about the value.
const hidden = "***"

// DefaultMaskColumns are the name patterns that are masked when Config names none.
var DefaultMaskColumns = []string{"email", "phone", "*token*", "*secret*", "*password*"}

// alwaysMasked are names that are masked whatever the setting says: credentials,
// and the samples of real data that Postgres keeps in its statistics.
var alwaysMasked = []string{"*password*", "*passwd*", "*passphrase*", "*secret*", "*_token", "token", "*api_key*", "*apikey*", "*private_key*", "*access_key*", "*cookie*", "authorization",
	"*credential*", "*_hash", "salt", "otp", "otp_code", "ssn", "iban", "card_number", "rolconfig", "useconfig", "setconfig", "srvoptions", "umoptions", "subconninfo",
	"most_common_vals", "most_common_elems", "histogram_bounds", "range_bounds_histogram"}

// masker hides values by the name of their column and by their shape.
type masker struct {
	patterns []string
}

func newMasker(patterns []string) *masker {
	if len(patterns) == 0 {
		patterns = DefaultMaskColumns
	}
	m := &masker{patterns: append([]string(nil), alwaysMasked...)}
	for _, p := range patterns {
		if p = strings.ToLower(strings.TrimSpace(p)); p != "" {
			m.patterns = append(m.patterns, p)
		}
	}
	return m
}

// named says whether a column of that name is masked. Words of a name count
// alone, so that "email" hides user_email and billing-email, but not emails_sent.
func (m *masker) named(name string) bool {
	name = strings.ToLower(name)
	for _, p := range m.patterns {
		if ok, err := path.Match(p, name); ok && err == nil {
			return true
		}
		if strings.ContainsAny(p, "*?[") {
			continue
		}
		if strings.HasSuffix(name, "_"+p) || strings.HasSuffix(name, "-"+p) || strings.HasPrefix(name, p+"_") {
			return true
		}
	}
	return false
}

// whole masks a value of a masked column. An e-mail address and a phone number
// keep what helps to recognise them; anything else is hidden.
func (m *masker) whole(text string) string {
	switch {
	case text == "":
		return text
	case emailOnly.MatchString(text):
		return maskEmail(text)
	case phoneOnly.MatchString(text):
		return hidden + text[len(text)-2:]
	}
	return hidden
}

// cell masks a value of a column that its name does not mask.
func (m *masker) cell(text string, numeric bool) string {
	if numeric {
		return maskCard(text, numericCard)
	}
	return m.text(m.keyed(text))
}

var quotedPart = lazyregexp.New(`"[^"]*"?|'[^']*'?`)
