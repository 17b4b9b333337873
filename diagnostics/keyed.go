package diagnostics

import (
	"encoding/json"
	"strings"

	"mayday/lazyregexp"
)

var (
	// keyIn finds a key and what stands between it and its value: in JSON and hstore, in JSON that is a string itself or an element of
	// an array ({"{\"token\": …}"}) or a part of a row (("{""token"": …}")), and as programs print documents ({'token': …}).
	keyIn = lazyregexp.New(`(?:((?:\\*"){1,4})((?:[^"\\]|\\+u[0-9a-fA-F]{4})*)((?:\\*"){1,4})|(')((?:[^'\\]|\\+u[0-9a-fA-F]{4})*)('))\s*(?:=>|:)\s*`)
	// quoteIn is the quote with which a text begins, with its escape.
	quoteIn = lazyregexp.New(`^(?:\\*"|')`)
)

// keyed masks the values of the keys of documents in a text, whole ones and parts. What is not masked stays as it was written.
func (m *masker) keyed(text string) string {
	var out strings.Builder
	for strings.ContainsAny(text, `"'`) {
		at := keyIn.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		if at[2] < 0 { // in single quotes
			copy(at[2:8], at[8:14])
		}
		quote, end := text[at[2]:at[3]], at[1]
		switch {
		case quote != text[at[6]:at[7]], strings.HasPrefix(text[end:], ":"): // 'token'::text is a cast
			end = at[3] // it may be the end of one text, with the beginning of another behind it
			out.WriteString(text[:end])
		case m.named(unescaped(text[at[4]:at[5]])):
			n := valueIn(text[end:], quote)
			out.WriteString(text[:end] + m.hide(text[end:end+n], quote))
			end += n
		default:
			out.WriteString(text[:end])
		}
		text = text[end:]
	}
	return out.String() + text
}

// hide masks the value of a key whose quote is given. What says that there is none is shown, and the parameter of a statement.
func (m *masker) hide(value, quote string) string {
	switch strings.ToLower(value) {
	case "null", "none", "nil", "?", "":
		return value
	}
	if parameter.MatchString(value) {
		return value
	}
	own := quoteIn.FindString(value)
	if strings.HasPrefix(value, quote) {
		own = quote
	}
	if own == "" {
		return quote + hidden + quote
	}
	inner := strings.TrimSuffix(value[len(own):], own)
	if own == `"` && json.Valid([]byte(value)) {
		_ = json.Unmarshal([]byte(value), &inner) // it is a text, because it is valid and begins with a quote
	}
	return own + m.whole(inner) + own
}

// unescaped is a key without the escapes of its letters.
func unescaped(key string) string {
	for strings.Contains(key, `\\`) {
		key = strings.ReplaceAll(key, `\\`, `\`)
	}
	var plain string
	if !strings.Contains(key, `\`) || json.Unmarshal([]byte(`"`+key+`"`), &plain) != nil {
		return key
	}
	return plain
}

// valueIn is the length of the value with which a text begins, whose key stands in quote. It ends at the latest where the text
// around the document does.
func valueIn(text, quote string) int {
	if n := quotedIn(text, quote); n > 0 {
		return n
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return bracketsIn(text, quote)
	}
	if n := strings.IndexAny(text, ",}]\"'\\\n"); n >= 0 {
		return len(strings.TrimRight(text[:n], " \t"))
	}
	return len(text)
}

// bracketsIn is the length of the brackets with which a text begins.
func bracketsIn(text, quote string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'', '\\':
			n := quotedIn(text[i:], quote)
			if n == 0 {
				return i
			}
			i += n - 1
		}
	}
	return len(text)
}

// quotedIn is the length of the quoted text with which a text begins, with both quotes; 0 when it begins with none that is at
// least as far inside of other texts as quote, in which the keys around it stand.
func quotedIn(text, quote string) int {
	if strings.Count(quote, `"`) > 1 { // each is written twice
		return doubledIn(text, quote)
	}
	own := quoteIn.FindString(text)
	level := len(own) - 1
	if level < len(quote)-1 {
		return 0
	}
	for i := len(own); i < len(text); i++ {
		slashes := len(text[i:]) - len(strings.TrimLeft(text[i:], `\`))
		if i += slashes; i == len(text) || text[i] != own[level] {
			continue
		}
		// A backslash that is meant as one is written as two at each level.
		switch {
		case slashes < level:
			return i - slashes
		case (slashes-level)%(2*(level+1)) == 0:
			return i + 1
		}
	}
	return len(text)
}

func doubledIn(text, quote string) int {
	if !strings.HasPrefix(text, quote) {
		return 0
	}
	for i := len(quote); i < len(text); i++ {
		if strings.HasPrefix(text[i:], quote) && text[i-1] != '\\' {
			return i + len(quote)
		}
	}
	return len(text)
}
