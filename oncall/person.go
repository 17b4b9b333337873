package oncall

import (
	"strings"

	"mayday/lazyregexp"
)

var (
	emailShape  = lazyregexp.New(`[\w.+%-]+@[\w-]+(\.[\w-]+)+`)
	handleShape = lazyregexp.New(`(?:^|\s)@([\w.-]+)`)
	// around are the words that a title has beside a name: "On Call - Ana Ruiz (primary)".
	around = lazyregexp.New(`(?i)\b(on[ -]?call|oncall|primary|secondary|shift|rotation|rota|duty|pager|is|for)\b|[\[(][^\])]*[\])]`)
)

// Named reads a person from a title: an address, a @handle, or the name that is left without the words of the trade.
// False when nothing is left.
func Named(title string) (Person, bool) {
	title = strings.TrimSpace(title)
	if m := emailShape.FindString(title); m != "" {
		return Person{Email: strings.ToLower(m)}, true
	}
	if m := handleShape.FindStringSubmatch(title); m != nil {
		return Person{Handle: m[1]}, true
	}
	name := strings.Join(strings.Fields(strings.Trim(around.ReplaceAllString(title, " "), " -–—:|/,")), " ")
	return Person{Name: name}, name != ""
}
