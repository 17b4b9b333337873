package incident

import (
	"strings"
	"unicode"
)

// latin are letters by the Latin ones that stand for them: with marks, of other
// languages, of Cyrillic and of Greek. What is not here ends a word, as Chinese does.
var latin = alphabet(
	"a", "àáâãāăąǎạảấầẩẫậắằẳẵặåаαά", "ae", "äæǽ", "b", "б", "c", "çćĉċčћ", "ch", "чχ", "d", "ďđдδ", "dj", "ђ", "dz", "џ",
	"e", "èéêëēĕėęěẹẻẽếềểễệеёэєəέε", "f", "фφ", "g", "ĝğġģгґγ", "h", "ĥħ", "i", "ìíîïĩīĭįıǐịỉіиήηίιϊΐ", "ij", "ĳ", "j", "ĵј",
	"k", "ķкκ", "kh", "х", "l", "ĺļľŀłлλ", "lj", "љ", "m", "мμ", "n", "ñńņňŋнν", "nj", "њ", "o", "òóôõōŏőǒọỏốồổỗộơớờởỡợоοόωώ", "oe", "öøœ",
	"p", "пπ", "ps", "ψ", "q", "", "r", "ŕŗřрρ", "s", "śŝşšșсσς", "sh", "ш", "shch", "щ", "ss", "ß", "t", "ţťŧțтτ", "th", "þθ", "ts", "ц",
	"u", "ùúûũūŭůűųǔụủưứừửữựуў", "ue", "ü", "v", "вβ", "w", "ŵ", "x", "ξ", "y", "ýÿŷỳỵỷỹйыυύϋΰ", "ya", "я", "ye", "", "yi", "ї", "yu", "ю",
	"z", "źżžзζ", "zh", "ж", "d", "ð", "", "ьъ")

func alphabet(pairs ...string) map[rune]string {
	m := map[rune]string{}
	for i := 0; i < len(pairs); i += 2 {
		for _, r := range pairs[i+1] {
			m[r] = pairs[i]
		}
	}
	return m
}

// dots stands over the letter before it: "u" and dots are "ü".
const dots = '\u0308'

// transliterate writes a text in the Latin letters that Slack takes in a channel's
// name, in lower case. What it cannot write stays as it is.
func transliterate(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range strings.ToLower(s) {
		word, known := latin[r]
		switch {
		case known:
			b.WriteString(word)
		case r == dots && strings.ContainsRune("aou", last):
			b.WriteByte('e')
		case unicode.Is(unicode.Mn, r): // a mark over the letter before it
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}
